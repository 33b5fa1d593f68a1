"""Power lost within a command, before or after what the card saves is on the disk.

The store is the real one: what it has written when the power goes is written, the rest is not.
Not here: when that happens (`plan`), what a reader sees of it (`card`).
Called by `card`.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from cardsim.chip import CardState, CardStore, Transaction
from cardsim.faults.fault import Moment


class PowerCut(BaseException):
    """The card has no power any more. No `Exception`: a chip cannot answer 6F00 to this."""


class PowerSwitch:
    """Cuts the power at the next save, if it was told to."""

    def __init__(self) -> None:
        self._armed: Moment | None = None

    def around(self, store: CardStore) -> CardStore:
        """Give the store as the card shall have it."""
        return _Watched(store, self)

    @contextmanager
    def armed(self, moment: Moment | None) -> Iterator[None]:
        """Cut at this moment of the first save of the block; afterwards no more."""
        self._armed = moment
        try:
            yield
        finally:
            self._armed = None

    def save(self, save: Callable[[CardState], None], state: CardState) -> None:
        """Have `state` saved, if there is power for it."""
        armed, self._armed = self._armed, None
        if armed is Moment.BEFORE_SAVE_OF:
            raise PowerCut
        save(state)
        if armed is Moment.AFTER_SAVE_OF:
            raise PowerCut


@dataclass(frozen=True, slots=True)
class _Watched:
    """A `cardsim.chip.CardStore` whose saves pass the switch."""

    store: CardStore
    switch: PowerSwitch

    def read(self) -> CardState:
        return self.store.read()

    @contextmanager
    def exclusive(self) -> Iterator[Transaction]:
        with self.store.exclusive() as transaction:
            yield _WatchedTransaction(transaction, self.switch)


@dataclass(frozen=True, slots=True)
class _WatchedTransaction:
    """A `cardsim.chip.Transaction` whose saves pass the switch."""

    transaction: Transaction
    switch: PowerSwitch

    @property
    def state(self) -> CardState:
        return self.transaction.state

    def save(self, state: CardState) -> None:
        self.switch.save(self.transaction.save, state)
