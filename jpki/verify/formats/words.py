"""A report's phrases in Japanese, for people; ids, names and numbers stay as they are.

Reports are made in English. Each phrase is a pattern with marks for what is put in (`_MARKS`),
which is put into Japanese in turn; a rule's title inside a phrase becomes its Japanese one. A
phrase that is not in the table stays as it is, so that nothing is ever left out; the tests find
it. Not here: the table (`phrases`). Called by `render` and by the command line.
"""

import re
from collections.abc import Callable
from enum import Enum, unique
from functools import cache, lru_cache, partial
from itertools import zip_longest

from jpki.verify import card_face_rules, rules
from jpki.verify.checks import Rule
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
    "{name}": "([^;]+?)",
    "{serial}": r"(-?[0-9]+ \(-?0x[0-9A-F]+\))",
    "{place}": "([a-zA-Z0-9]+(?:Name|Address|Identifier|ID) .+?)",
    "{time}": r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]+Z(?: \([^)]*\))?)",
}
"""What a phrase of the table may leave open: anything or, more narrowly, one kind of thing."""
_MARK = re.compile("|".join(map(re.escape, _MARKS)))
_BETWEEN_NEEDS = re.compile(r" or (?=the revocation list |an OCSP answer )")
_BETWEEN_NAMES = re.compile(r" or (?=[A-Z]{1,2}=|[a-zA-Z0-9]+(?:Name|Address|Identifier|ID) )")
"""What stands before one more name, which stays as it is."""
_OR = "または"
_FRAMES = frozenset({"{#} of {#}: {}", "offset {#}: {}", "not a zip that can be read: {}"})
"""What stands before a whole phrase."""
_TABLES = (rules, card_face_rules)
MOST_TEXT = 10_000
"""Longer ones stay as they are: they are long by the names in them, and each part is work."""
_DEEPEST = 100
"""Frames within frames: a dozen lists, each of whose signers needs another, are some sixty."""


def in_japanese(text: str) -> str:
    """Give a report's phrase in Japanese, as far as its parts are known."""
    return _said(text)


@lru_cache(maxsize=1024)
def _said(text: str, depth: int = 0) -> str:
    plain, first, others = _table()
    if text in plain:
        return plain[text]
    # Names may be written so that each part seems to frame the next.
    if len(text) > MOST_TEXT or depth == _DEEPEST:
        return text
    said = partial(_said, depth=depth + 1)
    # What frames a whole phrase first, then what stands between semicolons, then the phrases
    # that may hold anything: those would swallow the next one.
    return (
        _by_title(text, said)
        or _between(text, _BETWEEN_NEEDS, said)
        or _by_pattern(text, first, said)
        or _by_part(text, "; ", "；", said)
        or _by_part(text, ", ", "、", said, all_known=True)
        or _by_pattern(text, others, said)
        or _between(text, _BETWEEN_NAMES, str)
        or _by_part(text, ", ", "、", said)
        or _by_part(text, ": ", "：", said)
        or text
    )


_Patterns = tuple[tuple[re.Pattern[str], str], ...]
_Put = Callable[[str], str]


def _by_title(text: str, put: _Put) -> str | None:
    """Translate what stands after a rule's title or another plain phrase."""
    title, colon, rest = text.partition(": ")
    found = _table()[0].get(title)
    if not colon or found is None:
        return None
    # "version" is a title and a field: of a field there are phrases with the name put in.
    said = put(rest)
    return None if said == rest else f"{found}：{said}"


def _by_pattern(text: str, patterns: _Patterns, put: _Put) -> str | None:
    for pattern, template in patterns:
        match = pattern.fullmatch(text)
        if match:
            return template.format(*map(put, match.groups()))
    return None


def _by_part(
    text: str, separator: str, japanese: str, put: _Put, *, all_known: bool = False
) -> str | None:
    """Translate the parts of a list, if any is known: it may be a name, which has commas too."""
    parts = text.split(separator)
    if len(parts) == 1:
        return None
    found = [put(part) for part in parts]
    known = [one != part for one, part in zip(found, parts, strict=True)]
    return japanese.join(found) if (all(known) if all_known else any(known)) else None


def _between(text: str, separator: re.Pattern[str], put: _Put) -> str | None:
    parts = separator.split(text)
    return _OR.join(map(put, parts)) if len(parts) > 1 else None


@cache
def _table() -> tuple[dict[str, str], _Patterns, _Patterns]:
    """Give the phrases that are fixed, those to be tried before the parts of a list, the others."""
    tables = (vars(one).values() for one in _TABLES)
    known = (value for values in tables for value in values if isinstance(value, Rule))
    plain = {rule.title: rule.japanese for rule in known}
    plain |= {english: japanese for english, japanese in PHRASES.items() if "{" not in english}
    open_ones = [one for one in PHRASES if "{" in one]
    patterns = {one: (_pattern(one), PHRASES[one]) for one in open_ones}
    first = [one for one in open_ones if "; " in one or "{name}" in one or one in _FRAMES]
    first.sort(key=lambda one: one not in _FRAMES)
    others = [patterns[one] for one in open_ones if one not in first]
    return plain, tuple(patterns[one] for one in first), tuple(others)


def _pattern(phrase: str) -> re.Pattern[str]:
    fixed = map(re.escape, _MARK.split(phrase))
    left_open = [_MARKS[mark] for mark in _MARK.findall(phrase)]
    parts = zip_longest(fixed, left_open, fillvalue="")
    return re.compile("".join(text + hole for text, hole in parts), re.DOTALL)
