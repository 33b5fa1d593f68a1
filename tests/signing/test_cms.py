"""CMS messages as they are made: DER, five attributes, nothing else."""

from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

import pytest

from jpki.signing.cms import sign_detached
from jpki.signing.software import SoftwareSigner
from jpki.verify import Kind
from jpki.verify.cms_message import (
    ALGORITHM_PROTECTION,
    CONTENT_TYPE,
    MESSAGE_DIGEST,
    SIGNING_CERTIFICATE_V2,
    SIGNING_TIME,
    CmsMessage,
)
from jpki.verify.errors import MalformedError
from tests.support import pki
from tests.support.pki import NOW

SIGN = pki.ca(Kind.SIGN)
CERTIFICATE = pki.certificate(SIGN)
SIGNER = SoftwareSigner(CERTIFICATE, pki.key("sign holder"))
CONTENT = b"content"


def test_the_message_is_der_with_five_attributes():
    """The strict reader accepts it, and finds what was promised."""
    (signer,) = CmsMessage.parse(sign_detached(CONTENT, SIGNER, moment=NOW)).signers

    assert set(signer.attributes.values) == {
        CONTENT_TYPE,
        MESSAGE_DIGEST,
        SIGNING_TIME,
        SIGNING_CERTIFICATE_V2,
        ALGORITHM_PROTECTION,
    }
    assert signer.attributes.message_digest == sha256(CONTENT).digest()
    assert signer.attributes.certificate.sha256 == sha256(CERTIFICATE).digest()
    assert signer.attributes.algorithms == (signer.digest_algorithm, signer.signature_algorithm)
    assert not signer.has_unsigned_attributes


def test_the_issuer_is_copied_byte_for_byte():
    """UTF8String stays UTF8String: a verifier compares names as bytes."""
    (signer,) = CmsMessage.parse(sign_detached(CONTENT, SIGNER, moment=NOW)).signers

    assert (signer.issuer, signer.serial) == (SIGN.name, pki.SERIAL)


def test_only_the_signer_s_certificate_goes_in_unasked():
    """A message carries no more about its signer than is needed."""
    alone = CmsMessage.parse(sign_detached(CONTENT, SIGNER, moment=NOW))
    accompanied = CmsMessage.parse(
        sign_detached(CONTENT, SIGNER, moment=NOW, ca_certificates=[SIGN.der, CERTIFICATE])
    )

    assert alone.certificates == (CERTIFICATE,)
    assert set(accompanied.certificates) == {CERTIFICATE, SIGN.der}
    assert len(accompanied.certificates) == 2


@pytest.mark.parametrize(
    ("moment", "encoded"),
    [
        (datetime(2049, 12, 31, 23, 59, 59, tzinfo=UTC), b"\x17\x0d491231235959Z"),
        (datetime(2050, 1, 1, 0, 0, 0, 999, tzinfo=UTC), b"\x18\x0f20500101000000Z"),
    ],
)
def test_signing_time_is_utc_time_until_2049(moment, encoded):
    """RFC 5652 11.3: the form turns with the year 2050, and seconds have no fraction."""
    assert encoded in sign_detached(CONTENT, SIGNER, moment=moment)


def test_the_same_content_at_the_same_moment_gives_the_same_message():
    """PKCS#1 v1.5 and DER leave no choice."""
    assert sign_detached(CONTENT, SIGNER, moment=NOW) == sign_detached(CONTENT, SIGNER, moment=NOW)


def test_a_moment_without_time_zone_is_refused():
    """A signing time is a point in time, not a wall clock."""
    with pytest.raises(ValueError, match="time zone"):
        sign_detached(CONTENT, SIGNER, moment=NOW.replace(tzinfo=None))


@dataclass(frozen=True)
class Refusing:
    certificate: bytes = CERTIFICATE

    def sign_digest_info(self, digest_info: bytes) -> bytes:
        raise ConnectionError(digest_info.hex())


def test_a_signer_without_a_certificate_is_refused():
    """What cannot be read as a certificate goes into no message."""
    with pytest.raises(MalformedError):
        sign_detached(CONTENT, SoftwareSigner(b"", pki.key("sign holder")), moment=NOW)


def test_what_the_signer_raises_passes_through():
    """A card that is gone is the caller's to explain."""
    with pytest.raises(ConnectionError):
        sign_detached(CONTENT, Refusing(), moment=NOW)
