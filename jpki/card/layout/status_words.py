"""What each status word means on this card, and whether anybody has seen it answer so.

Not here: the words themselves (`jpki.iso7816.SW`, `status`), which command answers which (the
chip, and the facts of the card's behaviour). Card reference §6. Called by `facts`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from jpki.card.layout.status import CardStatus
from jpki.iso7816 import SW
from jpki.sources import Grade, Source


@dataclass(frozen=True, slots=True)
class StatusRow:
    """One word: what it says here, and where that is known from."""

    statement: str
    source: Source


def _row(statement: str, reference: str, grade: Grade = Grade.MEASURED) -> StatusRow:
    return StatusRow(statement, Source(f"card {reference}", grade))


STATUS_WORDS: Mapping[SW | CardStatus, StatusRow] = {
    SW.SUCCESS: _row("done, also for reads that give less than asked for", "§6"),
    SW.BYTES_AVAILABLE: _row("never answered", "§4.8: never observed", Grade.DEDUCED),
    SW.VERIFICATION_FAILED: _row("a key without counter", "§4.4: MC", Grade.RELIED_ON),
    SW.TRIES_LEFT: _row("wrong, or asked for: x tries are left", "§6"),
    SW.END_OF_FILE: _row("never answered: short reads are 9000", "§4.2: TEX, MC"),
    CardStatus.SET_SESSION_KEY_UNSUPPORTED: _row("SET SESSION KEY where there is none", "§6"),
    SW.WRONG_LENGTH: _row("Lc or Le does not fit", "§6"),
    SW.LOGICAL_CHANNEL_UNSUPPORTED: _row("a channel but the basic one", "§6"),
    SW.SECURE_MESSAGING_UNSUPPORTED: _row("SELECT in class 08 without a session", "§6"),
    SW.COMMAND_CHAINING_UNSUPPORTED: _row("class 10", "§4.8: nobody tries", Grade.ASSUMED),
    SW.INCOMPATIBLE_FILE_STRUCTURE: _row("the file is of another kind", "§6"),
    SW.SECURITY_STATUS_NOT_SATISFIED: _row("a secret is missing", "§6"),
    SW.AUTHENTICATION_METHOD_BLOCKED: _row(
        "never answered: six clients expect it, 6984 was seen", "§11 row 1: MC"
    ),
    SW.REFERENCE_DATA_NOT_USABLE: _row("blocked", "§6"),
    SW.CONDITIONS_NOT_SATISFIED: _row("not with this key, or not with these data", "§6"),
    SW.NO_CURRENT_EF: _row("no file is selected", "§6"),
    SW.SM_OBJECT_MISSING: _row("class 0C; no object in class 08", "§6"),
    SW.SM_OBJECT_INCORRECT: _row("a wrong object in class 08", "§6"),
    CardStatus.SM_SESSION_DESTROYED: _row("class 08 without a living session", "§6"),
    SW.WRONG_DATA: _row("the data field has a wrong structure", "§6"),
    SW.FUNCTION_NOT_SUPPORTED: _row("a mode of READ RECORD", "§6"),
    SW.FILE_OR_APPLICATION_NOT_FOUND: _row("no such file or application", "§6"),
    SW.RECORD_NOT_FOUND: _row("no such record", "§6"),
    SW.INCORRECT_P1_P2: _row("P1 or P2", "§6"),
    SW.REFERENCED_DATA_NOT_FOUND: _row("no such data object", "§6"),
    SW.OFFSET_OUTSIDE_FILE: _row("an offset at or behind the end", "§6"),
    SW.WRONG_LE: _row("never answered", "§4.8: never observed", Grade.DEDUCED),
    SW.INSTRUCTION_NOT_SUPPORTED: _row("unknown instruction", "§6", Grade.TABLE),
    SW.CLASS_NOT_SUPPORTED: _row("unknown class", "§6", Grade.TABLE),
    SW.NO_PRECISE_DIAGNOSIS: _row("SET SESSION KEY with a number beyond the modulus", "§6"),
}
"""Every member of `SW` and `CardStatus`."""


def shown(word: SW | CardStatus) -> str:
    """Give a word for people: `6982`, `63Cx`, `61xx`."""
    digits = f"{word.value:04X}"
    variable = f"{word.number_mask:X}".count("F") if isinstance(word, SW) else 0
    return digits[: 4 - variable] + "x" * variable
