"""The six public CA certificates of the real service are read, recognised and told apart.

Collected only where `JPKI_ROOTS_DIR` is set (see conftest).
"""

import os
from pathlib import Path

from jpki.verify import PRODUCTION, TrustAnchors

ROOTS = Path(os.environ.get("JPKI_ROOTS_DIR", ""))


def anchors() -> TrustAnchors:
    return TrustAnchors.sort(path.read_bytes() for path in sorted(ROOTS.glob("*.cer")))


def test_production_cas_are_sorted_into_their_stores():
    """Strict DER, self-signed, three generations each, by the OU of their names."""
    found = anchors()

    assert (len(found.sign), len(found.auth)) == (3, 3)


def test_production_cas_are_recognised_by_fingerprint():
    """The policy knows exactly these six, each in its own store."""
    found = anchors()

    assert {one.certificate.sha256 for one in found.sign} == PRODUCTION.sign.anchor_fingerprints
    assert {one.certificate.sha256 for one in found.auth} == PRODUCTION.auth.anchor_fingerprints


def test_generations_of_one_ca_share_a_name_and_no_key():
    """Which is why the issuer's name alone picks no CA."""
    found = anchors().sign

    assert len({one.certificate.subject for one in found}) == 1
    assert len({one.key_identifier for one in found}) == 3
