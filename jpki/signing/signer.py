"""The one seam between making signatures and holding keys.

A card, a PKCS#11 token and a key in memory all do the same: pad a DigestInfo as PKCS#1 v1.5 and
apply the private key. Structures (CMS, a login answer) are built above and never see the key.
RFC 8017 8.2.1. Called by `jpki.signing.cms` and `jpki.signing.login`.
"""

from hashlib import sha256
from typing import Protocol

from jpki.digest_info import DigestAlgorithm


class Signer(Protocol):
    """Whoever can sign for one certificate."""

    @property
    def certificate(self) -> bytes:
        """The holder's certificate, DER."""
        ...

    def sign_digest_info(self, digest_info: bytes) -> bytes:
        """Sign a DigestInfo (DER) with RSASSA-PKCS1-v1_5; give the signature (256 bytes)."""
        ...


def sign_sha256(signer: Signer, message: bytes) -> bytes:
    """Sign a message of any length: sha256WithRSAEncryption."""
    digest = sha256(message).digest()
    return signer.sign_digest_info(DigestAlgorithm.SHA256.digest_info(digest))
