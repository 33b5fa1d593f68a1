"""Status words no standard knows and this card answers.

Not here: those of ISO/IEC 7816-4 (`jpki.iso7816.status`), and which command answers which.
Card reference §4.7, §6 (MC: MEASURED). Used by `cardsim.mynumber`.
"""

from enum import Enum, unique

from jpki.iso7816 import StatusWord


@unique
class CardStatus(Enum):
    """The card's own status words; `word` is the answer."""

    SET_SESSION_KEY_UNSUPPORTED = 0x66F1
    """SET SESSION KEY in an application that has no session key (card reference §6)."""
    SM_SESSION_DESTROYED = 0x69FC
    """Secure messaging without a living session (card reference §4.7)."""

    @property
    def word(self) -> StatusWord:
        """The status word as a value."""
        return StatusWord(self.value)
