"""A terminal of the test's own, with a program in its foreground.

Not here: what is typed. termios(3), setsid(2): the program leads a session whose terminal this
is, so that Ctrl-C reaches it as it would a user's.
"""

import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

CTRL_C = "\x03"
CTRL_D = "\x04"
_PATIENCE = 30.0
_TAKE_TERMINAL = """
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.argv[1], sys.argv[1:])
"""


class Terminal:
    """One program on a terminal; a context manager that ends both."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self._ours, theirs = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-c", _TAKE_TERMINAL, *command],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env=dict(environment),
            start_new_session=True,
        )
        os.close(theirs)
        self.shown = ""
        """Everything the terminal has shown."""

    def press(self, keys: str) -> None:
        """Press keys."""
        os.write(self._ours, keys.encode())

    def wait_shown(self, text: str, *, times: int = 1) -> None:
        """Return when the terminal has shown a text so many times."""
        deadline = time.monotonic() + _PATIENCE
        while self.shown.count(text) < times:
            if not self._read(deadline):
                raise AssertionError(f"never shown {times} times: {text!r}; but {self.shown!r}")

    def wait_asked(self, text: str) -> None:
        """Return when the program has shown a prompt and waits for what is typed.

        Not before: a Ctrl-C between Python's last look for signals and its read waits for the
        next key.
        """
        self.wait_shown(text)
        deadline = time.monotonic() + _PATIENCE
        stat = Path(f"/proc/{self.process.pid}/stat")
        # proc(5): the state comes after the name, which stands in parentheses.
        while stat.read_text().rpartition(")")[2].split()[0] != "S":
            if time.monotonic() > deadline:
                raise AssertionError(f"never waits for what is typed after {text!r}")
            time.sleep(0.005)

    def wait_end(self) -> int:
        """Return when the program has ended; give its exit status."""
        deadline = time.monotonic() + _PATIENCE
        while self._read(deadline):
            pass
        return self.process.wait(_PATIENCE)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._ours)

    def _read(self, deadline: float) -> bool:
        ready, _, _ = select.select([self._ours], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            return False
        try:
            some = os.read(self._ours, 4096)
        except OSError:
            # EIO: nobody has the other side open any more.
            return False
        self.shown += some.decode(errors="replace")
        return bool(some)
