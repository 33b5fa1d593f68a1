"""A card with faults: any card, as a reader sees it, with something between the two.

    card = FaultyCard(lambda around: open_card(directory, around_store=around), faults)

What travels is changed here, and power is cut here; what happens to the reader is done by
`surroundings`. Not here: which fault strikes when (`plan`), PC/SC requests (`gate`).
Only the words of a fault reach the log, never a byte of a command or an answer.
A `cardsim.readers.insertable.InsertableCard`; made by the world and by tests.
"""

import logging
import math
import time
from collections.abc import Callable, Iterable

from cardsim.chip import CardStore
from cardsim.faults.fault import (
    Cut,
    Delay,
    Fail,
    Fault,
    Flip,
    Moment,
    Remove,
    Reset,
    Slow,
    Status,
    Truncate,
    Unplug,
    When,
)
from cardsim.faults.kinds import Kind
from cardsim.faults.pace import Pace, pace_of
from cardsim.faults.places import Event, Places
from cardsim.faults.plan import Plan
from cardsim.faults.power import PowerCut, PowerSwitch
from cardsim.faults.surroundings import Alone, Surroundings
from cardsim.readers.insertable import InsertableCard, NoAnswerError
from cardsim.readers.pcsc.codes import ReturnCode

_log = logging.getLogger(__name__)

AroundStore = Callable[[CardStore], CardStore]
"""Puts something around the store of a card that is about to be opened."""

_NO_ANSWER = b""
_SAVES = frozenset({Moment.BEFORE_SAVE_OF, Moment.AFTER_SAVE_OF})
_ANSWERED = frozenset({Moment.AT, Moment.AFTER})
_MILLI = 1000.0


