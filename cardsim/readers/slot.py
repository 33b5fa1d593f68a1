"""A slot: where a card is put in, powered, reset, asked, and taken out again.

Not here: who shares it and over which wire (`pcsc`, `vpcd`, `inprocess`), what a card answers.
ISO/IEC 7816-3:2006 clause 6: a cold reset takes the power away first, a warm one does not; what
that means for a PIN that was verified is the card's business (card reference §7).
Called by whoever owns the reader to insert and eject, and by a transport to use the card.

    SlotError
    ├── SlotOccupiedError   insert: there is a card in it
    ├── NoCardError         there is none, or no longer the one that was meant
    ├── MuteCardError       the card did not answer to reset
    ├── UnpoweredCardError  a command for a card without power
    └── CardFailedError     the card broke down (an exception is its cause)
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum, unique
from typing import Protocol

from cardsim.readers.insertable import InsertableCard, NoAnswerError


class SlotError(Exception):
    """Something a slot cannot do with the card it has, or has not."""


class SlotOccupiedError(SlotError):
    """A card is in the slot; eject it first."""


class NoCardError(SlotError):
    """No card is in the slot, or another one than the caller meant."""


class MuteCardError(SlotError):
    """The card gave no answer to reset."""


class UnpoweredCardError(SlotError):
    """The card has no power, so it cannot hear a command."""


class CardFailedError(SlotError):
    """The card raised instead of answering. A card never should: the cause is a defect."""


@unique
class Power(Enum):
    """What is known of the contacts."""

    ABSENT = "absent"
    """No card."""
    OFF = "off"
    """A card without power."""
    MUTE = "mute"
    """Power was given, no answer to reset came."""
    ON = "on"
    """Powered, and it gave its ATR."""


@dataclass(frozen=True, slots=True)
class SlotState:
    """The slot at one moment. A new object for every change: compare with `is`.

    `insertion` numbers the cards put in (the first is 1) and stays after ejection; `events`
    counts insertions and ejections; `resets` counts answers to reset after the one given at
    insertion, cold and warm. `atr` is the last ATR of the card inside, empty when it is mute
    or no card is there.
    """

    power: Power = Power.ABSENT
    atr: bytes = b""
    insertion: int = 0
    events: int = 0
    resets: int = 0

    @property
    def present(self) -> bool:
        """Whether a card is inside."""
        return self.power is not Power.ABSENT


class SlotListener(Protocol):
    """Told of every change, in the thread that made it; `slot.state` is already the new one."""

    def __call__(self) -> None:
        """Take note; whatever takes long belongs elsewhere."""
        ...


class Slot:
    """One card or none. Safe to use from several threads; the card is called by one at a time.

    Inserting powers the card to learn its ATR, as a reader does; it stays powered until someone
    takes the power away.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._card: InsertableCard | None = None
        self._state = SlotState()
        self._lock = threading.RLock()
        self._listeners: list[SlotListener] = []

    def __repr__(self) -> str:
        return f"<Slot {self.name!r} {self._state.power.value}>"

    @property
    def state(self) -> SlotState:
        """What is in the slot now."""
        return self._state

    def subscribe(self, listener: SlotListener) -> Callable[[], None]:
        """Have `listener` called on every change; give what ends that (calling twice is fine)."""
        self._listeners.append(listener)

        def unsubscribe() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return unsubscribe

    def insert(self, card: InsertableCard) -> None:
        """Put a card in and power it. Raises `SlotOccupiedError` when there is one already.

        A card that raises instead of answering is not taken: that is a `CardFailedError`. One
        that does not answer to reset (an empty ATR) is in the slot all the same, mute.
        """
        with self._lock:
            if self._card is not None:
                raise SlotOccupiedError(f"{self.name} holds a card already")
            power, atr = self._answer_to(card.power_on)
            self._card = card
            old = self._state
            self._change(
                SlotState(
                    power=power,
                    atr=atr,
                    insertion=old.insertion + 1,
                    events=old.events + 1,
                    resets=old.resets,
                )
            )

    def eject(self) -> InsertableCard | None:
        """Take the card out, which takes its power; give it, or None when the slot is empty."""
        with self._lock:
            card = self._card
            if card is None:
                return None
            self._card = None
            old = self._state
            self._change(
                SlotState(insertion=old.insertion, events=old.events + 1, resets=old.resets)
            )
            self._power_off(card)
            return card

    def power_off(self) -> None:
        """Take the power away. The ATR stays known."""
        with self._lock:
            card = self._inserted()
            if self._state.power is not Power.OFF:
                self._change(replace(self._state, power=Power.OFF))
                self._power_off(card)

    def cold_reset(self) -> bytes:
        """Take the power away and give it again; give the ATR. Raises `MuteCardError`."""
        with self._lock:
            card = self._inserted()
            if self._state.power is not Power.OFF:
                self._power_off(card)
            return self._reset(card.power_on)

    def warm_reset(self) -> bytes:
        """Reset under power; give the ATR. Raises `MuteCardError`.

        A card without power gets it: for that card it is a cold reset.
        """
        with self._lock:
            card = self._inserted()
            powered = self._state.power is Power.ON
            return self._reset(card.warm_reset if powered else card.power_on)

    def transmit(self, command: bytes, *, insertion: int | None = None) -> bytes:
        """Give one command APDU to the card and its response APDU back.

        `insertion` names the card that is meant: if it was changed for another in the meantime
        that is a `NoCardError`, and the other card hears nothing. `NoAnswerError` comes through
        as it is.
        """
        with self._lock:
            state = self._state
            card = self._card
            if card is None or insertion not in {None, state.insertion}:
                raise NoCardError(f"{self.name} does not hold the card that is meant")
            if state.power is not Power.ON:
                raise UnpoweredCardError(f"the card in {self.name} is {state.power.value}")
            try:
                return card.transmit(command)
            except NoAnswerError:
                raise
            except Exception as failure:
                raise CardFailedError(f"the card in {self.name} failed at a command") from failure

    def _inserted(self) -> InsertableCard:
        if self._card is None:
            raise NoCardError(f"{self.name} is empty")
        return self._card

    def _reset(self, reset: Callable[[], bytes]) -> bytes:
        power, atr = self._answer_to(reset)
        self._change(replace(self._state, power=power, atr=atr, resets=self._state.resets + 1))
        if power is Power.MUTE:
            raise MuteCardError(f"the card in {self.name} does not answer to reset")
        return atr

    def _answer_to(self, reset: Callable[[], bytes]) -> tuple[Power, bytes]:
        try:
            atr = reset()
        except Exception as failure:
            raise CardFailedError(f"the card for {self.name} failed at a reset") from failure
        return (Power.ON if atr else Power.MUTE), atr

    def _power_off(self, card: InsertableCard) -> None:
        try:
            card.power_off()
        except Exception as failure:
            raise CardFailedError(f"the card in {self.name} failed at power off") from failure

    def _change(self, state: SlotState) -> None:
        self._state = state
        for listener in tuple(self._listeners):
            listener()
