"""One reader, two transports: what a PC/SC program needs to find it, and the hand that plugs cards.

Not here: cards. The tests in `tests/foreign` run over each of these.
"""

import time
from types import TracebackType
from typing import Protocol, Self

from cardsim.faults import ServiceHand, Surroundings, VpcdHand
from cardsim.readers.insertable import InsertableCard
from cardsim.readers.pcsc import PcscService
from cardsim.readers.vpcd import VpcdClient
from tests.support.pcscd import READER_NAME, PrivatePcscd
from tests.support.processes import ProgramFailedError

_PATIENCE = 20.0
_LOOK_AGAIN = 0.005


class Reader(Protocol):
    """A reader that PC/SC programs see, empty until a card is inserted."""

    name: str
    """As PC/SC programs list it."""

    @property
    def environment(self) -> dict[str, str]:
        """What a program needs in its environment to see this reader and no other."""
        ...

    def insert(self, card: InsertableCard) -> None:
        """Plug a card in, and return when PC/SC programs can connect to it."""
        ...

    def eject(self) -> None:
        """Pull the card, if one is in."""
        ...

    def hand(self) -> Surroundings:
        """Give what can pull the card that is inserted next."""
        ...

    def wait_contexts(self, number: int) -> None:
        """Return when so many contexts are left, and all others have been cleared away."""
        ...


class ServiceReader:
    """A reader of our own PC/SC service."""

    name = "JPKI-EMU Reader 00 00"

    def __init__(self) -> None:
        self._service = PcscService()
        self._slot = self._service.add_reader(self.name)

    @property
    def environment(self) -> dict[str, str]:
        """Where the service listens."""
        return self._service.environment

    def insert(self, card: InsertableCard) -> None:
        """Put the card into the slot: programs see it when this returns."""
        self._slot.insert(card)

    def eject(self) -> None:
        """Take the card out."""
        self._slot.eject()

    def hand(self) -> Surroundings:
        """Give the hand at this reader."""
        return ServiceHand(self._service, self.name)

    def wait_contexts(self, number: int) -> None:
        """Do nothing: a client's contexts are cleared away in one step, before others go on."""

    def __enter__(self) -> Self:
        self._service.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._service.stop()


class VpcdReader:
    """vpcd's reader in a pcscd of our own; with `apdus` its log holds every APDU."""

    name = READER_NAME

    def __init__(self, *, apdus: bool = False) -> None:
        self._pcscd = PrivatePcscd(apdus=apdus)
        self._client: VpcdClient | None = None
        self._hand = VpcdHand()
        self._own_threads = 0

    @property
    def environment(self) -> dict[str, str]:
        """Where that pcscd listens."""
        return self._pcscd.environment

    @property
    def log(self) -> str:
        """What that pcscd has said."""
        return self._pcscd.log

    def insert(self, card: InsertableCard) -> None:
        """Connect to vpcd, and wait for pcscd to notice: it looks every 0.4 seconds."""
        # A fault may have pulled earlier cards and put them back.
        seen = self._pcscd.insertions
        self._client = VpcdClient(card, "127.0.0.1", self._pcscd.port)
        self._hand.holds(self._client)
        self._client.start()
        self._client.wait_inserted(_PATIENCE)
        self._pcscd.wait_card(seen + 1)
        self._own_threads = self._pcscd.threads

    def eject(self) -> None:
        """Disconnect, and wait for pcscd to notice.

        A card that came before its next look would be taken for the one that left. Raises what
        the card raised, once it is out.
        """
        client, self._client = self._client, None
        if client is not None:
            try:
                client.stop()
            finally:
                self._pcscd.wait_empty()

    def hand(self) -> Surroundings:
        """Give the hand at the client that is connected next."""
        return self._hand

    def wait_contexts(self, number: int) -> None:
        """Wait for the threads that serve contexts; the first card must have come before any."""
        deadline = time.monotonic() + _PATIENCE
        while self._pcscd.threads > self._own_threads + number:
            if time.monotonic() > deadline:
                raise ProgramFailedError(f"pcscd still serves more than {number} contexts")
            time.sleep(_LOOK_AGAIN)

    def __enter__(self) -> Self:
        self._pcscd.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            self.eject()
        finally:
            self._pcscd.__exit__(kind, error, traceback)
