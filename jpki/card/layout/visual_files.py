"""The contents of the files of the 券面事項確認AP, built and parsed: what is on the card's face.

Every record ends its signed part with a signature by the key of the CV certificate beside it,
and carries the public key that the card itself proves to hold. Signatures come in ready made.
Not here: the files and what opens them (`visual`), drawing (`cardsim.mynumber.face`), judging
(`jpki.verify`). Card reference §3.3. Built by the card's maker, parsed by the client.
"""

from dataclasses import dataclass, field
from hashlib import sha256
from typing import Self

from jpki.card.layout.offsets import OffsetTableError, build_table, parse_table
from jpki.cv import KEY_ID_LENGTH, CvError, CvPublicKey, KeyId
from jpki.iso7816.tlv import Tlv, TlvError

BIRTH_TAG, FRONT_TAG, INFO_TAG, NUMBER_TAG = 0xFF10, 0xFF20, 0xFF30, 0xFF40
IDENTIFICATION = bytes.fromhex("06030E01")
"""DF31 on every card seen."""
_OFFSETS_TAG = 0xDF21
_FRONT_TAGS = tuple(range(0xDF22, 0xDF2B))
_DATE_DIGITS = 8
_MUNICIPALITY_DIGITS = 5
_FILLER = b"\xff"


class VisualFileError(ValueError):
    """Bytes that are no such file, or values that cannot be in one; no value is quoted."""


@dataclass(frozen=True, slots=True)
class BirthRecord:
    """EF 0001: the least a terminal can be told. `birth_date` is YYYYMMDD (西暦)."""

    birth_date: str = field(repr=False)
    public_key: CvPublicKey = field(repr=False)
    signature: bytes = field(default=b"", repr=False)

    @property
    def signed(self) -> bytes:
        """What DF13 signs: the objects before it, as they are written."""
        return Tlv(0xDF11, _date(self.birth_date)) + Tlv(0xDF12, bytes(self.public_key))

    def build(self) -> bytes:
        """Give the file (547 bytes)."""
        return Tlv(BIRTH_TAG, self.signed + Tlv(0xDF13, self.signature))

    @classmethod
    def parse(cls, raw: bytes) -> Self:
        """Read the file; filler behind it is allowed."""
        birth, key, signature = _values(raw, BIRTH_TAG, (0xDF11, 0xDF12, 0xDF13))
        return cls(_read_date(birth), _read_key(key), signature)


@dataclass(frozen=True, slots=True)
class FrontRecord:
    """EF 0002: the front of the card. Images as files: PNG, PNG, JPEG 2000, PNG.

    `expires` and `code` stand behind the signature, which does not cover them.
    """

    birth_date: str = field(repr=False)
    gender: str = field(repr=False)
    public_key: CvPublicKey = field(repr=False)
    name: bytes = field(repr=False)
    address: bytes = field(repr=False)
    photo: bytes = field(repr=False)
    expires: str
    code: bytes = field(repr=False)
    signature: bytes = field(default=b"", repr=False)

    @property
    def signed_parts(self) -> tuple[bytes, bytes, bytes]:
        """The three groups that are hashed apart: person and key, texts, photo."""
        return (
            Tlv(0xDF22, _date(self.birth_date))
            + Tlv(0xDF23, _gender(self.gender))
            + Tlv(0xDF24, bytes(self.public_key)),
            Tlv(0xDF25, self.name) + Tlv(0xDF26, self.address),
            Tlv(0xDF27, self.photo),
        )

    @property
    def digest(self) -> bytes:
        """The 96 bytes that stand where a SHA-256 digest would in the signed DigestInfo."""
        return b"".join(sha256(part).digest() for part in self.signed_parts)

    def build(self) -> bytes:
        """Give the file: a table of nine offsets from its start, then the nine objects."""
        first, second, third = self.signed_parts
        objects = [
            *Tlv.parse_list(first + second + third),
            Tlv(0xDF28, self.signature),
            Tlv(0xDF29, _date(self.expires)),
            Tlv(0xDF2A, self.code),
        ]
        try:
            return build_table(FRONT_TAG, _OFFSETS_TAG, objects)
        except OverflowError:
            raise VisualFileError("the images are larger than the offsets reach") from None

    @classmethod
    def parse(cls, raw: bytes) -> Self:
        """Read the file; filler behind it is allowed, the offsets must lead to the objects."""
        try:
            objects = parse_table(raw, FRONT_TAG, _OFFSETS_TAG)
        except OffsetTableError as error:
            raise VisualFileError(str(error)) from error
        except OverflowError:
            raise VisualFileError("the objects lie beyond the reach of offsets") from None
        if tuple(each.tag for each in objects) != _FRONT_TAGS:
            raise VisualFileError("the front does not hold its nine objects in their order")
        birth, gender, key, name, address, photo, signature, expires, code = (
            each.value for each in objects
        )
        try:
            gender_text = gender.decode("ascii")
        except UnicodeDecodeError:
            raise VisualFileError("the gender is no digit") from None
        return cls(
            birth_date=_read_date(birth),
            gender=gender_text,
            public_key=_read_key(key),
            name=name,
            address=address,
            photo=photo,
            expires=_read_date(expires),
            code=code,
            signature=signature,
        )


