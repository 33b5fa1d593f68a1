"""A connection to a virtual card in this process: no reader, no socket.

Not here: sharing between clients (`slot`, `pcsc`). Card reference §7: disconnecting leaves
the session as it is, only losing power clears it.
Called by tests and by Python programs that want a card without PC/SC.
"""

from cardsim.readers.insertable import InsertableCard
from jpki.card.connection import ConnectionLostError


class InProcessConnection:
    """A `jpki.card.connection.CardConnection` that calls the card directly."""

    def __init__(self, card: InsertableCard) -> None:
        self._card = card
        self._atr = card.power_on()
        self._open = True

    @property
    def atr(self) -> bytes:
        """The answer to reset."""
        return self._atr

    def transmit(self, command: bytes) -> bytes:
        """Send one command APDU and give the response APDU."""
        self._need_open()
        return self._card.transmit(command)

    def warm_reset(self) -> None:
        """Reset without losing power."""
        self._need_open()
        self._atr = self._card.warm_reset()

    def cold_reset(self) -> None:
        """Take the power away and give it back."""
        self._need_open()
        self._card.power_off()
        self._atr = self._card.power_on()

    def power_off(self) -> None:
        """Take the power away and let go of the card."""
        if self._open:
            self._open = False
            self._card.power_off()

    def close(self) -> None:
        """Let go of the card and leave its power on, as a disconnect does."""
        self._open = False

    def _need_open(self) -> None:
        if not self._open:
            raise ConnectionLostError("the connection is closed")


def connect(card: InsertableCard) -> InProcessConnection:
    """Power the card on and give a connection to it."""
    return InProcessConnection(card)
