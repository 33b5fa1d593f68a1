"""What the exit status of `jpki` means, and which failure has which.

The one place where an exception of the lower floors becomes a status.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import IntEnum, unique
from types import MappingProxyType
from typing import Any


@unique
class ExitStatus(IntEnum):
    """The exit status of every command (`jpki card run` passes on its program's instead)."""

    YES = 0
    """Done; the answer is yes."""
    NO = 1
    """The answer is no: revoked, expired, refused, wrong PIN."""
    USAGE = 2
    """The command line, the world or a file named on it is wrong."""
    CANNOT_TELL = 3
    """Something needed for an answer is missing: no CRL, a stale one, no trust anchor."""
    CARD = 4
    """No reader, no card, or the card does not answer as a My Number card does."""


STOPPED = 128 + 2
"""Ctrl-C, or the end of input at a prompt, as a shell counts it: no answer was given."""

CUT_OFF = 128 + 13
"""Whoever reads our output has gone (SIGPIPE), as a shell counts it: no answer was given."""

CRASHED = 70
"""A defect of ours (EX_SOFTWARE of sysexits.h), so that no script takes it for an answer."""

NOTHING: Mapping[str, Any] = MappingProxyType({})
"""What was done, where nothing was."""

STATUS_OF_FAILURE: dict[str, ExitStatus] = {
    "builtins.MemoryError": ExitStatus.USAGE,
    "builtins.OSError": ExitStatus.USAGE,
    "cardsim.mynumber.errors.CardFileError": ExitStatus.CARD,
    "cardsim.readers.pcsc.endpoint.EndpointError": ExitStatus.CARD,
    "cardsim.readers.pcsc.endpoint.NotPrivateError": ExitStatus.USAGE,
    "cardsim.readers.pcsc.endpoint.UnusablePathError": ExitStatus.USAGE,
    "cardsim.trace.comparing.TooLongError": ExitStatus.USAGE,
    "cardsim.trace.importing.formats.UnknownLogError": ExitStatus.USAGE,
    "cardsim.trace.importing.lines.LogFormatError": ExitStatus.USAGE,
    "cardsim.world.errors.WorldError": ExitStatus.USAGE,
    "jpki.ca.errors.CaError": ExitStatus.USAGE,
    "jpki.card.client.errors.CardError": ExitStatus.CARD,
    "jpki.card.client.errors.PinRuleError": ExitStatus.USAGE,
    "jpki.card.client.errors.PinError": ExitStatus.NO,
    "jpki.card.client.errors.TriesUnknownError": ExitStatus.CARD,
    "jpki.card.connection.ConnectionLostError": ExitStatus.CARD,
    "jpki.card.pcsc.ReaderError": ExitStatus.CARD,
    "jpki.revocation.errors.RevocationIndexError": ExitStatus.USAGE,
}
"""Expected failures by the name of their class: whoever only asks for help loads none of them.

The nearest base class decides. Anything else is a bug and shows its traceback.
"""


class Failure(Exception):  # noqa: N818 - it is an answer, not an error of the program
    """An expected failure that a command finds itself: one line for people, and the status.

    `done` is what was done all the same, for --json: an answer's data, as far as they go.
    """

    def __init__(self, message: str, status: ExitStatus, done: Mapping[str, Any] = NOTHING) -> None:
        super().__init__(message)
        self.status = status
        self.done = done


def status_of(error: Exception) -> ExitStatus | None:
    """Give the exit status of an expected failure; None for a bug."""
    if isinstance(error, Failure):
        return error.status
    for base in type(error).__mro__:
        status = STATUS_OF_FAILURE.get(f"{base.__module__}.{base.__qualname__}")
        if status is not None:
            return status
    return None


def words_of(error: Exception) -> str:
    """Give the message without the number the system has for it."""
    if isinstance(error, MemoryError):
        return "there is not enough memory for what was named"
    if not isinstance(error, OSError) or not error.strerror:
        return str(error)
    # Of a rename the second: the first is a draft of ours, and gone by now.
    name = error.filename2 or error.filename
    return f"{name}: {error.strerror}" if name else error.strerror


@contextmanager
def failing_with(what: str, *, hint: str = "", done: Mapping[str, Any] = NOTHING) -> Iterator[None]:
    """Have an expected failure say before its own words what was done by then; a hint follows.

    Whoever reads only that a list cannot be made, say, takes it that nothing was revoked.
    """
    try:
        yield
    except Exception as error:
        status = status_of(error)
        if status is None:
            raise
        told = f"{what}: {words_of(error)}"
        raise Failure(f"{told}; {hint}" if hint else told, status, done) from error
