"""A report as text for people: one line a check, Japanese terms alongside.

Plain text without control characters, whatever the certificate holds. Not here: colour and
width (the command line), JSON (`Report.to_json`).
"""

from collections.abc import Iterator

from jpki.verify.checks import Outcome
from jpki.verify.names import printable
from jpki.verify.report import Report
from jpki.verify.times import show

_MARKS = {Outcome.PASS: "ok  ", Outcome.FAIL: "FAIL", Outcome.CANNOT_TELL: "??  "}
_SUBJECTS = {
    "certificate": "Certificate (電子証明書)",
    "login": "Login (利用者証明)",
    "cms": "Signature (電子署名)",
    "card-face": "Card's face (券面)",
    "path": "Certification path (認証パス)",
}


def render(report: Report) -> str:
    """Write the whole report, ending with the verdict; every line ends with a newline."""
    lines = [*_section(report), f"Verdict: {report.verdict.value} ({report.verdict.japanese})"]
    lines += [f"  needed to tell: {need}" for need in report.needed]
    return "".join(f"{printable(line)}\n" for line in lines)


def _section(report: Report) -> Iterator[str]:
    yield f"{_SUBJECTS[report.subject]}, judged at {show(report.moment)}"
    yield from (f"  {label}: {text}" for label, text in report.facts())
    for check in report.checks:
        rule = check.rule
        yield f"  {_MARKS[check.outcome]} {rule.title} ({rule.japanese}): {check.seen}"
        if check.outcome is not Outcome.PASS:
            field = f"{check.field} " if check.field else ""
            at = "" if check.offset is None else f", {field}at offset {check.offset}"
            yield f"       expected {check.expected} [{rule.id}; {rule.clause}{at}]"
    other = report.certificate_report
    if other is not None and other is not report:
        yield ""
        yield from _section(other)
