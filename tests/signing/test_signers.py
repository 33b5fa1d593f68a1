"""The signers: a key in memory and a card session do the same thing with a DigestInfo."""

import hashlib
from dataclasses import dataclass, field

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from jpki.digest_info import DigestAlgorithm
from jpki.signing.card import CardSigner
from jpki.signing.signer import sign_sha256
from jpki.signing.software import SoftwareSigner
from jpki.verify import Kind
from tests.support import pki

KEY = pki.key("sign holder")
CERTIFICATE = pki.certificate(pki.ca(Kind.SIGN))
HASHES = {
    DigestAlgorithm.SHA1: (hashlib.sha1, hashes.SHA1()),
    DigestAlgorithm.SHA256: (hashlib.sha256, hashes.SHA256()),
    DigestAlgorithm.SHA384: (hashlib.sha384, hashes.SHA384()),
    DigestAlgorithm.SHA512: (hashlib.sha512, hashes.SHA512()),
}


@pytest.mark.parametrize("algorithm", DigestAlgorithm)
def test_a_digest_info_has_the_length_cards_are_sent(algorithm):
    """Card reference 4.5: Lc 23, 33, 43 and 53 are the four DigestInfos."""
    lengths = {
        DigestAlgorithm.SHA1: 0x23,
        DigestAlgorithm.SHA256: 0x33,
        DigestAlgorithm.SHA384: 0x43,
        DigestAlgorithm.SHA512: 0x53,
    }

    info = algorithm.digest_info(bytes(algorithm.digest_size))

    assert len(info) == lengths[algorithm]
    assert DigestAlgorithm.split(info) == (algorithm, bytes(algorithm.digest_size))


def test_a_digest_of_another_length_is_refused():
    """A DigestInfo that lies about its algorithm is never built."""
    with pytest.raises(ValueError, match="32 bytes"):
        DigestAlgorithm.SHA256.digest_info(bytes(20))


@pytest.mark.parametrize(
    "junk", [b"", bytes(51), DigestAlgorithm.SHA256.digest_info(bytes(32)) + b"\x00"]
)
def test_what_is_no_digest_info_is_refused(junk):
    """A key in memory signs nothing whose meaning it does not know."""
    with pytest.raises(ValueError, match="no DigestInfo"):
        SoftwareSigner(CERTIFICATE, KEY).sign_digest_info(junk)


@pytest.mark.parametrize("algorithm", DigestAlgorithm)
def test_a_signed_digest_info_is_a_pkcs1_signature(algorithm):
    """Any program that verifies RSASSA-PKCS1-v1_5 accepts it."""
    digest, hash_algorithm = HASHES[algorithm]
    info = algorithm.digest_info(digest(b"message").digest())

    signature = SoftwareSigner(CERTIFICATE, KEY).sign_digest_info(info)

    KEY.public_key().verify(signature, b"message", padding.PKCS1v15(), hash_algorithm)


@dataclass
class Session:
    """A card session that notes what it is asked."""

    asked: list[object] = field(default_factory=list)

    def read_certificate(self, kind: Kind) -> bytes:
        self.asked.append(("read", kind))
        return CERTIFICATE

    def sign_digest_info(self, kind: Kind, digest_info: bytes) -> bytes:
        self.asked.append(("sign", kind, digest_info))
        return b"signature"


def test_a_card_signer_asks_the_card_for_its_kind_only():
    """The certificate is read once; the DigestInfo goes to the key of the same kind."""
    session = Session()
    signer = CardSigner.open(session, Kind.SIGN)

    signature = sign_sha256(signer, b"message")

    info = DigestAlgorithm.SHA256.digest_info(hashlib.sha256(b"message").digest())
    assert (signer.certificate, signature) == (CERTIFICATE, b"signature")
    assert session.asked == [("read", Kind.SIGN), ("sign", Kind.SIGN, info)]


def test_a_signer_shows_no_key():
    """Neither repr names a key or a certificate's bytes."""
    assert repr(SoftwareSigner(CERTIFICATE, KEY)) == "SoftwareSigner()"
    assert "session" not in repr(CardSigner.open(Session(), Kind.AUTH))
