"""What a recorder hands on: an exchange or a change at the contacts, redacted, not yet named.

Naming takes longer than a card takes to answer, so it is left to whoever listens, in its own time.
Not here: names and states (`events`). Called by the recorder and its listeners.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, unique
from typing import NamedTuple

from cardsim.trace.exchange import Exchange, UnredactedError
from cardsim.trace.keeping import is_atr


@unique
class PowerKind(Enum):
    """What can happen to the contacts (ISO/IEC 7816-3:2006 clause 6)."""

    ON = "power on"
    OFF = "power off"
    WARM_RESET = "warm reset"


@dataclass(frozen=True, slots=True)
class Contacts:
    """A change at the contacts; `atr` is None where there is none, or it may not be kept.

    A card that gave no answer to reset has an empty one.
    """

    kind: PowerKind
    atr: bytes | None = None

    def __post_init__(self) -> None:
        if self.atr and not is_atr(self.atr):
            raise UnredactedError("bytes that are no answer to reset")


def contacts(kind: PowerKind, atr: bytes | None = None) -> Contacts:
    """Redact a change at the contacts: what is no ATR is not kept."""
    return Contacts(kind, atr if atr is not None and (not atr or is_atr(atr)) else None)


class Heard(NamedTuple):
    """One thing that happened to the card called `card`.

    `time` is in microseconds since 1970 in UTC; `took` is how many the card took to answer.
    """

    card: str
    what: Exchange | Contacts
    time: int | None = None
    took: int | None = None


Listener = Callable[[Heard], None]
