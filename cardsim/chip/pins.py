"""Presenting and changing PINs against the saved state.

The order is the point: a lowered counter is saved before anything is compared, and given
back only when the comparison succeeded. Losing power in between costs a try, never gives one.
Not here: which status word tells the outcome (the handlers and the dialect).
ISO/IEC 7816-4:2020 clause 11.6.6 (VERIFY), 11.6.7 (CHANGE REFERENCE DATA).
"""

import hmac
from dataclasses import replace
from enum import Enum, unique

from cardsim.chip.state import CardState, CardStore, ObjectId, PinState

_BLOCK = 64


@unique
class PinOutcome(Enum):
    """How a presentation ended."""

    VERIFIED = "verified"
    WRONG = "wrong"
    BLOCKED = "blocked"


def tries_left(store: CardStore, pin: ObjectId) -> int:
    """Give the tries left; costs nothing."""
    return _pin(store.read(), pin).tries_left


def present(
    store: CardStore, pin: ObjectId, offered: bytes, *, tries: int
) -> tuple[PinOutcome, int]:
    """Compare `offered` with the PIN: the outcome and the tries left after it.

    A success sets the counter back to `tries`. Bytes of a wrong length are a wrong PIN and
    cost a try like any other.
    """
    with store.exclusive() as transaction:
        before = _pin(transaction.state, pin)
        if before.tries_left <= 0:
            return PinOutcome.BLOCKED, 0
        spent = replace(before, tries_left=before.tries_left - 1)
        transaction.save(transaction.state.with_pin(pin, spent))
        if before.value is None or not _equal(before.value, offered):
            return PinOutcome.WRONG, spent.tries_left
        transaction.save(transaction.state.with_pin(pin, replace(before, tries_left=tries)))
        return PinOutcome.VERIFIED, tries


def change(store: CardStore, pin: ObjectId, value: bytes) -> PinOutcome:
    """Give the PIN a new value; the tries left stay as they are, a blocked PIN stays blocked."""
    with store.exclusive() as transaction:
        before = _pin(transaction.state, pin)
        if before.tries_left <= 0:
            return PinOutcome.BLOCKED
        transaction.save(transaction.state.with_pin(pin, replace(before, value=value)))
        return PinOutcome.VERIFIED


def _pin(state: CardState, pin: ObjectId) -> PinState:
    """Give the saved PIN; one the state does not know is blocked, never open."""
    return state.pins.get(pin, PinState(None, 0))


def _equal(reference: bytes, offered: bytes) -> bool:
    """Compare in a time that tells neither the length nor the place of a difference."""
    return hmac.compare_digest(_padded(reference), _padded(offered))


def _padded(value: bytes) -> bytes:
    return len(value).to_bytes(4, "big") + value[:_BLOCK].ljust(_BLOCK, b"\0")
