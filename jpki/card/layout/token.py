"""EF 0006 of the JPKI AP: the token information, laid out as PKCS#11's CK_TOKEN_INFO.

Not here: reading the file. Card reference §3.1.1 (160 bytes, integers 32-bit big-endian).
Built by the card, parsed by the client.
"""

from dataclasses import dataclass
from enum import Enum, unique
from struct import Struct
from typing import Self

from jpki.sources import Grade, Source

TOKEN_INFO_LENGTH = 160
_LAYOUT = Struct(">32s32s16s16s I 4I 2I 4I 2s2s 16s")
_UNAVAILABLE = 0xFFFFFFFF


class TokenInfoError(ValueError):
    """Bytes that are no token information."""


@dataclass(frozen=True, slots=True)
class TokenKindRow:
    """One label: the medium that shows it, and the source."""

    label: str
    medium: str
    source: Source


def _kind(label: str, medium: str, reference: str, grade: Grade) -> TokenKindRow:
    return TokenKindRow(label, medium, Source(f"card §3.1.1: {reference}", grade))


@unique
class TokenKind(Enum):
    """What carries the JPKI AP, told by the label."""

    CARD = _kind("JPKIAPICCTOKEN2", "個人番号カード", "MC, MS", Grade.MEASURED)
    JUKI_CARD = _kind("JPKIAPICCTOKEN", "住民基本台帳カード", "TR, MY", Grade.RELIED_ON)
    ANDROID = _kind("JPKIAPGPSETOKEN", "スマホ用電子証明書 (Android)", "MY, MC", Grade.RELIED_ON)
    IPHONE = _kind("JPKIAPIOSTOKEN", "iPhoneのマイナンバーカード", "MC", Grade.RELIED_ON)

    @property
    def label(self) -> str:
        """The label without its padding."""
        return self.value.label

    @property
    def medium(self) -> str:
        """What carries it, for people."""
        return self.value.medium

    @property
    def source(self) -> Source:
        """Where the label is known from."""
        return self.value.source

    @property
    def is_phone(self) -> bool:
        """Whether only the JPKI AP exists and its auth certificate needs the PIN."""
        return self in {TokenKind.ANDROID, TokenKind.IPHONE}


@dataclass(frozen=True, slots=True)
class TokenInfo:
    """The fields of EF 0006; the defaults are those of a published test card (MC)."""

    label: str = "JPKIAPICCTOKEN2"
    manufacturer: str = "00000000000000000000000000000001"
    model: str = "E16R01NJ"
    serial: str = "0000000020500003"
    flags: int = 0x040D
    """RNG, LOGIN_REQUIRED, USER_PIN_INITIALIZED, TOKEN_INITIALIZED."""
    sessions: tuple[int, int, int, int] = (1, 0, 1, 0)
    """Maximum, open, maximum read-write, open read-write."""
    max_pin_length: int = 16
    min_pin_length: int = 6
    memory: tuple[int, int, int, int] = (_UNAVAILABLE,) * 4
    hardware_version: str = "03"
    firmware_version: str = "01"
    utc_time: str = "9999999999999999"

    @property
    def kind(self) -> TokenKind | None:
        """The medium the label stands for; None for a label nobody published."""
        return next((kind for kind in TokenKind if kind.label == self.label), None)

    def build(self) -> bytes:
        """Give the 160 bytes; text is padded with spaces."""
        return _LAYOUT.pack(
            _pad(self.label, 32),
            _pad(self.manufacturer, 32),
            _pad(self.model, 16),
            _pad(self.serial, 16),
            self.flags,
            *self.sessions,
            self.max_pin_length,
            self.min_pin_length,
            *self.memory,
            _pad(self.hardware_version, 2),
            _pad(self.firmware_version, 2),
            _pad(self.utc_time, 16),
        )

    @classmethod
    def parse(cls, raw: bytes) -> Self:
        """Read the 160 bytes; NUL padding is accepted beside spaces, other lengths are not."""
        if len(raw) != TOKEN_INFO_LENGTH:
            raise TokenInfoError(f"{len(raw)} bytes where {TOKEN_INFO_LENGTH} are expected")
        fields = _LAYOUT.unpack(raw)
        return cls(
            label=_text(fields[0]),
            manufacturer=_text(fields[1]),
            model=_text(fields[2]),
            serial=_text(fields[3]),
            flags=fields[4],
            sessions=fields[5:9],
            max_pin_length=fields[9],
            min_pin_length=fields[10],
            memory=fields[11:15],
            hardware_version=_text(fields[15]),
            firmware_version=_text(fields[16]),
            utc_time=_text(fields[17]),
        )


def _pad(text: str, length: int) -> bytes:
    try:
        raw = text.encode("ascii")
    except UnicodeEncodeError as error:
        raise TokenInfoError("a text field is not ASCII") from error
    if len(raw) > length:
        raise TokenInfoError(f"a text field of {len(raw)} characters exceeds {length}")
    return raw.ljust(length)


def _text(raw: bytes) -> str:
    try:
        return raw.decode("ascii").rstrip(" \0")
    except UnicodeDecodeError as error:
        raise TokenInfoError("a text field is not ASCII") from error
