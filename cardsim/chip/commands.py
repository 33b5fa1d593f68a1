"""The commands of ISO 7816-4 this chip knows, typed: what is asked, no longer how it is coded.

Every rule about P1, P2 and Lc stands in a `decode` function here, and whether a Le must be there;
a command that passed it needs no bit-twiddling any more. Whether an answer fits its Le is seen
when there is one (`card`). Not here: what a command does (`handlers`), commands of
one card kind only (`cardsim.mynumber.commands`).
ISO/IEC 7816-4:2020 clauses 11.2 to 11.6; where cards differ they ask the `Dialect`.
"""

from dataclasses import dataclass, field
from enum import IntEnum, unique

from cardsim.chip.dialect import Dialect
from cardsim.chip.errors import Refusal
from jpki.iso7816 import SW, CommandApdu

CURRENT_EF = None
"""A file reference that means the current EF."""
_SHORT_ID = 0x80
_SHORT_ID_MAX = 0x1E
_FILE_ID_LENGTH = 2
_BY_NAME, _BY_FILE, _BY_IDENTIFIER = 0x04, 0x02, 0x00
_NO_INFORMATION, _NEXT = 0x0C, 0x02


@unique
class Ins(IntEnum):
    """Instruction bytes of ISO/IEC 7816-4:2020 table 4."""

    VERIFY = 0x20
    CHANGE_REFERENCE_DATA = 0x24
    GET_CHALLENGE = 0x84
    INTERNAL_AUTHENTICATE = 0x88
    SELECT = 0xA4
    READ_BINARY = 0xB0
    READ_RECORD = 0xB2
    GET_DATA = 0xCA


@dataclass(frozen=True, slots=True)
class SelectApplication:
    """SELECT by name; `following` asks for the next match.

    `information` is how many bytes of file information may come back; None: none are wanted.
    """

    name: bytes
    following: bool
    information: int | None


@dataclass(frozen=True, slots=True)
class SelectFile:
    """SELECT an EF under the current application; `information` as for an application."""

    ef: int
    information: int | None


@dataclass(frozen=True, slots=True)
class SelectMasterFile:
    """SELECT MF, DF or EF by identifier (P1 = 00); without an identifier: the MF."""

    identifier: bytes


@dataclass(frozen=True, slots=True)
class ReadBinary:
    """Read at most `ne` bytes from `offset`; `ef` None means the current EF."""

    ef: int | None
    offset: int
    ne: int


@dataclass(frozen=True, slots=True)
class ReadRecord:
    """Read one record by number."""

    ef: int | None
    number: int
    ne: int


@dataclass(frozen=True, slots=True)
class Verify:
    """Present reference data; without `data` the tries left are asked for."""

    ef: int | None
    data: bytes | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class ChangeReferenceData:
    """Replace reference data by `new`, the old having been verified before."""

    ef: int | None
    new: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class GetChallenge:
    """Give `length` random bytes."""

    length: int


@dataclass(frozen=True, slots=True)
class GetData:
    """Give the data object `tag` of the current application."""

    tag: int
    ne: int
    extended: bool


@dataclass(frozen=True, slots=True)
class InternalAuthenticate:
    """Answer a challenge with a key; `named` is False when P2 names none (00)."""

    ef: int | None
    named: bool
    challenge: bytes
    ne: int


Select = SelectApplication | SelectFile | SelectMasterFile


def file_reference(p2: int) -> int | None:
    """Read P2 = 80 (the current EF) or 80 + short EF identifier (1 to 30)."""
    short_id = p2 ^ _SHORT_ID
    if not 0 <= short_id <= _SHORT_ID_MAX:
        raise Refusal(SW.INCORRECT_P1_P2)
    return short_id or CURRENT_EF


def need_ne(apdu: CommandApdu) -> int:
    """Give the number of bytes expected back; a command without Le is refused."""
    if apdu.ne is None:
        raise Refusal(SW.WRONG_LENGTH)
    return apdu.ne


def decode_select(apdu: CommandApdu, _dialect: Dialect) -> Select:
    """Read SELECT: P1 04 (name), 02 (EF under the current DF) or 00 (identifier)."""
    which, what = apdu.p2 & 0x03, apdu.p2 & ~0x03
    if which not in {0, _NEXT} or what not in {0, _NO_INFORMATION}:
        raise Refusal(SW.INCORRECT_P1_P2)
    information = None if what == _NO_INFORMATION else apdu.ne
    if apdu.p1 == _BY_NAME:
        return SelectApplication(apdu.data, which == _NEXT, information)
    if apdu.p1 == _BY_FILE and not which:
        if len(apdu.data) != _FILE_ID_LENGTH:
            raise Refusal(SW.WRONG_LENGTH)
        return SelectFile(int.from_bytes(apdu.data, "big"), information)
    if apdu.p1 == _BY_IDENTIFIER and not which:
        return SelectMasterFile(apdu.data)
    raise Refusal(SW.INCORRECT_P1_P2)