@dataclass(frozen=True, slots=True)
class VisualInfo:
    """EF 0003: about the application itself; nothing in it is signed.

    What the key of `reference` is and what its 256 bytes hold is not known.
    """

    key_id: KeyId
    municipality: str
    reference_key_id: KeyId
    reference: bytes = field(repr=False)
    version: int = 0

    def build(self) -> bytes:
        """Give the file."""
        municipality = self.municipality.encode("ascii")
        if len(municipality) != _MUNICIPALITY_DIGITS or not municipality.isdigit():
            raise VisualFileError(f"a municipality has {_MUNICIPALITY_DIGITS} digits")
        return Tlv(
            INFO_TAG,
            Tlv(0xDF31, IDENTIFICATION)
            + Tlv(0xDF32, bytes(self.key_id))
            + Tlv(0xDF33, bytes((self.version,)))
            + Tlv(0xDF34, municipality)
            + Tlv(0xDF35, bytes(self.reference_key_id) + self.reference),
        )

    @classmethod
    def parse(cls, raw: bytes) -> Self:
        """Read the file; filler behind it is allowed."""
        tags = (0xDF31, 0xDF32, 0xDF33, 0xDF34, 0xDF35)
        _, key, version, municipality, reference = _values(raw, INFO_TAG, tags)
        if len(version) != 1 or not municipality.isdigit():
            raise VisualFileError("the version is one byte, the municipality digits")
        try:
            return cls(
                key_id=KeyId.parse(key),
                municipality=municipality.decode("ascii"),
                reference_key_id=KeyId.parse(reference[:KEY_ID_LENGTH]),
                reference=reference[KEY_ID_LENGTH:],
                version=version[0],
            )
        except CvError as error:
            raise VisualFileError(str(error)) from error


@dataclass(frozen=True, slots=True)
class NumberRecord:
    """EF 0005: 個人番号 as an image (the back of the card)."""

    image: bytes = field(repr=False)
    public_key: CvPublicKey = field(repr=False)
    signature: bytes = field(default=b"", repr=False)

    @property
    def signed(self) -> bytes:
        """What DF43 signs: the objects before it, as they are written."""
        return Tlv(0xDF41, self.image) + Tlv(0xDF42, bytes(self.public_key))

    def build(self) -> bytes:
        """Give the file."""
        return Tlv(NUMBER_TAG, self.signed + Tlv(0xDF43, self.signature))

    @classmethod
    def parse(cls, raw: bytes) -> Self:
        """Read the file; filler behind it is allowed."""
        image, key, signature = _values(raw, NUMBER_TAG, (0xDF41, 0xDF42, 0xDF43))
        return cls(image, _read_key(key), signature)


def _values(raw: bytes, outer: int, tags: tuple[int, ...]) -> tuple[bytes, ...]:
    """Give the values of exactly these objects, in this order."""
    try:
        whole, end = Tlv.parse_from(raw)
        objects = Tlv.parse_list(whole.value)
    except TlvError as error:
        raise VisualFileError(f"no {outer:X} object: {error}") from error
    if whole.tag != outer or tuple(each.tag for each in objects) != tags:
        raise VisualFileError(f"not {outer:X} with {tags[0]:X} to {tags[-1]:X}")
    if raw[end:].strip(_FILLER):
        raise VisualFileError("something other than filler stands behind the file's contents")
    return tuple(each.value for each in objects)


def _date(text: str) -> bytes:
    if len(text) != _DATE_DIGITS or not (text.isascii() and text.isdigit()):
        raise VisualFileError("a date is eight digits, YYYYMMDD")
    return text.encode("ascii")


def _gender(text: str) -> bytes:
    if len(text) != 1 or not (text.isascii() and text.isdigit()):
        raise VisualFileError("a gender is one digit")
    return text.encode("ascii")


def _read_date(raw: bytes) -> str:
    if len(raw) != _DATE_DIGITS or not raw.isdigit():
        raise VisualFileError("a date is eight digits, YYYYMMDD")
    return raw.decode("ascii")


def _read_key(raw: bytes) -> CvPublicKey:
    try:
        return CvPublicKey.parse(raw)
    except CvError as error:
        raise VisualFileError(str(error)) from error
