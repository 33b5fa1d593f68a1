"""The profile of the authorities' certificates gives the six real ones, octet for octet.

Collected only where `JPKI_ROOTS_DIR` is set (see conftest). Nothing is signed: each file's own
signature is put under a TBSCertificate made from its serial number, dates and key alone, and the
SHA-256 of the whole must be the published fingerprint.
"""

import hashlib
import os
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from jpki.ca.certificates import AuthorityFacts, authority_tbs, signed
from jpki.ca.generations import key_identifier
from jpki.lint import Linter, Target
from jpki.profiles import AUTH_AUTHORITY, PRODUCTION, SIGN_AUTHORITY, Kind

ROOTS = Path(os.environ.get("JPKI_ROOTS_DIR", ""))


@pytest.mark.parametrize(
    ("name", "profile", "fingerprint"),
    [
        (
            "signca-2015.cer",
            SIGN_AUTHORITY,
            "19645405a1fe14377434bd55957628ac4038557c542403a2243f21c706fc9355",
        ),
        (
            "signca-2019.cer",
            SIGN_AUTHORITY,
            "79679c33e4cc9319440f1ad120a597ff1844e2ef217063adb176966fd5e6fbeb",
        ),
        (
            "signca-2023.cer",
            SIGN_AUTHORITY,
            "d227f6cde11d35c5252178f106f843d24651944975413b539fa2fb68dbfa365f",
        ),
        (
            "authca-2015.cer",
            AUTH_AUTHORITY,
            "4dcfc4ca0aaf9fb2a3081b3f0c991c320b3acc008667a341eeaec5af1d58ca7d",
        ),
        (
            "authca-2019.cer",
            AUTH_AUTHORITY,
            "0d98de47fc11b7f67126874b7028b6026a803d2638d6edfe53176953961fade6",
        ),
        (
            "authca-2023.cer",
            AUTH_AUTHORITY,
            "64114f29620c24ed2631d46476a040e7ee740d956089c00b036a6a8118c322b5",
        ),
    ],
)
def test_the_real_certificate_comes_out_again(name, profile, fingerprint):
    """From serial number, dates and key, the profile makes the published certificate."""
    real = x509.load_der_x509_certificate((ROOTS / name).read_bytes())
    key = real.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    facts = AuthorityFacts(
        serial=real.serial_number,
        not_before=real.not_valid_before_utc,
        not_after=real.not_valid_after_utc,
        public_key=key,
        key_identifier=key_identifier(key),
    )
    made = signed(authority_tbs(profile, PRODUCTION, facts), real.signature)
    assert hashlib.sha256(made).hexdigest() == fingerprint


@pytest.mark.parametrize("path", sorted(ROOTS.glob("*ca-*.cer")), ids=lambda path: path.name)
def test_the_real_certificates_break_no_rule_of_the_linter(path):
    """A rule they broke would be wrong."""
    kind = Kind.SIGN if path.name.startswith("sign") else Kind.AUTH

    assert Linter(PRODUCTION).lint(path.read_bytes(), Target.AUTHORITY, kind=kind) == []
