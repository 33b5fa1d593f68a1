"""The lines of somebody else's log: numbered, of bounded length, without colours.

A log may hold PINs. So what is wrong with a line is said by its number, never by its words.
Not here: what the lines mean (one module for each kind of log).
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

MAX_LINE = 400_000
"""Characters: the longest APDU in hexadecimal with room to spare."""
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


class LogFormatError(ValueError):
    """A line that cannot be what it seems to be; the message names it."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"line {line}: {reason}")
        self.line = line


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a log. `ended` is False for a last line that was cut short."""

    number: int
    text: str
    ended: bool = True


def numbered(lines: Iterable[str]) -> Iterator[Line]:
    """Give the lines without their ends and colours."""
    for number, raw in enumerate(lines, 1):
        if len(raw) > MAX_LINE:
            raise LogFormatError(number, f"longer than {MAX_LINE} characters")
        text = _COLOUR.sub("", raw.rstrip("\r\n")) if "\x1b" in raw else raw.rstrip("\r\n")
        yield Line(number, text, raw.endswith("\n"))


def log_lines(path: Path) -> Iterator[str]:
    """Read a log piece by piece, so that a line without an end does not fill the memory.

    Bytes that are no UTF-8 are replaced: logs are in whatever the system spoke.
    """
    with path.open(encoding="utf-8", errors="replace", newline="\n") as file:
        while piece := file.readline(MAX_LINE + 1):
            yield piece


def parse_hex(line: Line, text: str) -> bytes:
    """Read bytes in hexadecimal, separated by spaces."""
    try:
        data = bytes.fromhex(text)
    except ValueError:
        raise LogFormatError(line.number, "no bytes in hexadecimal") from None
    if not line.ended:
        raise LogFormatError(line.number, "cut short: the end of the line is missing")
    return data
