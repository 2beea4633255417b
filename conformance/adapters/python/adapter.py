#!/usr/bin/env python3
"""Conformance adapter, level 0, for the Python package model-signing: translates calls into its command line.

Run it with the Python that the package is installed for. Where the command has no flag for what is asked, library.py takes
the call to the package itself.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(allow_abbrev=False)
    commands = top.add_subparsers(dest="command", required=True)
    commands.add_parser("capabilities", allow_abbrev=False)
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
            sub.add_argument("--hash-algorithm")
            sub.add_argument("--serialization", choices=["files", "shards"])
            sub.add_argument("--shard-size")
        else:
            sub.add_argument("--bundle", required=True)
            sub.add_argument("--public-key")
            sub.add_argument("--identity")
            sub.add_argument("--identity-provider")
            sub.add_argument("--trusted-root")
            sub.add_argument("--ignore-unsigned-files", action="store_true")
    return top


def capabilities() -> int:
    import importlib.metadata

    flags = [
        "--hash-algorithm",
        "--serialization",
        "--shard-size",
        "--allow-symlinks",
        "--no-ignore-git-paths",
        "--trusted-root",
    ]
    print(
        json.dumps(
            {
                "client_version": importlib.metadata.version("model-signing"),
                "flags": flags,
                "hash_algorithms": ["sha256", "blake2b", "blake3"],
                "benchmark_model": False,
            }
        )
    )
    return 0


def wants_library(args: argparse.Namespace) -> bool:
    """The command signs with SHA-256 and whole files only."""
    if args.method != "key" or args.command != "sign-model":
        return False
    return args.hash_algorithm not in (None, "sha256") or args.serialization == "shards" or args.shard_size is not None


def library_command(args: argparse.Namespace) -> list[str]:
    words = [sys.executable, str(HERE / "library.py"), "sign", args.model_path]
    words += ["--signature", args.output_bundle, "--private_key", args.private_key]
    words += ["--hash", args.hash_algorithm or "sha256"]
    if args.serialization == "shards" or args.shard_size is not None:
        words += ["--shard-size", args.shard_size or "1000000000"]
    if args.allow_symlinks:
        words.append("--allow_symlinks")
    return words


def command(args: argparse.Namespace) -> list[str]:
    sign = args.command == "sign-model"
    words = [sys.executable, "-m", "model_signing", "sign" if sign else "verify", args.method]
    words += ["--signature", args.output_bundle if sign else args.bundle]
    values = {
        "--private_key": getattr(args, "private_key", None),
        "--public_key": getattr(args, "public_key", None),
        "--signing_certificate": getattr(args, "signing_cert", None),
        "--identity": getattr(args, "identity", None),
        "--identity_provider": getattr(args, "identity_provider", None),
        "--trust_config": getattr(args, "trusted_root", None),
    }
    for flag, value in values.items():
        if value is not None:
            words += [flag, value]
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


def main() -> int:
    args = parser().parse_args()
    if args.command == "capabilities":
        return capabilities()
    words = library_command(args) if wants_library(args) else command(args)
    return subprocess.run(words, check=False, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}).returncode


sys.exit(main())
