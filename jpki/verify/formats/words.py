"""A report's phrases in Japanese, for people; ids, names and numbers stay as they are.

Reports are made in English. Each phrase is a pattern with marks for what is put in (`_MARKS`),
which is put into Japanese in turn; a phrase that is not in the table stays as it is, so that
nothing is ever left out. Not here: the rules' Japanese titles (`Rule.japanese`).
Called by `render` and by the command line.
"""

import re
from enum import Enum, unique
from functools import cache
from itertools import zip_longest

from jpki.verify.formats.phrases import PHRASES


@unique
class Language(Enum):
    """What a report for people is written in."""

    ENGLISH = "en"
    JAPANESE = "ja"


_MARKS = {
    "{}": "(.+?)",
    "{#}": "([0-9]+)",
    "{word}": "([^ ,;]+)",
    "{time}": r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]+Z(?: \([^)]*\))?)",
}
"""What a phrase of the table may leave open: anything, a number, one word, a moment."""
_MARK = re.compile("|".join(map(re.escape, _MARKS)))


def in_japanese(text: str) -> str:
    """Give a report's phrase in Japanese, as far as its parts are known."""
    plain, lists, others = _table()
    if text in plain:
        return plain[text]
    # A phrase with a semicolon of its own first, then what stands between semicolons, then the
    # phrases that may hold anything: those would swallow the next one.
    return (
        _by_pattern(text, lists)
        or _by_part(text, "; ", "；")
        or _by_pattern(text, others)
        or _by_part(text, ", ", "、")
        or text
    )


_Patterns = tuple[tuple[re.Pattern[str], str], ...]


def _by_pattern(text: str, patterns: _Patterns) -> str | None:
    for pattern, template in patterns:
        match = pattern.fullmatch(text)
        if match:
            return template.format(*map(in_japanese, match.groups()))
    return None


def _by_part(text: str, separator: str, japanese: str) -> str | None:
    """Translate the parts of a list, if any is known: it may be a name, which has commas too."""
    parts = text.split(separator)
    if len(parts) == 1:
        return None
    found = [in_japanese(part) for part in parts]
    return None if found == parts else japanese.join(found)


@cache
def _table() -> tuple[dict[str, str], _Patterns, _Patterns]:
    """Give the phrases that are fixed, those with a semicolon of their own, and the others."""
    plain = {english: japanese for english, japanese in PHRASES.items() if "{" not in english}
    patterns = [(one, _pattern(one), PHRASES[one]) for one in PHRASES if "{" in one]
    lists = tuple((regex, words) for one, regex, words in patterns if "; " in one)
    others = tuple((regex, words) for one, regex, words in patterns if "; " not in one)
    return plain, lists, others


def _pattern(phrase: str) -> re.Pattern[str]:
    fixed = map(re.escape, _MARK.split(phrase))
    left_open = [_MARKS[mark] for mark in _MARK.findall(phrase)]
    parts = zip_longest(fixed, left_open, fillvalue="")
    return re.compile("".join(text + hole for text, hole in parts), re.DOTALL)
