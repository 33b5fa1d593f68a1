"""What of a command and its answer may be kept in a trace; everything else is only counted.

Each rule looks at the bytes in front of it and at nothing else: not at which file was selected,
since a log that lost a line would then show a protected file for a public one. So a value is
kept when it has a form that is public whatever it stands for, and unknown means: its length.
Not here: what the bytes mean (`vocabulary`, `steps`). Card reference §2, §3.1, §3.7, §4, §8.
Called by `exchange`, which cannot be built from anything that these rules do not allow.
"""

import re
from itertools import product

from cardsim.trace.vocabulary import (
    CHANGE_KEY,
    CHANGE_REFERENCE_DATA,
    GET_DATA,
    OWN,
    PLAIN,
    READ_BINARY,
    RESET_RETRY_COUNTER,
    SELECT,
    UNKNOWN,
    VERIFY,
    instruction_name,
)
from jpki.card.layout import Ap, TokenKind
from jpki.card.layout.availability import ABSENT, PRESENT
from jpki.card.layout.licence import build_pin_flag
from jpki.card.layout.status import CardStatus
from jpki.iso7816 import (
    MAX_NE_EXTENDED,
    MAX_NE_SHORT,
    SW,
    Atr,
    AtrError,
    StatusWord,
    Tlv,
    TlvError,
)

HEADER_LENGTH, KIND_LENGTH = 4, 2
"""CLA INS P1 P2, and CLA INS alone."""

_BY_NAME = 0x04
_PRINTABLE = range(0x20, 0x7F)
_CARRY_SECRETS = frozenset({VERIFY, CHANGE_REFERENCE_DATA, RESET_RETRY_COUNTER})
"""Of any class but the card's own, which has one too: CHANGE KEY."""
_REFERENCE = 0x80
_EVERYTHING = frozenset({None, MAX_NE_SHORT, MAX_NE_EXTENDED})
"""Expected lengths that are encoded as nothing or as zeros, so that they are no part of a PIN."""
_AID_LENGTHS = range(5, 17)
_RID_LENGTH = 5
_PUBLIC_RIDS = frozenset(ap.aid[:_RID_LENGTH] for ap in Ap) | {
    bytes.fromhex("A000000003"),  # Visa; GlobalPlatform's card managers of old
    bytes.fromhex("A000000018"),  # Gemplus
    bytes.fromhex("A000000063"),  # RSA: PKCS #15
    bytes.fromhex("A000000077"),  # Oberthur: IAS/ECC
    bytes.fromhex("A000000079"),  # CAC
    bytes.fromhex("A000000116"),  # GSC-IS: CAC
    bytes.fromhex("A000000151"),  # GlobalPlatform
    bytes.fromhex("A000000247"),  # ICAO: passports
    bytes.fromhex("A000000308"),  # NIST: PIV
    bytes.fromhex("A000000397"),  # Microsoft: GIDS
    bytes.fromhex("A000000527"),  # Yubico
    bytes.fromhex("D276000124"),  # FSF Europe: OpenPGP
}
"""Who names applications (ISO/IEC 7816-4 8.2.1.2), among them whom OpenSC asks any card for."""
_LIKE_A_SECRET = re.compile(rb"[0-9A-Za-z]{4}")
"""A name that nobody knows may hold anything: not what could be a PIN of four or more."""
_READS = bytes((PLAIN, READ_BINARY))
_ATR_TAG, _INITIAL = bytes.fromhex("5F51"), b"\x3b"
_DER_SEQUENCE = bytes.fromhex("3082")
_DER_HEADER_LENGTH = 4

