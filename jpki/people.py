"""The four attributes (基本4情報) of a holder, as a signing certificate carries them.

What it is: 氏名, 住所, 生年月日 and 性別 with their text forms, built and parsed both ways, odd
values kept as they are.
What it is not: a register of people, or proof that anybody exists. Values that a certificate may
hold but that mean no date or no known gender are reported, never mended.
Standard: PKI profile reference sections 1.3 and 6.
Called by: `jpki.ca` (into subjectAltName), `jpki.verify` (out of it), `cardsim.world`.
"""

from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date
from enum import Enum, IntEnum, unique
from functools import lru_cache

from jpki.errors import PortableError
from jpki.sources import Grade, Source

NAME_SEPARATOR = "　"  # U+3000, between family and given name (PKI 1.3, B)
MAX_ADDRESS = 200  # characters (PKI 1.3, C)
MAX_NAME = 200  # characters; ours: the one length that is public is the address's (PKI 1.3, U)
PARTS_SOURCE = Source(
    "PKI 1.3: U+3000 between family and given name (B); that a name or an address with an empty"
    " part is refused is ours",
    Grade.ASSUMED,
)
REPERTOIRE_SOURCE = Source("PKI 6: city pages; JIS X 0208 and JIS X 0212", Grade.MEASURED)
FULL_WIDTH_SOURCE = Source(
    "PKI 6: full-width forms; whether foreign names stand in ASCII is open", Grade.ASSUMED
)

_SINGLE_SHIFT_2 = 0x8E  # introduces half-width kana (JIS X 0201) in EUC-JP

# Eight JIS characters have two spellings in Unicode, by table; the hyphen of addresses is one.
# Which of the two a card holds is not known, so both pass (general knowledge: the JIS0208.TXT and
# CP932.TXT mapping tables of Unicode).
_OTHER_SPELLINGS = str.maketrans("－～∥—￠￡￢￤", "−〜‖―¢£¬¦")


@lru_cache(maxsize=4096)
def in_repertoire(character: str) -> bool:
    """Whether a certificate may hold a character: JIS X 0208 or JIS X 0212, nothing else.

    Tested with EUC-JP, which covers exactly these two, ASCII and half-width kana. cp932 is no
    substitute: it adds vendor characters such as 髙, and lacks JIS X 0212. That ASCII is out is
    `FULL_WIDTH_SOURCE`'s guess.
    """
    try:
        encoded = character.translate(_OTHER_SPELLINGS).encode("euc_jp")
    except UnicodeEncodeError:
        return False
    return len(encoded) > 1 and encoded[0] != _SINGLE_SHIFT_2


def usual_spelling(text: str) -> str:
    """Give a text with those eight characters in one spelling, to compare it by."""
    return text.translate(_OTHER_SPELLINGS)


class AttributeFormatError(PortableError, ValueError):
    """An attribute is not of the form certificates carry; its value stays out of the message."""


@dataclass(frozen=True, slots=True)
class SubstitutedText:
    """A name or address and which of its characters stand in for others (代替文字).

    `positions` are indices into `text` of substitute characters; the true ones are only in the
    register and on the card's face.
    """

    text: str
    positions: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        if not self.text:
            raise AttributeFormatError("a name or address cannot be empty")
        if any(not 0 <= position < len(self.text) for position in self.positions):
            raise AttributeFormatError("a substitute position lies outside the text")

    @property
    def flags(self) -> str:
        """One digit a character, `1` where substituted: the form in the certificate."""
        return "".join("1" if i in self.positions else "0" for i in range(len(self.text)))

    @property
    def outside_repertoire(self) -> tuple[int, ...]:
        """Indices of characters that no certificate may hold."""
        return tuple(i for i, character in enumerate(self.text) if not in_repertoire(character))

    @classmethod
    def parse(cls, text: str, flags: str) -> "SubstitutedText":
        """Put a text and its position flags together.

        Raises `AttributeFormatError` unless there is one `0` or `1` a character.
        """
        if len(flags) != len(text) or set(flags) - {"0", "1"}:
            raise AttributeFormatError("position flags must be one 0 or 1 a character")
        return cls(text, frozenset(i for i, flag in enumerate(flags) if flag == "1"))


