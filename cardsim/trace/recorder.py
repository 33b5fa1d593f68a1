"""A card that is overheard: it answers as it would, and what was said goes to a listener.

Redaction comes first: the listener is given what cannot hold a secret. Commands that hide nothing
are recognised when they come again, which is most of what is said to a card.
Not here: what the listener does (`files`, a terminal, a test). The clock comes in.
Called by whoever puts a card into a reader: `slot.insert(RecordedCard(card, …))`.
"""

from collections.abc import Callable

from cardsim.readers.insertable import InsertableCard
from cardsim.trace.events import Conversation
from cardsim.trace.exchange import Exchange, overhear
from cardsim.trace.heard import Heard, Listener, PowerKind, contacts

Clock = Callable[[], int]
"""Gives the microseconds since 1970 in UTC."""

_STATUS_LENGTH = 2
_REMEMBERED = 1024
_Key = tuple[bytes, int, bytes]
"""Command, length of the answer, status: where nothing of the command is hidden and nothing of
the answer is kept, this tells exchanges apart without a secret in it."""


class RecordedCard:
    """An `InsertableCard` around another one; everything is told to `listener`."""

    def __init__(
        self, card: InsertableCard, listener: Listener, *, clock: Clock, name: str = "card"
    ) -> None:
        self._card = card
        self._listener = listener
        self._clock = clock
        # Refuses a name that no conversation can have, before there is one.
        self._name = Conversation(name).card
        self._seen: dict[_Key, Exchange] = {}

    def power_on(self) -> bytes:
        """Cold reset: give the ATR."""
        return self._powered(PowerKind.ON, self._card.power_on)

    def power_off(self) -> None:
        """Take the power away."""
        self._card.power_off()
        self._listener(Heard(self._name, contacts(PowerKind.OFF), self._clock()))

    def warm_reset(self) -> bytes:
        """Reset without losing power: give the ATR."""
        return self._powered(PowerKind.WARM_RESET, self._card.warm_reset)

    def transmit(self, command: bytes) -> bytes:
        """Give the command to the card; its answer is heard on the way back."""
        began = self._clock()
        try:
            answer = self._card.transmit(command)
        except Exception:
            self._listener(Heard(self._name, overhear(command, None), began))
            raise
        took = self._clock() - began
        key = command, len(answer), answer[-_STATUS_LENGTH:]
        exchange = self._seen.get(key) or self._redacted(key, answer)
        self._listener(Heard(self._name, exchange, began, took))
        return answer

    def _powered(self, kind: PowerKind, change: Callable[[], bytes]) -> bytes:
        began = self._clock()
        atr = change()
        took = self._clock() - began
        self._listener(Heard(self._name, contacts(kind, atr), began, took))
        return atr

    def _redacted(self, key: _Key, answer: bytes) -> Exchange:
        exchange = overhear(key[0], answer)
        answered = exchange.answered
        if exchange.asked.is_whole and answered is not None and not answered.data:
            if len(self._seen) >= _REMEMBERED:
                self._seen.clear()
            self._seen[key] = exchange
        return exchange
