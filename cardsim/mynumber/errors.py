"""What can be wrong with a card on disk.

cardsim.chip.ChipError
└── StoreError
    └── CardFileError          a file of the card is unusable: which one, and why
        ├── CardNotFoundError  there is no card in this directory
        └── CardExistsError    there is one already, and it is left alone
"""

from pathlib import Path

from cardsim.chip import StoreError


class CardFileError(StoreError):
    """A file that cannot be used as it is; it has been left untouched."""

    def __init__(self, path: Path, reason: str) -> None:
        self.path = path
        self.reason = reason
        super().__init__(f"{path}: {reason}")


class CardNotFoundError(CardFileError):
    """No card where one was looked for."""


class CardExistsError(CardFileError):
    """A card where a new one should be made."""