class FaultyCard:
    """A card and its faults. `open_card` opens the card with something around its store.

    `sleep` takes seconds; it is called in the thread that asked the card. `clock` gives seconds
    and never goes back; it tells when a card that was taken away is there again.
    """

    def __init__(
        self,
        open_card: Callable[[AroundStore], InsertableCard],
        faults: Iterable[Fault],
        *,
        surroundings: Surroundings | None = None,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        faults = tuple(faults)
        self._switch = PowerSwitch()
        self._card = open_card(self._switch.around)
        self._plan = Plan(faults)
        self._slow = [each.effect.profile for each in faults if isinstance(each.effect, Slow)]
        self._paces: list[Pace] = []
        self._places = Places()
        self._surroundings = surroundings or Alone()
        self._sleep = sleep
        self._clock = clock
        self._dead = False
        self._back_at: float | None = None

    # --- contacts

    def power_on(self) -> bytes:
        """Give the ATR; a card taken away by nobody's hand is mute until its time is over."""
        if self._back_at is not None and self._clock() < self._back_at:
            return b""
        self._back_at = None
        self._dead = False
        self._places.restart()
        atr = self._card.power_on()
        self._paces = [pace_of(profile, atr) for profile in self._slow]
        return atr

    def power_off(self) -> None:
        """Take the power away."""
        self._card.power_off()

    def warm_reset(self) -> bytes:
        """Reset; a card that lost its power starts anew, whatever kind of reset it gets."""
        if self._dead:
            return self.power_on()
        return self._card.warm_reset()

    # --- commands

    def transmit(self, command: bytes) -> bytes:
        """Answer a command, if the faults let it; raises `NoAnswerError` when they do not."""
        if self._dead:
            return _NO_ANSWER
        event = self._places.look(command)
        due = self._plan.due(event)
        early = self._before(due)
        answer = self._answer(command, event, due) if early is None else early
        if self._paces:
            self._take_time(event, len(command), len(answer))
        return answer

    def _before(self, due: list[tuple[Fault, When]]) -> bytes | None:
        """Do what strikes before the card hears the command; give an answer that replaces its.

        One is enough to keep the command from the card: the first that was given.
        """
        fault = next((fault for fault, when in due if when.moment is Moment.BEFORE), None)
        if fault is None:
            return None
        _struck(fault)
        match fault.effect:
            case Status(word):
                return word.to_bytes(2, "big")
            case Cut():
                self._lose_power()
                return _NO_ANSWER
            case Fail(code):
                raise _no_answer(code)
            case effect:
                raise _no_answer(self._disturb(effect))

    def _answer(self, command: bytes, event: Event, due: list[tuple[Fault, When]]) -> bytes:
        """Have the card carry out a command; give what arrives of its answer."""
        saves = [(fault, when.moment) for fault, when in due if when.moment in _SAVES]
        # The power goes once; before a save is earlier than after it.
        saves.sort(key=lambda each: each[1] is Moment.AFTER_SAVE_OF)
        try:
            with self._switch.armed(saves[0][1] if saves else None):
                answer = self._card.transmit(command)
        except PowerCut:
            _struck(saves[0][0])
            self._lose_power()
            return _NO_ANSWER
        self._places.learn(event, answer)
        for fault, when in due:
            if when.moment in _ANSWERED and _matters(fault.effect, answer):
                _struck(fault)
                answer = self._changed(answer, fault)
                if isinstance(fault.effect, Cut):
                    break
        return answer

    def _changed(self, answer: bytes, fault: Fault) -> bytes:
        """Do what strikes once the card has answered; give what is left of the answer."""
        match fault.effect:
            case Status(word):
                return word.to_bytes(2, "big")
            case Truncate(keep):
                return answer[:keep]
            case Flip(byte, bit):
                return _flipped(answer, byte, bit)
            case Delay(milliseconds):
                self._sleep(milliseconds / _MILLI)
            case Cut():
                self._lose_power()
                return _NO_ANSWER
            case Fail(code):
                raise _no_answer(code)
            case effect:
                self._disturb(effect)
        return answer

    def _disturb(self, effect: object) -> ReturnCode:
        """Do to card and reader what an effect says; give what a program hears of it."""
        match effect:
            case Remove(back):
                if not self._surroundings.remove(_seconds(back)):
                    self._leave(_seconds(back))
                return ReturnCode.REMOVED_CARD
            case Unplug(back):
                if not self._surroundings.unplug(_seconds(back)):
                    self._leave(_seconds(back))
                return ReturnCode.READER_UNAVAILABLE
            case Reset(cold):
                if not self._surroundings.reset(cold=cold):
                    self._reset(cold=cold)
                return ReturnCode.RESET_CARD
        raise ValueError(f"{effect} is nothing a card can suffer")

    def _reset(self, *, cold: bool) -> None:
        if cold:
            self._card.power_off()
            self.power_on()
        else:
            self.warm_reset()

    def _lose_power(self) -> None:
        self._dead = True
        self._card.power_off()

    def _leave(self, back: float | None) -> None:
        """Be away for so many seconds (None: for ever), and then without power until reset."""
        self._back_at = math.inf if back is None else self._clock() + back
        self._lose_power()

    def _take_time(self, event: Event, sent: int, received: int) -> None:
        kind = event.kind if isinstance(event.kind, Kind) else Kind.COMMAND
        for pace in self._paces:
            self._sleep(pace.seconds(kind, sent=sent, received=received))


def _no_answer(code: ReturnCode) -> NoAnswerError:
    return NoAnswerError(code, code.name.lower().replace("_", " "))


def _struck(fault: Fault) -> None:
    _log.info("fault: %s", fault)


def _matters(effect: object, answer: bytes) -> bool:
    """Whether an effect changes anything: an answer may be too short to be damaged by it."""
    match effect:
        case Truncate(keep):
            return keep < len(answer)
        case Flip(byte, _):
            return -len(answer) <= byte < len(answer)
    return True


def _flipped(answer: bytes, byte: int, bit: int) -> bytes:
    changed = bytearray(answer)
    changed[byte] ^= 1 << bit
    return bytes(changed)


def _seconds(milliseconds: int | None) -> float | None:
    return None if milliseconds is None else milliseconds / _MILLI
