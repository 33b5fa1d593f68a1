"""A card that is overheard: it answers as it would, and each event goes to a listener.

Redaction comes first: the listener is given events, and an event cannot hold a secret. Commands
that hide nothing are recognised when they come again, which is most of what is said to a card.
Not here: what the listener does (`files`, a terminal, a test). The clock comes in.
Called by whoever puts a card into a reader: `slot.insert(RecordedCard(card, …))`.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from cardsim.readers.insertable import InsertableCard
from cardsim.trace.events import Conversation, Event, PowerKind
from cardsim.trace.state import State
from cardsim.trace.steps import Step

Listener = Callable[[Event], None]
Clock = Callable[[], datetime]
"""Gives aware moments in UTC, with microseconds if the time an answer takes shall be known."""

_STATUS_LENGTH = 2
_MICROSECOND = timedelta(microseconds=1)
_REMEMBERED = 1024

_Key = tuple[int, bytes, int, bytes]
"""State by identity, command, length of the answer, status: where nothing of the command is
hidden, this tells exchanges apart without a secret in it."""


class RecordedCard:
    """An `InsertableCard` around another one, of which every event is told to `listener`."""

    def __init__(
        self, card: InsertableCard, listener: Listener, *, clock: Clock, name: str = "card"
    ) -> None:
        self._card = card
        self._listener = listener
        self._clock = clock
        self._talk = Conversation(name)
        self._seen: dict[_Key, tuple[Step, State]] = {}
        self._states: dict[State, State] = {}
        self._settle()

    def power_on(self) -> bytes:
        """Cold reset: give the ATR."""
        return self._powered(PowerKind.ON, self._card.power_on)

    def power_off(self) -> None:
        """Take the power away."""
        self._card.power_off()
        event = self._talk.power(PowerKind.OFF, time=self._clock())
        self._settle()
        self._listener(event)

    def warm_reset(self) -> bytes:
        """Reset without losing power: give the ATR."""
        return self._powered(PowerKind.WARM_RESET, self._card.warm_reset)

    def transmit(self, command: bytes) -> bytes:
        """Give the command to the card; its answer is heard on the way back."""
        began = self._clock()
        try:
            answer = self._card.transmit(command)
        except Exception:
            event = self._talk.exchange(command, None, time=began)
            self._settle()
            self._listener(event)
            raise
        took = (self._clock() - began) // _MICROSECOND
        self._listener(self._heard(command, answer, began, took))
        return answer

    def _powered(self, kind: PowerKind, change: Callable[[], bytes]) -> bytes:
        began = self._clock()
        atr = change()
        took = (self._clock() - began) // _MICROSECOND
        event = self._talk.power(kind, atr, time=began, took=took)
        self._settle()
        self._listener(event)
        return atr

    def _settle(self) -> None:
        """Make equal states one that stays alive: its identity is all that need be looked at."""
        self._talk.state = self._states.setdefault(self._talk.state, self._talk.state)

    def _heard(self, command: bytes, answer: bytes, began: datetime, took: int) -> Event:
        talk = self._talk
        key = id(talk.state), command, len(answer), answer[-_STATUS_LENGTH:]
        found = self._seen.get(key)
        if found is not None:
            step, talk.state = found
            return Event(talk.card, step, began, took)
        event = talk.exchange(command, answer, time=began, took=took)
        self._settle()
        self._remember(key, event)
        return event

    def _remember(self, key: _Key, event: Event) -> None:
        """Keep a step by its bytes, if the trace holds all of the command and no answer data."""
        step = event.what
        if not isinstance(step, Step) or not step.exchange.asked.is_whole:
            return
        answered = step.exchange.answered
        if answered is None or answered.data:
            return
        if len(self._seen) >= _REMEMBERED:
            self._seen.clear()
        self._seen[key] = step, self._talk.state
