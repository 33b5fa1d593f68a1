"""The one seam between software and a card: bytes in, bytes out.

Anything that can carry an APDU is a `CardConnection`: pyscard (`jpki.card.pcsc`), a virtual
card in this process (`cardsim.readers.inprocess`), a recorded conversation in a test.
"""

from typing import Protocol


class ConnectionLostError(Exception):
    """The card or the reader went away, or the transport failed; nothing is known of the answer."""


class CardConnection(Protocol):
    """A connection to one powered card."""

    @property
    def atr(self) -> bytes:
        """The answer to reset, as the reader reports it."""
        ...

    def transmit(self, command: bytes) -> bytes:
        """Send one command APDU and give the whole response APDU (data, SW1, SW2).

        Raises `ConnectionLostError` when no answer came.
        """
        ...

    def close(self) -> None:
        """Let go of the card; a second call does nothing."""
        ...
