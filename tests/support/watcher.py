"""A running pyscard program that tells when cards come and go.

Not here: the program itself, which is in `tests/foreign/programs`. Called by the tests.
"""

import os
import queue
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.support.cache import ROOT
from tests.support.processes import ProgramFailedError

PROGRAM = ROOT / "tests/foreign/programs/card_watch.py"


class Watcher:
    """The program, from the moment it watches until the end of the `with` block."""

    def __init__(
        self, environment: Mapping[str, str], python: Sequence[str | Path] = (sys.executable,)
    ) -> None:
        self._lines: queue.Queue[str] = queue.Queue()
        self._process = subprocess.Popen(
            [*python, PROGRAM],
            env={**os.environ, **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._listener = threading.Thread(target=self._listen)

    def next_event(self) -> str:
        """Give the next line: `inserted ATR` or `removed ATR`."""
        try:
            return self._lines.get(timeout=20)
        except queue.Empty:
            raise ProgramFailedError("the watching program heard nothing") from None

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.put(line.strip())

    def __enter__(self) -> Self:
        self._listener.start()
        if (first := self.next_event()) != "watching":
            raise ProgramFailedError(f"the watching program began with {first!r}")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            self._process.communicate(timeout=20)
        finally:
            self._process.kill()
            self._process.wait()
            self._listener.join()
