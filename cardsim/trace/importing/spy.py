"""What libpcscspy writes into its pipe, which `pcsc-spy` would read.

    THREAD@>|SECONDS|MICROSECONDS|SCardTransmit
    THREAD@0x5C6BE8A5 … one line for each parameter, going in and coming out
    THREAD@<|SECONDS|MICROSECONDS|SCardTransmit|Command successful.|0x00000000

pcsc-lite 1.9.9, libpcscspy.c. A program's threads may speak in between each other.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from cardsim.trace.events import Event
from cardsim.trace.importing.calls import RELEASING, SUCCESS, Calls
from cardsim.trace.importing.lines import Line, LogFormatError, numbered, parse_hex

SOURCE = "pcsc-spy"
_LINE = re.compile(r"^([0-9A-Fa-f]+)@(.*)$")
_MICROSECONDS = 1_000_000
_CONNECT, _TRANSMIT = "SCardConnect", "SCardTransmit"
_PARAMETERS = {
    _CONNECT: 8,
    _TRANSMIT: 9,
    "SCardReconnect": 5,
    "SCardDisconnect": 2,
    "SCardEndTransaction": 2,
}
_DISPOSITION = {"SCardReconnect": 3, "SCardDisconnect": 1, "SCardEndTransaction": 1}
_LATEST = 253_402_300_799
"""The last second of the year 9999."""


@dataclass
class _Call:
    """A call that has not returned yet."""

    name: str
    line: int
    began: int
    parameters: list[Line] = field(default_factory=list, repr=False)


def recognises(text: str) -> bool:
    """Whether a line is one of this log's own."""
    return re.match(r"^[0-9A-Fa-f]+@[<>]\|\d+\|\d+\|SCard", text) is not None


def parse(lines: Iterable[str]) -> tuple[Event, ...]:
    """Read the log; raises `LogFormatError`."""
    calls, running = Calls(), dict[str, _Call]()
    for line in numbered(lines):
        found = _LINE.match(line.text)
        if found is None:
            raise LogFormatError(line.number, "no line of a thread")
        thread, text = found[1], found[2]
        call = running.get(thread)
        if text.startswith(">|"):
            running[thread] = _begun(line, text)
        elif call is None:
            raise LogFormatError(line.number, "the parameter or end of a call that did not begin")
        elif text.startswith("<|"):
            del running[thread]
            _ended(calls, call, line, text)
        else:
            _parameter(call, line, text)
    for call in running.values():
        if call.name == _TRANSMIT:
            raise LogFormatError(call.line, "the log ends within this call")
    return calls.hearing.finished()


def _parameter(call: _Call, line: Line, text: str) -> None:
    if call.name not in _PARAMETERS:
        return
    call.parameters.append(Line(line.number, text.strip(), line.ended))
    if len(call.parameters) > _PARAMETERS[call.name]:
        raise LogFormatError(line.number, f"a parameter {call.name} does not have")


def _begun(line: Line, text: str) -> _Call:
    parts = text.split("|")
    if len(parts) != 4:  # noqa: PLR2004 - >, seconds, microseconds, name
        raise LogFormatError(line.number, "no beginning of a call")
    return _Call(parts[3], line.number, _instant(line, parts))


def _ended(calls: Calls, call: _Call, line: Line, text: str) -> None:
    parts = text.split("|")
    if len(parts) != 6 or parts[3] != call.name:  # noqa: PLR2004 - with message and code
        raise LogFormatError(line.number, f"not the end of the {call.name} of line {call.line}")
    if not line.ended:
        raise LogFormatError(line.number, "cut short: the end of the line is missing")
    if call.name not in _PARAMETERS:
        return
    ended, code = _instant(line, parts), _number(line, parts[5])
    if len(call.parameters) != _PARAMETERS[call.name]:
        raise LogFormatError(line.number, f"{call.name} ends before all its parameters")
    seconds, rest = divmod(call.began, _MICROSECONDS)
    time = datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest)
    values = call.parameters
    if call.name == _TRANSMIT:
        command = _buffer(values[3], values[4])
        answer = _buffer(values[7], values[8]) if code == SUCCESS else None
        calls.transmitted(
            call.line, values[0].text, command, answer,
            time=time, took=max(0, ended - call.began),
        )  # fmt: skip
    elif code == SUCCESS and call.name == _CONNECT:
        calls.connected(values[6].text, values[1].text)
    elif code == SUCCESS and call.name in RELEASING:
        disposition = values[_DISPOSITION[call.name]]
        calls.released(call.line, values[0].text, _number(disposition, disposition.text), time=time)


def _instant(line: Line, parts: list[str]) -> int:
    """Read seconds and microseconds since 1970."""
    try:
        seconds, rest = int(parts[1]), int(parts[2])
    except ValueError:
        seconds = rest = -1
    if not (0 <= seconds <= _LATEST and 0 <= rest < _MICROSECONDS):
        raise LogFormatError(line.number, "no time")
    return seconds * _MICROSECONDS + rest


def _number(line: Line, text: str) -> int:
    try:
        return int(text, 16)
    except ValueError:
        raise LogFormatError(line.number, "no number in hexadecimal") from None


def _buffer(length: Line, content: Line) -> bytes:
    """Read a buffer, whose length stands in the parameter before it."""
    data = b"" if content.text == "NULL" else parse_hex(content, content.text)
    if len(data) != _number(length, length.text):
        raise LogFormatError(content.number, "not as many bytes as the line before says")
    return data
