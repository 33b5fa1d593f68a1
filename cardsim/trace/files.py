"""A trace in a file, written while it happens.

Each line reaches the system before the card's answer reaches the program, so a trace ends with
what was said last even when everything is killed. A disk that is full ends the trace, not the
card. Not here: what a line holds (`codec`). Called by the command line and by tests.
"""

import os
from pathlib import Path
from types import TracebackType
from typing import Self

from cardsim.trace.codec import Trace, TraceFormatError, event_line, opening_line, read_trace
from cardsim.trace.events import Event


class TraceFile:
    """A trace being written: a listener of `RecordedCard`, for one card or several.

    Replaces a file of that name. Raises `OSError` when it cannot be made; what goes wrong later
    is in `failure`, and nothing is written from there on.
    """

    def __init__(self, path: Path, *, source: str = "card") -> None:
        self.failure: OSError | None = None
        self._file = path.open("wb", buffering=0)
        self._write(opening_line(source))

    def __call__(self, event: Event) -> None:
        """Write one event."""
        if self.failure is None:
            self._write(event_line(event))

    def close(self) -> None:
        """Close the file; events from here on are forgotten."""
        self.failure = self.failure or OSError("the trace is closed")
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        failure = self.failure
        self.close()
        self.failure = failure

    def _write(self, line: bytes) -> None:
        try:
            written = self._file.write(line)
        except OSError as failure:
            self.failure = failure
            return
        if written != len(line):
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
