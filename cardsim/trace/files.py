"""A trace in a file, written while it happens.

Names are found and lines written by a thread of the file's own, many times a second: who speaks to
the card does not wait for it. A disk that is full ends the trace, not the card.
Not here: what a line holds (`codec`). Called by the command line and by tests.
"""

import os
import threading
from collections import deque
from pathlib import Path
from types import TracebackType
from typing import Self

from cardsim.trace.codec import Trace, TraceFormatError, event_line, opening_line, read_trace
from cardsim.trace.events import Naming
from cardsim.trace.heard import Heard

_INTERVAL = 0.02
"""Seconds between two looks at what was heard: what a kill -9 can lose."""
_AT_ONCE = 50
_BREATH = 0.0005
"""After so many lines the thread sleeps so many seconds: others want to run as well."""


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
        while not self._closing.wait(_BREATH if self._waiting else _INTERVAL):
            self._write_some()
        while self._waiting:
            self._write_some()

    def _write_some(self) -> None:
        count = min(len(self._waiting), _AT_ONCE)
        events = [self._naming.event(self._waiting.popleft()) for _ in range(count)]
        if events and self.failure is None:
            self._write(b"".join(map(event_line, events)))

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
