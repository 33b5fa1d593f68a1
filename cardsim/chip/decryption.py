"""A private key that decrypts what a terminal sends: RSA-OAEP with SHA-256.

Not here: who may use it (the application says), what is inside (the card kind).
RFC 8017 clause 7.1. A key is loaded once, when the card is built.
"""

from typing import Self

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from cardsim.chip.errors import ChipError
from cardsim.chip.keys import KeyDataError


class CiphertextRangeError(ChipError):
    """A ciphertext that is no number below the modulus."""


class DecryptionError(ChipError):
    """A ciphertext nothing comes out of."""


class RsaDecryptionKey:
    """An RSA private key for OAEP."""

    def __init__(self, key: rsa.RSAPrivateKey) -> None:
        self._key = key
        self._modulus = key.public_key().public_numbers().n
        algorithm = hashes.SHA256()
        self._padding = padding.OAEP(padding.MGF1(algorithm), algorithm, label=None)

    @classmethod
    def load(cls, pkcs8: bytes) -> Self:
        """Load an unencrypted PKCS#8 DER private key, as it stands."""
        key = serialization.load_der_private_key(
            pkcs8, password=None, unsafe_skip_rsa_key_validation=True
        )
        if not isinstance(key, rsa.RSAPrivateKey):
            raise KeyDataError("the private key is not an RSA key")
        return cls(key)

    @property
    def length(self) -> int:
        """The length of every ciphertext, in bytes."""
        return self._key.key_size // 8

    def decrypt(self, ciphertext: bytes) -> bytes:
        """Decrypt `length` bytes; `CiphertextRangeError`, `DecryptionError`."""
        if int.from_bytes(ciphertext, "big") >= self._modulus:
            raise CiphertextRangeError("the ciphertext is not below the modulus")
        try:
            return self._key.decrypt(ciphertext, self._padding)
        except ValueError:
            raise DecryptionError("the ciphertext is none of this key") from None

    def __repr__(self) -> str:
        return f"<RsaDecryptionKey {self._key.key_size} bits>"
