"""SET SESSION KEY and the commands that may travel encrypted (CLA 08): 券面入力補助AP only.

The PIN goes first, in the clear; then a terminal delivers 32 bytes under the key of EF 0006,
of which 16 become the key. There is no integrity: CLA 0C answers 6987 for want of a key for it.
Not here: encryption and counter (`cardsim.chip.secure_channel`). Card reference §4.7.
Called by `commands`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from cardsim.chip import ISO_INSTRUCTIONS, Refusal
from cardsim.chip.commands import Ins
from cardsim.chip.context import Context
from cardsim.chip.decryption import CiphertextRangeError, DecryptionError
from cardsim.chip.dialect import Dialect
from cardsim.chip.instructions import Instruction
from cardsim.chip.secure_channel import (
    KEY_LENGTH,
    SecureChannel,
    SecureMessageError,
    expected_length,
)
from jpki.card.layout import Ap, CardStatus, fact
from jpki.iso7816 import MAX_NE_EXTENDED, SW, CommandApdu, StatusWord, Tlv, TlvError
from jpki.sources import Grade

CLA = 0x08
SEED_LENGTH = 32
TAG_DELIVERY = 0xA0
TAG_ENCRYPTION_KEY = 0x80

_REFUSALS: Mapping[bytes, SW | StatusWord] = {
    Ap.JPKI.aid: SW.SECURITY_STATUS_NOT_SATISFIED,
    Ap.JUKI.aid: SW.SECURITY_STATUS_NOT_SATISFIED,
    Ap.COMMON.aid: CardStatus.SET_SESSION_KEY_UNSUPPORTED.word,
    Ap.VISUAL.aid: CardStatus.SET_SESSION_KEY_UNSUPPORTED.word,
}


@dataclass(frozen=True, slots=True)
class SetSessionKey:
    """Agree on a key; `known` is False when P1 or P2 say something this card does not have."""

    known: bool
    cryptogram: bytes = field(repr=False)


def decode_session_key(apdu: CommandApdu, _dialect: Dialect) -> SetSessionKey:
    """Read the command; what is wrong with it is said after who may send it."""
    return SetSessionKey(not apdu.p1 and not apdu.p2, apdu.data)


def set_session_key(context: Context, command: SetSessionKey) -> bytes:
    """Take a key; the counter begins at 1."""
    session = context.session
    delivery = session.application.session_key
    if delivery is None:
        raise Refusal(_REFUSALS.get(session.application.aid, SW.INSTRUCTION_NOT_SUPPORTED))
    if not session.satisfies(delivery.rule):
        raise Refusal(SW.SECURITY_STATUS_NOT_SATISFIED)
    if not command.known:
        raise Refusal(SW.INCORRECT_P1_P2)
    if len(command.cryptogram) != delivery.key.length:
        raise Refusal(SW.WRONG_LENGTH)
    try:
        seed = _seed(delivery.key.decrypt(command.cryptogram))
    except CiphertextRangeError:
        raise Refusal(SW.NO_PRECISE_DIAGNOSIS) from None
    except (DecryptionError, TlvError):
        raise Refusal(SW.WRONG_DATA) from None
    session.channel = SecureChannel(seed[:KEY_LENGTH])
    return b""


def _seed(message: bytes) -> bytes:
    """Read `A0 { 80 20 seed }`; other keys than one for encryption are refused."""
    seed = Tlv.unpack(TAG_ENCRYPTION_KEY, Tlv.unpack(TAG_DELIVERY, message))
    if len(seed) != SEED_LENGTH:
        raise TlvError(f"a seed has {SEED_LENGTH} bytes")
    return seed


def _channel(context: Context, *, without: SW | StatusWord) -> SecureChannel:
    channel = context.session.channel
    if channel is None:
        raise Refusal(without)
    if channel.broken:
        raise Refusal(CardStatus.SM_SESSION_DESTROYED.word)
    return channel


def _secured(
    plain: Instruction,
    opened: Callable[[SecureChannel, CommandApdu], CommandApdu],
    *,
    without: SW | StatusWord = CardStatus.SM_SESSION_DESTROYED.word,
) -> Instruction:
    """Make the encrypted form of an instruction; `opened` gives the plain command."""

    def run(context: Context, apdu: CommandApdu) -> bytes:
        session = context.session
        channel, current = _channel(context, without=without), session.current_ef
        try:
            command = opened(channel, apdu)
        except SecureMessageError:
            channel.broken = True
            # An empty data field lacks the object; anything else holds a wrong one.
            raise Refusal(SW.SM_OBJECT_INCORRECT if apdu.data else SW.SM_OBJECT_MISSING) from None
        # A refusal by the command itself counts as well, so the counter moves either way.
        try:
            answer = plain.run(context, command)
            secured = channel.encrypt(answer) if answer else b""
        finally:
            channel.counter += 1
        if len(secured) > (apdu.ne or 0):
            # Only READ BINARY answers with data: of it nothing is to remain but the number.
            session.current_ef = current
            raise Refusal(SW.WRONG_LENGTH)
        return secured

    return Instruction(f"{plain.name} (SM)", plain.decode, run)


def _with_data(channel: SecureChannel, apdu: CommandApdu) -> CommandApdu:
    """Open the data field; a Le outside has no meaning for these commands."""
    return CommandApdu(0x00, apdu.ins, apdu.p1, apdu.p2, channel.decrypt(apdu.data))


def _with_length(_channel: SecureChannel, apdu: CommandApdu) -> CommandApdu:
    """Read the length asked for; 0 is as much as there is."""
    ne = expected_length(apdu.data) or MAX_NE_EXTENDED
    return replace(apdu, cla=0x00, data=b"", ne=ne, extended=True)


SECURED_INSTRUCTIONS: Mapping[tuple[int, int], Instruction] = {
    (CLA, Ins.VERIFY): _secured(ISO_INSTRUCTIONS[0x00, Ins.VERIFY], _with_data),
    (CLA, Ins.SELECT): _secured(
        ISO_INSTRUCTIONS[0x00, Ins.SELECT], _with_data, without=SW.SECURE_MESSAGING_UNSUPPORTED
    ),
    (CLA, Ins.READ_BINARY): _secured(ISO_INSTRUCTIONS[0x00, Ins.READ_BINARY], _with_length),
}


SECURE_MESSAGING_FACTS = (
    fact("80 AE", "JPKI, juki 6982; common, visual 66F1", "§4.7: MC", Grade.MEASURED),
    fact("80 AE", "ISD, licence: 6D00", "§4.7: silent", Grade.ASSUMED),
    fact("80 AE", "text: 6982 without the PIN, before anything", "§4.7: MC", Grade.MEASURED),
    fact("80 AE", "text: other P1P2 6A86, other length 6700", "§4.7: silent", Grade.ASSUMED),
    fact("80 AE", "a number not below the modulus: 6F00", "§4.7: MC", Grade.MEASURED),
    fact("80 AE", "a CCS key, alone or too: 6A80", "MC src/sm.rs", Grade.MEASURED),
    fact("80 AE", "what does not decrypt: 6A80", "§4.7: MC", Grade.MEASURED),
    fact("CLA 08", "without a session: 69FC, SELECT 6882", "§4.7: MC", Grade.MEASURED),
    fact("CLA 08", "IV is E(N), N counts from 1, refusals too", "MC src/sm.rs", Grade.MEASURED),
    fact("CLA 08", "86 is 01 and the cryptogram, both ways", "MC src/sm.rs", Grade.MEASURED),
    fact("CLA 08", "96 is 00 and two bytes; 0 asks for all", "MC src/sm.rs", Grade.MEASURED),
    fact("CLA 08", "one object, 86 with data or 96 to read", "MC src/sm.rs", Grade.MEASURED),
    fact("CLA 08", "plain commands do not count", "MC src/sm.rs", Grade.MEASURED),
    fact("CLA 08", "a wrong object or padding: 6988, then 69FC", "§4.7: MC", Grade.MEASURED),
    fact("CLA 08", "no object: 6987, then 69FC", "§6: the word only", Grade.ASSUMED),
    fact("CLA 08", "a broken session answers SELECT 69FC too", "§4.7: MC", Grade.MEASURED),
    fact("CLA 08", "other instructions: 69FC", "§4.7: silent", Grade.ASSUMED),
    fact("CLA 08", "an answer beyond Le: 6700, no EF made current", "§4.7: silent", Grade.ASSUMED),
    fact("CLA 08", "SELECT of an application ends it", "MC src/sm.rs", Grade.MEASURED),
    fact("CLA 08", "... also of the same one", "§7: silent", Grade.ASSUMED),
)
