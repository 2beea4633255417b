"""Hashes the parts of a plan with Ray: python hash_with_ray.py PLAN MODEL DIGESTS HMAC_KEY_FILE

The four paths are the same on every node.
"""

import json
import subprocess
import sys

import ray


@ray.remote(num_cpus=4, max_retries=3, retry_exceptions=True)
def hash_part(part, plan, model, digests, key):
    # Several workers of Ray can be on one host, which must count as one.
    host = ray.get_runtime_context().get_node_id()
    subprocess.run(
        ["model-signing", "hash", plan, "--model", model, "--part", str(part), "--out", digests]
        + ["--host", host, "--hmac-key-file", key, "--jobs", "4"],
        check=True,
    )


def main(plan, model, digests, key):
    with open(plan, encoding="utf-8") as file:
        parts = len(json.load(file)["parts"]) - 1
    ray.init()
    ray.get([hash_part.remote(part, plan, model, digests, key) for part in range(parts)])
    print(f"{parts} parts are hashed; now sign with --plan and --digests")


if __name__ == "__main__":
    main(*sys.argv[1:])