class UnfitTextError(AttributeFormatError):
    """A name or address no signing certificate may say; `rule` names why, and nothing quotes it."""

    def __init__(self, rule: str, message: str) -> None:
        super().__init__(message)
        self.rule = rule


_LONGEST = {"name": MAX_NAME, "kana": MAX_NAME, "address": MAX_ADDRESS}


def check_length(what: str, text: str) -> None:
    """Hold the length of a "name", its "kana" or an "address" against the limit."""
    if len(text) > _LONGEST[what]:
        raise UnfitTextError(
            f"{what} length", f"the {what} has more than {_LONGEST[what]} characters"
        )


def check_text(what: str, value: SubstitutedText) -> None:
    """Hold a "name", its "kana" or an "address" against what a certificate may say.

    Raises `UnfitTextError`.
    """
    # First: below each place is told.
    check_length(what, value.text)
    if outside := value.outside_repertoire:
        raise UnfitTextError(
            "repertoire",
            f"the {what} has characters outside JIS X 0208 and JIS X 0212"
            f" (at {', '.join(map(str, outside))}); substitute them first (代替文字)",
        )
    if not all(value.text.split(NAME_SEPARATOR)):
        raise UnfitTextError(
            f"{what} parts",
            f"the {what} is blank or has an empty part: one full-width space (U+3000) between two"
            " parts, none before or after",
        )


@unique
class Era(IntEnum):
    """The era digit E of `EYYYYMMDD` (PKI 1.3, B)."""

    UNKNOWN = 0
    """不明."""
    MEIJI = 1
    """明治."""
    TAISHO = 2
    """大正."""
    SHOWA = 3
    """昭和."""
    HEISEI = 4
    """平成."""
    REIWA = 5
    """令和."""

    @property
    def japanese(self) -> str:
        """The era's name."""
        return ("不明", "明治", "大正", "昭和", "平成", "令和")[self]

    @property
    def first_day(self) -> date | None:
        """The era's first day; that day is the new era's, the day before the old one's last."""
        return _FIRST_DAYS.get(self)

    @classmethod
    def of(cls, day: date) -> "Era":
        """Give the era of a day (`UNKNOWN` before Meiji)."""
        return max((era for era, first in _FIRST_DAYS.items() if day >= first), default=cls.UNKNOWN)


# General knowledge (政令 on each change of era); a date before the solar calendar of 1873 is taken
# as proleptic Gregorian.
_FIRST_DAYS = {
    Era.MEIJI: date(1868, 1, 25),
    Era.TAISHO: date(1912, 7, 30),
    Era.SHOWA: date(1926, 12, 25),
    Era.HEISEI: date(1989, 1, 8),
    Era.REIWA: date(2019, 5, 1),
}

_BIRTH_DATE_DIGITS = 9
_MONTHS, _MOST_DAYS = 12, 31


