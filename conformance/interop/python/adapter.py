#!/usr/bin/env python3
"""Conformance adapter for the Python package model-signing: translates calls into its command line.

Run it with the Python that the package is installed for. It declares what the command can do. Shards and digests other
than SHA-256, which are optional, have no flag in the command; only the package's library has them. At level 1 it starts a
Python for each call. At level 2 it loads the package once and forks for each call, so that a call is as fresh as with a
Python of its own and begins without the second that loading takes.
"""

import argparse
import atexit
import json
import os
import pathlib
import re
import runpy
import signal
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent


def with_fixed_order() -> None:
    """The package records exclusions in the order of a set, which Python changes with each start unless it is told not to."""
    if os.environ.get("PYTHONHASHSEED") != "0":
        os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, "PYTHONHASHSEED": "0"})


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(allow_abbrev=False)
    commands = top.add_subparsers(dest="command", required=True)
    commands.add_parser("capabilities", allow_abbrev=False)
    commands.add_parser("serve", allow_abbrev=False)
    for name in ("sign-model", "verify-model"):
        sub = commands.add_parser(name, allow_abbrev=False)
        sub.add_argument("--method", required=True, choices=["key", "certificate", "sigstore"])
        sub.add_argument("--model-path", required=True)
        sub.add_argument("--cert-chain", action="append", default=[])
        sub.add_argument("--ignore-paths", action="append", default=[])
        sub.add_argument("--allow-symlinks", action="store_true")
        sub.add_argument("--no-ignore-git-paths", action="store_true")
        if name == "sign-model":
            sub.add_argument("--output-bundle", required=True)
            sub.add_argument("--private-key")
            sub.add_argument("--signing-cert")
        else:
            sub.add_argument("--bundle", required=True)
            sub.add_argument("--public-key")
            sub.add_argument("--identity")
            sub.add_argument("--identity-provider")
            sub.add_argument("--trusted-root")
            sub.add_argument("--ignore-unsigned-files", action="store_true")
    return top


def capabilities() -> dict:
    import importlib.metadata

    flags = ["--allow-symlinks", "--no-ignore-git-paths", "--trusted-root"]
    profiles = ["core", "certificate", "sigstore", "symlinks", "historical"]
    # Forking is what keeps calls apart; where a system has none, there is level 1.
    serve = hasattr(os, "fork")
    return {
        "client_version": importlib.metadata.version("model-signing"),
        "flags": flags,
        "hash_algorithms": ["sha256"],
        "benchmark_model": False,
        "oms": {"protocol": 2, "roles": ["sign", "verify"], "profiles": profiles, "serve": serve},
    }


# The flags that the command has for each method: those of another method mean nothing to it.
FLAGS = {
    "key": {"private_key": "--private_key", "public_key": "--public_key"},
    "certificate": {"private_key": "--private_key", "signing_cert": "--signing_certificate"},
    "sigstore": {"identity": "--identity", "identity_provider": "--identity_provider"},
}

SIGNING_CONFIG = {
    "mediaType": "application/vnd.dev.sigstore.signingconfig.v0.2+json",
    "caUrls": [],
    "oidcUrls": [],
    "rekorTlogUrls": [],
    "tsaUrls": [],
    "rekorTlogConfig": {"selector": "ANY"},
    "tsaConfig": {"selector": "ANY"},
}


def trust_config(trusted_root: str) -> str:
    """The command takes a trust root inside a configuration of a client; it is gone when the adapter ends."""
    config = {
        "mediaType": "application/vnd.dev.sigstore.clienttrustconfig.v0.1+json",
        "trustedRoot": json.loads(pathlib.Path(trusted_root).read_bytes()),
        "signingConfig": SIGNING_CONFIG,
    }
    with tempfile.NamedTemporaryFile("w", suffix=".json", delete=False) as file:
        json.dump(config, file)
    atexit.register(pathlib.Path(file.name).unlink)
    return file.name


def command(args: argparse.Namespace) -> list[str]:
    sign = args.command == "sign-model"
    words = [sys.executable, "-m", "model_signing", "sign" if sign else "verify", args.method]
    words += ["--signature", args.output_bundle if sign else args.bundle]
    for name, flag in FLAGS[args.method].items():
        value = getattr(args, name, None)
        if value is not None:
            words += [flag, value]
    if args.method == "sigstore" and getattr(args, "trusted_root", None):
        words += ["--trust_config", trust_config(args.trusted_root)]
    if args.method == "certificate":
        for certificate in args.cert_chain:
            words += ["--certificate_chain", certificate]
    for ignored in args.ignore_paths:
        words += ["--ignore-paths", ignored]
    if args.allow_symlinks:
        words.append("--allow_symlinks")
    if args.no_ignore_git_paths:
        words.append("--no-ignore-git-paths")
    if getattr(args, "ignore_unsigned_files", False):
        words.append("--ignore_unsigned_files")
    return [*words, args.model_path]


def run_here(words: list[str]) -> None:
    """Runs what a Python with these words would run; ends with SystemExit."""
    sys.argv = words[2:]
    runpy.run_module(words[2], run_name="__main__", alter_sys=True)


def run_forked(words: list[str]) -> tuple[int, str]:
    """The exit code of a call in a process of its own, and what it printed."""
    with tempfile.TemporaryFile() as output:
        child = os.fork()
        if child == 0:
            for stream in (1, 2):
                os.dup2(output.fileno(), stream)
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            code = 0
            try:
                run_here(words)
            except SystemExit as end:
                code = end.code if isinstance(end.code, int) else int(end.code is not None)
            except BaseException:
                sys.excepthook(*sys.exc_info())
                code = 1
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
        _, status = os.waitpid(child, 0)
        output.seek(0)
        return os.waitstatus_to_exitcode(status), output.read().decode("utf-8", "replace")


def reasons() -> list[tuple[re.Pattern, str]]:
    rules = json.loads((HERE / "reasons.json").read_text("utf-8"))
    return [(re.compile(rule["pattern"], re.MULTILINE), rule["reason"]) for rule in rules]


def result(code: int, printed: str, rules: list[tuple[re.Pattern, str]]) -> dict:
    said = printed.strip()[-2000:]
    if code == 0:
        return {"outcome": "accept"}
    if code != 1 or "Traceback (most recent call last)" in printed:
        return {"outcome": "error", "reason": {"message": said}}
    reason = next((name for pattern, name in rules if pattern.search(printed)), None)
    return {"outcome": "reject", "reason": {"class": reason, "message": said}}


def line_words(operation: str, args: dict) -> list[str]:
    words = [f"{operation}-model"]
    for name, value in args.items():
        for one in value if isinstance(value, list) else [value]:
            words += [f"--{name}"] if one is True else [f"--{name}", one]
    return words


def serve() -> int:
    # Loaded once, so that each fork has it already.
    import model_signing._cli  # noqa: F401

    rules = reasons()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for line in sys.stdin:
        request = json.loads(line)
        operation = request["op"]
        if operation == "stop":
            break
        if operation == "start":
            answer = capabilities()
        else:
            code, printed = run_forked(command(parser().parse_args(line_words(operation, request["args"]))))
            answer = {"seq": request["seq"], **result(code, printed, rules)}
        print(json.dumps(answer), flush=True)
    return 0


def main() -> int:
    args = parser().parse_args()
    if args.command == "capabilities":
        print(json.dumps(capabilities()))
        return 0
    if args.command == "serve":
        return serve()
    return subprocess.run(command(args), check=False, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}).returncode


with_fixed_order()
sys.exit(main())
