"""The conversation with one card: a chain of small processors over a connection.

Each processor has one method, `send`, and wraps the one below it: encode and transmit, then
ask again with the right Le (6Cxx), then fetch what waits (61xx). A My Number card has never
been seen to answer 61xx or 6Cxx (card reference §4.8), but readers and T=0 cards do.

Not here: what a command means. ISO/IEC 7816-4:2020 clauses 5.3.4 and 5.6.
Called by every session class.
"""

from dataclasses import replace
from typing import Protocol

from jpki.card.connection import CardConnection, ConnectionLostError
from jpki.iso7816 import MAX_NE_SHORT, SW, ApduError, CommandApdu, ResponseApdu

_GET_RESPONSE = 0xC0
_CLASS_BITS_KEPT = 0x03
"""GET RESPONSE goes out on the logical channel of its command and without chaining or SM."""
_MAX_PARTS = 512
"""Parts of one answer: more than 65,536 bytes in shortest useful parts is a broken card."""


class ApduProcessor(Protocol):
    """One link of the chain."""

    def send(self, command: CommandApdu) -> ResponseApdu:
        """Send one command and give its answer."""
        ...


class Wire:
    """The lowest link: bytes to the connection, bytes back, decoded strictly."""

    def __init__(self, connection: CardConnection) -> None:
        self._connection = connection

    def send(self, command: CommandApdu) -> ResponseApdu:
        """Transmit; an answer that is no response APDU counts as no answer at all."""
        raw = self._connection.transmit(command.encode())
        try:
            return ResponseApdu.decode(raw)
        except ApduError as error:
            raise ConnectionLostError(f"the reader gave no response APDU: {error}") from error


class WrongLe:
    """6Cxx: the same command once more, with the Le the card asks for."""

    def __init__(self, below: ApduProcessor) -> None:
        self._below = below

    def send(self, command: CommandApdu) -> ResponseApdu:
        """Send, and repeat at most once."""
        answer = self._below.send(command)
        if answer.status.kind is not SW.WRONG_LE:
            return answer
        wanted = answer.status.number or MAX_NE_SHORT
        return self._below.send(replace(command, ne=wanted, extended=False))


class GetResponse:
    """61xx: fetch the rest with GET RESPONSE and join the parts."""

    def __init__(self, below: ApduProcessor) -> None:
        self._below = below

    def send(self, command: CommandApdu) -> ResponseApdu:
        """Send, and give all of the data with the last status word."""
        answer = self._below.send(command)
        if answer.status.kind is not SW.BYTES_AVAILABLE:
            return answer
        data = bytearray(answer.data)
        for _ in range(_MAX_PARTS):
            wanted = answer.status.number or MAX_NE_SHORT
            fetch = CommandApdu(command.cla & _CLASS_BITS_KEPT, _GET_RESPONSE, 0, 0, ne=wanted)
            answer = self._below.send(fetch)
            data += answer.data
            if answer.status.kind is not SW.BYTES_AVAILABLE:
                return ResponseApdu(bytes(data), answer.status)
        raise ConnectionLostError(f"the card still had data after {_MAX_PARTS} parts")


class Channel:
    """A connection with its processors, and what this side knows of the card's state.

    Sessions of several applications may share a channel: it remembers which application was
    selected last, so that each session selects its own again when another one came between.
    """

    def __init__(self, connection: CardConnection) -> None:
        self.connection = connection
        self.current_aid: bytes | None = None
        """The application last selected through this channel."""
        self.extended_works = True
        """False once an extended Le failed here: the reader or card only does short APDUs."""
        self._top: ApduProcessor = GetResponse(WrongLe(Wire(connection)))

    def send(self, command: CommandApdu) -> ResponseApdu:
        """Send one command through the whole chain."""
        return self._top.send(command)
