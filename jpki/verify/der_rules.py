"""The rules DER sets for the contents of each primitive type.

One function a type, each raising `DerError` at the offending byte; `CONTENT_RULES` is the table.
Not here: lengths, nesting and reading values (`jpki.verify.der`).
ITU-T X.690 clauses 8 and 11, X.680 41 for character sets, RFC 5280 4.1.2.5 for times.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import IntEnum, unique
from functools import partial
from types import MappingProxyType

from jpki.verify.errors import DerError


@unique
class Tag(IntEnum):
    """Identifier octets of the universal types that occur in our structures (X.680 8.4)."""

    BOOLEAN = 0x01
    INTEGER = 0x02
    BIT_STRING = 0x03
    OCTET_STRING = 0x04
    NULL = 0x05
    OID = 0x06
    ENUMERATED = 0x0A
    UTF8_STRING = 0x0C
    NUMERIC_STRING = 0x12
    PRINTABLE_STRING = 0x13
    TELETEX_STRING = 0x14
    IA5_STRING = 0x16
    UTC_TIME = 0x17
    GENERALIZED_TIME = 0x18
    VISIBLE_STRING = 0x1A
    UNIVERSAL_STRING = 0x1C
    BMP_STRING = 0x1E
    SEQUENCE = 0x30
    SET = 0x31


TEXT_CODECS: Mapping[int, str] = MappingProxyType(
    {
        Tag.UTF8_STRING: "utf-8",
        Tag.NUMERIC_STRING: "ascii",
        Tag.PRINTABLE_STRING: "ascii",
        Tag.TELETEX_STRING: "latin-1",
        Tag.IA5_STRING: "ascii",
        Tag.VISIBLE_STRING: "ascii",
        Tag.UNIVERSAL_STRING: "utf-32-be",
        Tag.BMP_STRING: "utf-16-be",
    }
)
_SURROGATE_BITS, _SURROGATE = 0xF8, 0xD8
"""The first byte of D800 to DFFF, by its upper bits."""
_CHARACTERS: Mapping[int, frozenset[int]] = MappingProxyType(
    {
        Tag.NUMERIC_STRING: frozenset(b"0123456789 "),
        Tag.PRINTABLE_STRING: frozenset(
            b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 '()+,-./:=?"
        ),
    }
)
_TRUE, _FALSE = 0xFF, 0x00
_MAX_UNUSED_BITS = 7
_MORE_OF_THE_ARC = 0x80
_UTC_TIME = int(Tag.UTC_TIME)
_UTC_TIME_PIVOT = "5"
"""First digit of the first year that is of the former century (RFC 5280 4.1.2.5.1: 50)."""
_MIDNIGHT = "24"
"""An hour to ISO 8601 and so to some Python, and none here."""


def check_boolean(raw: bytes, start: int, end: int) -> None:
    """X.690 11.1: FF is true, 00 is false, nothing else is either."""
    if end - start != 1 or raw[start] not in {_TRUE, _FALSE}:
        raise DerError("BOOLEAN is neither 00 nor FF", start)


def check_integer(raw: bytes, start: int, end: int) -> None:
    """X.690 8.3.2: the first nine bits are not all alike."""
    if start == end:
        raise DerError("INTEGER without contents", start)
    if end - start > 1 and (raw[start], raw[start + 1] >> 7) in {(0x00, 0), (0xFF, 1)}:
        raise DerError("INTEGER is longer than needed", start)


def check_bit_string(raw: bytes, start: int, end: int) -> None:
    """X.690 8.6.2 and 11.2.1: a count of unused bits, which are zero."""
    if start == end or raw[start] > _MAX_UNUSED_BITS or (raw[start] and end - start == 1):
        raise DerError("BIT STRING with a wrong count of unused bits", start)
    if end - start > 1 and raw[end - 1] & ((1 << raw[start]) - 1):
        raise DerError("BIT STRING whose unused bits are not zero", end - 1)


def check_null(_raw: bytes, start: int, end: int) -> None:
    """X.690 8.8.2."""
    if start != end:
        raise DerError("NULL with contents", start)


def check_oid(raw: bytes, start: int, end: int) -> None:
    """X.690 8.19.2: every arc ends, and none starts with a padding byte."""
    if start == end or raw[end - 1] & _MORE_OF_THE_ARC:
        raise DerError("OBJECT IDENTIFIER is cut short", start)
    first = True
    for at in range(start, end):
        if first and raw[at] == _MORE_OF_THE_ARC:
            raise DerError("OBJECT IDENTIFIER with a padded arc", at)
        first = not raw[at] & _MORE_OF_THE_ARC


def check_text(tag: Tag, raw: bytes, start: int, end: int) -> None:
    """X.680 41: only characters of the string type."""
    try:
        raw[start:end].decode(TEXT_CODECS[tag])
    except UnicodeDecodeError as error:
        raise DerError(f"{tag.name} with foreign characters", start + error.start) from None
    if tag in _CHARACTERS and not _CHARACTERS[tag].issuperset(raw[start:end]):
        raise DerError(f"{tag.name} with foreign characters", start)
    if tag == Tag.BMP_STRING:
        # Two bytes a character: the codec takes pairs of surrogates, which stand for others.
        for at in range(start, end, 2):
            if raw[at] & _SURROGATE_BITS == _SURROGATE:
                raise DerError(f"{tag.name} with foreign characters", at)


def check_time(tag: Tag, raw: bytes, start: int, end: int) -> None:
    """RFC 5280 4.1.2.5.1 and .2: seconds given, no fraction, Z."""
    read_time(tag, raw, start, end)


def read_time(tag: int, raw: bytes, start: int, end: int) -> datetime:
    """Read UTCTime or GeneralizedTime contents; aware UTC."""
    text = raw[start:end]
    day = 6 if tag == _UTC_TIME else 8
    if len(text) != day + 7 or not text.endswith(b"Z") or not text[:-1].isdigit():
        raise DerError("time not in the form [YY]YYMMDDhhmmssZ", start)
    digits = text.decode("ascii")
    century = "" if tag != _UTC_TIME else "19" if digits >= _UTC_TIME_PIVOT else "20"
    try:
        found = datetime.fromisoformat(f"{century}{digits[:day]}T{digits[day:]}")
    except ValueError:
        found = None
    if found is None or digits.startswith(_MIDNIGHT, day):
        raise DerError("time that does not exist", start)
    return found


CONTENT_RULES: Mapping[int, Callable[[bytes, int, int], None]] = MappingProxyType(
    {
        Tag.BOOLEAN: check_boolean,
        Tag.INTEGER: check_integer,
        Tag.ENUMERATED: check_integer,
        Tag.BIT_STRING: check_bit_string,
        Tag.NULL: check_null,
        Tag.OID: check_oid,
        Tag.UTC_TIME: partial(check_time, Tag.UTC_TIME),
        Tag.GENERALIZED_TIME: partial(check_time, Tag.GENERALIZED_TIME),
        **{tag: partial(check_text, Tag(tag)) for tag in TEXT_CODECS},
    }
)
