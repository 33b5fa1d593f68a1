"""Starting programs we did not write, so that none of them outlives the tests.

Not here: what any of them is told. Called by the modules beside this one.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
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
os.execv(sys.argv[2], sys.argv[2:])
"""


class ProgramFailedError(AssertionError):
    """A program of the harness did not do what it was started for; the text has its output."""


def start_daemon(
    command: Sequence[str | Path],
    *,
    log: Path,
    environment: Mapping[str, str],
    listening: int = -1,
) -> subprocess.Popen[bytes]:
    """Start a program that ends with us at the latest; its output goes to the file `log`.

    `listening` is a socket to hand over as systemd does.
    """
    with log.open("wb") as output:
        return subprocess.Popen(
            [sys.executable, "-c", _PREAMBLE, str(listening), *map(str, command)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, **environment},
            pass_fds=() if listening < 0 else (listening,),
        )


def stop_daemon(process: subprocess.Popen[bytes]) -> None:
    """End a program politely, then surely, and wait for it."""
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def wait_until(
    condition: Callable[[], bool], what: str, *, seconds: float = 20.0, pause: float = 0.01
) -> None:
    """Return once the condition holds, or raise `ProgramFailedError` saying what never came."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise ProgramFailedError(f"after {seconds} s still waiting for {what}")
        time.sleep(pause)


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
