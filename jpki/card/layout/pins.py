"""What may be a PIN, and how often it may be wrong: data shared by card and client.

Not here: where a PIN lives (the file tables), comparing and counting (the chip).
Card reference §5. The card compares bytes; clients make capital letters before sending.
"""

import string
from dataclasses import dataclass
from enum import Enum, unique

from jpki.sources import Grade, Source

_DIGITS = string.digits
_CAPITALS_AND_DIGITS = string.ascii_uppercase + string.digits


class PinFormatError(ValueError):
    """A PIN that cannot be right; the message says the rule and never the PIN."""


@dataclass(frozen=True, slots=True)
class PinRule:
    """The rule of one kind of PIN: length in characters, alphabet, tries until it blocks."""

    japanese: str
    min_length: int
    max_length: int
    alphabet: str
    tries: int
    source: Source

    def encode(self, pin: str) -> bytes:
        """Give the bytes a VERIFY carries (ASCII); `PinFormatError` when the rule forbids them.

        Letters are made capital first, as clients do (card reference §5).
        """
        # Not beyond ASCII: capital letters of other alphabets could fold into A-Z.
        folds = self.alphabet is _CAPITALS_AND_DIGITS and pin.isascii()
        folded = pin.upper() if folds else pin
        if not self.min_length <= len(folded) <= self.max_length:
            raise PinFormatError(f"{self.japanese}: {self.length_text} characters are needed")
        if not set(folded) <= set(self.alphabet):
            kind = "digits" if self.alphabet is _DIGITS else "A-Z and 0-9"
            raise PinFormatError(f"{self.japanese}: only {kind} are allowed")
        return folded.encode("ascii")

    @property
    def length_text(self) -> str:
        """The allowed lengths for people: `4` or `6 to 16`."""
        if self.min_length == self.max_length:
            return str(self.min_length)
        return f"{self.min_length} to {self.max_length}"


def _digits(japanese: str, length: int, tries: int, reference: str, grade: Grade) -> PinRule:
    source = Source(f"card §5: {reference}", grade)
    return PinRule(japanese, length, length, _DIGITS, tries, source)


@unique
class PinKind(Enum):
    """The secrets a holder knows, or reads off the face of the card."""

    AUTH = _digits("利用者証明用電子証明書の暗証番号", 4, 3, "OSC, MY, EK", Grade.SPECIFIED)
    SIGN = PinRule(
        "署名用電子証明書の暗証番号",
        6,
        16,
        _CAPITALS_AND_DIGITS,
        5,
        Source("card §5: OSC, MY, NU, LU, HD, RTC, EK", Grade.SPECIFIED),
    )
    TEXT = _digits("券面事項入力補助用の暗証番号", 4, 3, "RTC, EK", Grade.SPECIFIED)
    JUKI = _digits("住民基本台帳用の暗証番号", 4, 3, "MC, EK", Grade.RELIED_ON)
    NUMBER_A = _digits("照合番号A", 12, 10, "RTC, MC", Grade.RELIED_ON)
    NUMBER_B = _digits("照合番号B", 14, 10, "RTC, MC, EK", Grade.SPECIFIED)
    BIRTH_DATE = _digits("生年月日", 6, 10, "RTC, MC", Grade.RELIED_ON)
    LICENCE = _digits("マイナ免許証の暗証番号", 4, 10, "JPD on a real card", Grade.MEASURED)

    @property
    def rule(self) -> PinRule:
        """The rule of this secret."""
        return self.value

    @property
    def japanese(self) -> str:
        """The name in Japanese documents."""
        return self.value.japanese

    @property
    def source(self) -> Source:
        """Where the rule is known from."""
        return self.value.source
