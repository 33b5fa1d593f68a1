"""Whether a card's text and its signing certificate speak of one person.

Text, face and certificates are signed apart: contents of one card and certificates of another
are each genuine. The signing certificate is the only one with a name, so it is held against the
text. Characters that stand in for others there (代替文字) contradict none; an address may be
older on one side than on the other.
Not here: text against face (`card_face`), the certificate itself (`verifier`).
PKI profile section 1.3, card reference §3.2 EF 0002. Called by `card_face`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Self
from unicodedata import normalize

from jpki.people import Gender, GenderMeaning, usual_spelling
from jpki.verify import card_face_rules as rules
from jpki.verify.attributes import HolderAttributes
from jpki.verify.card_files import File
from jpki.verify.checks import Check, Verdict
from jpki.verify.report import CertificateReport

_EXPECTED = "name, birth date and gender of the signing certificate"
_SUBSTITUTED = "1"


@dataclass(frozen=True, slots=True)
class TextHolder:
    """The four attributes as EF 0002 holds them; `birth_date` is YYYYMMDD."""

    name: str = field(repr=False)
    address: str = field(repr=False)
    birth_date: str = field(repr=False)
    gender: str = field(repr=False)

    @classmethod
    def of(cls, file: File) -> Self:
        """Take them out of the file; what is no UTF-8 equals nothing."""
        values = (file.value(tag) for tag in (0xDF22, 0xDF23, 0xDF24, 0xDF25))
        return cls(*(value.decode(errors="replace") for value in values))


def holder(text: TextHolder | None, certificate: CertificateReport) -> Check:
    """Judge whether a proven text is of the person of a good signing certificate.

    A row never quotes what is compared.
    """
    rule = rules.HOLDER
    named = certificate.attributes
    if text is None or named is None or certificate.verdict is not Verdict.GOOD:
        needed = f"{rule.title}: the attributes as signed, and a signing certificate that is good"
        return rule.unknown(expected=_EXPECTED, seen="not both are proven", needed=needed)
    other = tuple(_contradictions(text, named))
    if other:
        return rule.failed(expected=_EXPECTED, seen=f"another person: other {', '.join(other)}")
    if _same_text(text.name, named.name, named.name_flags) is None:
        seen = "a name with substitute characters (代替文字) of another length"
        needed = f"{rule.title}: somebody to compare the names"
        return rule.unknown(expected=_EXPECTED, seen=seen, needed=needed)
    moved = _same_text(text.address, named.address, named.address_flags) is False
    remark = "; another address (住所): one of the two is older" if moved else ""
    return rule.passed(expected=_EXPECTED, seen=f"the same{remark}")


def _contradictions(text: TextHolder, named: HolderAttributes) -> Iterator[str]:
    """Name what cannot be of one person."""
    if _same_text(text.name, named.name, named.name_flags) is False:
        yield "name (氏名)"
    # The certificate has the era's digit before the date.
    if named.birth_date is None or named.birth_date[1:] != text.birth_date:
        yield "birth date (生年月日)"
    if not _same_gender(text.gender, named.gender):
        yield "gender (性別)"


def _same_text(text: str, other: str | None, flags: str | None) -> bool | None:
    """Compare character by character but for substitutes; None when they hide where each stands."""
    if other is None:
        return False
    flags = (flags or "").ljust(len(other), "0")
    if len(text) != len(other):
        return None if _SUBSTITUTED in flags else False
    return all(
        flag == _SUBSTITUTED or _spelled(one) == _spelled(two)
        for one, two, flag in zip(text, other, flags[: len(other)], strict=True)
    )


def _spelled(character: str) -> str:
    """Give one spelling of a character: which width and form files use is not settled."""
    return normalize("NFKC", usual_spelling(character))


def _same_gender(text: str, other: str | None) -> bool:
    """Compare codes; 3 and 9 mean the same, sources disagree on which is used."""
    if other is None:
        return False
    meanings = {Gender(text).meaning, Gender(other).meaning}
    return text == other or meanings == {GenderMeaning.OTHER}
