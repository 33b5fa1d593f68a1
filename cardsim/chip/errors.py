"""What can go wrong inside the chip.

    ChipError
    ├── Refusal            the card says no: carries the status word the reader gets
    ├── NotPoweredError    the caller talks to a card without power: a mistake of ours
    └── StoreError         the saved state cannot be read or written

Only `Refusal` is part of the conversation; `cardsim.chip.card` turns it into two bytes, and
everything else into 6F00.
"""

from jpki.iso7816 import SW, StatusWord


class ChipError(Exception):
    """Base of everything the chip raises."""


class Refusal(ChipError):  # noqa: N818 - a refusal is an answer, not an error of the program
    """A command refused; `status` is what the reader gets."""

    def __init__(self, status: SW | StatusWord) -> None:
        self.status = status.word if isinstance(status, SW) else status
        super().__init__()

    def __str__(self) -> str:
        # Written when somebody asks: cards refuse often, and nobody reads it then.
        return str(self.status)


class NotPoweredError(ChipError):
    """A command or warm reset for a card that has no power."""


class StoreError(ChipError):
    """The saved state of a card is unusable or cannot be written."""
