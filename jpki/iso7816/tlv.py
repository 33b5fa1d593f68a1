"""BER-TLV data objects as cards use them.

Not here: ASN.1 types, simple TLV, DER certificates (those are parsed by `jpki.verify`).
ISO/IEC 7816-4:2020 clause 6.3 and annex E; definite lengths only, up to three length bytes.
Called by the card layout to build and parse file contents.
"""

from collections.abc import Iterator
from typing import Self

_MULTI_BYTE_TAG = 0x1F
_MORE_TAG_BYTES = 0x80
_LONG_FORM = 0x80
_MAX_TAG_BYTES = 3
_MAX_LENGTH_BYTES = 3


class TlvError(ValueError):
    """Bytes that are no BER-TLV object; the message says the offset."""


class Tlv(bytes):
    """One data object: its whole encoding as bytes, with `tag` and `value` beside it.

    `Tlv(0xDF22, b"...")` encodes with the shortest length form; `length_bytes` asks for a
    longer one (1 gives 81 xx, 2 gives 82 xx xx), as some cards write.
    """

    tag: int
    value: bytes

    def __new__(cls, tag: int, value: bytes = b"", *, length_bytes: int = 0) -> Self:
        """Encode one data object."""
        self = super().__new__(
            cls, encode_tag(tag) + encode_length(len(value), length_bytes) + value
        )
        self.tag, self.value = tag, bytes(value)
        return self

    @classmethod
    def parse_from(cls, raw: bytes, offset: int = 0) -> tuple[Self, int]:
        """Read the object at `offset`; give it and the offset behind it."""
        tag, at = _read_tag(raw, offset)
        length, at = _read_length(raw, at)
        end = at + length
        if end > len(raw):
            raise TlvError(f"object at offset {offset} needs {end - len(raw)} bytes more")
        self = super().__new__(cls, raw[offset:end])
        self.tag, self.value = tag, bytes(raw[at:end])
        return self, end

    @classmethod
    def parse(cls, raw: bytes) -> Self:
        """Read exactly one object; bytes left over are an error."""
        tlv, end = cls.parse_from(raw)
        if end != len(raw):
            raise TlvError(f"{len(raw) - end} bytes left over at offset {end}")
        return tlv

    @classmethod
    def parse_list(cls, raw: bytes) -> list[Self]:
        """Read a concatenation of objects up to the last byte."""
        return list(cls._iterate(raw))

    @classmethod
    def _iterate(cls, raw: bytes) -> Iterator[Self]:
        offset = 0
        while offset < len(raw):
            tlv, offset = cls.parse_from(raw, offset)
            yield tlv

    @classmethod
    def unpack(cls, tag: int, raw: bytes) -> bytes:
        """Read exactly one object with this tag and give its value."""
        tlv = cls.parse(raw)
        if tlv.tag != tag:
            raise TlvError(f"tag {tlv.tag:X} where {tag:X} was expected")
        return tlv.value

    def __repr__(self) -> str:
        return f"Tlv({self.tag:X}, {len(self.value)} bytes)"


def encode_tag(tag: int) -> bytes:
    """Give the bytes of a tag written as a number, for instance 0x30, 0xDF22 or 0x7F21."""
    raw = tag.to_bytes(max(1, (tag.bit_length() + 7) // 8), "big")
    if _read_tag(raw, 0) != (tag, len(raw)):
        raise TlvError(f"{tag:X} is no BER tag")
    return raw


def encode_length(length: int, length_bytes: int = 0) -> bytes:
    """Give the length field: shortest form, or with at least `length_bytes` bytes after 8x."""
    if length < _LONG_FORM and not length_bytes:
        return bytes((length,))
    size = max(length_bytes, (length.bit_length() + 7) // 8)
    if size > _MAX_LENGTH_BYTES:
        raise TlvError(f"length {length} needs more than {_MAX_LENGTH_BYTES} bytes")
    return bytes((_LONG_FORM | size,)) + length.to_bytes(size, "big")


def _read_tag(raw: bytes, offset: int) -> tuple[int, int]:
    at = offset
    if at >= len(raw):
        raise TlvError(f"no tag at offset {offset}: the data ends there")
    if raw[at] & _MULTI_BYTE_TAG == _MULTI_BYTE_TAG:
        at += 1
        while at < len(raw) and raw[at] & _MORE_TAG_BYTES:
            at += 1
        if at >= len(raw):
            raise TlvError(f"the tag at offset {offset} is cut short")
    end = at + 1
    if end - offset > _MAX_TAG_BYTES:
        raise TlvError(f"the tag at offset {offset} is longer than {_MAX_TAG_BYTES} bytes")
    return int.from_bytes(raw[offset:end], "big"), end


def _read_length(raw: bytes, offset: int) -> tuple[int, int]:
    if offset >= len(raw):
        raise TlvError(f"no length at offset {offset}: the data ends there")
    first = raw[offset]
    if first < _LONG_FORM:
        return first, offset + 1
    size = first & ~_LONG_FORM
    if not 1 <= size <= _MAX_LENGTH_BYTES:
        raise TlvError(f"length form {first:02X} at offset {offset} is not supported")
    end = offset + 1 + size
    if end > len(raw):
        raise TlvError(f"the length at offset {offset} is cut short")
    return int.from_bytes(raw[offset + 1 : end], "big"), end
