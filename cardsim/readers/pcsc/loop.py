"""The socket loop: moves bytes between clients and the server.

Not here: what the bytes mean (`server`), threads (`service`), where the socket is (`endpoint`).
A client is read when it has something to say and is sent its answers at once. One that does not
read them is asked nothing more until it does; one that sends nonsense is closed; neither delays
another. Many requests sent at once are taken in turn with those of others.
Called by `service`.
"""

import contextlib
import logging
import selectors
import socket
from collections import deque
from collections.abc import Callable
from functools import partial
from math import inf

from cardsim.readers.pcsc.framing import ProtocolError
from cardsim.readers.pcsc.server import PcscServer, TooManyClientsError
from cardsim.readers.pcsc.sessions import Client

_log = logging.getLogger(__name__)

_CHUNK = 65_536
_REQUESTS_IN_A_ROW = 16
_LOOKS_FOR_THE_REST = 24
"""Some 20 microseconds of looking, at most, before others are served."""
_ACCEPT_PAUSE_SECONDS = 0.1
_LONGEST_SLEEP_SECONDS = 3600.0
_READ, _WRITE = selectors.EVENT_READ, selectors.EVENT_WRITE


class _Connection:
    """A client's socket."""

    __slots__ = ("client", "events", "socket")

    def __init__(self, connection: socket.socket, client: Client) -> None:
        self.socket = connection
        self.client = client
        self.events = _READ


class Loop:
    """Waits for sockets, moves bytes between them and the server; runs in one thread."""

    def __init__(
        self,
        server: PcscServer,
        listener: socket.socket,
        calls: deque[Callable[[], None]],
        clock: Callable[[], float],
    ) -> None:
        self._server = server
        self._listener = listener
        self._calls = calls
        self._clock = clock
        self._stopping = False
        self._accept_again = inf
        self._connections: dict[Client, _Connection] = {}
        self._unfinished: set[_Connection] = set()
        self._waker, self._wakened = socket.socketpair()
        self._waker.setblocking(False)
        self._wakened.setblocking(False)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._wakened, _READ, None)
        self._selector.register(listener, _READ, None)

    def wake(self) -> None:
        """Have the loop look at the calls posted to it. From any thread."""
        # A full pipe wakes as well as one byte more; a closed one has nobody to wake.
        with contextlib.suppress(OSError):
            self._waker.send(b"\0")

    def stop(self) -> None:
        """Have the loop end. From any thread, and from a signal handler."""
        self._stopping = True
        self.wake()

    def close(self) -> None:
        """Close every socket."""
        for connection in tuple(self._connections.values()):
            self._close(connection)
        self._selector.close()
        self._listener.close()
        self._waker.close()
        self._wakened.close()

    def run(self) -> None:
        """Serve until stopped."""
        server, calls = self._server, self._calls
        while not self._stopping:
            for key, events in self._selector.select(self._timeout()):
                connection = key.data
                if connection is not None:
                    self._serve(connection, events)
                elif key.fileobj is self._listener:
                    self._accept()
                else:
                    self._drain_wakeups()
            while calls:
                calls.popleft()()
            if self._unfinished:
                self._go_on()
            if server.deadline <= self._clock():
                server.tick()
            if self._accept_again <= self._clock():
                self._accept_again = inf
                self._selector.register(self._listener, _READ, None)
            if server.outgoing:
                self._flush()

    def _timeout(self) -> float | None:
        if self._unfinished or self._calls:
            return 0.0
        due = min(self._server.deadline, self._accept_again)
        # epoll counts milliseconds in 31 bits: something due in years is looked at each hour.
        return None if due == inf else min(max(0.0, due - self._clock()), _LONGEST_SLEEP_SECONDS)

    def _drain_wakeups(self) -> None:
        with contextlib.suppress(BlockingIOError):
            while self._wakened.recv(_CHUNK):
                pass

    def _accept(self) -> None:
        try:
            accepted, _ = self._listener.accept()
        except BlockingIOError:
            return
        except OSError as error:
            # Out of files or memory: leave the queue alone until some may be free again.
            _log.warning("cannot accept a client: %s", error)
            self._selector.unregister(self._listener)
            self._accept_again = self._clock() + _ACCEPT_PAUSE_SECONDS
            return
        try:
            client = self._server.open()
        except TooManyClientsError as error:
            _log.warning("client turned away: %s", error)
            accepted.close()
            return
        accepted.setblocking(False)
        connection = _Connection(accepted, client)
        self._connections[client] = connection
        self._selector.register(accepted, _READ, connection)

    def _serve(self, connection: _Connection, events: int) -> None:
        if connection.client not in self._connections:
            # Closed by something else that happened since the loop was woken.
            return
        if events & _WRITE:
            self._send(connection)
        if not events & _READ or connection.client not in self._connections:
            return
        # libpcsclite writes a request in two or three pieces: the rest is about to come, and
        # going to sleep and being woken for it takes longer than looking a few times.
        for _ in range(_LOOKS_FOR_THE_REST):
            try:
                chunk = connection.socket.recv(_CHUNK)
            except (BlockingIOError, InterruptedError):
                continue
            except OSError:
                chunk = b""
            if not chunk:
                self._close(connection)
                return
            self._take(connection, partial(self._server.receive, connection.client, chunk))
            if not self._awaits_rest(connection):
                return

    def _awaits_rest(self, connection: _Connection) -> bool:
        """Whether a client has begun a request that it may go on with at once."""
        client = connection.client
        return (
            client in self._connections
            and client.decoder.pending > 0
            and not client.output
            and client.parked is None
            and connection not in self._unfinished
        )

    def _go_on(self) -> None:
        """Take further requests of clients that sent several at once, each in its turn."""
        unfinished, self._unfinished = self._unfinished, set()
        for connection in unfinished:
            if connection.client in self._connections:
                self._take(connection, partial(self._server.resume, connection.client))

    def _take(self, connection: _Connection, first: Callable[[], bool]) -> None:
        """Have a client's requests answered, a few in a row; close it for what is none."""
        client = connection.client
        try:
            more = first()
            self._flush()
            for _ in range(_REQUESTS_IN_A_ROW):
                if not more or not client.decoder.pending:
                    return
                more = self._server.resume(client)
                self._flush()
        except ProtocolError as error:
            _log.warning("%r closed: %s", client, error)
            self._close(connection)
        except Exception:  # noqa: BLE001 (fail closed, whatever it is)
            _log.exception("%r closed after a defect of the service", client)
            self._close(connection)
        else:
            self._unfinished.add(connection)

    def _flush(self) -> None:
        outgoing = self._server.outgoing
        while outgoing:
            connection = self._connections.get(outgoing.pop())
            if connection is not None:
                self._send(connection)

    def _send(self, connection: _Connection) -> None:
        output = connection.client.output
        try:
            sent = connection.socket.send(output) if output else 0
        except (BlockingIOError, InterruptedError):
            sent = 0
        except OSError:
            self._close(connection)
            return
        del output[:sent]
        wanted = _READ | _WRITE if output else _READ
        if wanted != connection.events:
            connection.events = wanted
            self._selector.modify(connection.socket, wanted, connection)
        if not output and connection.client.decoder.pending:
            self._unfinished.add(connection)

    def _close(self, connection: _Connection) -> None:
        if self._connections.pop(connection.client, None) is None:
            return
        self._unfinished.discard(connection)
        self._selector.unregister(connection.socket)
        connection.socket.close()
        self._server.close(connection.client)
