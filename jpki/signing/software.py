"""A signer whose key is in this process's memory: for tests, and for keys without a card.

Not here: reading key files. The key appears in no repr and no message.
"""

from dataclasses import dataclass, field

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from jpki.digest_info import DigestAlgorithm

_HASHES: dict[DigestAlgorithm, hashes.HashAlgorithm] = {
    DigestAlgorithm.SHA1: hashes.SHA1(),  # noqa: S303 - a card signs it too when asked
    DigestAlgorithm.SHA256: hashes.SHA256(),
    DigestAlgorithm.SHA384: hashes.SHA384(),
    DigestAlgorithm.SHA512: hashes.SHA512(),
}


@dataclass(frozen=True, slots=True)
class SoftwareSigner:
    """An RSA key and its certificate (DER)."""

    certificate: bytes = field(repr=False)
    key: rsa.RSAPrivateKey = field(repr=False)

    def sign_digest_info(self, digest_info: bytes) -> bytes:
        """Sign as a card does; raise `ValueError` for what is no known DigestInfo."""
        algorithm, digest = DigestAlgorithm.split(digest_info)
        return self.key.sign(digest, padding.PKCS1v15(), Prehashed(_HASHES[algorithm]))
