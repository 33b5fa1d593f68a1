"""Commands of this card that ISO 7816-4 does not have, or has otherwise (JICSAP, class 80).

Most are the issuer's: observed to exist, and refused here as the card refuses them.
Not here: ISO commands (`cardsim.chip`). Card reference §4.5 to §4.8.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum, unique

from cardsim.chip import (
    ISO_INSTRUCTIONS,
    Dialect,
    InstructionTable,
    KeyDataError,
    KeyFile,
    Operation,
    PinFile,
    Refusal,
    SignatureScheme,
    instruction,
)
from cardsim.chip.commands import CURRENT_EF, file_reference, need_ne
from cardsim.chip.context import Context
from cardsim.chip.handlers import set_reference_data
from cardsim.chip.pins import tries_left
from cardsim.mynumber.secure_messaging import (
    SECURE_MESSAGING_FACTS,
    SECURED_INSTRUCTIONS,
    decode_session_key,
    set_session_key,
)
from cardsim.mynumber.terminal import (
    TERMINAL_FACTS,
    TerminalKeyFile,
    authenticate_terminal,
    decode_certificate,
    verify_certificate,
)
from jpki.card.layout import SignatureMode, TokenKind, fact
from jpki.iso7816 import SW, CommandApdu
from jpki.sources import Grade

CLA = 0x80


@unique
class OwnIns(IntEnum):
    """Instruction bytes under class 80; the names are those of JICSAP where it has one."""

    ERASE_ALL_RECORDS = 0x06
    COMPUTE_DIGITAL_SIGNATURE = 0x2A
    CHANGE_KEY = 0x32
    LOCK_DF = 0x50
    UNLOCK_DF = 0x52
    UNLOCK_KEY = 0x54
    EXTERNAL_AUTHENTICATE = 0x82
    MANAGE_ATTRIBUTES = 0x8A
    TERMINAL_AUTHENTICATE = 0xA2
    SET_SESSION_KEY = 0xAE
    LAST_COMMAND_INDICATOR = 0xFC


@dataclass(frozen=True, slots=True)
class ComputeDigitalSignature:
    """Sign `data` the way `mode` says; `named` is False when P2 names no key (00)."""

    mode: SignatureMode
    ef: int | None
    named: bool
    data: bytes = field(repr=False)
    ne: int


@dataclass(frozen=True, slots=True)
class ChangeKey:
    """Replace reference data by `new` (CHANGE KEY)."""

    ef: int | None
    new: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class ExternalAuthenticate:
    """Ask for, or spend, a try of an external authentication key."""

    ef: int | None
    signature: bytes = field(repr=False)
    """Empty for the question."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A command that ends here: its refusal is known from its header and length."""

    status: SW


def _decode_signature(apdu: CommandApdu, _dialect: Dialect) -> ComputeDigitalSignature:
    try:
        mode = SignatureMode(apdu.p1)
    except ValueError as error:
        raise Refusal(SW.INCORRECT_P1_P2) from error
    ef = file_reference(apdu.p2) if apdu.p2 else CURRENT_EF
    if not apdu.data:
        raise Refusal(SW.WRONG_LENGTH)
    return ComputeDigitalSignature(mode, ef, bool(apdu.p2), apdu.data, need_ne(apdu))


def _sign(context: Context, command: ComputeDigitalSignature) -> bytes:
    _, file = context.resolve_key(command.ef, named=command.named, no_default=SW.INCORRECT_P1_P2)
    context.need(file, Operation.SIGN)
    if file.key is None:
        raise Refusal(SW.CONDITIONS_NOT_SATISFIED)
    if command.ne < file.key.signature_length:
        raise Refusal(SW.WRONG_LENGTH)
    row = command.mode.row
    data = hashlib.sha256(command.data).digest() if row.hashes else command.data
    scheme = SignatureScheme.PKCS1_RAW
    if row.pss:
        scheme = SignatureScheme.PSS_SHA256
    elif row.wraps:
        scheme = SignatureScheme.PKCS1_SHA256
    try:
        return file.key.sign(scheme, data)
    except KeyDataError as error:
        raise Refusal(SW.CONDITIONS_NOT_SATISFIED) from error


