"""What a card remembers without power: PIN values and counters, and where they are kept.

Not here: the session (what is lost with power), files of a particular card on disk.
Rule: a store's `save` returns only when the state would survive a crash of the machine.
Called by `pins`; stores on disk live with the card kind.
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from typing import NamedTuple, Protocol, Self


class ObjectId(NamedTuple):
    """Names one file of the card: application and EF identifier."""

    aid: bytes
    ef: int


@dataclass(frozen=True, slots=True)
class PinState:
    """One PIN: its value (None: no value matches) and the tries left before it blocks."""

    value: bytes | None = field(repr=False)
    tries_left: int


@dataclass(frozen=True, slots=True)
class CardState:
    """Everything saved, by PIN file."""

    pins: Mapping[ObjectId, PinState]

    def with_pin(self, pin: ObjectId, state: PinState) -> Self:
        """Give a copy in which one PIN has changed."""
        return replace(self, pins={**self.pins, pin: state})


class Transaction(Protocol):
    """Sole access to the state, between a read and the writes that depend on it."""

    @property
    def state(self) -> CardState:
        """The state as it is now."""
        ...

    def save(self, state: CardState) -> None:
        """Make `state` the state, durably; raises `StoreError` when that cannot be promised."""
        ...


class CardStore(Protocol):
    """Keeps the state of one card, perhaps for several processes at once."""

    def read(self) -> CardState:
        """Give the latest saved state."""
        ...

    def exclusive(self) -> AbstractContextManager[Transaction]:
        """Keep everyone else out until the block ends."""
        ...
