"""Having a card: connect, reconnect, disconnect, transactions.

Not here: talking to it (`exchange`), the queue for it (`transactions`), contexts (`contexts`).
Source: pcsc-lite `src/winscard.c`, followed check by check, because programs rely on which of two
reasons to refuse comes first. Where we differ on purpose a comment says so.
Called by `server`. Methods take a client, the body of its request and the data behind it, and
give the answer's bytes, or raise `Refusal` or `MustWait`.
"""

from collections.abc import Callable

from cardsim.readers.pcsc.codes import Command, Disposition, ReturnCode, Share
from cardsim.readers.pcsc.handles import Handles
from cardsim.readers.pcsc.handling import (
    agree_on_protocol,
    check_card,
    check_mode,
    dispose,
    parse_disposition,
    power_up,
    reset,
)
from cardsim.readers.pcsc.policy import MustWait
from cardsim.readers.pcsc.protocol import (
    CARD_ONLY,
    CONNECT,
    DISCONNECT,
    RECONNECT,
    CardOnly,
    Connect,
    Disconnect,
    Reconnect,
)
from cardsim.readers.pcsc.readers import Reader
from cardsim.readers.pcsc.refusal import Refusal
from cardsim.readers.pcsc.sessions import Client, Handle


class Cards:
    """The requests that begin and end handles and transactions."""

    def __init__(
        self,
        handles: Handles,
        find_reader: Callable[[bytes], Reader | None],
        clock: Callable[[], float],
    ) -> None:
        self._handles = handles
        self._find_reader = find_reader
        self._clock = clock

    def connect(self, client: Client, body: Connect, _data: bytes) -> bytes:
        """SCardConnect."""
        if client.context is None or client.context != body.context:
            raise Refusal(ReturnCode.INVALID_HANDLE)
        check_mode(body.share, body.preferred)
        reader = self._find_reader(body.reader.split(b"\0", 1)[0])
        if reader is None or reader.removed:
            raise Refusal(ReturnCode.UNKNOWN_READER)
        reader.sync()
        if reader.exclusive is not None:
            raise Refusal(ReturnCode.SHARING_VIOLATION)
        self._wait_to_connect(client, reader)
        self._handles.before(Command.CONNECT, reader)
        if body.share != Share.DIRECT:
            power_up(reader)
            if not reader.handles:
                # Should it come to no connection: the card has power and nobody.
                reader.idle_since = self._clock()
                reader.changed()
        active = agree_on_protocol(reader, body.share, body.preferred)
        if body.share == Share.EXCLUSIVE and reader.handles:
            raise Refusal(ReturnCode.SHARING_VIOLATION)
        handle = self._handles.create(client, reader)
        if body.share == Share.EXCLUSIVE:
            reader.exclusive = handle
        reader.idle_since = None
        reader.changed()
        return CONNECT.pack(*body._replace(card=handle.card, active=active, rv=ReturnCode.SUCCESS))

    def reconnect(self, client: Client, body: Reconnect, _data: bytes) -> bytes:
        """SCardReconnect. A transaction of the program goes on."""
        handle = self._handles.on_reader(client, body.card)
        how = parse_disposition(body.initialization)
        if how is Disposition.EJECT:
            raise Refusal(ReturnCode.INVALID_VALUE)
        check_mode(body.share, body.preferred)
        reader = self._handles.enter(handle, Command.RECONNECT)
        if body.share == Share.EXCLUSIVE and len(reader.handles) > 1:
            # Before the card is reset; pcsc-lite resets it for each attempt of its library.
            raise Refusal(ReturnCode.SHARING_VIOLATION)
        if how is Disposition.LEAVE:
            check_card(reader)
        else:
            reset(reader, how)
        if body.share != Share.DIRECT:
            # pcsc-lite leaves a card without power here and fails at the next command.
            power_up(reader)
        active = agree_on_protocol(reader, body.share, body.preferred)
        if body.share == Share.EXCLUSIVE:
            reader.exclusive = handle
        elif reader.exclusive is handle:
            reader.exclusive = None
        handle.event = None
        reader.changed()
        return RECONNECT.pack(*body._replace(active=active, rv=ReturnCode.SUCCESS))

    def disconnect(self, client: Client, body: Disconnect, _data: bytes) -> bytes:
        """SCardDisconnect. The end of a handle to a reader that is gone is always a success."""
        handle = self._handles.own(client, body.card)
        disposition = parse_disposition(body.disposition)
        reader = handle.reader
        if not reader.removed:
            reader.sync()
            if disposition is not Disposition.LEAVE:
                self._wait_to_leave(client, handle)
            self._handles.before(Command.DISCONNECT, reader)
        self._drop(handle, disposition)
        return DISCONNECT.pack(*body._replace(rv=ReturnCode.SUCCESS))

    def begin(self, client: Client, body: CardOnly, _data: bytes) -> bytes:
        """SCardBeginTransaction."""
        handle = self._handles.on_reader(client, body.card)
        reader = handle.reader
        reader.sync()
        if handle.event is not None:
            raise Refusal(handle.event)
        if reader.transactions.is_blocked(handle.card, self._clock(), begins=True):
            raise MustWait(reader, handle.card, begins=True)
        self._handles.before(Command.BEGIN_TRANSACTION, reader)
        reader.transactions.begin(handle)
        return CARD_ONLY.pack(handle.card, ReturnCode.SUCCESS)

    def end(self, client: Client, body: Disconnect, _data: bytes) -> bytes:
        """SCardEndTransaction. After a reset or ejection even its owner must reconnect."""
        handle = self._handles.on_reader(client, body.card)
        disposition = parse_disposition(body.disposition)
        reader = handle.reader
        reader.sync()
        self._handles.before(Command.END_TRANSACTION, reader)
        if handle.event is not None:
            raise Refusal(handle.event)
        owner = reader.transactions.owner
        if owner is None:
            raise Refusal(ReturnCode.NOT_TRANSACTED)
        if owner is not handle:
            raise Refusal(ReturnCode.SHARING_VIOLATION)
        # The handle stays connected: a card whose power is taken away gets it back at once.
        dispose(reader, disposition, power_again=True)
        reader.transactions.end()
        return DISCONNECT.pack(*body._replace(rv=ReturnCode.SUCCESS))

    def drop_all(self, client: Client) -> None:
        """End every handle of a client that released its context or died.

        A card it had to itself is reset, so that the others learn of it and begin anew. Nothing
        is locked by that: what a warm reset clears is the card's affair, and a My Number card
        keeps verified PINs (card reference §7).
        """
        for handle in tuple(client.handles.values()):
            reader = handle.reader
            if not reader.removed:
                reader.sync()
            alone = reader.exclusive is handle or reader.transactions.owner is handle
            is_reset = handle.event is not None
            self._drop(handle, Disposition.RESET if alone and not is_reset else Disposition.LEAVE)

    def _drop(self, handle: Handle, disposition: Disposition) -> None:
        """End a handle: its transaction ends, the card gets what the disposition says."""
        reader = handle.reader
        self._handles.forget(handle)
        if reader.removed:
            return
        if reader.transactions.owner is handle:
            reader.transactions.clear()
        if reader.exclusive is handle:
            reader.exclusive = None
        dispose(reader, disposition)
        if not reader.handles:
            reader.idle_since = self._clock()
        reader.changed()

    def _wait_to_connect(self, client: Client, reader: Reader) -> None:
        """Wait for the end of a transaction, unless it could not end before this is answered.

        Connecting does not disturb a transaction, so then it may as well be answered.
        """
        transactions = reader.transactions
        blocked = transactions.is_blocked(-client.number, self._clock())
        if blocked and not transactions.is_stuck(client):
            raise MustWait(reader, -client.number, unbounded=True)

    def _wait_to_leave(self, client: Client, handle: Handle) -> None:
        """Wait until nobody else's transaction would be disturbed by a reset."""
        transactions = handle.reader.transactions
        if transactions.is_blocked(handle.card, self._clock()):
            if transactions.is_stuck(client):
                raise Refusal(ReturnCode.SHARING_VIOLATION)
            raise MustWait(handle.reader, handle.card, unbounded=True)
