"""The files of the 券面入力補助AP: number, attributes, and what proves them.

Which secret opens which file is here as data; file contents are built and parsed here too.
Not here: keys, signing (`cardsim.mynumber.personalise`), judging a signature (`jpki.verify`).
Card reference §3.2, §11 row 9. Used by the card, the client and the verifier.
"""

from dataclasses import dataclass, field
from enum import IntEnum, unique
from typing import Self

from jpki.card.layout.jpki import FileKind
from jpki.card.layout.offsets import OffsetTableError, build_table, parse_table
from jpki.card.layout.pins import PinKind
from jpki.cv import CvError, CvPublicKey, KeyId
from jpki.iso7816.tlv import Tlv, TlvError
from jpki.sources import Grade, Source

FILLER = b"\xff"

TAG_NUMBER = 0xFF10
TAG_ATTRIBUTES = 0xFF20
TAG_OFFSETS = 0xDF21
TAG_NAME = 0xDF22
TAG_ADDRESS = 0xDF23
TAG_BIRTH_DATE = 0xDF24
TAG_GENDER = 0xDF25
TAG_SIGNATURES = 0xFF30
TAG_NUMBER_DIGEST = 0xDF31
TAG_ATTRIBUTES_DIGEST = 0xDF32
TAG_SIGNATURE = 0xDF33
TAG_INFORMATION = 0xFF40
TAG_IDENTIFICATION = 0xDF41
TAG_KEY_ID = 0xDF42
TAG_OPAQUE = 0xDF43
TAG_SESSION_KEY = 0xA1
TAG_SIGNED_KEY = 0xFF50
TAG_KEY = 0xDF51
TAG_KEY_SIGNATURE = 0xDF52

NUMBER_DIGITS = 12
NUMBER_FILE_LENGTH = 17
_NUMBER_TRAILER = FILLER * 2
_DIGEST_LENGTH = 32
_SIGNATURE_LENGTH = 256
INFORMATION_FILE_LENGTH = 256
"""MY's Go client demands exactly 256 bytes back (card reference §3.2)."""
IDENTIFICATION = bytes.fromhex("01030E01")
_OPAQUE_LENGTH = 128


class TextFileError(ValueError):
    """Bytes that are no file of this application; the message never quotes them."""


@dataclass(frozen=True, slots=True)
class TextFileRow:
    """One EF: its kind, its name, which secrets open it (none and not free: nobody)."""

    kind: FileKind
    japanese: str
    source: Source
    free: bool = False
    opened_by: tuple[PinKind, ...] = ()
    pin: PinKind | None = None


@unique
class TextEf(IntEnum):
    """EF identifiers of the 券面入力補助AP; every one is its own short EF identifier as well."""

    NUMBER = 0x01
    ATTRIBUTES = 0x02
    SIGNATURES = 0x03
    CERTIFICATE = 0x04
    INFORMATION = 0x05
    SESSION_KEY_PUBLIC = 0x06
    AUTHENTICATION_PUBLIC = 0x07
    UNKNOWN_08 = 0x08
    UNKNOWN_10 = 0x10
    PIN = 0x11
    BLOCKED_12 = 0x12
    AUTHENTICATION_KEY = 0x13
    NUMBER_A = 0x14
    NUMBER_B = 0x15
    ISSUER_KEY_1C = 0x1C
    ISSUER_KEY_1E = 0x1E

    @property
    def row(self) -> TextFileRow:
        """What is known of this file."""
        return TEXT_FILES[self]

    @property
    def source(self) -> Source:
        """Where this file is known from."""
        return self.row.source

    @property
    def reference(self) -> int:
        """P2 naming this file by its short identifier."""
        return 0x80 | self


def _row(
    kind: FileKind,
    japanese: str,
    reference: str,
    grade: Grade,
    *,
    free: bool = False,
    opened_by: tuple[PinKind, ...] = (),
    pin: PinKind | None = None,
) -> TextFileRow:
    source = Source(f"card §3.2: {reference}", grade)
    return TextFileRow(kind, japanese, source, free=free, opened_by=opened_by, pin=pin)


_PIN, _A, _B = PinKind.TEXT, PinKind.NUMBER_A, PinKind.NUMBER_B
_BINARY, _PIN_FILE, _KEY = FileKind.TRANSPARENT, FileKind.PIN, FileKind.KEY

