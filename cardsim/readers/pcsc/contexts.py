"""Versions, contexts, and waiting for a change of the readers.

Not here: cards (`cards`, `exchange`), whose turn it is (`transactions`).
Source: pcsc-lite `src/winscard_svc.c` and `src/eventhandler.c`; and `src/winscard_clnt.c`, whose
SCardGetStatusChange compares states and keeps the timeout: the service only says "look again".
What changed in 4:6 was read off the client of 2.5.3.
Called by `server`. Methods take a client, the body of its request and the data behind it, and
give the answer's bytes, or raise `Refusal`.

A request gets exactly one answer, with two exceptions of the protocol. From 4:6 on waiting for a
change is answered only by the change. Ending the wait is answered only if there was no change
and no cancel: the client reads one of the three, and they are all of one size.
"""

from collections.abc import Callable, Iterable

from cardsim.readers.pcsc.codes import CLASSIC_READERS, ReturnCode
from cardsim.readers.pcsc.places import Places
from cardsim.readers.pcsc.protocol import (
    CANCEL,
    ESTABLISH,
    MAJOR,
    NEWEST_MINOR,
    OLDEST_MINOR,
    READER_COUNT,
    READER_EVENTS,
    RELEASE,
    STATE_CHANGE,
    VERSION,
    Cancel,
    Establish,
    Nothing,
    Release,
    Version,
)
from cardsim.readers.pcsc.refusal import Refusal
from cardsim.readers.pcsc.sessions import Client, Watch

_SCOPES = range(4)
_FETCHES_STATES = 6
_CHANGED = STATE_CHANGE.pack(0, ReturnCode.SUCCESS)
_CANCELLED = STATE_CHANGE.pack(0, ReturnCode.CANCELLED)


class Contexts:
    """The requests that need no card.

    `send` gives a client bytes it did not just ask for; `end_context` ends whatever a client's
    context holds.
    """

    def __init__(
        self,
        places: Places,
        *,
        new_number: Callable[[], int],
        send: Callable[[Client, bytes], None],
        end_context: Callable[[Client], None],
    ) -> None:
        self._places = places
        self._new_number = new_number
        self._send = send
        self._end_context = end_context
        self._clients: dict[int, Client] = {}

    def version(self, client: Client, body: Version, _data: bytes) -> bytes:
        """Agree on the client's version, or name ours: newer clients then ask for that."""
        if body.major == MAJOR and OLDEST_MINOR <= body.minor <= NEWEST_MINOR:
            client.decoder.minor = body.minor
            return VERSION.pack(body.major, body.minor, ReturnCode.SUCCESS)
        return VERSION.pack(MAJOR, NEWEST_MINOR, ReturnCode.SERVICE_STOPPED)

    def establish(self, client: Client, body: Establish, _data: bytes) -> bytes:
        """SCardEstablishContext.

        A second one on the same connection replaces the first: the library asks again when it
        knows the number from another connection.
        """
        if body.scope not in _SCOPES:
            raise Refusal(ReturnCode.INVALID_VALUE)
        self._end_context(client)
        self.forget(client)
        number = self._new_number()
        while number in self._clients:
            number = self._new_number()
        client.context = number
        self._clients[number] = client
        return ESTABLISH.pack(body.scope, number, ReturnCode.SUCCESS)

    def release(self, client: Client, body: Release, _data: bytes) -> bytes:
        """SCardReleaseContext."""
        if client.context is None or client.context != body.context:
            raise Refusal(ReturnCode.INVALID_HANDLE)
        self._end_context(client)
        self.forget(client)
        return RELEASE.pack(body.context, ReturnCode.SUCCESS)

    def forget(self, client: Client) -> None:
        """Take a client's context away, if it has one."""
        if client.context is not None:
            del self._clients[client.context]
            client.context = None

    def states(self, _client: Client, _body: Nothing, _data: bytes) -> bytes:
        """Give the states of the first sixteen places."""
        return self._places.published(CLASSIC_READERS)

    def states_size(self, client: Client, _body: Nothing, _data: bytes) -> bytes:
        """Give the number of places (4:6). So many will be sent, whatever comes in between."""
        client.places = len(self._places)
        return READER_COUNT.pack(client.places)

    def states_array(self, client: Client, _body: Nothing, _data: bytes) -> bytes:
        """Give the states of the places announced (4:6); a client that will wait, waits now."""
        answer = self._places.published(client.places or len(self._places))
        if client.watch is Watch.FETCHING:
            client.watch = Watch.YES
        elif client.watch is Watch.CANCELLED:
            client.watch = Watch.NO
            answer += _CANCELLED
        return answer

    def reader_events(self, _client: Client, _body: Nothing, _data: bytes) -> bytes:
        """Tell how often readers came or went (4:5)."""
        return READER_EVENTS.pack(self._places.events, ReturnCode.SUCCESS)

    def wait(self, client: Client, body: Nothing, data: bytes) -> bytes:
        """Begin to wait. Up to 4:5 the states are the answer; from 4:6 on they are fetched next."""
        if client.decoder.minor >= _FETCHES_STATES:
            client.watch = Watch.FETCHING
            return b""
        # First the states: a change found while they are collected is in them, not after them.
        answer = self.states(client, body, data)
        client.watch = Watch.YES
        return answer

    def stop_waiting(self, client: Client, _body: Nothing, _data: bytes) -> bytes:
        """End the wait."""
        watch, client.watch = client.watch, Watch.NO
        if watch is Watch.NO:
            return b""
        return _CANCELLED if watch is Watch.CANCELLED else _CHANGED

    def cancel(self, _client: Client, body: Cancel, _data: bytes) -> bytes:
        """SCardCancel, which the library sends over a connection of its own, without version."""
        target = self._clients.get(body.context)
        if target is None:
            raise Refusal(ReturnCode.INVALID_HANDLE)
        if target.watch is Watch.YES:
            target.watch = Watch.NO
            self._send(target, _CANCELLED)
        elif target.watch is Watch.FETCHING:
            target.watch = Watch.CANCELLED
        return CANCEL.pack(body.context, ReturnCode.SUCCESS)

    def tell(self, clients: Iterable[Client]) -> None:
        """Tell those who wait that something changed."""
        for client in clients:
            # Who is still to fetch the states will see the change in them.
            if client.watch is Watch.YES:
                client.watch = Watch.NO
                self._send(client, _CHANGED)
