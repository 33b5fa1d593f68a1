"""What personalising asks of whoever signs the contents of a card.

Not here: an authority; `jpki.ca.cv.CvSigner` is one such signer, and a card knows none.
"""

from typing import Protocol

from jpki.cv import CvCertificate


class ContentsSigner(Protocol):
    """A key with its card-verifiable certificate."""

    @property
    def certificate(self) -> CvCertificate:
        """The certificate that lies on the card, in EF 0004."""
        ...

    def sign(self, message: bytes) -> bytes:
        """Sign a message: sha256WithRSAEncryption, 256 bytes."""
        ...

    def sign_block(self, block: bytes) -> bytes:
        """Sign up to 245 bytes as they are (PKCS#1 v1.5), 256 bytes."""
        ...
