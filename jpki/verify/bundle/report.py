"""The report of kept evidence: whole, under whose CA certificates, and what it comes to now.

Not here: judging (`recheck`). Called by that module; read by everybody.
"""

from dataclasses import dataclass

from jpki.verify.bundle import rules
from jpki.verify.bundle.kept import Kept
from jpki.verify.checks import Outcome
from jpki.verify.report import CertificateReport, Report
from jpki.verify.report_json import Json
from jpki.verify.times import iso, show


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleReport(Report):
    """What a bundle comes to; `judged` is the report made of its parts now."""

    kept: Kept | None = None
    """None when the file is no whole bundle."""
    judged: Report | None = None

    @property
    def subject(self) -> str:
        """Kept evidence."""
        return "bundle"

    @property
    def certificate_report(self) -> CertificateReport | None:
        """The report of the certificate when it was judged by a JPKI policy."""
        return None if self.judged is None else self.judged.certificate_report

    @property
    def rests_on(self) -> Report | None:
        """The report made of the parts."""
        return self.judged

    @property
    def is_pinned(self) -> bool:
        """Whether the caller vouches for the CA certificates."""
        return any(one.rule is rules.ANCHORS and one.outcome is Outcome.PASS for one in self.checks)

    @property
    def proviso(self) -> str:
        """Trust never comes from the bundle: say so where the verdict stands."""
        if self.judged is None or self.is_pinned:
            return ""
        verdict = self.judged.verdict.value
        return f"; {verdict} under the CA certificates as kept in the bundle, which nobody pinned"

    def facts(self) -> tuple[tuple[str, str], ...]:
        """Give what was asked and answered when it was kept."""
        if self.kept is None:
            return ()
        kept = self.kept
        return (
            ("policy", str(kept.policy)),
            ("kept at", show(kept.moment)),
            ("verdict then", kept.verdict or "none"),
        )

    def details(self) -> Json:
        """Give the same for programs."""
        kept = self.kept
        return {
            "kept": None
            if kept is None
            else {
                "moment": iso(kept.moment),
                "policy": kept.policy.name,
                "environment": kept.policy.environment,
                "verdict": kept.verdict or None,
            },
            "pinned": self.is_pinned,
        }
