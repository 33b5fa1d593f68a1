"""A DER writer for tests: as small as can be, and able to write what no profile allows.

The verifier's reader and this writer share nothing, so that one wrong idea does not fit the other.
"""

from datetime import datetime


def tlv(tag: int, *parts: bytes) -> bytes:
    value = b"".join(parts)
    size = len(value)
    if size < 0x80:
        return bytes((tag, size)) + value
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + value


def seq(*parts: bytes) -> bytes:
    return tlv(0x30, *parts)


def set_of(*parts: bytes) -> bytes:
    return tlv(0x31, *sorted(parts))


def integer(value: int) -> bytes:
    return tlv(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True))


def enumerated(value: int) -> bytes:
    return tlv(0x0A, bytes((value,)))


def boolean(value: bool) -> bytes:
    return tlv(0x01, b"\xff" if value else b"\x00")


def octets(*parts: bytes) -> bytes:
    return tlv(0x04, *parts)


def bits(value: bytes, unused: int = 0) -> bytes:
    return tlv(0x03, bytes((unused,)), value)


def oid(dotted: str) -> bytes:
    first, second, *rest = (int(arc) for arc in dotted.split("."))
    return tlv(0x06, *(_arc(arc) for arc in (40 * first + second, *rest)))


def _arc(value: int) -> bytes:
    groups = [value & 0x7F]
    while value := value >> 7:
        groups.append(0x80 | value & 0x7F)
    return bytes(reversed(groups))


def utf8(text: str) -> bytes:
    return tlv(0x0C, text.encode())


def printable(text: str) -> bytes:
    return tlv(0x13, text.encode("ascii"))


def ia5(text: str) -> bytes:
    return tlv(0x16, text.encode("ascii"))


def time(moment: datetime) -> bytes:
    if moment.year >= 2050:
        return generalized(moment)
    return tlv(0x17, f"{moment:%y%m%d%H%M%SZ}".encode())


def generalized(moment: datetime) -> bytes:
    return tlv(0x18, f"{moment:%Y%m%d%H%M%SZ}".encode())


def explicit(number: int, *parts: bytes) -> bytes:
    """Give [number] EXPLICIT, or IMPLICIT over a SEQUENCE or SET whose contents are given."""
    return tlv(0xA0 | number, *parts)


def implicit(number: int, *parts: bytes) -> bytes:
    """Give [number] IMPLICIT over a primitive type whose contents are given."""
    return tlv(0x80 | number, *parts)


NULL = b"\x05\x00"
