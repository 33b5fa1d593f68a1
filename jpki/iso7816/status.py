"""Status words: the two bytes SW1-SW2 that end every answer of a card.

Not here: which command answers which status (that is the card's, or the layout's), words of one
kind of card (`jpki.card.layout.status`).
ISO/IEC 7816-4:2020 clause 5.6, tables 6 and 7.
Used by the chip (to answer) and by the client (to understand).
"""

from dataclasses import dataclass
from enum import IntEnum, unique


@unique
class SW(IntEnum):
    """The kinds of status word; those marked + carry a number in their low bits.

    A member's value is the status word with the number zero.
    """

    SUCCESS = 0x9000
    """Normal processing."""
    BYTES_AVAILABLE = 0x6100
    """+ SW2 more bytes wait for GET RESPONSE (0 means 256 or more)."""
    VERIFICATION_FAILED = 0x6300
    """No counter is reported: VERIFY on a key without one."""
    TRIES_LEFT = 0x63C0
    """+ The low four bits count the tries left: wrong PIN, or the answer to an empty VERIFY."""
    END_OF_FILE = 0x6282
    """Fewer bytes than asked for."""
    WRONG_LENGTH = 0x6700
    """Lc or Le does not fit the command."""
    LOGICAL_CHANNEL_UNSUPPORTED = 0x6881
    """Only the basic channel exists."""
    SECURE_MESSAGING_UNSUPPORTED = 0x6882
    """Secure messaging class without a session."""
    COMMAND_CHAINING_UNSUPPORTED = 0x6884
    """A class with the chaining bit, on a card that takes whole commands only."""
    INCOMPATIBLE_FILE_STRUCTURE = 0x6981
    """The command does not fit the kind of file (READ BINARY of a key or record file)."""
    SECURITY_STATUS_NOT_SATISFIED = 0x6982
    """A PIN or key has not been presented."""
    AUTHENTICATION_METHOD_BLOCKED = 0x6983
    """ISO's word for a blocked PIN; some cards answer 6984 instead."""
    REFERENCE_DATA_NOT_USABLE = 0x6984
    """The PIN or key is blocked."""
    CONDITIONS_NOT_SATISFIED = 0x6985
    """The command does not fit the state of the card."""
    NO_CURRENT_EF = 0x6986
    """The command needs a current elementary file."""
    SM_OBJECT_MISSING = 0x6987
    """An expected secure messaging data object is missing."""
    SM_OBJECT_INCORRECT = 0x6988
    """A secure messaging data object is wrong."""
    WRONG_DATA = 0x6A80
    """The command's data field is wrong."""
    FUNCTION_NOT_SUPPORTED = 0x6A81
    """A mode of the command this card does not have."""
    FILE_OR_APPLICATION_NOT_FOUND = 0x6A82
    """No such file or application."""
    RECORD_NOT_FOUND = 0x6A83
    """No such record."""
    INCORRECT_P1_P2 = 0x6A86
    """P1 or P2 is wrong."""
    REFERENCED_DATA_NOT_FOUND = 0x6A88
    """No such data object or reference data."""
    OFFSET_OUTSIDE_FILE = 0x6B00
    """P1-P2 address a place outside the file."""
    WRONG_LE = 0x6C00
    """+ Ask again with Le = SW2 (0 means 256)."""
    INSTRUCTION_NOT_SUPPORTED = 0x6D00
    """Unknown INS."""
    CLASS_NOT_SUPPORTED = 0x6E00
    """Unknown CLA."""
    NO_PRECISE_DIAGNOSIS = 0x6F00
    """Something went wrong inside the card."""

    @property
    def number_mask(self) -> int:
        """The bits of the status word that hold a number; 0 when it carries none."""
        return _NUMBER_MASKS.get(self, 0)

    def with_number(self, number: int) -> "StatusWord":
        """Give the status word of this kind that carries `number`."""
        if not 0 <= number <= self.number_mask:
            raise ValueError(f"{self.name} carries 0 to {self.number_mask}, not {number}")
        return StatusWord(self | number)

    @property
    def word(self) -> "StatusWord":
        """This kind as a status word whose number, if it carries one, is zero."""
        return _WORDS[self]


_NUMBER_MASKS = {SW.BYTES_AVAILABLE: 0xFF, SW.TRIES_LEFT: 0x0F, SW.WRONG_LE: 0xFF}


@dataclass(frozen=True, slots=True)
class StatusWord:
    """SW1-SW2 as a value: `kind` says what happened, `number` how many, `value` the two bytes.

    Words without a member in `SW` have kind None and are still printable.
    """

    value: int

    def __post_init__(self) -> None:
        if not 0 <= self.value <= 0xFFFF:  # noqa: PLR2004 - two bytes
            raise ValueError(f"a status word is two bytes, not {self.value:#x}")

    @property
    def kind(self) -> SW | None:
        """The member of `SW` this word belongs to, numbers taken off."""
        for member, mask in _NUMBER_MASKS.items():
            if self.value & ~mask == member:
                return member
        try:
            return SW(self.value)
        except ValueError:
            return None

    @property
    def number(self) -> int | None:
        """The number the word carries (63Cx, 61xx, 6Cxx), else None."""
        kind = self.kind
        if kind is None or not kind.number_mask:
            return None
        return self.value & kind.number_mask

    @property
    def tries_left(self) -> int | None:
        """The tries left, when this is 63Cx."""
        return self.number if self.kind is SW.TRIES_LEFT else None

    @property
    def is_success(self) -> bool:
        """Whether this is 9000."""
        return self.value == SW.SUCCESS

    def __bytes__(self) -> bytes:
        return self.value.to_bytes(2, "big")

    def __str__(self) -> str:
        kind, number = self.kind, self.number
        name = "unknown status word" if kind is None else kind.name.lower().replace("_", " ")
        return f"{self.value:04X} ({name}{'' if number is None else f': {number}'})"


_WORDS = {kind: StatusWord(int(kind)) for kind in SW}
