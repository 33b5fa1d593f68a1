"""A reader as PC/SC shows it: a slot, who has connected to it, and the state it publishes.

Not here: requests (`cards`), the slot itself (`cardsim.readers.slot`), attributes (`attributes`).
Source: pcsc-lite `src/eventhandler.c` (card events, event counter), `src/winscard.c` (state after
a reset), `src/readerfactory.c` (sharing, events of handles), `src/prothandler.c` (protocols).
Called by `cards` and `server`.
"""

from collections.abc import Callable
from dataclasses import dataclass

from cardsim.readers.pcsc.codes import (
    MAX_ATR,
    MAX_READER_NAME,
    PNP_READER,
    SHARING_EXCLUSIVE,
    Protocols,
    ReaderFlags,
    ReturnCode,
)
from cardsim.readers.pcsc.protocol import READER_STATE, ReaderState
from cardsim.readers.pcsc.sessions import Handle
from cardsim.readers.pcsc.transactions import Transactions
from cardsim.readers.slot import Power, Slot, SlotState
from jpki.iso7816 import Atr, AtrError

_ABSENT = int(ReaderFlags.ABSENT)
_MUTE = int(ReaderFlags.PRESENT | ReaderFlags.SWALLOWED)
_READY = int(ReaderFlags.PRESENT | ReaderFlags.POWERED | ReaderFlags.NEGOTIABLE)
_UNPOWERED = int(ReaderFlags.PRESENT)
_FLAGS = {Power.ABSENT: _ABSENT, Power.MUTE: _MUTE, Power.ON: _READY, Power.OFF: _UNPOWERED}
_EVENT_COUNTER_MASK = 0xFFFF
_LONGEST_TEXT = 127
_VERSION = (0xFF, 0xFF, 0xFFFF)


class ReaderNameError(ValueError):
    """A name no reader can have."""


@dataclass(frozen=True, slots=True)
class Description:
    """What a reader says of itself (SCardGetAttrib). `version` is major, minor, build."""

    vendor: str = "JPKI-EMU"
    model: str = "Virtual reader"
    version: tuple[int, int, int] = (1, 0, 0)
    serial_number: str = ""

    def __post_init__(self) -> None:
        for text in (self.vendor, self.model, self.serial_number):
            if len(text.encode()) > _LONGEST_TEXT:
                raise ValueError(
                    f"a reader's description has texts of at most {_LONGEST_TEXT} bytes"
                )
        if not all(0 <= part <= limit for part, limit in zip(self.version, _VERSION, strict=True)):
            raise ValueError("a reader's version is a byte, a byte and two bytes")


DEFAULT_DESCRIPTION = Description()


