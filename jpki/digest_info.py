"""DigestInfo: the DER structure that RSASSA-PKCS1-v1_5 pads and a JPKI card signs.

Not here: hashing or padding. SHA-1 is known because cards are asked to sign it; nothing of this
project makes such a signature.
RFC 8017 9.2 note 1 (the prefixes); card reference section 4.5 (lengths seen on cards).
Called by `jpki.signing` and `jpki.card.client`.
"""

from enum import Enum, unique
from typing import Self


@unique
class DigestAlgorithm(Enum):
    """A digest a DigestInfo can name: its prefix up to the digest, and the digest's length."""

    SHA1 = ("3021300906052b0e03021a05000414", 20)
    SHA256 = ("3031300d060960864801650304020105000420", 32)
    SHA384 = ("3041300d060960864801650304020205000430", 48)
    SHA512 = ("3051300d060960864801650304020305000440", 64)

    @property
    def prefix(self) -> bytes:
        """The DER of a DigestInfo up to its digest."""
        return bytes.fromhex(self.value[0])

    @property
    def digest_size(self) -> int:
        """The digest's length in bytes."""
        return self.value[1]

    def digest_info(self, digest: bytes) -> bytes:
        """Wrap a digest; raise `ValueError` when it has another length."""
        if len(digest) != self.digest_size:
            raise ValueError(f"a {self.name} digest has {self.digest_size} bytes")
        return self.prefix + digest

    @classmethod
    def split(cls, digest_info: bytes) -> tuple[Self, bytes]:
        """Take a DigestInfo apart; raise `ValueError` unless it is exactly one of these."""
        for algorithm in cls:
            digest = digest_info[len(algorithm.prefix) :]
            if digest_info.startswith(algorithm.prefix) and len(digest) == algorithm.digest_size:
                return algorithm, digest
        raise ValueError("no DigestInfo of a known digest")