def decode_read_binary(apdu: CommandApdu, _dialect: Dialect) -> ReadBinary:
    """Read READ BINARY: a 15-bit offset, or a short EF identifier and an 8-bit offset."""
    if apdu.data:
        raise Refusal(SW.WRONG_LENGTH)
    if apdu.p1 & _SHORT_ID:
        return ReadBinary(file_reference(apdu.p1), apdu.p2, need_ne(apdu))
    return ReadBinary(CURRENT_EF, apdu.p1 << 8 | apdu.p2, need_ne(apdu))


def decode_read_record(apdu: CommandApdu, _dialect: Dialect) -> ReadRecord:
    """Read READ RECORD: P1 the record number, P2 short EF identifier and mode.

    This chip has mode 4 (the one record P1) alone; the others answer 6A81, ISO's word for a mode
    a card does not have. No dialect chooses: there is nothing else here to be chosen.
    """
    short_id, mode = apdu.p2 >> 3, apdu.p2 & 0x07
    if apdu.data:
        raise Refusal(SW.WRONG_LENGTH)
    if short_id > _SHORT_ID_MAX:
        raise Refusal(SW.INCORRECT_P1_P2)
    if mode != 0x04:  # noqa: PLR2004 - b3-b1 = 100: record number P1
        raise Refusal(SW.FUNCTION_NOT_SUPPORTED)
    return ReadRecord(short_id or CURRENT_EF, apdu.p1, need_ne(apdu))


def decode_verify(apdu: CommandApdu, dialect: Dialect) -> Verify:
    """Read VERIFY: with data, or without (case 1). A Le behind data is ignored."""
    if apdu.p1 != 0:
        raise Refusal(SW.INCORRECT_P1_P2)
    ef = file_reference(apdu.p2)
    if not apdu.data and apdu.ne is not None and not dialect.verify_ignores_le:
        raise Refusal(SW.WRONG_LENGTH)
    return Verify(ef, apdu.data or None)


def decode_change_reference_data(apdu: CommandApdu, _dialect: Dialect) -> ChangeReferenceData:
    """Read CHANGE REFERENCE DATA with P1 = 01: the new value alone.

    This chip does not have the other form, P1 = 00 with old and new value: 6A86, as for any P1
    it does not know. No dialect chooses: there is nothing else here to be chosen.
    """
    if apdu.p1 != 0x01:
        raise Refusal(SW.INCORRECT_P1_P2)
    ef = file_reference(apdu.p2)
    if not apdu.data:
        raise Refusal(SW.WRONG_LENGTH)
    return ChangeReferenceData(ef, apdu.data)


def decode_get_challenge(apdu: CommandApdu, dialect: Dialect) -> GetChallenge:
    """Read GET CHALLENGE: as many bytes as Le asks for, where the dialect takes its form."""
    if apdu.p1 or apdu.p2:
        raise Refusal(SW.INCORRECT_P1_P2)
    if apdu.data:
        raise Refusal(SW.WRONG_LENGTH)
    ne = need_ne(apdu)
    if apdu.extended and dialect.extended_challenge is not None:
        raise Refusal(dialect.extended_challenge)
    return GetChallenge(ne)


def decode_get_data(apdu: CommandApdu, _dialect: Dialect) -> GetData:
    """Read GET DATA: P1-P2 are the tag."""
    if apdu.data:
        raise Refusal(SW.WRONG_LENGTH)
    return GetData(apdu.p1 << 8 | apdu.p2, need_ne(apdu), apdu.extended)


def decode_internal_authenticate(apdu: CommandApdu, _dialect: Dialect) -> InternalAuthenticate:
    """Read INTERNAL AUTHENTICATE: a challenge, and the key in P2 (00: the default one)."""
    if apdu.p1 != 0:
        raise Refusal(SW.INCORRECT_P1_P2)
    ef = file_reference(apdu.p2) if apdu.p2 else CURRENT_EF
    if not apdu.data:
        raise Refusal(SW.WRONG_LENGTH)
    return InternalAuthenticate(ef, bool(apdu.p2), apdu.data, need_ne(apdu))
