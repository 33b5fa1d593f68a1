"""`jpki check --explain`: the path, the evidence, the times and every check, drawn as a tree.

For people: what a report says, in the order in which one thing rests on another, with the bytes
that were looked at. Everything shown is in the report; nothing is decided here.
rich draws; colours only where standard output is a terminal.
"""

import io
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from jpki.verify.checks import Check, Outcome, Verdict
from jpki.verify.formats import Judged, Language
from jpki.verify.formats.words import in_japanese
from jpki.verify.names import describe, printable
from jpki.verify.path import PathReport
from jpki.verify.places import places
from jpki.verify.render import where
from jpki.verify.report import CertificateReport, Report
from jpki.verify.revocation import Evidence, Finding
from jpki.verify.times import show

if TYPE_CHECKING:
    from rich.console import Console
    from rich.tree import Tree

_WIDTH = 110
_SHOWN_BYTES = 16
_SCALE = 48
_MARKS = {Outcome.PASS: "✓", Outcome.FAIL: "✗", Outcome.CANNOT_TELL: "?"}
_COLOURS = {Outcome.PASS: "green", Outcome.FAIL: "red", Outcome.CANNOT_TELL: "yellow"}
_VERDICT_COLOURS = {Verdict.GOOD: "green", Verdict.BAD: "red", Verdict.CANNOT_TELL: "yellow"}
_JAPANESE = {
    "trust anchor": "トラストアンカー",
    "none of those pinned fits": "該当する信頼済み認証局なし",
    "no path was found": "認証パスなし",
    "certificate": "証明書",
    "evidence of revocation": "失効の証拠",
    "nobody was asked": "照会なし",
    "decided": "判定の根拠",
    "looked at": "参照",
    "names the certificate": "この証明書を記載",
    "of no use": "使用不可",
    "times": "時刻",
    "CA certificate": "認証局証明書",
    "revocation data": "失効情報",
    "judged at": "判定時刻",
    "begins": "開始",
    "ends": "満了",
    "checks": "検査",
    "expected": "期待",
    "seen": "結果",
    "needed to tell": "判定に必要なもの",
    "bytes": "バイト",
    "Verdict": "判定",
}


