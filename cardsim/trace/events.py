"""What happens to a card in a reader, named: it is powered, reset, told things; one event each.

A `Conversation` keeps the state of one card from event to event.
Not here: who listens (`recorder`), how events are written down (`codec`).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from cardsim.trace.exchange import Exchange, overhear
from cardsim.trace.heard import Contacts, Heard, PowerKind, contacts
from cardsim.trace.state import AFTER_POWER_ON, State
from cardsim.trace.steps import Step, follow

MAX_LABEL = 64
_REMEMBERED = 1024
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def is_label(text: str) -> bool:
    """Whether a card or a source may be called this: nothing that moves a terminal's cursor."""
    return 0 < len(text) <= MAX_LABEL and text.isprintable()


@dataclass(frozen=True, slots=True)
class PowerChange:
    """A change at the contacts, and the state after it."""

    contacts: Contacts
    after: State

    @property
    def kind(self) -> PowerKind:
        """What happened."""
        return self.contacts.kind

    @property
    def atr(self) -> bytes | None:
        """The answer to reset; None where there is none, or it may not be kept."""
        return self.contacts.atr


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to the card called `card`.

    `time` is aware and in UTC, None where a log does not tell; `took` is how many microseconds
    the card took to answer.
    """

    card: str
    what: Step | PowerChange
    time: datetime | None = None
    took: int | None = None


@dataclass
class Conversation:
    """What is said with one card, in order."""

    card: str
    state: State = field(default_factory=State)
    _known: dict[tuple[int, int], tuple[State, Exchange, Step]] = field(default_factory=dict)
    """What was named before, by identity, which costs nothing; what is in it stays alive."""
    _states: dict[State, State] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not is_label(self.card):
            raise ValueError(f"a card is called by 1 to {MAX_LABEL} printable characters")

    def power(
        self,
        kind: PowerKind,
        atr: bytes | None = None,
        *,
        time: datetime | None = None,
        took: int | None = None,
    ) -> Event:
        """Note a change at the contacts."""
        return self.understood(contacts(kind, atr), time=time, took=took)

    def exchange(
        self,
        command: bytes,
        answer: bytes | None,
        *,
        time: datetime | None = None,
        took: int | None = None,
    ) -> Event:
        """Note a command and its answer (None: none came)."""
        return self.understood(overhear(command, answer), time=time, took=took)

    def understood(
        self, what: Exchange | Contacts, *, time: datetime | None = None, took: int | None = None
    ) -> Event:
        """Note what is redacted already, and name it."""
        if isinstance(what, Exchange):
            return Event(self.card, self._step(what), time, took)
        # A warm reset leaves the state (card reference §7).
        if what.kind is not PowerKind.WARM_RESET:
            self.state = AFTER_POWER_ON if what.kind is PowerKind.ON else State()
        return Event(self.card, PowerChange(what, self.state), time, took)

    def _step(self, exchange: Exchange) -> Step:
        key = id(self.state), id(exchange)
        found = self._known.get(key)
        if found is None:
            step = follow(self.state, exchange)
            # Equal states become one object, so that what comes next is recognised.
            after = self._states.setdefault(step.after, step.after)
            found = self.state, exchange, replace(step, after=after)
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
                self._states.clear()
            self._known[key] = found
        self.state = found[2].after
        return found[2]


@dataclass
class Naming:
    """Names what a recorder heard, of any number of cards, in the order it was heard."""

    _talks: dict[str, Conversation] = field(default_factory=dict)

    def event(self, heard: Heard) -> Event:
        """Name one thing."""
        talk = self._talks.get(heard.card)
        if talk is None:
            talk = self._talks[heard.card] = Conversation(heard.card)
        time = None if heard.time is None else _EPOCH + timedelta(microseconds=heard.time)
        return talk.understood(heard.what, time=time, took=heard.took)


def named(everything: Iterable[Heard]) -> Iterator[Event]:
    """Name all that was heard, from its beginning."""
    naming = Naming()
    return (naming.event(heard) for heard in everything)
