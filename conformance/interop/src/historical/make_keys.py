"""Makes the key pairs and certificates that the historical bundles are signed with, on each curve.

Every name in them says that they are for tests. The private keys are needed until the bundles are signed and are not kept.
"""

import datetime
import pathlib
import sys

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

CURVES = {
    "P-256": (ec.SECP256R1(), hashes.SHA256()),
    "P-384": (ec.SECP384R1(), hashes.SHA384()),
    "P-521": (ec.SECP521R1(), hashes.SHA512()),
}
FROM = datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc)
UNTIL = datetime.datetime(2119, 12, 31, tzinfo=datetime.timezone.utc)


def name(what: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"TEST ONLY historical {what}")])


def key_usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def certify(subject, subject_key, issuer, issuer_key, hash_algorithm, authority: bool) -> x509.Certificate:
    builder = (
        x509.CertificateBuilder()
        .subject_name(name(subject))
        .issuer_name(name(issuer))
        .public_key(subject_key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(FROM)
        .not_valid_after(UNTIL)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(key_usage(signs_certificates=authority), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(subject_key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
    )
    if not authority:
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CODE_SIGNING]), critical=False)
    return builder.sign(issuer_key, hash_algorithm)


def main(directory: pathlib.Path) -> None:
    for curve, (algorithm, hash_algorithm) in CURVES.items():
        keys = {role: ec.generate_private_key(algorithm) for role in ("root", "intermediate", "leaf")}

        def issue(subject: str, issuer: str, authority: bool) -> x509.Certificate:
            names = (f"{subject} {curve}", keys[subject], f"{issuer} {curve}", keys[issuer])
            return certify(*names, hash_algorithm, authority)

        certificates = {
            "root": issue("root", "root", True),
            "intermediate": issue("intermediate", "root", True),
            "leaf": issue("leaf", "intermediate", False),
        }
        for role, certificate in certificates.items():
            text = certificate.public_bytes(serialization.Encoding.PEM)
            (directory / f"{curve}.{role}.pem").write_bytes(text)
        public = keys["leaf"].public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        (directory / f"{curve}.pub.pem").write_bytes(public)
        private = keys["leaf"].private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        (directory / f"{curve}.key.pem").write_bytes(private)


main(pathlib.Path(sys.argv[1]))
