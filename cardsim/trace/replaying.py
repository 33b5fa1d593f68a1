"""A trace said again to a card, to see whether it still answers as recorded.

What was hidden is made up again. The right PIN is asked of whoever has the card; a wrong one was
wrong before and is again. Data to be signed may be any, as may a name that nobody had. What only
its sender could make (a key delivered, a certificate, a secured message) is left out, and told.
Answers are compared by what is known: status, length, values that were kept.
Not here: cards and their secrets (`cardsim.mynumber`), reports for people (the command line).
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from cardsim.readers.insertable import InsertableCard
from cardsim.trace.comparing import difference_of
from cardsim.trace.events import Conversation, Event, PowerChange
from cardsim.trace.exchange import Asked
from cardsim.trace.heard import PowerKind
from cardsim.trace.steps import Step
from cardsim.trace.vocabulary import (
    CHANGE_KEY,
    CHANGE_REFERENCE_DATA,
    COMPUTE_DIGITAL_SIGNATURE,
    INTERNAL_AUTHENTICATE,
    OWN,
    PLAIN,
    SELECT,
    VERIFY,
)
from jpki.card.layout import Ap
from jpki.iso7816 import SW, CommandApdu

Secrets = Callable[[Ap, int], bytes | None]
"""Gives the right value of a PIN by application and EF identifier; None when there is none."""

_FREE_DATA = {(OWN, COMPUTE_DIGITAL_SIGNATURE), (PLAIN, INTERNAL_AUTHENTICATE)}
_NEW_VALUES = {(PLAIN, CHANGE_REFERENCE_DATA), (OWN, CHANGE_KEY)}
_MADE_UP = b"\x11"
_NEW_DIGIT, _WRONG_DIGITS, _FORBIDDEN = b"7", (b"0", b"1"), b" "


@dataclass(frozen=True, slots=True)
class Replayed:
    """One event said again: what came, and how it differs from what was recorded.

    `seen` is None when it could not be said again; `difference` then says why.
    """

    number: int
    recorded: Event
    seen: Event | None
    difference: str = ""

    @property
    def is_skipped(self) -> bool:
        """Whether it could not be said."""
        return self.seen is None

    @property
    def agrees(self) -> bool:
        """Whether the card answered as recorded."""
        return self.seen is not None and not self.difference


@dataclass
class _Player:
    card: InsertableCard
    secrets: Secrets
    talk: Conversation
    changed: dict[tuple[Ap, int], bytes] = field(default_factory=dict, repr=False)
    powered: bool = False

    def power(self, change: PowerChange) -> Event:
        """Do to the contacts what was done."""
        if change.kind is PowerKind.OFF:
            self.card.power_off()
            self.powered = False
            return self.talk.power(change.kind)
        reset = self.card.power_on
        if change.kind is PowerKind.WARM_RESET and self.powered:
            reset = self.card.warm_reset
        self.powered = True
        return self.talk.power(change.kind, reset())

    def say(self, step: Step) -> Event | str:
        """Say a command again; give the reason when that cannot be done."""
        if not self.powered:
            # A log may begin with a card that has power already.
            self.talk.power(PowerKind.ON, self.card.power_on())
            self.powered = True
        asked = step.exchange.asked
        if not asked.is_apdu:
            return "its bytes were not kept"
        data = b""
        if asked.nc:
            found = asked.data or self._data(step, asked, asked.nc)
            if isinstance(found, str):
                return found
            data = found
        cla, ins, p1, p2 = asked.header
        command = CommandApdu(cla, ins, p1, p2, data, asked.ne, asked.extended).encode()
        return self.talk.exchange(command, self.card.transmit(command))

    def _data(self, step: Step, asked: Asked, length: int) -> bytes | str:
        """Make up a data field that was hidden."""
        unselected = asked.kind == (PLAIN, SELECT) and not step.exchange.succeeded
        if asked.kind in _FREE_DATA or unselected:
            return _MADE_UP * length
        if asked.kind not in {(PLAIN, VERIFY), *_NEW_VALUES}:
            return "only its sender can make its data"
        if step.ap is None or step.ef is None:
            return "which PIN it is about is not known"
        pin = step.ap, step.ef
        if asked.kind == (PLAIN, VERIFY):
            right = self.changed.get(pin) or self.secrets(*pin)
            if not step.exchange.succeeded:
                return _wrong(right, length)
            return right or "the right PIN is not known"
        return self._new_value(step, pin, length)

    def _new_value(self, step: Step, pin: tuple[Ap, int], length: int) -> bytes:
        """Make up the new value of a PIN, and remember it if the change will succeed."""
        status = step.exchange.status
        if status is not None and status.kind is SW.WRONG_DATA:
            return _FORBIDDEN * length
        new = _NEW_DIGIT * length
        if step.exchange.succeeded:
            self.changed[pin] = new
        return new


def replay(events: Iterable[Event], card: InsertableCard, secrets: Secrets) -> Iterator[Replayed]:
    """Say the events of one card again, in order; each result comes before the next is said."""
    player = _Player(card, secrets, Conversation("replayed"))
    for number, event in enumerate(events, 1):
        what = event.what
        if isinstance(what, PowerChange):
            seen = player.power(what)
            yield Replayed(number, event, seen, _reset_difference(what, seen))
            continue
        said = player.say(what)
        if isinstance(said, str):
            yield Replayed(number, event, None, said)
        else:
            difference = ""
            if isinstance(said.what, Step):
                difference = difference_of(what.exchange, said.what.exchange)
            yield Replayed(number, event, said, difference)


def _wrong(right: bytes | None, length: int) -> bytes:
    """Give a value of this length that is not the right one."""
    one, other = (digit * length for digit in _WRONG_DIGITS)
    return other if one == right else one


def _reset_difference(recorded: PowerChange, seen: Event) -> str:
    now = seen.what
    if not isinstance(now, PowerChange) or recorded.atr is None or now.atr == recorded.atr:
        return ""
    return "ATR"
