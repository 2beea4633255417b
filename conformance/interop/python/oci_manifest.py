"""Signs and verifies the manifest of an OCI artifact in the form of the peer's proposal (`--oci-manifest`).

No release has that form yet, only a proposal for it. What is proposed are the names of the resources, which are written here
again: `config.json` for the config, then the title of each layer, or its position. All else is the released package: its
manifest, its payload, its signer and its verifier.
"""

import argparse
import json
import pathlib
import sys

import model_signing
from model_signing import manifest
from model_signing._hashing import hashing
from model_signing._signing import sign_ec_key
from model_signing._signing import sign_sigstore_pb
from model_signing._signing import signing

TITLE = "org.opencontainers.image.title"


def names_and_digests(oci: dict):
    yield "config.json", oci["config"]["digest"]
    for index, layer in enumerate(oci["layers"]):
        title = layer.get("annotations", {}).get(TITLE)
        yield title or f"layer_{index:03d}.tar.gz", layer["digest"]


def signed_form(file: pathlib.Path) -> manifest.Manifest:
    oci = json.loads(file.read_bytes())
    items = [
        manifest.FileManifestItem(path=pathlib.PurePosixPath(name), digest=hashing.Digest("sha256", bytes.fromhex(digest[7:])))
        for name, digest in names_and_digests(oci)
    ]
    serialization = manifest._FileSerialization(hash_type="sha256", allow_symlinks=False)
    return manifest.Manifest(file.stem, items, serialization)


def sign(arguments: argparse.Namespace) -> None:
    signer = sign_ec_key.Signer(arguments.private_key)
    signer.sign(signing.Payload(signed_form(arguments.manifest))).write(arguments.signature)


def verify(arguments: argparse.Namespace) -> None:
    verifier = sign_ec_key.Verifier(arguments.public_key)
    signed = verifier.verify(sign_sigstore_pb.Signature.read(arguments.signature))
    if signed != signed_form(arguments.manifest):
        raise ValueError("Signature mismatch")


def main() -> None:
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("action", choices=["sign", "verify"])
    parser.add_argument("manifest", type=pathlib.Path)
    parser.add_argument("--private_key", type=pathlib.Path)
    parser.add_argument("--public_key", type=pathlib.Path)
    parser.add_argument("--signature", type=pathlib.Path, required=True)
    arguments = parser.parse_args()
    try:
        {"sign": sign, "verify": verify}[arguments.action](arguments)
    except Exception as error:
        print(f"{arguments.action} failed with error: {error}", file=sys.stderr)
        sys.exit(1)
    print(f"{arguments.action} succeeded with model-signing {model_signing.__version__}")


main()