TEXT_FILES: dict[TextEf, TextFileRow] = {
    TextEf.NUMBER: _row(
        _BINARY, "個人番号", "TEX trace, MC, P8", Grade.MEASURED, opened_by=(_PIN, _A)
    ),
    TextEf.ATTRIBUTES: _row(
        _BINARY, "基本4情報", "MC, P8, all clients", Grade.MEASURED, opened_by=(_PIN, _B)
    ),
    # §11 row 9: one comment of MC says PIN or A, another PIN or either. The wider reading.
    TextEf.SIGNATURES: _row(
        _BINARY, "署名", "MC, which contradicts itself", Grade.ASSUMED, opened_by=(_PIN, _A, _B)
    ),
    TextEf.CERTIFICATE: _row(_BINARY, "CV証明書", "MC, MY", Grade.MEASURED, free=True),
    TextEf.INFORMATION: _row(_BINARY, "AP基本情報", "MC, MY", Grade.MEASURED, free=True),
    TextEf.SESSION_KEY_PUBLIC: _row(
        _BINARY, "セッション鍵暗号化用公開鍵", "MC", Grade.MEASURED, opened_by=(_PIN, _A, _B)
    ),
    TextEf.AUTHENTICATION_PUBLIC: _row(
        _BINARY, "内部認証用公開鍵", "MC", Grade.MEASURED, opened_by=(_PIN, _A, _B)
    ),
    # Sixteen FF were observed; what was presented before is not said.
    TextEf.UNKNOWN_08: _row(
        _BINARY, "", "MC; its access is not said", Grade.ASSUMED, opened_by=(_PIN,)
    ),
    TextEf.UNKNOWN_10: _row(_KEY, "", "AO: exists; kind unknown", Grade.ASSUMED),
    TextEf.PIN: _row(_PIN_FILE, "暗証番号", "all clients", Grade.RELIED_ON, pin=_PIN),
    TextEf.BLOCKED_12: _row(_PIN_FILE, "", "MC: 63C0, 6984", Grade.MEASURED),
    TextEf.AUTHENTICATION_KEY: _row(_KEY, "内部認証用秘密鍵", "MC, AO", Grade.MEASURED),
    TextEf.NUMBER_A: _row(_PIN_FILE, "照合番号A", "MC, MY, AO", Grade.MEASURED, pin=_A),
    TextEf.NUMBER_B: _row(_PIN_FILE, "照合番号B", "MC, MY, AO, EK", Grade.MEASURED, pin=_B),
    TextEf.ISSUER_KEY_1C: _row(_KEY, "", "AO, MC: exists", Grade.RELIED_ON),
    TextEf.ISSUER_KEY_1E: _row(_KEY, "", "AO, MC: exists", Grade.RELIED_ON),
}


def build_number(number: str) -> bytes:
    """Give EF 0001, 17 bytes: `FF 10 0C`, twelve digits, `FF FF`."""
    if len(number) != NUMBER_DIGITS or not (number.isascii() and number.isdigit()):
        raise TextFileError("a 個人番号 is 12 digits")
    return Tlv(TAG_NUMBER, number.encode("ascii")) + _NUMBER_TRAILER


def parse_number(raw: bytes) -> str:
    """Read EF 0001, with or without what fills it."""
    value = _outer(raw, TAG_NUMBER)
    if len(value) != NUMBER_DIGITS or not value.isdigit():
        raise TextFileError("EF 0001 does not hold 12 digits")
    return value.decode("ascii")


@dataclass(frozen=True, slots=True)
class TextAttributes:
    """基本4情報 as EF 0002 holds them.

    `birth_date` is `YYYYMMDD` with zeros for what is not known; `gender` one digit.
    """

    name: str = field(repr=False)
    address: str = field(repr=False)
    birth_date: str = field(repr=False)
    gender: str = field(repr=False)

    def build(self, *, length_bytes: int = 0) -> bytes:
        """Give the file without filler; `length_bytes` asks for a longer outer length form."""
        objects = [
            Tlv(TAG_NAME, self.name.encode()),
            Tlv(TAG_ADDRESS, self.address.encode()),
            Tlv(TAG_BIRTH_DATE, self.birth_date.encode("ascii")),
            Tlv(TAG_GENDER, self.gender.encode("ascii")),
        ]
        return build_table(TAG_ATTRIBUTES, TAG_OFFSETS, objects, length_bytes=length_bytes)

    @classmethod
    def parse(cls, raw: bytes) -> Self:
        """Read the file, filler behind it allowed; the offset table must agree."""
        try:
            objects = parse_table(raw, TAG_ATTRIBUTES, TAG_OFFSETS)
        except OffsetTableError as error:
            raise TextFileError(f"EF 0002: {error}") from error
        tags = (TAG_NAME, TAG_ADDRESS, TAG_BIRTH_DATE, TAG_GENDER)
        if tuple(each.tag for each in objects) != tags:
            raise TextFileError("EF 0002 does not hold the four attributes in their order")
        try:
            name, address, birth_date, gender = (each.value.decode() for each in objects)
        except UnicodeDecodeError:
            raise TextFileError("EF 0002 is not UTF-8") from None
        return cls(name, address, birth_date, gender)


def attributes_to_hash(raw: bytes) -> bytes:
    """Give the part of EF 0002 that DF32 is the digest of: from DF22 to the end of the TLV."""
    try:
        return b"".join(parse_table(raw, TAG_ATTRIBUTES, TAG_OFFSETS))
    except OffsetTableError as error:
        raise TextFileError(f"EF 0002: {error}") from error


