"""Run a program as if it had been started directly, while something is kept up around it.

What it is: the child's environment, its signals and its exit status, for `jpki card run`.
What it is not: the PC/SC service itself.
POSIX signals; the exit status of a shell (128 + n) where a signal cannot be passed on.
Called by the command line.
"""

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

PASSED_ON = (
    signal.SIGINT,
    signal.SIGTERM,
    signal.SIGHUP,
    signal.SIGQUIT,
    signal.SIGUSR1,
    signal.SIGUSR2,
)
"""Signals that are meant for the program, not for us."""

_FROM_TERMINAL = 0x80
"""si_code SI_KERNEL: the terminal sent it to the whole foreground group, the program has it."""


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
        if self.signal in {signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL}:
            if self.signal != signal.SIGKILL:
                signal.signal(self.signal, signal.SIG_DFL)
            os.kill(os.getpid(), self.signal)
        # A core-dumping signal is not repeated: one core file is enough.
        return 128 + self.signal


def run_program(command: Sequence[str], environment: Mapping[str, str]) -> Ending:
    """Run `command` to its end, passing on what is sent to us meanwhile.

    Must be called in the main thread with `blocked_signals()` in force, so that the threads
    started before never take the signals that are meant for the program.
    """
    try:
        program = subprocess.Popen(
            list(command),
            env=dict(environment),
            preexec_fn=_unblock_all,  # noqa: PLW1509 - one system call, no lock is taken
        )
    except OSError as reason:
        raise ProgramNotStartedError(command[0], reason) from None
    while True:
        received = signal.sigwaitinfo({signal.SIGCHLD, *PASSED_ON})
        if received.si_signo == signal.SIGCHLD:
            ended = program.poll()
            if ended is not None:
                return Ending(ended)
        elif received.si_code != _FROM_TERMINAL:
            program.send_signal(received.si_signo)


class blocked_signals:  # noqa: N801 - reads as a statement
    """Hold the signals of a program back in this thread and in those it starts."""

    def __enter__(self) -> None:
        self._before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD, *PASSED_ON})

    def __exit__(self, *_: object) -> None:
        signal.pthread_sigmask(signal.SIG_SETMASK, self._before)


def _unblock_all() -> None:
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
