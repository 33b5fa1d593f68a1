"""Our PC/SC service: pcscd's place for programs that find it by PCSCLITE_CSOCK_NAME, without root.

Not here: the protocol and what requests do (`server` and below), the socket's path (`endpoint`).
One thread does everything: it reads what a client sent, has the server answer and sends the
answer at once. So a card is never used by two threads, and an APDU takes one wake-up.
Called by the command line (in the foreground), by tests and by the pytest fixtures (in a thread).
"""

import logging
import os
import secrets
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from cardsim.readers.pcsc.endpoint import Endpoint
from cardsim.readers.pcsc.loop import Loop
from cardsim.readers.pcsc.policy import DEFAULT_LIMITS, Gate, Limits
from cardsim.readers.pcsc.readers import DEFAULT_DESCRIPTION, Description
from cardsim.readers.pcsc.server import IDLE_SECONDS, PcscServer
from cardsim.readers.slot import Slot

_log = logging.getLogger(__name__)
_T = TypeVar("_T")

SOCKET_VARIABLE = "PCSCLITE_CSOCK_NAME"
"""The variable by which pcsc-lite's library finds its daemon, read at its first call."""

_NUMBER_BITS = 31


def unguessable_number() -> int:
    """Give a number for a context or handle: positive as an `int32_t`, and nobody's guess."""
    return secrets.randbelow((1 << _NUMBER_BITS) - 1) + 1


class PcscService:
    """A PC/SC service with the readers given to it. It runs once.

    Either `run()` in the caller's thread, or `start()` and `stop()` (or `with`) for a thread of
    its own. Slots may be used, readers added and removed from any thread, before and while it
    runs. `path` must lie in a directory nobody else can enter; None chooses a fresh one.
    """

    def __init__(
        self,
        path: Path | None = None,
        *,
        limits: Limits = DEFAULT_LIMITS,
        idle_seconds: float = IDLE_SECONDS,
        gate: Gate | None = None,
        clock: Callable[[], float] = time.monotonic,
        new_number: Callable[[], int] = unguessable_number,
    ) -> None:
        self._clock = clock
        self._server = PcscServer(
            clock=clock, new_number=new_number, limits=limits, idle_seconds=idle_seconds, gate=gate
        )
        self._endpoint = Endpoint(path)
        self._slots: dict[str, tuple[Slot, Callable[[], None]]] = {}
        self._calls: deque[Callable[[], None]] = deque()
        self._loop: Loop | None = None
        self._thread: threading.Thread | None = None
        self._loop_thread: int | None = None
        self._used = False
        self._stop_asked = False
        self._guard = threading.Lock()
        self._failure: BaseException | None = None

    # --- for whoever starts programs

    @property
    def path(self) -> Path:
        """Where the socket is (once the service runs)."""
        return self._endpoint.path

    @property
    def environment(self) -> dict[str, str]:
        """What a program's environment needs for its PC/SC calls to come here."""
        return {SOCKET_VARIABLE: os.fspath(self.path)}

    # --- readers

    def add_reader(
        self, reader: str | Slot, description: Description = DEFAULT_DESCRIPTION
    ) -> Slot:
        """Plug in a reader, named or with a slot of the caller's; give its slot.

        Raises `ReaderNameError` (no name for a reader, or one in use), `TooManyReadersError`.
        """
        slot = Slot(reader) if isinstance(reader, str) else reader
        self._call(lambda: self._server.add_reader(slot, description))
        # The server is told by the thread it runs in, which sees the slot as it is by then.
        changed = partial(self._post, lambda: self._server.slot_changed(slot.name))
        self._slots[slot.name] = slot, slot.subscribe(changed)
        changed()
        return slot

    def remove_reader(self, name: str) -> None:
        """Pull out a reader, its card in it. Raises `KeyError` when there is none of that name."""
        _, unsubscribe = self._slots.pop(name)
        unsubscribe()
        self._call(lambda: self._server.remove_reader(name))

    def slot(self, name: str) -> Slot:
        """Give the slot of a reader. Raises `KeyError`."""
        return self._slots[name][0]

    @property
    def reader_names(self) -> tuple[str, ...]:
        """The readers' names, in the order programs see them."""
        return self._call(lambda: self._server.reader_names)

    # --- running

    def start(self) -> None:
        """Serve in a thread of its own; when this returns programs can connect.

        Raises `EndpointError` when the socket cannot be had.
        """
        self._use()
        try:
            loop = self._open()
            self._thread = threading.Thread(
                target=self._run_in_thread, args=(loop,), name="pcsc service", daemon=True
            )
            self._thread.start()
        except BaseException:
            self._endpoint.close()
            raise

    def run(self) -> None:
        """Serve until `stop()` is called, from another thread or a signal handler.

        Raises `EndpointError` when the socket cannot be had.
        """
        self._use()
        try:
            self._run(self._open())
        finally:
            # Also when Ctrl-C came before the loop began.
            self._endpoint.close()

    def stop(self) -> None:
        """End the service and remove its socket; a second call does nothing.

        Raises what ended the service before, if something did.
        """
        # Asked before the loop is there (by a signal, say), it ends the loop at its start.
        self._stop_asked = True
        loop, thread = self._loop, self._thread
        if loop is not None:
            loop.stop()
        if thread is not None and thread is not threading.current_thread():
            thread.join()
        if loop is None:
            self._endpoint.close()
        failure, self._failure = self._failure, None
        if failure is not None:
            raise failure

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def _use(self) -> None:
        if self._used:
            raise RuntimeError("a service runs once")
        self._used = True

    def _open(self) -> Loop:
        self._loop = Loop(self._server, self._endpoint.open(), self._calls, self._clock)
        if self._stop_asked:
            self._loop.stop()
        return self._loop

    def _run_in_thread(self, loop: Loop) -> None:
        try:
            self._run(loop)
        except BaseException as failure:  # noqa: BLE001 (raised again by stop)
            _log.exception("the PC/SC service ended")
            self._failure = failure

    def _run(self, loop: Loop) -> None:
        self._loop_thread = threading.get_ident()
        try:
            loop.run()
        finally:
            with self._guard:
                self._loop = None
                self._loop_thread = None
            loop.close()
            self._endpoint.close()
            while self._calls:
                self._calls.popleft()()

    def _post(self, call: Callable[[], None]) -> None:
        """Have `call` done by the thread that serves, soon; at once when none does."""
        with self._guard:
            loop = self._loop
            if loop is not None:
                self._calls.append(call)
                if threading.get_ident() != self._loop_thread:
                    loop.wake()
                return
        call()

    def _call(self, call: Callable[[], _T]) -> _T:
        """Have `call` done by the thread that serves; give or raise what it gives or raises."""
        if self._loop is None or threading.get_ident() == self._loop_thread:
            return call()
        future: Future[_T] = Future()

        def work() -> None:
            try:
                future.set_result(call())
            except Exception as failure:  # noqa: BLE001 (raised again where it was asked for)
                future.set_exception(failure)

        self._post(work)
        return future.result()