def _decode_change_key(apdu: CommandApdu, _dialect: Dialect) -> ChangeKey:
    if apdu.p1:
        raise Refusal(SW.INCORRECT_P1_P2)
    ef = file_reference(apdu.p2)
    if not apdu.data:
        raise Refusal(SW.WRONG_LENGTH)
    return ChangeKey(ef, apdu.data)


def _change_key(context: Context, command: ChangeKey) -> bytes:
    ef, file = context.resolve(command.ef)
    if isinstance(file, PinFile):
        return set_reference_data(context, ef, file, command.new, Operation.REPLACE_KEY)
    if isinstance(file, KeyFile):
        raise Refusal(SW.SECURITY_STATUS_NOT_SATISFIED)
    raise Refusal(SW.INCOMPATIBLE_FILE_STRUCTURE)


def _decode_external(apdu: CommandApdu, _dialect: Dialect) -> ExternalAuthenticate:
    if apdu.p1:
        raise Refusal(SW.INCORRECT_P1_P2)
    return ExternalAuthenticate(file_reference(apdu.p2), apdu.data)


def _external(context: Context, command: ExternalAuthenticate) -> bytes:
    ef, file = context.resolve(command.ef)
    if not isinstance(file, PinFile | KeyFile):
        raise Refusal(SW.INCOMPATIBLE_FILE_STRUCTURE)
    if command.signature and isinstance(file, TerminalKeyFile):
        return authenticate_terminal(context, command.signature)
    if command.signature:
        raise Refusal(SW.SECURITY_STATUS_NOT_SATISFIED)
    if isinstance(file, KeyFile):
        raise Refusal(SW.VERIFICATION_FAILED)
    raise Refusal(
        SW.TRIES_LEFT.with_number(tries_left(context.store, context.session.identify(ef)))
    )


_ATTRIBUTES = {0x22, 0x24}


def _decode_attributes(apdu: CommandApdu, _dialect: Dialect) -> Refused:
    if apdu.p1 in _ATTRIBUTES:
        return Refused(SW.SECURITY_STATUS_NOT_SATISFIED)
    return Refused(SW.INCORRECT_P1_P2)


def _always(status: SW) -> Callable[[CommandApdu, Dialect], Refused]:
    """Make a decoder for a command that is refused whatever it says."""
    return lambda _apdu, _dialect: Refused(status)


def _refuse(_context: Context, command: Refused) -> bytes:
    raise Refusal(command.status)


@dataclass(frozen=True, slots=True)
class IndicateLastCommand:
    """Say that no command follows; nothing is known to come of it."""


def _decode_last_command(apdu: CommandApdu, _dialect: Dialect) -> IndicateLastCommand:
    if apdu.p1 or apdu.p2:
        raise Refusal(SW.INCORRECT_P1_P2)
    if apdu.data or apdu.ne is not None:
        raise Refusal(SW.WRONG_LENGTH)
    return IndicateLastCommand()


def _last_command(_context: Context, _command: IndicateLastCommand) -> bytes:
    return b""


_ISSUER_ONLY = _always(SW.SECURITY_STATUS_NOT_SATISFIED)

INSTRUCTIONS: InstructionTable = {
    **ISO_INSTRUCTIONS,
    **SECURED_INSTRUCTIONS,
    (CLA, OwnIns.COMPUTE_DIGITAL_SIGNATURE): instruction(
        "COMPUTE DIGITAL SIGNATURE", _decode_signature, _sign
    ),
    (CLA, OwnIns.CHANGE_KEY): instruction("CHANGE KEY", _decode_change_key, _change_key),
    (CLA, OwnIns.EXTERNAL_AUTHENTICATE): instruction(
        "EXTERNAL AUTHENTICATE", _decode_external, _external
    ),
    (CLA, OwnIns.TERMINAL_AUTHENTICATE): instruction(
        "特定機関認証", decode_certificate, verify_certificate
    ),
    (CLA, OwnIns.SET_SESSION_KEY): instruction(
        "SET SESSION KEY", decode_session_key, set_session_key
    ),
    (CLA, OwnIns.MANAGE_ATTRIBUTES): instruction("MANAGE ATTRIBUTES", _decode_attributes, _refuse),
    (CLA, OwnIns.LAST_COMMAND_INDICATOR): instruction(
        "last command indicator", _always(SW.WRONG_LENGTH), _refuse
    ),
    (CLA, OwnIns.UNLOCK_KEY): instruction("UNLOCK KEY", _ISSUER_ONLY, _refuse),
    (CLA, OwnIns.LOCK_DF): instruction("LOCK DF", _ISSUER_ONLY, _refuse),
    (CLA, OwnIns.UNLOCK_DF): instruction("UNLOCK DF", _ISSUER_ONLY, _refuse),
    (CLA, OwnIns.ERASE_ALL_RECORDS): instruction("ERASE ALL RECORDS", _ISSUER_ONLY, _refuse),
}
"""All instructions of the card, by (CLA, INS)."""

