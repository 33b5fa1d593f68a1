"""The files of the マイナ免許証, the driving licence on the card (from 2025-03-24).

Not here: signing. Card reference §8: JPD on a real card, 警察庁 仕様書V10. The items of the
licence data beyond C2 and C5 are ours: their tags are not in the reference.
Used by the card to build the application and by the client to read it.
"""

from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum, unique
from typing import Self

from jpki.iso7816.tlv import Tlv, TlvError
from jpki.sources import Grade, Source

TAG_PIN_SET = 0xC1
TAG_EXPIRY = 0xC5
TAG_DATA = 0xC2
TAG_NUMBER = 0xC3
TAG_ISSUED = 0xC4
TAG_SIGNATURE = 0xC6
ITEMS_SOURCE = Source("card §8: C2 and C5 only; the others and their order are ours", Grade.ASSUMED)
SIGNATURE_SOURCE = Source("card §8: WEF03 holds a signature; its form is ours", Grade.ASSUMED)
UNSELECTABLE = (bytes.fromhex("A0000002310400"), bytes.fromhex("A0000002310500"))
"""Beginnings of the AIDs of load file and executable, which answer 6A82."""
NUMBER_DIGITS = 12


class LicenceFileError(ValueError):
    """Bytes that are no file of this application; the message never quotes them."""


@unique
class LicenceEf(IntEnum):
    """EF identifiers; the published 別添3-1 names 0002 for the PIN, which real cards refuse."""

    PIN = 0x06
    """IEF01."""
    PIN_FLAG = 0x1A
    """WEF01."""
    DATA = 0x1B
    """WEF02."""
    SIGNATURE = 0x1C
    """WEF03."""

    @property
    def source(self) -> Source:
        """Where this file is known from."""
        return Source("card §8: JPD on a real card; 仕様書V10", Grade.MEASURED)

    @property
    def reference(self) -> int:
        """P1 or P2 naming this file by its short identifier."""
        return 0x80 | self


def build_pin_flag(*, is_set: bool) -> bytes:
    """Give WEF01: `C1 01 01` with a PIN, `C1 01 00` without."""
    return Tlv(TAG_PIN_SET, bytes((is_set,)))


def parse_pin_flag(raw: bytes) -> bool:
    """Read WEF01: whether a PIN is needed. Anything but the two values is an error."""
    if raw not in {build_pin_flag(is_set=True), build_pin_flag(is_set=False)}:
        raise LicenceFileError("the PIN flag is neither C1 01 01 nor C1 01 00")
    return raw[-1] == 1


@dataclass(frozen=True, slots=True)
class LicenceData:
    """WEF02: number (12 digits), issued and 有効期限; none of it is anybody's."""

    number: str = field(repr=False)
    issued: date
    expires: date

    def __post_init__(self) -> None:
        digits = self.number.isascii() and self.number.isdigit()
        if len(self.number) != NUMBER_DIGITS or not digits:
            raise LicenceFileError(f"a licence number is {NUMBER_DIGITS} digits")

    def build(self) -> bytes:
        """Give the file: `C2 { C3 number, C4 issued, C5 expiry }`, dates as YYYYMMDD."""
        return Tlv(
            TAG_DATA,
            Tlv(TAG_NUMBER, self.number.encode("ascii"))
            + Tlv(TAG_ISSUED, _digits(self.issued))
            + Tlv(TAG_EXPIRY, _digits(self.expires)),
        )

    @classmethod
    def parse(cls, raw: bytes) -> Self:
        """Read the file; filler behind it is allowed."""
        try:
            outer, end = Tlv.parse_from(raw)
            items = {each.tag: each.value for each in Tlv.parse_list(outer.value)}
        except TlvError as error:
            raise LicenceFileError(f"WEF02: {error}") from error
        if outer.tag != TAG_DATA or raw[end:].strip(b"\xff"):
            raise LicenceFileError("WEF02 is one object C2")
        try:
            number, issued, expires = (
                items[tag].decode("ascii") for tag in (TAG_NUMBER, TAG_ISSUED, TAG_EXPIRY)
            )
            return cls(number, date.fromisoformat(issued), date.fromisoformat(expires))
        except (KeyError, ValueError):
            raise LicenceFileError("WEF02 lacks number, issue or expiry") from None


def build_signature(signature: bytes) -> bytes:
    """Give WEF03."""
    return Tlv(TAG_SIGNATURE, signature)


def _digits(day: date) -> bytes:
    return day.isoformat().replace("-", "").encode("ascii")
