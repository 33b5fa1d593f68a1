"""Run a program as if it had been started directly, while something is kept up around it.

What it is: the child's environment, its signals and its exit status, for `jpki card run`.
What it is not: the PC/SC service itself.
POSIX signals; the exit status of a shell (128 + n) where a signal cannot be passed on.
Called by the command line.
"""

import os
import signal
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from types import FrameType
from typing import Any

PASSED_ON = (
    signal.SIGINT,
    signal.SIGTERM,
    signal.SIGHUP,
    signal.SIGQUIT,
    signal.SIGUSR1,
    signal.SIGUSR2,
)
"""Signals that are meant for the program, not for us."""

_LEAVES_A_CORE = {
    signal.SIGQUIT,
    signal.SIGILL,
    signal.SIGTRAP,
    signal.SIGABRT,
    signal.SIGBUS,
    signal.SIGFPE,
    signal.SIGSEGV,
    signal.SIGXCPU,
    signal.SIGXFSZ,
    signal.SIGSYS,
}
"""Signals whose default is to end the program and write its memory to a core file (signal(7))."""

_FROM_TERMINAL = 0x80
"""si_code SI_KERNEL: the terminal sent it to the whole foreground group, the program has it."""

_LOOK_SECONDS = 1.0


class ProgramNotStartedError(Exception):
    """The program could not be started; `exit_code` is a shell's (126 or 127)."""

    def __init__(self, program: str, reason: OSError) -> None:
        super().__init__(f"cannot start {program}: {reason.strerror}")
        self.exit_code = 127 if isinstance(reason, FileNotFoundError) else 126


@dataclass(frozen=True, slots=True)
class Ending:
    """How a program ended: an exit status, or the signal that killed it."""

    code: int

    @property
    def signal(self) -> int | None:
        """The signal that ended it, if one did."""
        return -self.code if self.code < 0 else None

    def pass_on(self) -> int:
        """End as the program did: die of the same signal, or give the status to exit with."""
        if self.signal is None:
            return self.code
        # One core file is enough: a signal that leaves one is told by the status instead.
        if self.signal not in _LEAVES_A_CORE:
            if self.signal != signal.SIGKILL:
                signal.signal(self.signal, signal.SIG_DFL)
            os.kill(os.getpid(), self.signal)
        return 128 + self.signal


@dataclass(frozen=True, slots=True)
class Signals:
    """How signals were treated: which are blocked, what a child's end does."""

    mask: frozenset[int]
    on_child: Callable[[int, FrameType | None], Any] | int | None

    def restore(self) -> None:
        """Treat them so again."""
        signal.signal(signal.SIGCHLD, self.on_child)
        signal.pthread_sigmask(signal.SIG_SETMASK, self.mask)


@contextmanager
def held_signals() -> Iterator[Signals]:
    """Hold back what is meant for a program, in this thread and those started inside.

    Gives how it was before, for the program. What is still held at the end came when there was
    no program any more, and is dropped.
    """
    held = {signal.SIGCHLD, *PASSED_ON}
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, held)
    # Whoever started us may ignore the end of children; then we would never hear of ours.
    before = Signals(frozenset(mask), signal.signal(signal.SIGCHLD, signal.SIG_DFL))
    try:
        yield before
    finally:
        while signal.sigtimedwait(held, 0):
            pass
        before.restore()


def run_program(
    command: Sequence[str], environment: Mapping[str, str], *, before_us: Signals
) -> Ending:
    """Run `command` to its end, passing on what is sent to us meanwhile.

    To be called in the main thread inside `held_signals()`, which gives `before_us`. Raises
    `ProgramNotStartedError`.
    """
    early = signal.sigtimedwait(PASSED_ON, 0)
    if early is not None:
        return Ending(-early.si_signo)
    try:
        program = subprocess.Popen(
            list(command),
            env=dict(environment),
            preexec_fn=partial(_become, before_us),  # noqa: PLW1509 - takes no lock
        )
    except OSError as reason:
        raise ProgramNotStartedError(command[0], reason) from None
    while True:
        # A thread that was there before us may have been given the SIGCHLD: look now and then.
        received = signal.sigtimedwait({signal.SIGCHLD, *PASSED_ON}, _LOOK_SECONDS)
        if received is None or received.si_signo == signal.SIGCHLD:
            ended = program.poll()
            if ended is not None:
                return Ending(ended)
        elif received.si_code != _FROM_TERMINAL:
            program.send_signal(received.si_signo)


def _become(before_us: Signals) -> None:
    """Give the program the signals as we found them; runs in the child."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        # Python's handler would turn an early Ctrl-C into a failure to start.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    before_us.restore()
