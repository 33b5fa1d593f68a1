"""A report as text for people: one line a check, in English with Japanese terms or in Japanese.

Plain text without control characters, whatever the certificate holds. Not here: colour and
width (the command line), JSON (`Report.to_json`), the Japanese phrases (`formats.words`).
"""

from collections.abc import Iterator

from jpki.verify.checks import Check, Outcome
from jpki.verify.formats.words import Language, in_japanese
from jpki.verify.names import printable
from jpki.verify.report import Report
from jpki.verify.times import show

_MARKS = {Outcome.PASS: "ok  ", Outcome.FAIL: "FAIL", Outcome.CANNOT_TELL: "??  "}
_JAPANESE_MARKS = {
    Outcome.PASS: "適合　　",
    Outcome.FAIL: "不適合　",
    Outcome.CANNOT_TELL: "判定不能",
}
_SUBJECTS = {
    "certificate": ("Certificate", "電子証明書"),
    "login": ("Login", "利用者証明"),
    "cms": ("Signature", "電子署名"),
    "card-face": ("Card's face", "券面"),
    "path": ("Certification path", "認証パス"),
    "bundle": ("Kept evidence", "保存された証拠"),
}


def render(report: Report, language: Language = Language.ENGLISH) -> str:
    """Write the whole report, ending with the verdict; every line ends with a newline."""
    if language is Language.JAPANESE:
        verdict = f"{report.verdict.japanese} ({report.verdict.value})"
        lines = [
            *_japanese_section(report),
            f"判定: {verdict}{in_japanese(report.proviso)}",
            *(f"  判定に必要なもの: {in_japanese(need)}" for need in report.needed),
        ]
    else:
        verdict = f"{report.verdict.value} ({report.verdict.japanese})"
        lines = [*_section(report), f"Verdict: {verdict}{report.proviso}"]
        lines += [f"  needed to tell: {need}" for need in report.needed]
    return "".join(f"{printable(line)}\n" for line in lines)


def _section(report: Report) -> Iterator[str]:
    english, japanese = _SUBJECTS[report.subject]
    yield f"{english} ({japanese}), judged at {show(report.moment)}"
    yield from (f"  {label}: {text}" for label, text in report.facts())
    for check in report.checks:
        rule = check.rule
        yield f"  {_MARKS[check.outcome]} {rule.title} ({rule.japanese}): {check.seen}"
        if check.outcome is not Outcome.PASS:
            at = where(check)
            place = f", {at}" if at else ""
            yield f"       expected {check.expected} [{rule.id}; {rule.clause}{place}]"
    if report.rests_on is not None:
        yield ""
        yield from _section(report.rests_on)


def _japanese_section(report: Report) -> Iterator[str]:
    yield f"{_SUBJECTS[report.subject][1]}、判定時刻 {show(report.moment)}"
    yield from (f"  {in_japanese(label)}: {in_japanese(text)}" for label, text in report.facts())
    for check in report.checks:
        rule = check.rule
        yield f"  {_JAPANESE_MARKS[check.outcome]} {rule.japanese}: {in_japanese(check.seen)}"
        if check.outcome is not Outcome.PASS:
            at = where(check, Language.JAPANESE)
            place = f", {at}" if at else ""
            expected = in_japanese(check.expected)
            yield f"           期待: {expected} [{rule.id}; {rule.clause}{place}]"
    if report.rests_on is not None:
        yield ""
        yield from _japanese_section(report.rests_on)


def where(check: Check, language: Language = Language.ENGLISH) -> str:
    """Say at which field and offset a check looked; empty for one without a place."""
    if check.offset is None:
        return ""
    field = f"{check.field} " if check.field else ""
    if language is Language.JAPANESE:
        return f"{field}オフセット{check.offset}"
    return f"{field}at offset {check.offset}"