@dataclass(frozen=True, slots=True)
class BirthDate:
    """生年月日 in the certificate's form: era digit and a Gregorian date with 0 for unknown.

    Anything of nine digits with a known era is kept: a month without a year or a 31 February
    makes `calendar_date` None, it does not make the certificate unreadable.
    """

    era: Era
    year: int = 0
    month: int = 0
    day: int = 0

    @classmethod
    def of(cls, day: date) -> "BirthDate":
        """Give the form of a fully known date."""
        return cls(Era.of(day), day.year, day.month, day.day)

    @classmethod
    def parse(cls, text: str) -> "BirthDate":
        """Read `EYYYYMMDD`.

        Raises `AttributeFormatError` unless it is nine ASCII digits with an era from 0 to 5.
        """
        if len(text) != _BIRTH_DATE_DIGITS or not (text.isascii() and text.isdigit()):
            raise AttributeFormatError("a birth date is nine digits, EYYYYMMDD")
        if int(text[0]) not in set(Era):
            raise AttributeFormatError("a birth date's era digit is 0 to 5")
        return cls(Era(int(text[0])), int(text[1:5]), int(text[5:7]), int(text[7:9]))

    @property
    def text(self) -> str:
        """`EYYYYMMDD`."""
        return f"{self.era:d}{self.year:04d}{self.month:02d}{self.day:02d}"

    @property
    def calendar_date(self) -> date | None:
        """The date when it is wholly known and exists, else None."""
        try:
            return date(self.year, self.month, self.day)
        except ValueError:
            return None

    @property
    def is_possible(self) -> bool:
        """Whether some day of the calendar has the parts that are known (not: the era)."""
        if self.calendar_date is not None:
            return True
        if not self.month:
            return self.day <= _MOST_DAYS
        # A year nobody knows can be a leap year.
        return self.month <= _MONTHS and self.day <= monthrange(self.year or 2000, self.month)[1]

    @property
    def era_agrees(self) -> bool:
        """Whether the era digit is the era of the date; unknown parts contradict nothing."""
        if self.era is Era.UNKNOWN:
            return True
        if self.calendar_date is not None:
            return Era.of(self.calendar_date) is self.era
        first, last = self.earliest, self.latest
        begins = _FIRST_DAYS[self.era]
        ends = self._end_of_era
        return (last is None or last >= begins) and (first is None or ends is None or first <= ends)

    @property
    def earliest(self) -> date | None:
        """The earliest day the birth can have been on, or None when nothing says so."""
        if self.calendar_date is not None:
            return self.calendar_date
        if not self.year:
            return _FIRST_DAYS.get(self.era)
        month = self.month if 1 <= self.month <= 12 else 1  # noqa: PLR2004
        return date(self.year, month, 1)

    @property
    def _end_of_era(self) -> date | None:
        following = _FIRST_DAYS.get(Era(self.era + 1)) if self.era in _ENDED else None
        return date.fromordinal(following.toordinal() - 1) if following else None

    @property
    def latest(self) -> date | None:
        """The latest day the birth can have been on, or None when nothing says so.

        For age limits: a partly unknown date proves an age only from here on.
        """
        if self.calendar_date is not None:
            return self.calendar_date
        if not self.year:
            return self._end_of_era
        month = self.month if 1 <= self.month <= 12 else 12  # noqa: PLR2004
        return date(self.year, month, monthrange(self.year, month)[1])

    def age_on(self, day: date) -> int | None:
        """Give the age that is certain on a day, in whole years, or None.

        Counted from the birthday on; 民法 lets it begin with the evening before. A birthday on
        29 February falls on the 28th outside leap years, as everywhere here
        (`jpki.profiles.validity.LEAP_DAY_SOURCE`).
        """
        born = self.latest
        if born is None:
            return None
        birthday = min(born.day, monthrange(day.year, born.month)[1])
        return day.year - born.year - ((day.month, day.day) < (born.month, birthday))


_ENDED = frozenset({Era.MEIJI, Era.TAISHO, Era.SHOWA, Era.HEISEI})


@unique
class GenderMeaning(Enum):
    """What a gender digit is taken to mean."""

    MALE = "男"
    FEMALE = "女"
    OTHER = "その他"
    UNLISTED = "規定外"


_MEANINGS = {
    "1": GenderMeaning.MALE,
    "2": GenderMeaning.FEMALE,
    # Sources disagree: 3 (a blog on the specification) or 9 (JIS X 0303). PKI 1.3, U.
    "3": GenderMeaning.OTHER,
    "9": GenderMeaning.OTHER,
}


@dataclass(frozen=True, slots=True)
class Gender:
    """性別: the raw value is kept, since the third one is not settled."""

    value: str

    @property
    def meaning(self) -> GenderMeaning:
        """What the value is taken to mean."""
        return _MEANINGS.get(self.value, GenderMeaning.UNLISTED)


MALE = Gender("1")
FEMALE = Gender("2")


@dataclass(frozen=True, slots=True)
class Person:
    """The four attributes of one holder. Never printed: its repr is empty."""

    name: SubstitutedText = field(repr=False)
    address: SubstitutedText = field(repr=False)
    birth_date: BirthDate = field(repr=False)
    gender: Gender = field(repr=False)
