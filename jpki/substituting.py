"""True characters in, what a certificate may hold out, with the places that were changed.

What it is: the three steps municipalities describe: a similar character (代替文字) for one outside
JIS X 0208 and JIS X 0212; where none fits, the kana of that part of the name; the positions of
both flagged. A holder may ask for another substitute.
What it is not: the table municipalities use, which is not public: ours is short, and `chosen` adds
to it. The register and the card's face keep the true characters.
Standard: PKI profile reference sections 1.3 and 6; Unicode (canonical decomposition of the CJK
compatibility ideographs, variation selectors).
Called by: `cardsim.world.life`.
"""

import csv
import unicodedata
from collections.abc import Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType

from jpki.errors import PortableError
from jpki.people import NAME_SEPARATOR, SubstitutedText, in_repertoire
from jpki.sources import Grade, Source

SUBSTITUTION_SOURCE = Source("PKI 6: Mito and Kobe city pages on 代替文字", Grade.MEASURED)
TABLE_SOURCES = MappingProxyType(
    {
        "variant": Source(
            "PKI 6 names 髙, 﨑 and 𠮷 as outside; which character stands in is general knowledge",
            Grade.ASSUMED,
        ),
        "joyo": Source(
            "常用漢字表 (2010) gives both forms, from memory; that one stands in for the other is"
            " ours",
            Grade.ASSUMED,
        ),
    }
)
"""What the third column of substitutes.csv stands for."""
KANA_SOURCE = Source(
    "PKI 6: kana where nothing fits (A); that it replaces the whole part of the name is ours",
    Grade.ASSUMED,
)
VARIATION_SOURCE = Source(
    "PKI 6: never in a certificate; that the plain character stands in is ours", Grade.ASSUMED
)

_VARIATION_SELECTORS = frozenset((*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)))
_ASCII = range(0x21, 0x7F)
_FULL_WIDTH_OFFSET = 0xFEE0


class NoSubstituteError(PortableError, ValueError):
    """Nothing can stand in for a character; `positions` says where, the text stays out."""

    def __init__(self, what: str, positions: tuple[int, ...]) -> None:
        places = ", ".join(str(position + 1) for position in positions)
        super().__init__(
            f"the {what} has characters no certificate may hold and nothing here stands for"
            f" (character {places}): name a substitute (代替文字)"
            + (", or give the kana (振り仮名)" if what == "name" else "")
        )
        self.positions = positions


@cache
def substitutes() -> Mapping[str, str]:
    """Give the table: a character outside the repertoire, and the one that stands for it."""
    text = resources.files(__package__).joinpath("substitutes.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return MappingProxyType({row["character"]: row["substitute"] for row in rows})


def widened(text: str) -> str:
    """Give a text with ASCII in full width (全角), as registers and certificates have it."""
    wide = (chr(ord(c) + _FULL_WIDTH_OFFSET) if ord(c) in _ASCII else c for c in text)
    return "".join(wide).replace(" ", NAME_SEPARATOR)


def certificate_address(true: str, *, chosen: Mapping[str, str] | None = None) -> SubstitutedText:
    """Give an address as a certificate holds it; raises `NoSubstituteError`."""
    text, flags, missing = _similar(true, chosen or {})
    if missing:
        raise NoSubstituteError("address", missing)
    return SubstitutedText(text, _positions(flags))


def certificate_name(
    true: str, kana: str | None = None, *, chosen: Mapping[str, str] | None = None
) -> SubstitutedText:
    """Give a name as a certificate holds it.

    `kana` is the reading, in as many parts as the name. A part with a character nothing stands
    for is replaced by its kana, every character of which is flagged. Raises `NoSubstituteError`.
    """
    parts = true.split(NAME_SEPARATOR)
    readings = kana.split(NAME_SEPARATOR) if kana else []
    texts, flags, begin = [], "", 0
    for number, part in enumerate(parts):
        text, marks, missing = _similar(part, chosen or {})
        if missing:
            reading = readings[number] if len(readings) == len(parts) else ""
            if not reading or not all(map(in_repertoire, reading)):
                raise NoSubstituteError("name", tuple(begin + place for place in missing))
            text, marks = reading, "1" * len(reading)
        texts.append(text)
        flags += marks + "0"
        begin += len(part) + 1
    return SubstitutedText(NAME_SEPARATOR.join(texts), _positions(flags[:-1]))


def _similar(text: str, chosen: Mapping[str, str]) -> tuple[str, str, tuple[int, ...]]:
    """Give the text with similar characters, its flags, and the places where there is none."""
    out: list[str] = []
    flags: list[str] = []
    missing = []
    for place, character in enumerate(text):
        if ord(character) in _VARIATION_SELECTORS:
            # It chose a form of the character before it, which is now another than the true one.
            flags[-1:] = "1" if flags else ""
            continue
        found = _stand_in(character, chosen)
        if found is None:
            missing.append(place)
            found = character
        out.append(found)
        flags.append("0" if found == character else "1")
    return "".join(out), "".join(flags), tuple(missing)


def _stand_in(character: str, chosen: Mapping[str, str]) -> str | None:
    if in_repertoire(character):
        return character
    # The third: by the Unicode standard one character with another, written in another way.
    for found in (
        chosen.get(character),
        substitutes().get(character),
        unicodedata.normalize("NFC", character),
    ):
        if found is not None and len(found) == 1 and in_repertoire(found):
            return found
    return None


def _positions(flags: str) -> frozenset[int]:
    return frozenset(place for place, flag in enumerate(flags) if flag == "1")