@dataclass(frozen=True, slots=True)
class TextSignatures:
    """EF 0003: SHA-256 of EF 0001 (all 17 bytes) and of EF 0002, and the signature over both."""

    number_digest: bytes
    attributes_digest: bytes
    signature: bytes = field(default=b"", repr=False)

    @property
    def signed(self) -> bytes:
        """The bytes `signature` is over: both digest objects, tags and lengths included."""
        return Tlv(TAG_NUMBER_DIGEST, self.number_digest) + Tlv(
            TAG_ATTRIBUTES_DIGEST, self.attributes_digest
        )

    def build(self) -> bytes:
        """Give the 336 bytes."""
        return Tlv(TAG_SIGNATURES, self.signed + Tlv(TAG_SIGNATURE, self.signature))

    @classmethod
    def parse(cls, raw: bytes) -> Self:
        """Read the file, filler behind it allowed."""
        tags = (TAG_NUMBER_DIGEST, TAG_ATTRIBUTES_DIGEST, TAG_SIGNATURE)
        lengths = (_DIGEST_LENGTH, _DIGEST_LENGTH, _SIGNATURE_LENGTH)
        return cls(*_values(raw, TAG_SIGNATURES, tags, lengths, "EF 0003"))


@dataclass(frozen=True, slots=True)
class TextInformation:
    """EF 0005: specification version and a key identifier nobody explained."""

    key_id: KeyId
    opaque: bytes = field(repr=False)
    """32 bytes, then 96 of FF on every card MC saw."""
    identification: bytes = IDENTIFICATION

    def build(self) -> bytes:
        """Give the physical file, 256 bytes."""
        key_id, opaque = Tlv(TAG_KEY_ID, bytes(self.key_id)), self.opaque
        padded = Tlv(TAG_OPAQUE, opaque.ljust(_OPAQUE_LENGTH, FILLER), length_bytes=2)
        value = Tlv(TAG_IDENTIFICATION, self.identification) + key_id + padded
        return Tlv(TAG_INFORMATION, value, length_bytes=2).ljust(INFORMATION_FILE_LENGTH, FILLER)

    @classmethod
    def parse(cls, raw: bytes) -> Self:
        """Read the file, filler behind it allowed."""
        tags = (TAG_IDENTIFICATION, TAG_KEY_ID, TAG_OPAQUE)
        lengths = (len(IDENTIFICATION), 16, _OPAQUE_LENGTH)
        identification, key_id, opaque = _values(raw, TAG_INFORMATION, tags, lengths, "EF 0005")
        try:
            return cls(KeyId.parse(key_id), opaque, identification)
        except CvError as error:
            raise TextFileError(f"EF 0005: {error}") from error


def build_session_key(key: CvPublicKey) -> bytes:
    """Give EF 0006: the key terminals encrypt a session key to."""
    return Tlv(TAG_SESSION_KEY, bytes(key))


def parse_session_key(raw: bytes) -> CvPublicKey:
    """Read EF 0006."""
    try:
        return CvPublicKey.parse(_outer(raw, TAG_SESSION_KEY))
    except CvError as error:
        raise TextFileError(f"EF 0006: {error}") from error


@dataclass(frozen=True, slots=True)
class SignedKey:
    """EF 0007: the card's own public key, and the issuer's signature over its object."""

    public_key: CvPublicKey
    signature: bytes = field(default=b"", repr=False)

    @property
    def signed(self) -> bytes:
        """The bytes `signature` is over: the key's object, tag and length included."""
        return Tlv(TAG_KEY, bytes(self.public_key))

    def build(self) -> bytes:
        """Give the file without filler."""
        return Tlv(TAG_SIGNED_KEY, self.signed + Tlv(TAG_KEY_SIGNATURE, self.signature))

    @classmethod
    def parse(cls, raw: bytes) -> Self:
        """Read the file, filler behind it allowed."""
        tags, lengths = (TAG_KEY, TAG_KEY_SIGNATURE), (265, _SIGNATURE_LENGTH)
        key, signature = _values(raw, TAG_SIGNED_KEY, tags, lengths, "EF 0007")
        try:
            return cls(CvPublicKey.parse(key), signature)
        except CvError as error:
            raise TextFileError(f"EF 0007: {error}") from error


def _outer(raw: bytes, tag: int) -> bytes:
    """Read the first object of a file; what follows must be filler."""
    try:
        outer, end = Tlv.parse_from(raw)
    except TlvError as error:
        raise TextFileError(f"no object {tag:X}: {error}") from error
    if outer.tag != tag:
        raise TextFileError(f"tag {outer.tag:X} where {tag:X} was expected")
    if raw[end:].strip(FILLER):
        raise TextFileError(f"bytes behind the object {tag:X} are no filler")
    return outer.value


def _values(
    raw: bytes, tag: int, tags: tuple[int, ...], lengths: tuple[int, ...], name: str
) -> list[bytes]:
    """Read the values of exactly these objects inside the object `tag`."""
    try:
        objects = Tlv.parse_list(_outer(raw, tag))
    except TlvError as error:
        raise TextFileError(f"{name}: {error}") from error
    if tuple((each.tag, len(each.value)) for each in objects) != tuple(
        zip(tags, lengths, strict=True)
    ):
        raise TextFileError(f"{name} does not hold its objects in their lengths")
    return [each.value for each in objects]
