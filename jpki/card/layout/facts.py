"""Every fact of this layout in one list, with its source and grade, so that it can be counted.

Not here: how a card behaves beyond what lies in its files; a virtual card lists that itself.
Called by the documentation and by tests.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from jpki import cv
from jpki.card.layout import availability, common, licence
from jpki.card.layout.applications import Ap
from jpki.card.layout.atr import AtrFamily
from jpki.card.layout.isd import ISD_KEY_FILE, ISD_KEY_SOURCE, IsdTag
from jpki.card.layout.jpki import JpkiEf, SignatureMode
from jpki.card.layout.juki import JukiEf
from jpki.card.layout.licence import LicenceEf
from jpki.card.layout.pins import PinKind
from jpki.card.layout.status_words import STATUS_WORDS, shown
from jpki.card.layout.text import TextEf
from jpki.card.layout.token import TokenKind
from jpki.sources import Grade, Source


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing this code takes for true: what it is about, what is said, where from."""

    subject: str
    statement: str
    source: Source


def fact(subject: str, statement: str, reference: str, grade: Grade) -> Fact:
    """Give a fact known from the card reference; `reference` is its section and sources."""
    return Fact(subject, statement, Source(f"card {reference}", grade))


def layout_facts() -> Iterator[Fact]:
    """Give every fact of the layout, grouped by subject, in a stable order."""
    for ap in Ap:
        yield Fact(f"AID {ap.name}", f"{ap.aid.hex().upper()} {ap.japanese}", ap.source)
    for family in AtrFamily:
        yield Fact(f"ATR {family.name}", family.atr.hex().upper(), family.source)
    for pin in PinKind:
        rule = pin.rule
        text = f"{rule.japanese}: {rule.length_text} characters, {rule.tries} tries"
        yield Fact(f"PIN {pin.name}", text, rule.source)
    for ef in JpkiEf:
        text = f"{ef.row.kind.value} {ef.row.japanese}".rstrip()
        yield Fact(f"JPKI EF {ef:04X} {ef.name}", text, ef.source)
    for mode in SignatureMode:
        yield Fact(f"80 2A P1={mode:02X}", mode.name, mode.source)
    for kind in TokenKind:
        yield Fact(f"token {kind.name}", f"{kind.label} {kind.medium}", kind.source)
    yield Fact(
        "JPKI EF 0008", f"present is {availability.PRESENT:02X}", availability.PRESENT_SOURCE
    )
    yield Fact("JPKI EF 0008", f"absent is {availability.ABSENT:02X}", availability.ABSENT_SOURCE)
    for common_ef in common.CommonEf:
        yield Fact(f"共通AP EF {common_ef:04X}", common_ef.name, common_ef.source)
    yield Fact("共通AP EF 0001", "record 1: 01 1C and 28 digits", common.RECORD_SOURCE)
    for tag in IsdTag:
        yield Fact(f"ISD GET DATA {tag:04X}", f"{tag.name} {tag.row.japanese}", tag.source)
    yield Fact(f"ISD EF {ISD_KEY_FILE:04X}", "a key", ISD_KEY_SOURCE)
    yield from _other_applications()
    for word, row in STATUS_WORDS.items():
        yield Fact(f"SW {shown(word)}", row.statement, row.source)


def _other_applications() -> Iterator[Fact]:
    """Give the facts of the applications beside 公的個人認証AP and 共通AP."""
    for text_ef in TextEf:
        text = f"{text_ef.row.kind.value} {text_ef.row.japanese}".rstrip()
        yield Fact(f"券面入力補助AP EF {text_ef:04X} {text_ef.name}", text, text_ef.source)
    for juki_ef in JukiEf:
        yield Fact(f"住基AP EF {juki_ef:04X}", juki_ef.name, juki_ef.source)
    for licence_ef in LicenceEf:
        yield Fact(f"マイナ免許証 EF {licence_ef:04X}", licence_ef.name, licence_ef.source)
    yield Fact("マイナ免許証", "items of the data beside C2, C5", licence.ITEMS_SOURCE)
    yield Fact("マイナ免許証", "form of the signature", licence.SIGNATURE_SOURCE)
    yield Fact("CV certificate", "7F21 { 5F4E 297 bytes, 5F37 256 bytes }", cv.CV_SOURCE)
    yield Fact("CV key identifier", "7 digits, 08 05, 3 digits, 4 bytes", cv.PADDING_SOURCE)


def guesses(facts: Iterable[Fact]) -> list[Fact]:
    """Give those facts that no source states."""
    return [fact for fact in facts if fact.source.is_guess]
