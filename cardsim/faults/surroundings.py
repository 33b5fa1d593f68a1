"""What is around a card and can be taken from it: its reader, and the hand that holds it.

Not here: when something is taken (`plan`). `Alone` serves a card in this process or in any reader
that needs no telling; the hands at our PC/SC service and at vpcd know how to pull a card there.
Called by `card`; made by whoever puts a card into a reader.
"""

import contextlib
import threading
from collections.abc import Callable
from functools import partial
from typing import Protocol

from cardsim.readers.insertable import InsertableCard
from cardsim.readers.pcsc import PcscService
from cardsim.readers.slot import SlotError, SlotOccupiedError
from cardsim.readers.vpcd import VpcdClient

Later = Callable[[float, Callable[[], None]], None]
"""Has something done after so many seconds, in a thread of its own."""


class Surroundings(Protocol):
    """Called by a card within its own command; each gives whether something was done.

    False: nobody is there who could; the card then plays it by itself.
    """

    def remove(self, back: float | None) -> bool:
        """Take the card out, and put it back after so many seconds (None: never)."""
        ...

    def unplug(self, back: float | None) -> bool:
        """Unplug the reader, and plug it in again after so many seconds (None: never)."""
        ...

    def reset(self, *, cold: bool) -> bool:
        """Reset the card, as another program would."""
        ...


class Alone:
    """Nobody is there."""

    def remove(self, back: float | None) -> bool:  # noqa: ARG002 - the protocol's
        """Do nothing."""
        return False

    def unplug(self, back: float | None) -> bool:  # noqa: ARG002 - the protocol's
        """Do nothing."""
        return False

    def reset(self, *, cold: bool) -> bool:  # noqa: ARG002 - the protocol's
        """Do nothing."""
        return False


def in_a_thread(seconds: float, call: Callable[[], None]) -> None:
    """Have `call` done later by a thread that keeps no process alive."""
    timer = threading.Timer(seconds, call)
    timer.daemon = True
    timer.start()


class ServiceHand:
    """The hand at a reader of our PC/SC service."""

    def __init__(self, service: PcscService, reader: str, *, later: Later = in_a_thread) -> None:
        self._service = service
        self._reader = reader
        self._slot = service.slot(reader)
        self._later = later
        self._released = False
        self._lock = threading.Lock()

    def release(self) -> None:
        """Put nothing back any more: the reader is somebody else's from now on."""
        with self._lock:
            self._released = True

    def remove(self, back: float | None) -> bool:
        """Take the card out of the slot."""
        card = self._slot.eject()
        if card is not None and back is not None:
            self._later(back, partial(self._put_back, card))
        return True

    def unplug(self, back: float | None) -> bool:
        """Take the reader, with its slot, from the service."""
        with contextlib.suppress(KeyError):
            self._service.remove_reader(self._reader)
        self._slot.power_off()
        if back is not None:
            self._later(back, self._plug_in)
        return True

    def reset(self, *, cold: bool) -> bool:
        """Reset the card in the slot: the service tells every program that has it."""
        if cold:
            self._slot.cold_reset()
        else:
            self._slot.warm_reset()
        return True

    def _put_back(self, card: InsertableCard) -> None:
        with self._lock:
            if self._released:
                return
            # Somebody may have put another card in meanwhile.
            with contextlib.suppress(SlotOccupiedError):
                self._slot.insert(card)

    def _plug_in(self) -> None:
        with self._lock:
            if self._released:
                return
            # A reader that gets power gives it to its card; taken out meanwhile, there is none.
            with contextlib.suppress(SlotError):
                self._slot.cold_reset()
            self._service.add_reader(self._slot)


class VpcdHand:
    """The hand that holds a card to vpcd. It can pull it, and knows no other reader's tricks."""

    def __init__(self) -> None:
        self._client: VpcdClient | None = None

    def holds(self, client: VpcdClient) -> None:
        """Take the client that has the card; each needs the other, and the card is made first."""
        self._client = client

    def remove(self, back: float | None) -> bool:
        """Disconnect, once the card's answer is sent."""
        if self._client is None:
            return False
        self._client.take_out(back)
        return True

    def unplug(self, back: float | None) -> bool:  # noqa: ARG002 - the protocol's
        """Do nothing: vpcd's reader is pcscd's own."""
        return False

    def reset(self, *, cold: bool) -> bool:  # noqa: ARG002 - the protocol's
        """Do nothing: only another program at that pcscd could."""
        return False