_IPHONE_INSTRUCTIONS: InstructionTable = {
    **INSTRUCTIONS,
    (CLA, OwnIns.LAST_COMMAND_INDICATOR): instruction(
        "last command indicator", _decode_last_command, _last_command
    ),
}


def instructions_of(token: TokenKind) -> InstructionTable:
    """Give the instructions of what carries the JPKI AP: an iPhone is told of its last command."""
    return _IPHONE_INSTRUCTIONS if token is TokenKind.IPHONE else INSTRUCTIONS


COMMAND_FACTS = (
    fact("80 2A", "PIN missing: 6982", "§4.5: MC", Grade.MEASURED),
    fact("80 2A", "unknown P1 or P2: 6A86", "§4.5: MC", Grade.MEASURED),
    fact(
        "80 2A", "data of a bad length: 6985; none: 6700", "§4.5: MC, which is open", Grade.DEDUCED
    ),
    fact("80 2A", "no Le, or one below 256: 6700", "§4.5: silent", Grade.ASSUMED),
    fact("80 2A", "PSS: MGF1-SHA-256, salt of 32 bytes", "§4.5: silent", Grade.ASSUMED),
    fact("80 2A", "P2=00 without a default key: 6A86", "§4.5: AO elsewhere", Grade.ASSUMED),
    fact("00 24 01", "changes a verified PIN; otherwise 6982", "§4.6: MY, MC", Grade.RELIED_ON),
    fact("00 24 01", "a value the rule forbids: 6A80", "§12", Grade.ASSUMED),
    fact("80 32", "refused in the JPKI AP: 6982", "§4.6: MC elsewhere", Grade.ASSUMED),
    fact("80 82", "empty: 63Cx, or 6300 without counter", "§4.7: AO, RTC probe", Grade.ASSUMED),
    fact("80 82", "with data: 6982, but for 0016", "§4.7: silent", Grade.ASSUMED),
    fact("80 FC", "plastic card: 6700", "§4.8: MC", Grade.MEASURED),
    fact("80 FC", "iPhone: known", "§4.8, §8: MC", Grade.RELIED_ON),
    fact("80 FC", "iPhone: 80 FC 00 00 answers 9000", "§4.8: the word is not said", Grade.ASSUMED),
    fact("80 FC", "iPhone: other P1P2 6A86, data or Le 6700", "§4.8: silent", Grade.ASSUMED),
    fact("80 FC", "iPhone: nothing else comes of it", "§4.8: silent", Grade.ASSUMED),
    fact("80 FC", "Android: 6700, as the plastic card", "§4.8: iPhone only", Grade.DEDUCED),
    fact("80 54/50/52/06", "exist, for the issuer only", "§4.6: MC", Grade.MEASURED),
    fact("80 54/50/52/06", "answer 6982", "§4.6: the word is not said", Grade.ASSUMED),
    fact("80 8A", "P1 22, 24: 6982; others 6A86", "§4.6: MC", Grade.DEDUCED),
    fact("00 88", "JPKI keys: 6982", "§4.7: MC", Grade.MEASURED),
    fact("00 88", "P2=00 without a default key: 6985", "§9.1: 6982 or 6985", Grade.DEDUCED),
    *TERMINAL_FACTS,
    *SECURE_MESSAGING_FACTS,
)
