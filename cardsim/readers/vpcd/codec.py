"""The wire of vpcd, the virtual reader of vsmartcard: frames in and out, as bytes.

Not here: sockets, the card, what a control code does to it (`dialogue`, `client`).
Source: vsmartcard's documentation of the protocol between vpcd and vpicc (doc/api.txt): each
message is a 16-bit big-endian length and that many bytes; a message of one byte is a control
code, any other a command APDU. Only an APDU and the code ATR are answered.
Called by `dialogue` for every chunk that a socket gives.
"""

from dataclasses import dataclass
from enum import IntEnum, unique

DEFAULT_PORT = 35963
"""Where vpcd listens unless its reader configuration says otherwise (VPCDPORT, vpcd.h)."""

MAX_PAYLOAD = 0xFFFF
_LENGTH_SIZE = 2
_CONTROL_SIZE = 1


class VpcdProtocolError(ValueError):
    """Bytes that no vpcd sends, or an answer that no frame can carry."""


@unique
class Control(IntEnum):
    """What the reader asks of the contacts (VPCD_CTRL_*, vpcd.h)."""

    POWER_OFF = 0
    POWER_ON = 1
    RESET = 2
    ATR = 4


@dataclass(frozen=True, slots=True)
class Command:
    """A command APDU, 2 bytes or more, handed to the card as it came."""

    apdu: bytes


Message = Control | Command


def encode(payload: bytes) -> bytes:
    """Give the whole frame, length and payload, to be sent at once.

    Raises `VpcdProtocolError` beyond 65535 bytes: the length field has no room.
    """
    if len(payload) > MAX_PAYLOAD:
        raise VpcdProtocolError(f"an answer of {len(payload)} bytes exceeds {MAX_PAYLOAD}")
    return len(payload).to_bytes(_LENGTH_SIZE, "big") + payload


class Decoder:
    """Cuts what arrives into messages, however the network cut it before."""

    __slots__ = ("_buffer",)

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, chunk: bytes) -> None:
        """Take bytes from the wire: any number of messages, whole or in parts."""
        self._buffer += chunk

    def next_message(self) -> Message | None:
        """Give the next whole message, or None when more bytes are needed.

        Raises `VpcdProtocolError` for an empty message or an unknown control code, and again
        at each further call: nothing after it can be trusted to begin where it seems to.
        """
        if len(self._buffer) < _LENGTH_SIZE:
            return None
        end = _LENGTH_SIZE + int.from_bytes(self._buffer[:_LENGTH_SIZE], "big")
        if end == _LENGTH_SIZE:
            raise VpcdProtocolError("a message without content")
        if len(self._buffer) < end:
            return None
        payload = bytes(self._buffer[_LENGTH_SIZE:end])
        message = _control(payload) if len(payload) == _CONTROL_SIZE else Command(payload)
        del self._buffer[:end]
        return message


def _control(payload: bytes) -> Control:
    try:
        return Control(payload[0])
    except ValueError:
        raise VpcdProtocolError(f"unknown control code {payload[0]:02X}") from None
