"""The kinds of logs there are, and which one a file is.

Not here: reading any of them (one module each). Called by the command line.
"""

from collections.abc import Callable, Iterable
from enum import Enum, unique
from itertools import chain

from cardsim.trace.codec import Trace
from cardsim.trace.events import Event
from cardsim.trace.importing import opensc, pcscd, spy, spy_text
from cardsim.trace.importing.lines import LogFormatError, numbered

_LOOKED_AT = 16_000_000
"""Characters in which a log must show what it is; OpenSC says much before its first APDU."""


class UnknownLogError(ValueError):
    """A file that is none of the logs known here."""


@unique
class LogFormat(Enum):
    """A kind of log, by the name `jpki trace import --format` takes."""

    PCSCD = "pcscd"
    OPENSC = "opensc"
    PCSC_SPY = "pcsc-spy"
    """The pipe of libpcscspy, or what pcsc-spy prints: each is told from the other."""


_Parser = Callable[[Iterable[str]], tuple[Event, ...]]
_SIGNS: tuple[tuple[Callable[[str], bool], LogFormat, _Parser], ...] = (
    (spy.recognises, LogFormat.PCSC_SPY, spy.parse),
    (spy_text.recognises, LogFormat.PCSC_SPY, spy_text.parse),
    (opensc.recognises, LogFormat.OPENSC, opensc.parse),
    (pcscd.recognises, LogFormat.PCSCD, pcscd.parse),
)


def import_log(lines: Iterable[str], kind: LogFormat | None = None) -> Trace:
    """Read a log; `kind` is found out when it is None.

    Raises `UnknownLogError` when the lines are no log (of that kind), and `LogFormatError`.
    """
    rest = iter(lines)
    looked_at: list[str] = []
    size = 0
    for line in numbered(_kept(rest, looked_at)):
        for recognises, found, parse in _SIGNS:
            if kind in {None, found} and recognises(line.text):
                return Trace(found.value, parse(chain(looked_at, rest)))
        size += len(line.text)
        if size >= _LOOKED_AT:
            break
    wanted = "OpenSC, pcscd --apdu or pcsc-spy" if kind is None else kind.value
    raise UnknownLogError(f"no APDU in {len(looked_at)} lines that a log of {wanted} would have")


def _kept(lines: Iterable[str], into: list[str]) -> Iterable[str]:
    for line in lines:
        into.append(line)
        yield line


__all__ = ["LogFormat", "LogFormatError", "UnknownLogError", "import_log"]
