"""Plug a card into a vpcd reader on this or another host, and keep it there.

Not here: frames (`codec`), what the card is asked (`dialogue`), starting pcscd.
Source: vsmartcard's vpcd listens on TCP; connecting is inserting the card, closing is removing
it. Measured with Debian's vpcd 3.3: it sends length and payload apart, so Nagle and the delayed
acknowledgement cost 44 ms per APDU unless we acknowledge at once and answer with one send.
Called by the command line (in the foreground) and by tests (in a thread).
"""

import contextlib
import logging
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from cardsim.readers.insertable import InsertableCard, NoAnswerError
from cardsim.readers.vpcd.codec import DEFAULT_PORT, VpcdProtocolError
from cardsim.readers.vpcd.dialogue import CardSilentError, Dialogue

_log = logging.getLogger(__name__)

_CHUNK = 65_536
_CONNECT_SECONDS = 5.0
# A host that vanished without a word is noticed after about half a minute.
_KEEPALIVE = (
    (socket.TCP_KEEPIDLE, 15),
    (socket.TCP_KEEPINTVL, 5),
    (socket.TCP_KEEPCNT, 3),
)


class VpcdUnreachableError(ConnectionError):
    """No vpcd took the card in the time given; the text says what stood in the way."""


class _ConnectionEnded(Exception):  # noqa: N818 (an end, often a wanted one)
    """The connection is over; the text says why."""


@dataclass(frozen=True, slots=True)
class Backoff:
    """How long to wait between attempts, in seconds.

    Doubling from `first` up to `longest` while nobody takes the card. A card that was in the
    reader stays out for `removed` at least: pcscd looks every 0.4 s, and does not see a card that
    leaves and comes back between two looks. It then believes the card still has power.
    """

    first: float = 0.1
    longest: float = 5.0
    removed: float = 1.0

    def delay(self, failures: int) -> float:
        """Give the pause after so many failures in a row; 0: the card was in the reader."""
        if failures == 0:
            return self.removed
        return min(self.longest, self.first * 2.0 ** min(failures - 1, 32))


@dataclass(frozen=True, slots=True)
class Plug:
    """Whether the reader has the card (it asked for it), and what happened last."""

    inserted: bool
    event: str


class VpcdClient:
    """Keeps one card in one vpcd reader until told to stop.

    Either `run()` in the caller's thread, or `start()` and `stop()` (or `with`) for a thread of
    its own. The card is called from that one thread only. A lost connection is made anew, since
    pcscd may be restarted; a card that raises ends the client, because nothing is known of the
    state it is in, and `run()` or `stop()` raises what it raised. A client runs once.
    """

    def __init__(
        self,
        card: InsertableCard,
        host: str,
        port: int = DEFAULT_PORT,
        *,
        backoff: Backoff = Backoff(),
        on_change: Callable[[Plug], None] | None = None,
    ) -> None:
        self._card = card
        self._host, self._port = host, port
        self._backoff = backoff
        self._on_change = on_change
        self._stopping = threading.Event()
        self._changed = threading.Condition()
        self._plug = Plug(inserted=False, event="not tried yet")
        self._connection: socket.socket | None = None
        self._thread: threading.Thread | None = None
        self._failure: Exception | None = None
        self._away: float | None = None

    def run(self) -> None:
        """Keep the card plugged in until another thread calls `stop()`, or Ctrl-C.

        Raises whatever the card raises.
        """
        failures = 0
        while not self._stopping.is_set():
            try:
                with self._connect() as connection:
                    self._serve(connection)
            except _ConnectionEnded as ended:
                failures = 0 if self._plug.inserted else failures + 1
                if self._stopping.is_set():
                    break
                self._announce(Plug(inserted=False, event=str(ended)))
            away, self._away = self._away, None
            self._stopping.wait(max(self._backoff.delay(failures), away or 0.0))
        self._announce(Plug(inserted=False, event="taken out"))

    def start(self) -> None:
        """Begin in a thread of its own; `wait_inserted` tells when the reader has the card."""
        if self._thread is not None:
            raise RuntimeError("a client runs once")
        name = f"vpcd {self._host} {self._port}"
        self._thread = threading.Thread(target=self._run_in_thread, name=name, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Pull the card and end; a second call does nothing. Raises what the card raised."""
        self._stopping.set()
        # Either we see the connection here, or `_connect` sees that we are stopping.
        if (connection := self._connection) is not None:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join()
        failure, self._failure = self._failure, None
        if failure is not None:
            raise failure

    def take_out(self, back: float | None) -> None:
        """Pull the card once what it answers now is sent, for so many seconds or for good.

        To be called within a command of the card, in the client's own thread.
        """
        if back is None:
            self._stopping.set()
        else:
            self._away = back

    def wait_inserted(self, seconds: float) -> None:
        """Return once the reader has the card, or once the card has failed (see `stop`).

        Raises `VpcdUnreachableError` when that takes longer than so many seconds.
        """
        with self._changed:
            if not self._changed.wait_for(
                lambda: self._plug.inserted or self._failure is not None, seconds
            ):
                raise VpcdUnreachableError(
                    f"no vpcd at {self._host} port {self._port}: {self._plug.event}"
                )

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def _run_in_thread(self) -> None:
        try:
            self.run()
        except Exception as error:  # noqa: BLE001 (`stop` raises it)
            _log.exception("the card failed; it is out of the reader")
            with self._changed:
                self._failure = error
                self._plug = Plug(inserted=False, event="the card failed")
                self._changed.notify_all()

    def _connect(self) -> socket.socket:
        try:
            connection = socket.create_connection((self._host, self._port), _CONNECT_SECONDS)
            connection.settimeout(None)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            for option, value in _KEEPALIVE:
                connection.setsockopt(socket.IPPROTO_TCP, option, value)
        except OSError as error:
            raise _ConnectionEnded(error.strerror or str(error)) from error
        self._connection = connection
        return connection

    def _serve(self, connection: socket.socket) -> None:
        dialogue = Dialogue(self._card)
        self._announce(Plug(inserted=False, event="connected, the reader asks for nothing yet"))
        try:
            while not self._stopping.is_set():
                chunk = _receive(connection)
                answers = dialogue.receive(chunk)
                self._announce(Plug(inserted=True, event="in the reader"))
                _send(connection, answers)
                if self._away is not None:
                    raise _ConnectionEnded(f"taken out for {self._away:g} s")
        except (CardSilentError, NoAnswerError) as lost:
            # vpcd has no word for it; it does notice that the card is gone.
            raise _ConnectionEnded(str(lost)) from lost
        except VpcdProtocolError as error:
            raise _ConnectionEnded(f"closed, the reader sent {error}") from error
        finally:
            dialogue.end()

    def _announce(self, plug: Plug) -> None:
        if plug == self._plug:
            return
        with self._changed:
            self._plug = plug
            self._changed.notify_all()
        _log.info("vpcd %s port %s: %s", self._host, self._port, plug.event)
        if self._on_change is not None:
            self._on_change(plug)


def _receive(connection: socket.socket) -> bytes:
    try:
        # The kernel forgets this option by itself, so it is set before every receive.
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        chunk = connection.recv(_CHUNK)
    except OSError as error:
        raise _ConnectionEnded(error.strerror or str(error)) from error
    if not chunk:
        raise _ConnectionEnded("closed by the reader")
    return chunk


def _send(connection: socket.socket, answers: bytes) -> None:
    if not answers:
        return
    try:
        connection.sendall(answers)
    except OSError as error:
        raise _ConnectionEnded(error.strerror or str(error)) from error
