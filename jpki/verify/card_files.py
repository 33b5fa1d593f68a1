"""The files on a card's face (券面), read strictly and apart from whatever built them.

Written from the card reference alone and shared with nobody, so that a mistake of the builder is
no mistake here. Gives the bytes each signature covers, as they stand in the file.
Not here: keys and signatures (`card_face`), what a file may be read with (`jpki.card`).
Card reference §3.2, §3.3, §3.6; ISO/IEC 7816-4:2020 clause 6.3 (BER-TLV).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from jpki.verify.errors import MalformedError

CERTIFICATE_TAG = 0x7F21
_BODY_TAG, _SIGNATURE_TAG = 0x5F4E, 0x5F37
_KEY_ID = 16
_KEY = 265
KEY_PREFIX = bytes.fromhex("900301000191820100")
_MODULUS = 256
_FILLER = 0xFF
_LONG = 0x80
_TAG_GOES_ON = 0x1F
_LENGTH_BYTES = {0x81: 1, 0x82: 2}
_OFFSET = 2


@dataclass(frozen=True, slots=True)
class DataObject:
    """One object: its tag, where it begins and where its value does, both counted in the file."""

    tag: int
    start: int
    value_start: int
    end: int

    def value(self, raw: bytes) -> bytes:
        """Give its value."""
        return raw[self.value_start : self.end]


@dataclass(frozen=True, slots=True)
class File:
    """One file: its bytes and the objects inside the outermost one."""

    raw: bytes
    objects: tuple[DataObject, ...]

    def value(self, tag: int) -> bytes:
        """Give the value of one object."""
        return self._find(tag).value(self.raw)

    def span(self, first: int, last: int) -> bytes:
        """Give the bytes of the objects from one to another, tags and lengths included."""
        return self.raw[self._find(first).start : self._find(last).end]

    def _find(self, tag: int) -> DataObject:
        return next(each for each in self.objects if each.tag == tag)


@dataclass(frozen=True, slots=True)
class CvCertificate:
    """A card-verifiable certificate: two key identifiers, a key, and what is signed by whom."""

    issuer: bytes
    holder: bytes
    modulus: int
    body: bytes
    signature: bytes


def read_file(raw: bytes, outer: int, tags: Sequence[int], *, offsets: int | None = None) -> File:
    """Read a file that holds exactly these objects in this order.

    Behind the outermost object only FF may stand. `offsets` is the tag of a table that must
    come first and lead to every object. Raises `MalformedError`.
    """
    whole = _object(raw, 0, len(raw))
    if whole.tag != outer:
        raise MalformedError(f"tag {whole.tag:X} where {outer:X} is expected", 0)
    for at in range(whole.end, len(raw)):
        if raw[at] != _FILLER:
            raise MalformedError("something other than filler behind the contents", at)
    found, at = [], whole.value_start
    while at < whole.end:
        found.append(_object(raw, at, whole.end))
        at = found[-1].end
    wanted = [*([] if offsets is None else [offsets]), *tags]
    if [each.tag for each in found] != wanted:
        raise MalformedError("not the objects that belong here, or not in their order", 0)
    if offsets is not None:
        _check_offsets(raw, found[0], found[1:])
    return File(raw, tuple(found))


def read_certificate(raw: bytes) -> CvCertificate:
    """Read the file of a CV certificate (7F21); raises `MalformedError`."""
    file = read_file(raw, CERTIFICATE_TAG, (_BODY_TAG, _SIGNATURE_TAG))
    body, signature = file.value(_BODY_TAG), file.value(_SIGNATURE_TAG)
    if len(body) != 2 * _KEY_ID + _KEY or len(signature) != _MODULUS:
        raise MalformedError("a body or signature of another length", 0)
    return CvCertificate(
        issuer=body[:_KEY_ID],
        holder=body[_KEY_ID : 2 * _KEY_ID],
        modulus=read_key(body[2 * _KEY_ID :]),
        body=body,
        signature=signature,
    )


def read_key(raw: bytes) -> int:
    """Read a public key as cards write it, RSA-2048 with exponent 65537; gives the modulus."""
    modulus = raw[len(KEY_PREFIX) :]
    if not raw.startswith(KEY_PREFIX) or len(modulus) != _MODULUS:
        raise MalformedError("no RSA-2048 key with exponent 65537", 0)
    number = int.from_bytes(modulus, "big")
    if not modulus[0] & _LONG or not number & 1:
        raise MalformedError("the modulus is no 2048-bit odd number", len(KEY_PREFIX))
    return number


def _check_offsets(raw: bytes, table: DataObject, objects: Sequence[DataObject]) -> None:
    value = table.value(raw)
    if len(value) != _OFFSET * len(objects):
        raise MalformedError("the table has another number of offsets", table.start)
    for number, each in enumerate(objects):
        at = _OFFSET * number
        if int.from_bytes(value[at : at + _OFFSET], "big") != each.start:
            raise MalformedError(f"the offset of {each.tag:X} leads elsewhere", table.start)


def _object(raw: bytes, start: int, end: int) -> DataObject:
    """Read the header of one object that must end by `end`."""
    at = start
    if at >= end:
        raise MalformedError("the file is empty", at)
    # Tags of these files have two bytes, the second without a continuation bit.
    if raw[at] & _TAG_GOES_ON != _TAG_GOES_ON or at + 1 >= end or raw[at + 1] & _LONG:
        raise MalformedError("no tag of two bytes", at)
    tag = int.from_bytes(raw[at : at + 2], "big")
    at += 2
    if at >= end:
        raise MalformedError("no length", at)
    length, size = raw[at], 0
    if length >= _LONG:
        size = _LENGTH_BYTES.get(length, 0)
        if not size or at + size >= end:
            raise MalformedError("a length form cards do not use", at)
        length = int.from_bytes(raw[at + 1 : at + 1 + size], "big")
    value_start = at + 1 + size
    if value_start + length > end:
        raise MalformedError("an object longer than what holds it", start)
    return DataObject(tag, start, value_start, value_start + length)
