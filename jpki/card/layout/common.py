"""The common application (共通AP): the card's serial number, municipality and expiry.

Not here: its keys and PIN. Card reference §3.5. Built by the card, read by the client.
"""

from dataclasses import dataclass
from datetime import date
from enum import IntEnum, unique
from typing import Self

from jpki.sources import Grade, Source

RECORD_TAG = 0x01
SERIAL_LENGTH = 15
MUNICIPALITY_LENGTH = 5
_EXPIRY_LENGTH = 8
RECORD_VALUE_LENGTH = SERIAL_LENGTH + MUNICIPALITY_LENGTH + _EXPIRY_LENGTH
RECORD_SOURCE = Source("card §3.5: MC; MY reads it in production", Grade.MEASURED)


class CardRecordError(ValueError):
    """Bytes that are no card record, or values that cannot be one."""


@unique
class CommonEf(IntEnum):
    """EF identifiers of the common application."""

    CARD_RECORD = 0x01
    KEY_ID = 0x02
    INTERNAL_AUTHENTICATION_KEY = 0x19
    PIN = 0x1C
    ISSUER_KEY_1E = 0x1E

    @property
    def source(self) -> Source:
        """Where this file is known from."""
        return Source("card §3.5: MC", Grade.MEASURED)


@dataclass(frozen=True, slots=True)
class CardRecord:
    """Record 1 of EF 0001: serial (15 digits), 市区町村コード (5 digits), 有効期限."""

    serial: str
    municipality: str
    expires: date

    def __post_init__(self) -> None:
        for name, length in (("serial", SERIAL_LENGTH), ("municipality", MUNICIPALITY_LENGTH)):
            value = getattr(self, name)
            if len(value) != length or not (value.isascii() and value.isdigit()):
                raise CardRecordError(f"{name} is {length} digits")

    def build(self) -> bytes:
        """Give the record: simple TLV `01 1C`, then 28 ASCII digits."""
        expires = self.expires.isoformat().replace("-", "")
        digits = f"{self.serial}{self.municipality}{expires}".encode("ascii")
        return bytes((RECORD_TAG, len(digits))) + digits

    @classmethod
    def parse(cls, raw: bytes) -> Self:
        """Read the 30 bytes of the record."""
        if len(raw) != 2 + RECORD_VALUE_LENGTH or raw[:2] != bytes(
            (RECORD_TAG, RECORD_VALUE_LENGTH)
        ):
            raise CardRecordError("the record is not 01 1C and 28 bytes")
        if not raw[2:].isdigit():
            raise CardRecordError("the record does not hold 28 digits")
        text = raw[2:].decode("ascii")
        year, month, day = int(text[20:24]), int(text[24:26]), int(text[26:28])
        try:
            expires = date(year, month, day)
        except ValueError as error:
            raise CardRecordError("the expiry is no date") from error
        return cls(text[:SERIAL_LENGTH], text[SERIAL_LENGTH:20], expires)

    @property
    def manufacturing_number(self) -> str:
        """製造番号: the 13 digits マイナポータル combines into its device code (MY)."""
        return self.serial[2:]
