"""The card handles of all clients: whose they are, and whether they may be used now.

Not here: what is done with them (`cards`, `exchange`).
Source: pcsc-lite `src/winscard_svc.c` (MSGCheckHandleAssociation: a foreign handle; pcscd cuts
the client off, here it gets SCARD_E_INVALID_HANDLE) and `src/winscard.c` (order of the checks).
Called by `cards` and `exchange`.
"""

from collections.abc import Callable

from cardsim.readers.pcsc.codes import Command, ReturnCode
from cardsim.readers.pcsc.policy import Gate, Limits, MustWait
from cardsim.readers.pcsc.readers import Reader
from cardsim.readers.pcsc.refusal import Refusal
from cardsim.readers.pcsc.sessions import Client, Handle


class Handles:
    """All handles there are."""

    def __init__(self, *, new_number: Callable[[], int], limits: Limits, gate: Gate | None) -> None:
        self._new_number = new_number
        self._limits = limits
        self._gate = gate
        self._numbers: set[int] = set()

    def create(self, client: Client, reader: Reader) -> Handle:
        """Give a client a handle on a reader; refuse it when either has too many."""
        if (
            len(client.handles) >= self._limits.handles_per_client
            or len(reader.handles) >= self._limits.handles_per_reader
        ):
            raise Refusal(ReturnCode.NO_MEMORY)
        number = self._new_number()
        while number in self._numbers:
            number = self._new_number()
        self._numbers.add(number)
        handle = Handle(number, client, reader)
        client.handles[number] = reader.handles[number] = handle
        return handle

    def forget(self, handle: Handle) -> None:
        """Take a handle from its client and its reader."""
        self._numbers.discard(handle.card)
        handle.client.handles.pop(handle.card, None)
        handle.reader.handles.pop(handle.card, None)

    def own(self, client: Client, card: int) -> Handle:
        """Give a client its own handle, whatever became of the reader."""
        handle = client.handles.get(card)
        if handle is None:
            raise Refusal(ReturnCode.INVALID_HANDLE)
        return handle

    def on_reader(self, client: Client, card: int) -> Handle:
        """Give a client its own handle on a reader that is still there."""
        handle = self.own(client, card)
        if handle.reader.removed:
            raise Refusal(ReturnCode.READER_UNAVAILABLE)
        return handle

    def enter(self, handle: Handle, command: Command) -> Reader:
        """Give the reader, its state up to date, when no other program has the card to itself."""
        reader = handle.reader
        reader.sync()
        owner = reader.transactions.owner
        if owner is not None and owner is not handle:
            raise MustWait(reader, handle.card)
        # A request that waits comes here again: the gate counts requests, not attempts.
        if self._gate is not None:
            self.before(command, reader)
        return reader

    def before(self, command: Command, reader: Reader) -> None:
        """Let the gate refuse a request of which nothing has been done."""
        code = None if self._gate is None else self._gate.before(command, reader.slot)
        if code is not None:
            raise Refusal(code)

    def after(self, command: Command, reader: Reader) -> None:
        """Let the gate refuse a request that the card has answered."""
        code = None if self._gate is None else self._gate.after(command, reader.slot)
        if code is not None:
            raise Refusal(code)
