"""Programs that talk while they run: a shell under `jpki card run`, one that counts signals.

Not here: terminals (`terminal`).
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tests.cli.calling import Jpki

_DONE = "::done::"

COUNTER = """
import os, signal, sys
names = ("SIGINT", "SIGTERM", "SIGHUP", "SIGUSR1", "SIGUSR2", "SIGQUIT")
numbers = {getattr(signal, name): name for name in names}
signal.pthread_sigmask(signal.SIG_BLOCK, numbers)
print("pid", os.getpid(), flush=True)
while (received := signal.sigwait(numbers)) != signal.SIGQUIT:
    print(numbers[received], flush=True)
print("end", flush=True)
"""
"""A program that says each signal it gets, and ends with SIGQUIT."""


class Shell:
    """A shell whose input and output are pipes."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self.process = process

    def ask(self, command: str) -> str:
        """Have the shell run something, and give what it printed, without its last newline."""
        self.process.stdin.write(f"{command}\necho {_DONE}\n".encode())
        self.process.stdin.flush()
        lines = []
        for line in self.process.stdout:
            if line.decode().rstrip("\n") == _DONE:
                return "".join(lines).rstrip("\n")
            lines.append(line.decode())
        raise AssertionError(f"the shell ended: {lines}, {self.process.stderr.read()!r}")


@contextmanager
def shell_beside(jpki: Jpki, card: str) -> Iterator[Shell]:
    """Run a shell with this card in a reader, until the block ends."""
    process = jpki.start("card", "run", card, "--", "sh")
    try:
        yield Shell(process)
    finally:
        process.communicate(timeout=30)


@contextmanager
def counter_beside(jpki: Jpki, **how: object) -> Iterator["subprocess.Popen[bytes]"]:
    """Run the program that says its signals; it has started when the block begins."""
    process = jpki.start("card", "run", "hanako", "--", sys.executable, "-c", COUNTER, **how)
    try:
        yield process
    finally:
        process.kill()
        process.communicate(timeout=30)
