"""A card's state in memory, for tests and throw-away cards.

Not here: state that outlives the process (`directory`). Implements `cardsim.chip.CardStore`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import RLock

from cardsim.chip import CardState, Transaction


class MemoryStore:
    """A store for tests and throw-away cards: the state lives as long as this object."""

    def __init__(self, state: CardState) -> None:
        self._state = state
        self._lock = RLock()

    @property
    def state(self) -> CardState:
        """The state as it is now."""
        return self._state

    def read(self) -> CardState:
        """Give the latest saved state."""
        return self._state

    def save(self, state: CardState) -> None:
        """Keep `state`."""
        self._state = state

    @contextmanager
    def exclusive(self) -> Iterator[Transaction]:
        """Keep other threads out until the block ends."""
        with self._lock:
            yield self