class Reader:
    """One reader. What the slot does by itself is taken over by `sync`, before each request."""

    def __init__(self, slot: Slot, description: Description, notify: Callable[[], None]) -> None:
        raw = slot.name.encode()
        if not 0 < len(raw) < MAX_READER_NAME or b"\0" in raw or slot.name == PNP_READER:
            raise ReaderNameError(
                f"a reader name has 1 to {MAX_READER_NAME - 1} bytes (UTF-8): {slot.name!r}"
            )
        self.slot = slot
        self.name = raw
        self.description = description
        self.handles: dict[int, Handle] = {}
        self.exclusive: Handle | None = None
        self.transactions = Transactions()
        self.unit = 0
        """Its place in the list of readers."""
        self.removed = False
        self.protocol = 0
        self.atr = b""
        self.flags = _ABSENT
        self.idle_since: float | None = None
        self._notify = notify
        self._events = 0
        self._seen = SlotState()
        self._published: bytes | None = None
        self.sync()
        # A card that was in the reader when it was plugged in is no event of it.
        self._events = 0

    def __repr__(self) -> str:
        return f"<Reader {self.slot.name!r}>"

    # --- what is published

    @property
    def sharing(self) -> int:
        """How many programs have connected; -1 when one has the reader for itself."""
        return SHARING_EXCLUSIVE if self.exclusive is not None else len(self.handles)

    def published(self) -> bytes:
        """Give the `READER_STATE` clients read."""
        if self._published is None:
            self._published = READER_STATE.pack(
                *ReaderState(
                    name=self.name,
                    events=self._events,
                    state=self.flags,
                    sharing=self.sharing,
                    atr=self.atr,
                    atr_length=len(self.atr),
                    protocol=self.protocol,
                )
            )
        return self._published

    def changed(self, *, tell: bool = True) -> None:
        """Have the state published anew; tell those who wait for changes."""
        self._published = None
        if tell:
            self._notify()

    # --- what happens to the card

    def sync(self) -> None:
        """Take over what happened in the slot: cards put in and taken out, resets by others."""
        state, seen = self.slot.state, self._seen
        if state is seen:
            return
        self._seen = state
        if state.events != seen.events:
            if seen.present:
                self._card_removed()
            self._events = (self._events + state.events - seen.events) & _EVENT_COUNTER_MASK
            self._take(state)
            self.changed()
        elif state.resets != seen.resets:
            self.mark_reset()
            self._take(state)
        # Anything else is a card that lost its power while nobody used it: not published.

    def mark_reset(self) -> None:
        """Have every handle learn that the card was reset, if it does not know worse."""
        for handle in self.handles.values():
            if handle.event is None:
                handle.event = ReturnCode.RESET_CARD

    def warm_reset(self) -> None:
        """Reset the card; a card that stays mute raises `MuteCardError`."""
        self._powered(self.slot.warm_reset)

    def cold_reset(self) -> None:
        """Take the power away and give it again; a card that stays mute raises."""
        self._powered(self.slot.cold_reset)

    def power_off(self) -> None:
        """Take the power away because a program asked for it."""
        self._powered_off()
        self.flags = _UNPOWERED

    def power_off_unused(self) -> None:
        """Take the power away because nobody uses the card: programs do not notice."""
        self._powered_off()

    def ensure_power(self) -> None:
        """Power the card if it is not. Raises `MuteCardError`, or `NoCardError`."""
        if self.slot.state.power is not Power.ON:
            self.cold_reset()

    def transmit(self, command: bytes) -> bytes:
        """Have the card the handles mean answer one command APDU."""
        return self.slot.transmit(command, insertion=self._seen.insertion)

    def _powered(self, reset: Callable[[], bytes]) -> None:
        try:
            reset()
        finally:
            state = self.slot.state
            # Should the card have been changed at the same moment, `sync` will find that out.
            if state.events == self._seen.events:
                self._seen = state
                self._take(state)

    def _powered_off(self) -> None:
        self.slot.power_off()
        state = self.slot.state
        if state.events == self._seen.events:
            self._seen = state
        self.protocol = 0
        self.changed(tell=False)

    def _card_removed(self) -> None:
        for handle in self.handles.values():
            handle.event = ReturnCode.REMOVED_CARD
        self.transactions.clear()

    def _take(self, state: SlotState) -> None:
        # Clients trust the length: more than the field holds must never be announced.
        self.atr = state.atr[:MAX_ATR]
        self.flags = _FLAGS[state.power]
        self.protocol = 0
        self._published = None

    # --- protocols

    def negotiate(self, preferred: int) -> int | None:
        """Give the protocol in use, agreeing on one if none is; None when they do not match."""
        if preferred & Protocols.ANY_OLD:
            preferred |= Protocols.T0 | Protocols.T1
        # RAW is not negotiated with the card: it can be had beside the protocol in use, and
        # gives way to one (with pcsc-lite nobody could have T=0 or T=1 until the next reset).
        if self.protocol not in {0, Protocols.RAW}:
            return self.protocol if preferred & self.protocol else preferred & Protocols.RAW or None
        if preferred & Protocols.RAW:
            chosen = int(Protocols.RAW)
        else:
            offered = offered_protocols(self.atr) & preferred
            # pcsc-lite tries T=1 first.
            chosen = offered & Protocols.T1 or offered & Protocols.T0
        if not chosen:
            return None
        self.protocol = int(chosen)
        self.changed(tell=False)
        return self.protocol


def offered_protocols(atr: bytes) -> int:
    """Give the protocols an ATR offers. TA2 (specific mode) leaves only the one it names."""
    try:
        parsed = Atr.parse(atr)
    except AtrError:
        # A card with a damaged ATR is still asked: T=0 is the default of 7816-3.
        return int(Protocols.T0)
    if len(parsed.interface) > 1 and "A" in parsed.interface[1]:
        named: tuple[int, ...] = (parsed.interface[1]["A"] & 0x0F,)
    else:
        named = parsed.protocols
    bits = {0: Protocols.T0, 1: Protocols.T1}
    return sum(int(bits.get(t, Protocols.UNDEFINED)) for t in named)