class _Words:
    """Phrases in the language asked for."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self._japanese = language is Language.JAPANESE

    def __call__(self, text: str) -> str:
        """Give a phrase of this module or of a report."""
        if not self._japanese:
            return printable(text)
        return printable(_JAPANESE.get(text) or in_japanese(text))

    def title(self, check: Check) -> str:
        """Give what a rule is called."""
        rule = check.rule
        return rule.japanese if self._japanese else f"{rule.title} ({rule.japanese})"

    def verdict(self, verdict: Verdict) -> str:
        """Give a verdict in both languages, this one first."""
        words = (verdict.value, verdict.japanese)
        first, second = reversed(words) if self._japanese else words
        return f"{first} ({second})"


def explained(judged: Judged, language: Language) -> str:
    """Draw one report; ends with a newline."""
    from rich.text import Text
    from rich.tree import Tree

    words = _Words(language)
    report = judged.report
    style = _VERDICT_COLOURS[report.verdict]
    head = f"{words('Verdict')}: {words.verdict(report.verdict)}{words(report.proviso)}"
    tree = Tree(Text(head, style=style))
    for need in report.needed:
        tree.add(Text(f"{words('needed to tell')}: {words(need)}", style="yellow"))
    _draw(tree, report, judged.der, words)
    console = _console()
    with console.capture() as captured:
        console.print(tree)
    return "".join(f"{line.rstrip()}\n" for line in captured.get().splitlines())


def _console() -> "Console":
    from rich.console import Console

    if sys.stdout.isatty():
        return Console(highlight=False, emoji=False, markup=False)
    return Console(
        file=io.StringIO(), width=_WIDTH, highlight=False, emoji=False, markup=False, no_color=True
    )


def _draw(tree: "Tree", report: Report, der: bytes, words: _Words) -> None:
    if isinstance(report, CertificateReport):
        _draw_certificate(tree, report, der, words)
    elif isinstance(report, PathReport):
        _draw_path(tree, report, der, words)
    else:
        _add_checks(tree, report.checks, b"", words)
        if report.rests_on is not None:
            _draw(tree, report.rests_on, der, words)


def _draw_certificate(tree: "Tree", report: CertificateReport, der: bytes, words: _Words) -> None:
    anchor, certificate = report.anchor, report.certificate
    if anchor is None:
        trusted = _add(tree, f"{words('trust anchor')}: {words('none of those pinned fits')}")
    else:
        trusted = _add(tree, f"{words('trust anchor')}: {printable(anchor.name)}")
        _add(trusted, f"SHA-256 {anchor.certificate.sha256.hex()}")
    name = describe(certificate.subject) if certificate else "-"
    own = _add(trusted, f"{words('certificate')}: {printable(name)}")
    for label, text in report.facts():
        if label != "subject":
            _add(own, f"{words(label)}: {words(text)}")
    _add_evidence(own, report.finding, words)
    spans = []
    if anchor is not None:
        ca = anchor.certificate
        spans.append(("CA certificate", ca.not_before, ca.not_after))
    if certificate is not None:
        spans.append(("certificate", certificate.not_before, certificate.not_after))
    _add_times(own, [*spans, *_spans_of(report.finding)], report.moment, words)
    _add_checks(own, report.checks, der, words)


def _draw_path(tree: "Tree", report: PathReport, der: bytes, words: _Words) -> None:
    if report.anchor is None:
        _add(tree, words("no path was found"))
        _add_checks(tree, report.checks, der, words)
        return
    at = _add(tree, f"{words('trust anchor')}: {printable(str(report.anchor.name))}")
    total = len(report.path)
    _add_checks(at, [one for one in report.checks if _place_in_path(one) is None], b"", words)
    for place, certificate in enumerate(report.path, 1):
        at = _add(
            at, f"{place}/{total} {words('certificate')}: {printable(str(certificate.subject))}"
        )
        found = report.findings[place - 1] if report.findings else None
        _add_evidence(at, found, words)
        span = ("certificate", certificate.not_before, certificate.not_after)
        _add_times(at, [span, *_spans_of(found)], report.moment, words)
        rows = [one for one in report.checks if _place_in_path(one) == place]
        _add_checks(at, rows, certificate.der, words)


def _place_in_path(check: Check) -> int | None:
    """Give which certificate a row of a path is about: the rows say so themselves."""
    place, middle, _ = check.seen.partition(" of ")
    return int(place) if middle and place.isascii() and place.isdigit() else None


def _add_evidence(tree: "Tree", finding: Finding | None, words: _Words) -> None:
    branch = _add(tree, words("evidence of revocation"))
    if finding is None or not finding.evidence:
        _add(branch, words("nobody was asked" if finding is None else "none"))
        return
    for one in finding.evidence:
        role = words("decided" if one == finding.basis else "looked at")
        leaf = _add(branch, f"{role}: {words(one.description)}")
        _add(leaf, f"{one.source.upper()}, SHA-256 {one.sha256.hex()}")
        if one.this_update and one.next_update:
            _add(leaf, words(f"{show(one.this_update)} to {show(one.next_update)}"))
        if one.entry is not None:
            entry = f"{show(one.entry.revoked_at)}, {printable(one.entry.reason)}"
            _add(leaf, f"{words('names the certificate')}: {entry}")
        if one.objections:
            _add(leaf, f"{words('of no use')}: {'; '.join(map(words, one.objections))}")


_Span = tuple[str, datetime, datetime]


def _spans_of(finding: Finding | None) -> Iterator[_Span]:
    basis: Evidence | None = finding.basis if finding else None
    if basis and basis.this_update and basis.next_update:
        yield ("revocation data", basis.this_update, basis.next_update)


def _add_times(tree: "Tree", spans: Sequence[_Span], moment: datetime, words: _Words) -> None:
    """Draw each span on one scale, then every moment in its order."""
    from rich.cells import cell_len

    branch = _add(tree, words("times"))
    if not spans:
        return
    first = min([moment, *(start for _, start, _ in spans)])
    last = max([moment, *(end for _, _, end in spans)])
    width = max(cell_len(words(name)) for name, _, _ in spans)
    for name, start, end in spans:
        label = words(name) + " " * (width - cell_len(words(name)))
        _add(branch, f"{label} {_bar(start, end, moment, (first, last))}")
    events = [(moment, f"◀ {words('judged at')}")]
    for name, start, end in spans:
        events.append((start, f"{words(name)} {words('begins')}"))
        events.append((end, f"{words(name)} {words('ends')}"))
    for when, what in sorted(events, key=lambda event: event[0]):
        _add(branch, f"{show(when)}  {what}")


def _bar(start: datetime, end: datetime, moment: datetime, whole: tuple[datetime, datetime]) -> str:
    first, last = whole
    length = (last - first) / _SCALE

    def column(when: datetime) -> int:
        return min(_SCALE - 1, int((when - first) / length)) if length else 0

    line = [" "] * _SCALE
    line[column(start) : column(end) + 1] = "─" * (column(end) - column(start) + 1)
    line[column(start)], line[column(end)] = "├", "┤"
    line[column(moment)] = "●"
    return "".join(line)


def _add_checks(tree: "Tree", checks: Iterable[Check], der: bytes, words: _Words) -> None:
    from rich.text import Text

    branch = None
    known = places(der)
    for check in checks:
        if branch is None:
            branch = _add(tree, words("checks"))
        head = f"{_MARKS[check.outcome]} {words.title(check)}"
        rule = f"  [{check.rule.id}; {check.rule.clause}]"
        leaf = branch.add(Text.assemble((head, _COLOURS[check.outcome]), (rule, "dim")))
        _add(leaf, f"{words('expected')}: {words(check.expected)}")
        _add(leaf, f"{words('seen')}: {words(check.seen)}")
        if check.offset is not None and der:
            place = known.get(check.field or "")
            end = place.end if place and place.offset == check.offset else len(der)
            excerpt = der[check.offset : min(end, check.offset + _SHOWN_BYTES)]
            more = " …" if end > check.offset + _SHOWN_BYTES else ""
            at = where(check, words.language)
            _add(leaf, f"{at}: {excerpt.hex(' ')}{more}")
        if check.needed:
            _add(leaf, f"{words('needed to tell')}: {words(check.needed)}")


def _add(tree: "Tree", text: str) -> "Tree":
    from rich.text import Text

    return tree.add(Text(text))
