"""A connection to a virtual card in this process: no reader, no socket.

Not here: sharing between clients (`slot`, `pcsc`): one connection at a time has the card.
Card reference §7: disconnecting leaves the session as it is, only losing power clears it.
Called by tests and by Python programs that want a card without PC/SC.
"""

from weakref import finalize

from cardsim.readers.insertable import InsertableCard, NoAnswerError
from jpki.card.connection import ConnectionLostError


class CardInUseError(ConnectionLostError):
    """Another connection of this process has the card; close it first."""


class _Power:
    """What is known of one card here: the ATR while it has power, and who is connected."""

    def __init__(self) -> None:
        self.atr: bytes | None = None
        self.user: InProcessConnection | None = None


_cards: dict[int, _Power] = {}
"""By identity, since two cards may be equal; an entry goes with its card."""


def _power_of(card: InsertableCard) -> _Power:
    if id(card) not in _cards:
        _cards[id(card)] = _Power()
        finalize(card, _cards.pop, id(card), None)
    return _cards[id(card)]


class InProcessConnection:
    """A `jpki.card.connection.CardConnection` that calls the card directly."""

    def __init__(self, card: InsertableCard) -> None:
        self._power = _power_of(card)
        if self._power.user is not None:
            raise CardInUseError("the card is in use by another connection; close that first")
        self._card = card
        if self._power.atr is None:
            self._power.atr = card.power_on()
        if not self._power.atr:
            self._power.atr = None
            raise ConnectionLostError("the card does not answer to reset")
        self._atr = self._power.atr
        self._power.user = self

    @property
    def atr(self) -> bytes:
        """The answer to reset."""
        return self._atr

    def transmit(self, command: bytes) -> bytes:
        """Send one command APDU and give the response APDU."""
        self._need_open()
        try:
            answer = self._card.transmit(command)
        except NoAnswerError as lost:
            raise ConnectionLostError(str(lost)) from lost
        if not answer:
            raise ConnectionLostError("the card does not answer any more; reset it")
        return answer

    def warm_reset(self) -> None:
        """Reset without losing power."""
        self._need_open()
        self._power.atr = self._atr = self._card.warm_reset()

    def cold_reset(self) -> None:
        """Take the power away and give it back."""
        self._need_open()
        self._card.power_off()
        self._power.atr = self._atr = self._card.power_on()

    def power_off(self) -> None:
        """Take the power away and let go of the card."""
        if self._power.user is self:
            self._card.power_off()
            self._power.atr = None
            self.close()

    def close(self) -> None:
        """Let go of the card and leave its power on, as a disconnect does."""
        if self._power.user is self:
            self._power.user = None

    def _need_open(self) -> None:
        if self._power.user is not self:
            raise ConnectionLostError("the connection is closed")


def connect(card: InsertableCard) -> InProcessConnection:
    """Connect to a card, powering it if it has no power.

    Raises `CardInUseError` while another connection has it, and `ConnectionLostError` for a
    mute card.
    """
    return InProcessConnection(card)