_LABELS = {kind.label.encode().ljust(32) for kind in TokenKind}
_PUBLIC_CONTENTS = frozenset(
    {bytes((sign, auth, 0)) for sign, auth in product((PRESENT, ABSENT), repeat=2)}
    | {build_pin_flag(is_set=True), build_pin_flag(is_set=False)}
    | _LABELS
    | {label[:20] for label in _LABELS}
)
"""Whole answers to READ BINARY that tell nothing about a person (card reference §3.1, §8)."""
_FCI_TEMPLATE, _DF_NAME, _FILE_IDENTIFIER = 0x6F, 0x84, 0x83
_AIDS = frozenset(ap.aid for ap in Ap)
_CARD_STATUSES = frozenset(each.word for each in CardStatus)
_ANY_SECOND_BYTE = frozenset({SW.BYTES_AVAILABLE, SW.WRONG_LE})


def header_to_keep(header: bytes, *, whole: bool, ne: int | None = None) -> bytes:
    """Give what may be kept of CLA INS P1 P2: all, CLA INS alone, or nothing.

    `whole` is False when the command is no well-formed APDU; `ne` is the length it expects. A
    client out of step may have sent a PIN where a header or a length belongs: then no more than
    a known CLA INS is kept. Nothing is kept of an instruction that nobody knows.
    """
    if len(header) < HEADER_LENGTH or header[0] in _PRINTABLE:
        return b""
    kind = header[:KIND_LENGTH]
    if instruction_name(*kind) == UNKNOWN:
        return b""
    strange = not whole or header[1:].isalnum()
    # The offset of a READ BINARY is any number, and needed to tell what was read.
    strange = strange or (header[2:].isalnum() and kind != _READS)
    if _carries_secret(*kind):
        strange = strange or header[2] > 1 or header[3] < _REFERENCE or ne not in _EVERYTHING
    return kind if strange else header


def _carries_secret(cla: int, ins: int) -> bool:
    return ins == CHANGE_KEY if cla == OWN else ins in _CARRY_SECRETS


def is_public_command_data(header: bytes, data: bytes) -> bool:
    """Whether the data field of a command may be kept: names of applications and files."""
    if len(header) < HEADER_LENGTH or header[0] != PLAIN or header[1] != SELECT:
        return False
    if header[2] == _BY_NAME:
        is_name = len(data) in _AID_LENGTHS and data[:_RID_LENGTH] in _PUBLIC_RIDS
        return is_name and (data in _AIDS or _LIKE_A_SECRET.search(data) is None)
    return len(data) == KIND_LENGTH and not data.isalnum()


def is_public_answer_data(header: bytes, data: bytes) -> bool:
    """Whether the data field of an answer may be kept: a few values of public form."""
    if len(header) < HEADER_LENGTH or header[0] != PLAIN:
        return False
    if header[1] == READ_BINARY:
        is_der_header = len(data) == _DER_HEADER_LENGTH and data.startswith(_DER_SEQUENCE)
        return data in _PUBLIC_CONTENTS or is_der_header
    if header[1] == SELECT:
        return _is_file_information(data)
    return header[1] == GET_DATA and header[2:] == _ATR_TAG and is_atr(_INITIAL + data)


def is_public_status(word: StatusWord, *, bare: bool) -> bool:
    """Whether the last two bytes of an answer may be kept; `bare` when they are all of it.

    Of an answer cut short they are data: two digits of a number, half a letter. So the word must
    be known. 61xx and 6Cxx, which may be a letter and anything, must stand alone as well.
    """
    kind = word.kind
    if kind in _ANY_SECOND_BYTE:
        return bare
    return kind is not None or word in _CARD_STATUSES


def is_atr(raw: bytes) -> bool:
    """Whether these bytes are an answer to reset, which everybody may see."""
    try:
        Atr.parse(raw)
    except AtrError:
        return False
    return True


def _is_file_information(data: bytes) -> bool:
    """Whether this is file information with a known application or one EF, and no more."""
    try:
        (item,) = Tlv.parse_list(Tlv.unpack(_FCI_TEMPLATE, data))
    except (TlvError, ValueError):
        return False
    if item.tag == _DF_NAME:
        return item.value in _AIDS
    is_identifier = len(item.value) == KIND_LENGTH and not item.value.isalnum()
    return item.tag == _FILE_IDENTIFIER and is_identifier
