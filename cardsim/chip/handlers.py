"""What the ISO commands do, once decoded. Each gives the data of the answer or refuses.

Not here: coding of commands (`commands`), when a status word becomes bytes (`card`).
ISO/IEC 7816-4:2020 clause 11; what this card does otherwise: card reference §3.7, §4.
"""

import hashlib

from cardsim.chip.access import Operation
from cardsim.chip.commands import (
    ChangeReferenceData,
    GetChallenge,
    GetData,
    InternalAuthenticate,
    ReadBinary,
    ReadRecord,
    Select,
    SelectApplication,
    SelectFile,
    Verify,
)
from cardsim.chip.context import Context
from cardsim.chip.errors import Refusal
from cardsim.chip.files import Application, PinFile, RecordFile, TransparentFile
from cardsim.chip.keys import SignatureScheme
from cardsim.chip.pins import PinOutcome, change, present, tries_left
from jpki.iso7816 import SW, Tlv

_FCI_TEMPLATE = 0x6F
_DF_NAME = 0x84
_FILE_IDENTIFIER = 0x83


def select(context: Context, command: Select) -> bytes:
    """Make an application or a file current; a failing SELECT changes nothing."""
    if isinstance(command, SelectApplication):
        return _select_application(context, command)
    if isinstance(command, SelectFile):
        return _select_file(context, command)
    if command.identifier:
        raise Refusal(SW.FILE_OR_APPLICATION_NOT_FOUND)
    at_start = context.session.application.aid == context.applications[0].aid
    dialect = context.dialect
    status = dialect.master_file_at_start if at_start else dialect.master_file_elsewhere
    if status is not SW.SUCCESS:
        raise Refusal(status)
    return b""


def _select_application(context: Context, command: SelectApplication) -> bytes:
    application = _find(context, command)
    if application is None:
        raise Refusal(SW.FILE_OR_APPLICATION_NOT_FOUND)
    answer = b""
    if command.information is not None:
        answer = _fitting(Tlv(_FCI_TEMPLATE, Tlv(_DF_NAME, application.aid)), command.information)
    context.session.select(application)
    return answer


def _find(context: Context, command: SelectApplication) -> Application | None:
    """Find the application named, in whole or by its beginning; perhaps the next one."""
    name, dialect = command.name, context.dialect
    if not name:
        return context.applications[0] if dialect.empty_name_selects_first else None
    minimum = dialect.partial_name_minimum
    partial = minimum is not None and len(name) >= minimum
    found = [
        application
        for application in context.applications
        if application.aid == name or (partial and application.aid.startswith(name))
    ]
    if command.following:
        current = [a.aid == context.session.application.aid for a in found]
        found = found[current.index(True) + 1 :] if any(current) else found
    return found[0] if found else None


def _select_file(context: Context, command: SelectFile) -> bytes:
    if context.session.file(command.ef) is None:
        raise Refusal(SW.FILE_OR_APPLICATION_NOT_FOUND)
    answer = b""
    if command.information is not None:
        identifier = Tlv(_FILE_IDENTIFIER, command.ef.to_bytes(2, "big"))
        answer = _fitting(Tlv(_FCI_TEMPLATE, identifier), command.information)
    context.session.current_ef = command.ef
    return answer


def _fitting(data: bytes, ne: int) -> bytes:
    """Give data that are answered whole or not at all; refused before anything changed."""
    if len(data) > ne:
        raise Refusal(SW.WRONG_LENGTH)
    return data


def read_binary(context: Context, command: ReadBinary) -> bytes:
    """Give the bytes there are; fewer than asked for is no warning (card reference §4.2)."""
    ef, file = context.resolve(command.ef)
    if not isinstance(file, TransparentFile):
        raise Refusal(SW.INCOMPATIBLE_FILE_STRUCTURE)
    context.need(file, Operation.READ)
    if command.offset >= len(file.content):
        raise Refusal(SW.OFFSET_OUTSIDE_FILE)
    context.session.current_ef = ef
    return file.content[command.offset : command.offset + command.ne]


def read_record(context: Context, command: ReadRecord) -> bytes:
    """Give one record whole."""
    ef, file = context.resolve(command.ef)
    if not isinstance(file, RecordFile):
        raise Refusal(SW.INCOMPATIBLE_FILE_STRUCTURE)
    context.need(file, Operation.READ)
    if not 1 <= command.number <= len(file.records):
        raise Refusal(SW.RECORD_NOT_FOUND)
    record = _fitting(file.records[command.number - 1], command.ne)
    context.session.current_ef = ef
    return record


def verify(context: Context, command: Verify) -> bytes:
    """Compare a PIN, or tell the tries left."""
    ef, file = context.resolve_pin(command.ef)
    pin = context.session.identify(ef)
    if command.data is None:
        left = tries_left(context.store, pin)
        if left and ef in context.session.verified and context.dialect.query_tells_verified:
            return b""
        raise Refusal(SW.TRIES_LEFT.with_number(left))
    # Whatever was proven before is forgotten until this presentation has succeeded.
    context.session.verified.discard(ef)
    outcome, left = present(context.store, pin, command.data, tries=file.tries)
    if outcome is PinOutcome.BLOCKED:
        raise Refusal(context.dialect.blocked)
    if outcome is PinOutcome.WRONG:
        raise Refusal(SW.TRIES_LEFT.with_number(left))
    context.session.verified.add(ef)
    return b""


def change_reference_data(context: Context, command: ChangeReferenceData) -> bytes:
    """Give a PIN a new value, if its rule allows it now."""
    ef, file = context.resolve_pin(command.ef)
    return set_reference_data(context, ef, file, command.new, Operation.CHANGE)


def set_reference_data(
    context: Context, ef: int, file: PinFile, new: bytes, operation: Operation
) -> bytes:
    """Give the PIN file `ef` a new value under the rule of `operation`."""
    context.need(file, operation)
    if not file.allows(new):
        raise Refusal(SW.WRONG_DATA)
    outcome = change(context.store, context.session.identify(ef), new)
    if outcome is PinOutcome.BLOCKED:
        raise Refusal(context.dialect.blocked)
    return b""


def get_challenge(context: Context, command: GetChallenge) -> bytes:
    """Give random bytes, and remember them: somebody may have to sign them."""
    context.session.challenge = context.random(command.length)
    return context.session.challenge


def get_data(context: Context, command: GetData) -> bytes:
    """Give a data object of the current application."""
    found = context.session.application.data_objects.get(command.tag)
    if found is not None and found.needs_extended and not command.extended:
        raise Refusal(SW.WRONG_LENGTH)
    if found is None or found.value is None:
        raise Refusal(SW.REFERENCED_DATA_NOT_FOUND)
    return _fitting(found.value, command.ne)


def internal_authenticate(context: Context, command: InternalAuthenticate) -> bytes:
    """Sign the challenge (SHA-256, PKCS#1 v1.5) with a key that is meant for it."""
    _, file = context.resolve_key(
        command.ef, named=command.named, no_default=SW.CONDITIONS_NOT_SATISFIED
    )
    if not file.authenticates:
        raise Refusal(SW.CONDITIONS_NOT_SATISFIED)
    context.need(file, Operation.INTERNAL_AUTHENTICATE)
    if file.key is None:
        raise Refusal(SW.CONDITIONS_NOT_SATISFIED)
    digest = hashlib.sha256(command.challenge).digest()
    return _fitting(file.key.sign(SignatureScheme.PKCS1_SHA256, digest), command.ne)
