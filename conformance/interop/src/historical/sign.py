"""Signs a model with the library of the installed release, for what its command cannot do.

Releases before v0.3 have no command for keys and certificates. Those up to v1.0 load the trust root of Sigstore from the
network before they look at their arguments. No release has a command for shards.
"""

import argparse
import importlib.util
import pathlib


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("model", type=pathlib.Path)
    parser.add_argument("--signature", type=pathlib.Path, required=True)
    parser.add_argument("--private_key", type=pathlib.Path, required=True)
    parser.add_argument("--signing_certificate", type=pathlib.Path)
    parser.add_argument("--certificate_chain", type=pathlib.Path, action="append", default=[])
    parser.add_argument("--shard-size", type=int)
    return parser.parse_args()


def sign_with_early_library(arguments: argparse.Namespace) -> None:
    from model_signing import model
    from model_signing.hashing import file, memory
    from model_signing.serialization import serialize_by_file
    from model_signing.signature import key, pki
    from model_signing.signing import in_toto, in_toto_signature

    if arguments.signing_certificate is None:
        signer = key.ECKeySigner.from_path(arguments.private_key)
    else:
        signer = pki.PKISigner.from_path(
            arguments.private_key, arguments.signing_certificate, arguments.certificate_chain
        )
    signature = model.sign(
        model_path=arguments.model,
        signer=in_toto_signature.IntotoSigner(signer),
        payload_generator=in_toto.DigestsIntotoPayload.from_manifest,
        serializer=serialize_by_file.ManifestSerializer(
            lambda path: file.SimpleFileHasher(path, memory.SHA256()), allow_symlinks=False
        ),
    )
    signature.write(arguments.signature)


def sign_with_library(arguments: argparse.Namespace) -> None:
    import model_signing

    configuration = model_signing.signing.Config
    configuration.use_sigstore_signer = lambda self, **_: self  # the default, which needs the network
    if arguments.signing_certificate is None:
        config = configuration().use_elliptic_key_signer(private_key=arguments.private_key)
    else:
        config = configuration().use_certificate_signer(
            private_key=arguments.private_key,
            signing_certificate=arguments.signing_certificate,
            certificate_chain=arguments.certificate_chain,
        )
    if arguments.shard_size is not None:
        hashing = model_signing.hashing.Config()
        hashing.use_shard_serialization(hashing_algorithm="sha256", shard_size=arguments.shard_size)
        config.set_hashing_config(hashing)
    config.sign(arguments.model, arguments.signature)


def main() -> None:
    arguments = parse_arguments()
    if importlib.util.find_spec("model_signing.api"):
        sign_with_early_library(arguments)
    else:
        sign_with_library(arguments)


main()
