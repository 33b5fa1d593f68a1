"""A serial number (発行番号) as the verifier writes it: one way for people, one for programs.

What is written can be typed back: `read_serial` takes either. Called by reports and by whatever
names a serial number in a row; `read_serial` by the commands that ask for one.
"""

import re

_MOST_OCTETS = 20
"""RFC 5280 4.1.2.2."""
_WRITTEN = re.compile(
    r"(?P<decimal>[0-9]{1,49})(?: \(0[xX](?P<same>[0-9A-Fa-f]{1,40})\))?"
    r"|0[xX](?P<hex>[0-9A-Fa-f]{1,40})"
)


def serial_text(serial: int) -> str:
    """Write it for people: decimal, and hex with 0x in brackets."""
    return f"{serial} ({serial_hex(serial)})"


def serial_hex(serial: int) -> str:
    """Write it as hex with 0x, for programs."""
    return f"{'-' if serial < 0 else ''}0x{abs(serial):X}"


def serial_octets(serial: int) -> bytes:
    """Give the octets of the INTEGER (X.690 8.3), negative ones too, as they stand in DER."""
    magnitude = serial if serial >= 0 else ~serial
    return serial.to_bytes(magnitude.bit_length() // 8 + 1, "big", signed=True)


def read_serial(text: str) -> int | None:
    """Read decimal, hex with 0x, or both as `serial_text` writes them; None for anything else."""
    found = _WRITTEN.fullmatch(text)
    if found is None:
        return None
    serial = int(found["decimal"]) if found["decimal"] else int(found["hex"], 16)
    if found["same"] and int(found["same"], 16) != serial:
        return None
    return serial if serial >> (8 * _MOST_OCTETS) == 0 else None
