"""Starting programs we did not write, so that none of them outlives the tests.

Not here: what any of them is told. Called by the modules beside this one.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

# Runs in the child before the program: dies with its parent, even by kill -9 (prctl(2),
# PR_SET_PDEATHSIG = 1), and takes an inherited socket as systemd would hand it over
# (sd_listen_fds(3): descriptor 3, LISTEN_PID naming the program itself).
_PREAMBLE = """
import ctypes, os, signal, sys
ctypes.CDLL(None).prctl(1, signal.SIGKILL)
listening = int(sys.argv[1])
if listening >= 0:
    os.dup2(listening, 3, inheritable=True)
    os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()))
os.execvp(sys.argv[2], sys.argv[2:])
"""


class ProgramFailedError(AssertionError):
    """A program of the harness did not do what it was started for; the text has its output."""


class Daemon:
    """A running program that ends with us at the latest; what it says is kept in a file.

    `listening` is a socket to hand over as systemd does.
    """

    def __init__(
        self,
        *command: str | Path,
        log: Path,
        environment: Mapping[str, str] | None = None,
        listening: int = -1,
    ) -> None:
        self._log = log
        self._name = str(command[0])
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-c", _PREAMBLE, str(listening), *map(str, command)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, **(environment or {})},
                pass_fds=() if listening < 0 else (listening,),
            )

    @property
    def said(self) -> str:
        """Its output so far."""
        return self._log.read_text(errors="replace")

    def wait_said(self, words: str) -> None:
        """Return once the words were said; as `wait_until`."""
        self.wait_until(lambda: words in self.said, f"say {words!r}")

    def wait_until(self, seen: Callable[[], bool], what: str, *, seconds: float = 20.0) -> None:
        """Return once `seen` says so.

        Raises `ProgramFailedError` when the program ends before, or the time does.
        """
        deadline = time.monotonic() + seconds
        while not seen():
            if self._process.poll() is not None and not seen():
                raise ProgramFailedError(f"{self._name} ended:\n{self.said}")
            if time.monotonic() > deadline:
                raise ProgramFailedError(
                    f"{self._name} did not {what} in {seconds} s:\n{self.said}"
                )
            time.sleep(0.01)

    @property
    def threads(self) -> int:
        """How many threads it has now."""
        return len(list(Path(f"/proc/{self._process.pid}/task").iterdir()))

    def stop(self) -> None:
        """End the program politely, then surely, and wait for it; a second call does nothing."""
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def run(
    *command: str | Path,
    environment: Mapping[str, str] | None = None,
    stdin: bytes = b"",
    expect: int | None = 0,
    seconds: float = 60.0,
    cwd: Path | None = None,
) -> subprocess.CompletedProcess[bytes]:
    """Run a program to its end; `expect` is the exit status it must have (None: any).

    Raises `ProgramFailedError` with all it printed when the status is another one.
    """
    done = subprocess.run(
        [str(word) for word in command],
        input=stdin,
        capture_output=True,
        env={**os.environ, **(environment or {})},
        timeout=seconds,
        cwd=cwd,
        check=False,
    )
    if expect is not None and done.returncode != expect:
        raise ProgramFailedError(
            f"{' '.join(map(str, command))}: exit status {done.returncode}, not {expect}\n"
            f"{done.stdout.decode(errors='replace')}\n{done.stderr.decode(errors='replace')}"
        )
    return done
