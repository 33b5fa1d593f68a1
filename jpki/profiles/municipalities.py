"""Municipalities as certificates spell them: a small table, not all 1,900.

What it is: enough places for a test world, one of each prefecture at least, with wards of
designated cities (政令指定都市の行政区) and the special wards of Tokyo.
What it is not: the whole 全国地方公共団体コード. Add rows to `municipalities.csv`, or build a
`Municipality` of your own: nothing else needs to know.
Standard: JIS X 0401/0402 codes. Form and spelling follow the distribution points that were seen
(PKI profile section 2.1, A: Sapporo-shi-Minami-ku, Yokohama-shi-Naka-ku, Kiyose-shi, `Tokyo-to`,
`Kanagawa-ken`, `Hokkaido` alone); the other rows are spelt alike, which nobody has confirmed.
Called by: `jpki.profiles.naming`, `jpki.ca`, `cardsim.world`.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType

from jpki.numbers import municipality_check_digit


@dataclass(frozen=True, slots=True)
class Municipality:
    """One municipality: five-digit code, names in Japanese and in romaji."""

    code: str
    prefecture: str
    name: str
    prefecture_romaji: str
    romaji: str

    @property
    def full_code(self) -> str:
        """The six-digit code with its check digit (全国地方公共団体コード)."""
        return self.code + municipality_check_digit(self.code)

    def __str__(self) -> str:
        """Give `東京都清瀬市`."""
        return self.prefecture + self.name


@cache
def municipalities() -> Mapping[str, Municipality]:
    """Give the table by five-digit code, in code order."""
    text = resources.files(__package__).joinpath("municipalities.csv").read_text(encoding="utf-8")
    rows = (Municipality(**row) for row in csv.DictReader(text.splitlines()))
    return MappingProxyType({row.code: row for row in rows})


def municipality(code: str) -> Municipality:
    """Give the municipality with a code of five digits, or six with the check digit.

    Raises `KeyError` when the table has no such code, or the check digit is wrong.
    """
    found = municipalities()[code[:5] if len(code) == 6 else code]  # noqa: PLR2004
    if code not in {found.code, found.full_code}:
        raise KeyError(code)
    return found
