"""Command and response APDUs, in all short and extended cases, decoded strictly.

Not here: what any instruction means, command chaining, secure messaging.
ISO/IEC 7816-3:2006 clause 12.1 (the seven encodings) and 7816-4:2020 clause 5.1.
Called by the chip for every command, and by the client to make them.
"""

from dataclasses import dataclass
from typing import Self

from jpki.iso7816.status import StatusWord

MAX_NC_SHORT = 255
MAX_NC_EXTENDED = 65_535
MAX_NE_SHORT = 256
MAX_NE_EXTENDED = 65_536

_HEADER = 4
_BYTE = 0xFF


class ApduError(ValueError):
    """Bytes that are no APDU, or values that cannot be encoded as one."""


@dataclass(frozen=True, slots=True)
class CommandApdu:
    """A command: header, data field and the number of bytes expected back.

    `ne` is None when no Le field is present; Le bytes of zero mean 256 (short) or 65536
    (extended). `extended` keeps the form on the wire, so that every encoding round-trips; it
    is implied when a length does not fit the short form.
    """

    cla: int
    ins: int
    p1: int
    p2: int
    data: bytes = b""
    ne: int | None = None
    extended: bool = False

    def __post_init__(self) -> None:
        # A negative number keeps its sign however far it is shifted, so it is caught as well.
        if (self.cla | self.ins | self.p1 | self.p2) >> 8:
            header = f"{self.cla} {self.ins} {self.p1} {self.p2}"
            raise ApduError(f"CLA, INS, P1 and P2 are one byte each, not {header}")
        if len(self.data) > MAX_NC_EXTENDED:
            raise ApduError(f"data of {len(self.data)} bytes exceeds {MAX_NC_EXTENDED}")
        if self.ne is not None and not 1 <= self.ne <= MAX_NE_EXTENDED:
            raise ApduError(f"ne is 1 to {MAX_NE_EXTENDED}, not {self.ne}")
        if len(self.data) > MAX_NC_SHORT or (self.ne or 0) > MAX_NE_SHORT:
            object.__setattr__(self, "extended", True)
        if self.extended and not self.data and self.ne is None:
            raise ApduError("a command without data and Le has no extended form")

    @property
    def header(self) -> bytes:
        """CLA INS P1 P2."""
        return bytes((self.cla, self.ins, self.p1, self.p2))

    @property
    def case(self) -> int:
        """The case 1 to 4 of 7816-3 table 12: without and with data, without and with Le."""
        return 1 + (2 if self.data else 0) + (1 if self.ne is not None else 0)

    def encode(self) -> bytes:
        """Give the bytes on the wire."""
        if not self.extended:
            lc = bytes((len(self.data),)) if self.data else b""
            le = b"" if self.ne is None else bytes((self.ne & _BYTE,))
            return self.header + lc + self.data + le
        lc = b"\x00" + len(self.data).to_bytes(2, "big") if self.data else b""
        le = b"" if self.ne is None else (self.ne & MAX_NC_EXTENDED).to_bytes(2, "big")
        if not self.data:
            le = b"\x00" + le
        return self.header + lc + self.data + le

    @classmethod
    def decode(cls, raw: bytes) -> Self:
        """Read the bytes of one command; anything left over or missing is an `ApduError`."""
        if len(raw) < _HEADER:
            raise ApduError(f"a command has at least {_HEADER} bytes, not {len(raw)}")
        cla, ins, p1, p2 = raw[:_HEADER]
        body = raw[_HEADER:]
        data, ne, extended = _decode_body(body)
        return cls(cla, ins, p1, p2, data, ne, extended)

    def __str__(self) -> str:
        # The data field may hold a PIN: it is never printed.
        data = f" data[{len(self.data)}]" if self.data else ""
        ne = "" if self.ne is None else f" Ne={self.ne}"
        return f"{self.header.hex(' ').upper()}{data}{ne}"

    def __repr__(self) -> str:
        return f"<CommandApdu {self}>"


def _decode_body(body: bytes) -> tuple[bytes, int | None, bool]:
    """Split the bytes after the header into data, Ne and whether the form is extended."""
    if not body:
        return b"", None, False
    first = body[0]
    if len(body) == 1:
        return b"", first or MAX_NE_SHORT, False
    if first:
        data, le = body[1 : 1 + first], body[1 + first :]
        if len(data) != first or len(le) > 1:
            raise ApduError(f"Lc is {first}, but {len(body) - 1} bytes follow it")
        return data, (le[0] or MAX_NE_SHORT) if le else None, False
    if len(body) < 3:  # noqa: PLR2004 - 00 and the two bytes of an extended length
        raise ApduError("an extended length field is cut short")
    length = int.from_bytes(body[1:3], "big")
    if len(body) == 3:  # noqa: PLR2004 - 00 hh ll and nothing else: extended Le
        return b"", length or MAX_NE_EXTENDED, True
    if not length:
        raise ApduError("extended Lc is zero, but bytes follow it")
    data, le = body[3 : 3 + length], body[3 + length :]
    if len(data) != length or len(le) not in {0, 2}:
        raise ApduError(f"extended Lc is {length}, but {len(body) - 3} bytes follow it")
    return data, (int.from_bytes(le, "big") or MAX_NE_EXTENDED) if le else None, True


@dataclass(frozen=True, slots=True)
class ResponseApdu:
    """An answer: data field (may be empty) and status word."""

    data: bytes
    status: StatusWord

    def encode(self) -> bytes:
        """Give the bytes on the wire."""
        return self.data + bytes(self.status)

    @classmethod
    def decode(cls, raw: bytes) -> Self:
        """Read the bytes of one answer: data, then two bytes of status."""
        if len(raw) < 2:  # noqa: PLR2004 - SW1 SW2
            raise ApduError(f"an answer has at least 2 bytes, not {len(raw)}")
        if len(raw) > MAX_NE_EXTENDED + 2:
            raise ApduError(f"an answer has at most {MAX_NE_EXTENDED + 2} bytes, not {len(raw)}")
        return cls(raw[:-2], StatusWord(int.from_bytes(raw[-2:], "big")))

    def __repr__(self) -> str:
        # Answers may hold personal data: only their length is shown.
        return f"<ResponseApdu data[{len(self.data)}] {self.status}>"
