"""What happens to a card in a reader: it is powered, reset, told things; one event each.

A `Conversation` turns bytes into events, keeping the state of one card between them.
Not here: who listens (`recorder`), how events are written down (`codec`).
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, unique

from cardsim.trace.exchange import Exchange, UnredactedError, overhear
from cardsim.trace.keeping import is_atr
from cardsim.trace.state import AFTER_POWER_ON, State
from cardsim.trace.steps import Step, follow

MAX_LABEL = 64


@unique
class PowerKind(Enum):
    """What can happen to the contacts (ISO/IEC 7816-3:2006 clause 6)."""

    ON = "power on"
    OFF = "power off"
    WARM_RESET = "warm reset"


@dataclass(frozen=True, slots=True)
class PowerChange:
    """A change at the contacts; `atr` is None where there is none, or it may not be kept.

    A card that gave no answer to reset has an empty one.
    """

    kind: PowerKind
    atr: bytes | None
    after: State

    def __post_init__(self) -> None:
        if self.atr and not is_atr(self.atr):
            raise UnredactedError("bytes that are no answer to reset")


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

    def __post_init__(self) -> None:
        if not (0 < len(self.card) <= MAX_LABEL and self.card.isprintable()):
            raise ValueError(f"a card is called by 1 to {MAX_LABEL} printable characters")

    def power(
        self,
        kind: PowerKind,
        atr: bytes | None = None,
        *,
        time: datetime | None = None,
        took: int | None = None,
    ) -> Event:
        """Note a change at the contacts. A warm reset leaves the state (card reference §7)."""
        if kind is not PowerKind.WARM_RESET:
            self.state = AFTER_POWER_ON if kind is PowerKind.ON else State()
        kept = atr if atr is not None and (not atr or is_atr(atr)) else None
        return Event(self.card, PowerChange(kind, kept, self.state), time, took)

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
        self, exchange: Exchange, *, time: datetime | None = None, took: int | None = None
    ) -> Event:
        """Note an exchange that is redacted already."""
        step = follow(self.state, exchange)
        self.state = step.after
        return Event(self.card, step, time, took)
