"""What `pcsc-spy` prints: a paragraph for each call, indented by thread.

    SCardTransmit
     i hCard: 0x5C6BE8A5
     i bSendLength 0x00000009 (9)
     i bSendBuffer
     i  0000 00 20 00 80 04 …                   . ...
     o bRecvLength 0x00000002 (2)
     o bRecvBuffer
     o  0000 90 00                                           ..
     => Command successful. (SCARD_S_SUCCESS [0x00000000])  [0.000261]

pcsc-lite 1.9.9, pcsc-spy. It tells how long a call took, but not when it was made.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from cardsim.trace.events import Event
from cardsim.trace.exchange import MAX_LENGTH
from cardsim.trace.importing.calls import RELEASING, SUCCESS, Calls
from cardsim.trace.importing.lines import Line, LogFormatError, numbered, parse_hex

SOURCE = "pcsc-spy"
_CONNECT, _TRANSMIT = "SCardConnect", "SCardTransmit"
_CALL = re.compile(r"^( *(?: \(t\d+\) )?)(SCar\w+)$")
_PARAMETER = re.compile(r"^( *(?: \(t\d+\) )?) ([io]) (.*)$")
_RESULT = re.compile(r"^( *(?: \(t\d+\) )?) => .*\[0x([0-9A-Fa-f]{1,16})\]\) +\[(.*)\]$")
_ROW = re.compile(r"^ ([0-9A-F]{4,6}) (.*)$")
_LENGTH = re.compile(r"^b(Send|Recv)Length (0x[0-9A-Fa-f]{1,8})\b")
_VALUE = re.compile(r"^(hCard|phCard|szReader|dwInitialization|dwDisposition):? (.*)$")
_NUMBER = re.compile(r"(0x[0-9A-Fa-f]{1,8})")
_SECONDS = re.compile(r"^(\d{1,6})\.(\d{6})$")
_BYTES_A_ROW, _DIGITS = 16, 3
_MICROSECONDS = 1_000_000


@dataclass
class _Call:
    """A call whose result has not come yet."""

    name: str
    line: int
    values: dict[str, str] = field(default_factory=dict, repr=False)
    lengths: dict[str, int] = field(default_factory=dict)
    buffers: dict[str, bytes] = field(default_factory=dict, repr=False)


def recognises(text: str) -> bool:
    """Whether a line is one of this log's own."""
    return (
        re.match(r"^ *(?:\(t\d+\) )?SCard(?:EstablishContext|Transmit|Connect)$", text) is not None
    )


def parse(lines: Iterable[str]) -> tuple[Event, ...]:
    """Read the log; raises `LogFormatError`. Lines of no call are passed over."""
    calls, running = Calls(), dict[str, _Call]()
    for line in numbered(lines):
        if found := _RESULT.match(line.text):
            call = running.pop(found[1], None)
            if call is None:
                raise LogFormatError(line.number, "the result of a call that did not begin")
            _ended(calls, call, line, int(found[2], 16), found[3])
        elif found := _CALL.match(line.text):
            running[found[1]] = _Call(found[2], line.number)
        elif (found := _PARAMETER.match(line.text)) and (call := running.get(found[1])):
            _parameter(call, line, found[2], found[3])
    for call in running.values():
        if call.name == _TRANSMIT:
            raise LogFormatError(call.line, "the log ends within this call")
    return calls.hearing.finished()


def _parameter(call: _Call, line: Line, direction: str, text: str) -> None:
    if (found := _LENGTH.match(text)) and call.name == _TRANSMIT:
        length = int(found[2], 16)
        if length > MAX_LENGTH:
            raise LogFormatError(line.number, f"more than {MAX_LENGTH} bytes")
        call.lengths[direction], call.buffers[direction] = length, b""
    elif (found := _ROW.match(text)) and call.name == _TRANSMIT:
        _row(call, line, direction, found)
    elif call.name in {_CONNECT, _TRANSMIT, *RELEASING} and (found := _VALUE.match(text)):
        call.values[f"{direction} {found[1]}"] = found[2].strip()


def _row(call: _Call, line: Line, direction: str, found: re.Match[str]) -> None:
    """Read one row of a dump: as many bytes as the length still wants, at most sixteen."""
    have = call.buffers.get(direction, b"")
    expected = min(_BYTES_A_ROW, call.lengths.get(direction, 0) - len(have))
    digits = found[2][: _DIGITS * expected].rstrip() if expected > 0 else ""
    if int(found[1], 16) != len(have) or len(digits) != _DIGITS * expected - 1:
        raise LogFormatError(line.number, "not the row of bytes that belongs here")
    call.buffers[direction] = have + parse_hex(line, digits)


def _ended(calls: Calls, call: _Call, line: Line, code: int, duration: str) -> None:
    handle = call.values.get("i hCard", "")
    if call.name == _TRANSMIT:
        took = _microseconds(duration)
        answer = _buffer(call, line, "o") if code == SUCCESS else None
        calls.transmitted(call.line, handle, _buffer(call, line, "i"), answer, took=took)
    elif code == SUCCESS and call.name == _CONNECT:
        reader = call.values.get("i szReader", "")
        handle = call.values.get("o phCard", "").partition(" ")[0]
        calls.connected(handle, reader)
    elif code == SUCCESS and call.name in RELEASING:
        text = call.values.get("i dwInitialization") or call.values.get("i dwDisposition", "")
        found = _NUMBER.search(text)
        if found is None:
            raise LogFormatError(line.number, f"{call.name} ends before all its parameters")
        calls.released(call.line, handle, int(found[1], 16))


def _buffer(call: _Call, line: Line, direction: str) -> bytes:
    data = call.buffers.get(direction)
    if data is None or len(data) != call.lengths[direction]:
        raise LogFormatError(line.number, f"{call.name} ends before all its bytes")
    return data


def _microseconds(duration: str) -> int | None:
    """Read how long a call took; a log made to be compared does not tell."""
    found = _SECONDS.match(duration)
    return None if found is None else int(found[1]) * _MICROSECONDS + int(found[2])
