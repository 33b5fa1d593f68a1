"""A trace in a file, written while it happens.

Names are found and lines written by a thread of the file's own, when nobody speaks to the card or
half a second is over: a program that speaks to it does not wait for that. A disk that is full
ends the trace, not the card.
Not here: what a line holds (`codec`). Called by the command line and by tests.
"""

import os
import threading
from collections import deque
from pathlib import Path
from time import perf_counter, sleep
from types import TracebackType
from typing import Self

from cardsim.trace.codec import Trace, TraceFormatError, event_line, opening_line, read_trace
from cardsim.trace.events import Naming
from cardsim.trace.heard import Heard

_LOOK = 0.02
"""Seconds between two looks at what was heard."""
_PATIENCE = 25
"""So many looks a conversation may go on before it is written without waiting for a pause."""
_MANY, _TOO_MANY = 5_000, 20_000
"""Things waiting at which writing begins without a pause, and at which cards wait for it."""
_SLICE, _BREATH = 0.0001, 0.00005
"""Seconds of work at a time, and to let others go on: they share one interpreter."""


class TraceFile:
    """A trace being written: a listener of `RecordedCard`, for one card or several.

    Replaces a file of that name. Raises `OSError` when it cannot be made; what goes wrong later
    is in `failure`, and nothing is written from there on. Closing it writes what is left.
    """

    def __init__(self, path: Path, *, source: str = "card") -> None:
        self.failure: OSError | None = None
        self._waiting: deque[Heard] = deque()
        self._naming = Naming()
        self._closing = threading.Event()
        self._file = path.open("wb", buffering=0)
        self._write(opening_line(source))
        self._thread = threading.Thread(target=self._work, name="trace", daemon=True)
        self._thread.start()

    def __call__(self, heard: Heard) -> None:
        """Take note of one thing; it is written soon."""
        self._waiting.append(heard)
        while len(self._waiting) > _TOO_MANY and self._thread.is_alive():
            sleep(_LOOK)

    def close(self) -> None:
        """Write what is left and close the file."""
        self._closing.set()
        self._thread.join()
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _work(self) -> None:
        before, looks = 0, 0
        while not self._closing.wait(_LOOK):
            waiting = len(self._waiting)
            looks = looks + 1 if waiting else 0
            if waiting and (waiting == before or looks > _PATIENCE or waiting > _MANY):
                self._write_waiting()
                waiting = looks = 0
            before = waiting
        self._write_waiting()

    def _write_waiting(self) -> None:
        """Write what is waiting now, a slice at a time."""
        left = len(self._waiting)
        while left:
            started, lines = perf_counter(), list[bytes]()
            while left and perf_counter() - started < _SLICE:
                lines.append(event_line(self._naming.event(self._waiting.popleft())))
                left -= 1
            if self.failure is None:
                self._write(b"".join(lines))
            if not self._closing.is_set():
                sleep(_BREATH)

    def _write(self, lines: bytes) -> None:
        try:
            written = self._file.write(lines)
        except OSError as failure:
            self.failure = failure
            return
        if written != len(lines):
            self.failure = OSError("the system took only a part of a line")


def load_trace(path: Path) -> Trace:
    """Read a trace; raises `TraceFormatError` and `OSError`."""
    try:
        with path.open(encoding="utf-8", newline="\n") as lines:
            return read_trace(lines)
    except UnicodeDecodeError:
        raise TraceFormatError(0, "this is no text in UTF-8") from None


def save_trace(path: Path, trace: Trace) -> None:
    """Write a whole trace; a file of that name is replaced by one that is complete."""
    lines = [opening_line(trace.source), *map(event_line, trace.events)]
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.write_bytes(b"".join(lines))
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
