"""Finds what is left in English of a report's phrase that was put into Japanese."""

import re
from functools import cache

from jpki.verify.formats.words import MOST_TEXT, in_japanese

_KEPT = (
    r"manifest\.json：[a-z_]*",
    r"\d{4}-\d\d-\d\dT[\d:]+Z( \([^)]*\))?",
    r"(?:[A-Z]{1,2}|[0-9]+(?:\.[0-9]+)+)=[^,；、（のま]*",
    r"\b[A-Za-z]+:(?://)?[^ ,;、；：）は]+|\bhttp\S*",
    r"[a-z0-9]*(?:Name|Identifier) [^,;、；：）は]*",
    r"[\w/]*[A-Z][\w/=-]*(?:\.\w+)*|\b[a-z]+[A-Z]\w*|\b[0-9a-f]{40,}\b|[a-z0-9-]+\.[\w./-]+",
    r"'[^']*'|\w+/\w+\S*|id-[a-zA-Z-]+|[a-z]+-with-\w+|\bv[123]\b|\bextensions：",
    r"\breasons\b|「unauthorized」|\bunspecified\b|\bsuperseded\b|\bzip\b",
    r"(?:str|int|list|dict|bool)型|sign-card|jpki-[a-z]+|emulator",
    r"\((?:sign|auth|phone)(?:, [a-z-]+)?\)",
)
"""What stays as it is in Japanese: moments, names, identifiers, digests, addresses."""
_TECHNICAL = re.compile("|".join(_KEPT), re.ASCII)
_ENGLISH = re.compile(r"\b[a-z]{2,}\b", re.ASCII)


@cache
def words_left(text: str) -> tuple[str, ...]:
    """Give the English words of a phrase that are no names, once it is in Japanese."""
    if len(text) > MOST_TEXT:
        return ()
    return tuple(_ENGLISH.findall(_TECHNICAL.sub("", in_japanese(text))))
