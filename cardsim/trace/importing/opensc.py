"""What OpenSC writes with OPENSC_DEBUG or `debug` in its configuration, from level 4 on.

    … reader-pcsc.c:325:pcsc_transmit: reader 'NAME'
    … reader-pcsc.c:326:pcsc_transmit: ␤
    Outgoing APDU (9 bytes):
    00 20 00 80 04 … ….…               (16 bytes a row, then the same as text)

OpenSC 0.23.0, log.c and reader-pcsc.c. The time in a line is local, without date or zone, so
events have none.
"""

import re
from collections.abc import Iterable, Iterator

from cardsim.trace.events import Event
from cardsim.trace.exchange import MAX_LENGTH
from cardsim.trace.importing.hearing import Hearing
from cardsim.trace.importing.lines import Line, LogFormatError, numbered, parse_hex

SOURCE = "opensc"
_READER = re.compile(r"pcsc_transmit: reader '(.*)'$")
_BLOCK = re.compile(r"^(Outgoing|Incoming) APDU \((\d{1,6}) bytes?\):$")
_ROW = 16
_DIGITS = 3
"""Of one byte: two, and a space."""


def recognises(text: str) -> bool:
    """Whether a line is one of this log's own."""
    return _BLOCK.match(text) is not None


def parse(lines: Iterable[str]) -> tuple[Event, ...]:
    """Read the log; raises `LogFormatError`."""
    hearing, reader = Hearing(), ""
    source = numbered(lines)
    for line in source:
        if found := _READER.search(line.text):
            reader = found[1]
        elif found := _BLOCK.match(line.text):
            data = _dump(source, line, int(found[2]))
            if found[1] == "Outgoing":
                hearing.asked(line.number, data, reader)
            else:
                hearing.answered(line.number, data, reader)
    return hearing.finished()


def _dump(source: Iterator[Line], opening: Line, length: int) -> bytes:
    """Read so many bytes from the rows that follow."""
    if length > MAX_LENGTH:
        raise LogFormatError(opening.number, f"more than {MAX_LENGTH} bytes")
    data = b""
    while len(data) < length:
        row = next(source, None)
        if row is None:
            raise LogFormatError(opening.number, "the log ends within this APDU")
        expected = min(_ROW, length - len(data))
        digits = row.text[: _DIGITS * expected].rstrip()
        if len(digits) != _DIGITS * expected - 1:
            raise LogFormatError(row.number, f"{expected} bytes in hexadecimal are expected")
        data += parse_hex(row, digits)
    return data
