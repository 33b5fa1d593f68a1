"""Ended from outside, a command first clears up what it would have cleared up at its end.

By default SIGTERM and SIGHUP end Python on the spot: temporary directories, and the keys in them,
stay. Not here: Ctrl-C, which Python turns into an exception itself.
POSIX signals. Called by `demo`.
"""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_ENDING = (signal.SIGTERM, signal.SIGHUP)


class _EndedError(BaseException):
    """A signal says to end; like KeyboardInterrupt, no handler of errors may catch it."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


@contextmanager
def clearing_up() -> Iterator[None]:
    """Leave the block in order when a signal says to end, then die of that signal."""
    before = {number: signal.getsignal(number) for number in _ENDING}
    # Who ignores one (nohup) goes on ignoring it.
    heeded = [number for number, handler in before.items() if handler is signal.SIG_DFL]

    def end(number: int, _: FrameType | None) -> None:
        # Whoever asks twice must not interrupt the clearing up.
        for each in heeded:
            signal.signal(each, signal.SIG_IGN)
        raise _EndedError(number)

    for each in heeded:
        signal.signal(each, end)
    try:
        yield
    except _EndedError as ended:
        signal.signal(ended.number, signal.SIG_DFL)
        os.kill(os.getpid(), ended.number)
    finally:
        for each in heeded:
            signal.signal(each, signal.SIG_DFL)
