"""Gives access to what the peer's library can do but its command cannot: other digests, shards, the root digest.

Takes the arguments of the peer's command plus --hash, --shard-size and --automatic. Exits with 1 and the peer's own
message when the peer refuses.
"""

import argparse
import hashlib
import importlib.metadata
import pathlib
import sys

import model_signing

# The peer's library has a name for one digest that differs from the name in bundles.
LIBRARY_NAMES = {"blake2b": "blake2"}


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("action", choices=["sign", "verify", "digest", "packages"])
    parser.add_argument("model", nargs="?", type=pathlib.Path)
    parser.add_argument("--private_key", type=pathlib.Path)
    parser.add_argument("--public_key", type=pathlib.Path)
    parser.add_argument("--signature", type=pathlib.Path)
    parser.add_argument("--hash", default="sha256")
    parser.add_argument("--shard-size", type=int)
    parser.add_argument("--allow_symlinks", action="store_true")
    parser.add_argument("--ignore_unsigned_files", action="store_true")
    parser.add_argument("--automatic", action="store_true", help="let the peer take the hashing from the bundle")
    return parser.parse_args()


def hashing_config(arguments: argparse.Namespace) -> model_signing.hashing.Config:
    config = model_signing.hashing.Config()
    algorithm = LIBRARY_NAMES.get(arguments.hash, arguments.hash)
    if arguments.shard_size is None:
        config.use_file_serialization(hashing_algorithm=algorithm)
    else:
        config.use_shard_serialization(hashing_algorithm=algorithm, shard_size=arguments.shard_size)
    return config.set_allow_symlinks(arguments.allow_symlinks)


def sign(arguments: argparse.Namespace) -> None:
    config = model_signing.signing.Config().use_elliptic_key_signer(private_key=arguments.private_key)
    config.set_hashing_config(hashing_config(arguments)).sign(arguments.model, arguments.signature)


def verify(arguments: argparse.Namespace) -> None:
    config = model_signing.verifying.Config().use_elliptic_key_verifier(public_key=arguments.public_key)
    config.set_ignore_unsigned_files(arguments.ignore_unsigned_files)
    if not arguments.automatic:
        config.set_hashing_config(hashing_config(arguments))
    config.verify(arguments.model, arguments.signature)


def digest(arguments: argparse.Namespace) -> None:
    """Prints the root digest that the peer would sign: its released command has no such subcommand."""
    root = hashlib.sha256()
    for resource in hashing_config(arguments).hash(arguments.model).resource_descriptors():
        root.update(resource.digest.digest_value)
    print(f"sha256:{root.hexdigest()}")


def packages(_: argparse.Namespace) -> None:
    """Prints the installed packages, and the peer's declared requirements."""
    for distribution in importlib.metadata.distributions():
        print(f"installed {distribution.metadata['Name']}=={distribution.version}")
    for requirement in importlib.metadata.requires("model-signing") or []:
        print(f"required {requirement}")


def main() -> None:
    arguments = parse_arguments()
    actions = {"sign": sign, "verify": verify, "digest": digest, "packages": packages}
    try:
        actions[arguments.action](arguments)
    except Exception as error:
        print(f"{arguments.action} failed with error: {error}", file=sys.stderr)
        sys.exit(1)


main()
