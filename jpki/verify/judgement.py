"""A verdict at once, and the report behind it when somebody asks.

What `Verifier.judge` gives. Like a report it is no truth value. The report is made on first
request, of the same certificate, policy and moment, and says the same.
Not here: how the verdict was found (`verifier`, `shapes`).
"""

from collections.abc import Callable
from datetime import datetime
from typing import Self

from jpki.verify.checks import Verdict
from jpki.verify.report import CertificateReport


class Judgement:
    """The verdict on one certificate at one moment (aware UTC)."""

    __slots__ = ("_arguments", "_examine", "_report", "moment", "verdict")

    def __init__(
        self,
        verdict: Verdict,
        moment: datetime,
        examine: Callable[..., CertificateReport],
        *arguments: object,
    ) -> None:
        """Take a verdict, and how to make the report on which it would stand."""
        self.verdict = verdict
        self.moment = moment
        self._examine = examine
        self._arguments = arguments
        self._report: CertificateReport | None = None

    @classmethod
    def of(cls, report: CertificateReport) -> Self:
        """Give the judgement of a report that is already there."""
        found = cls(report.verdict, report.moment, lambda: report)
        found._report = report
        return found

    def __repr__(self) -> str:
        return f"Judgement({self.verdict.value}, {self.moment.isoformat()})"

    def __bool__(self) -> bool:
        raise TypeError("a judgement is no truth value: read `verdict` or call `require_good()`")

    @property
    def is_explained(self) -> bool:
        """Whether the report was made already."""
        return self._report is not None

    @property
    def report(self) -> CertificateReport:
        """Every check with what was seen; made at the first request."""
        if self._report is None:
            self._report = self._examine(*self._arguments)
        return self._report

    def require_good(self) -> Self:
        """Give the judgement back when it is GOOD.

        Raises the `BadError` of the first failed check, or `CannotTellError`.
        """
        if self.verdict is not Verdict.GOOD:
            self.report.require_good()
        return self
