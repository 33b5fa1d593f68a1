"""A signer whose key is on a card.

The PIN must have been verified on the session before; nothing here spends a try or knows it.
Errors of the card (`jpki.card.client.errors`) pass through unchanged.
Called by the command line and by programs that sign or log in with a card.
"""

from dataclasses import dataclass, field
from typing import Protocol, Self

from jpki.profiles.kinds import Kind


class CardKeys(Protocol):
    """What is asked of a card session; `jpki.card.client.JpkiSession` has it."""

    def read_certificate(self, kind: Kind) -> bytes:
        """Read the holder's certificate (DER)."""
        ...

    def sign_digest_info(self, kind: Kind, digest_info: bytes) -> bytes:
        """Sign a DigestInfo with the key of this kind."""
        ...


@dataclass(frozen=True, slots=True)
class CardSigner:
    """One of the card's two keys with its certificate, read once."""

    session: CardKeys = field(repr=False)
    kind: Kind
    certificate: bytes = field(repr=False)

    @classmethod
    def open(cls, session: CardKeys, kind: Kind) -> Self:
        """Read the certificate from the card (for 署名用 its password must be verified)."""
        return cls(session, kind, session.read_certificate(kind))

    def sign_digest_info(self, digest_info: bytes) -> bytes:
        """Let the card sign a DigestInfo."""
        return self.session.sign_digest_info(self.kind, digest_info)
