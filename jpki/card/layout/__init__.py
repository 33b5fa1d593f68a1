"""The map of the My Number card: AIDs, files, keys, PIN rules, file contents. No behaviour."""

from jpki.card.layout.applications import Ap
from jpki.card.layout.atr import AtrFamily
from jpki.card.layout.availability import Availability
from jpki.card.layout.common import CardRecord, CommonEf
from jpki.card.layout.facts import Fact, fact, guesses, layout_facts
from jpki.card.layout.isd import IsdTag
from jpki.card.layout.jpki import (
    JPKI_FILES,
    RAW_SIGNATURE_MAX,
    FileKind,
    JpkiEf,
    SignatureMode,
)
from jpki.card.layout.pins import PinFormatError, PinKind, PinRule
from jpki.card.layout.status import CardStatus
from jpki.card.layout.token import TokenInfo, TokenKind

__all__ = [
    "JPKI_FILES",
    "RAW_SIGNATURE_MAX",
    "Ap",
    "AtrFamily",
    "Availability",
    "CardRecord",
    "CardStatus",
    "CommonEf",
    "Fact",
    "FileKind",
    "IsdTag",
    "JpkiEf",
    "PinFormatError",
    "PinKind",
    "PinRule",
    "SignatureMode",
    "TokenInfo",
    "TokenKind",
    "fact",
    "guesses",
    "layout_facts",
]
