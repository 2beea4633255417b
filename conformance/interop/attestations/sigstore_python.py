"""Verifies a bundle with a DSSE envelope by sigstore-python: BUNDLE TRUSTED_ROOT IDENTITY ISSUER. Prints its payload type."""

import sys
from pathlib import Path

from sigstore.errors import Error
from sigstore.models import Bundle, InvalidBundle, TrustedRoot
from sigstore.verify import Verifier, policy


def main() -> int:
    bundle, trusted_root, identity, issuer = sys.argv[1:]
    try:
        loaded = Bundle.from_json(Path(bundle).read_bytes())
        verifier = Verifier(trusted_root=TrustedRoot.from_file(trusted_root))
        expected = policy.Identity(identity=identity, issuer=issuer)
        payload_type, _ = verifier.verify_dsse(loaded, expected)
    except (Error, InvalidBundle) as error:
        print(f"{type(error).__name__}: {error}")
        return 1
    print(payload_type)
    return 0


if __name__ == "__main__":
    sys.exit(main())
