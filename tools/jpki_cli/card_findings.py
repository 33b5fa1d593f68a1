"""What `jpki check-card` found out so far, and what it comes to.

Not here: finding it (`check_card`, `card_certificates`), telling it (`check_card`).
"""

from dataclasses import dataclass, field

from jpki.verify import Report, Verdict
from jpki_cli.evidence import Unread


@dataclass(slots=True)
class Findings:
    """Parts by verdict, what no signature covers, what is said to be missing, the reports."""

    parts: dict[str, Verdict] = field(default_factory=dict)
    unprovable: tuple[str, ...] = ()
    absent: list[str] = field(default_factory=list)
    """What the card says it has not: nobody signed that, so it makes nothing good."""
    reports: list[Report] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)

    @property
    def verdict(self) -> Verdict:
        """BAD if anything is; CANNOT_TELL if anything is open or nothing is good; else GOOD."""
        seen = {*self.parts.values(), *(report.verdict for report in self.reports)}
        if self.unread or Verdict.GOOD not in self.parts.values():
            seen.add(Verdict.CANNOT_TELL)
        order = (Verdict.BAD, Verdict.CANNOT_TELL)
        return next((each for each in order if each in seen), Verdict.GOOD)

    def names(self, verdict: Verdict) -> list[str]:
        """Give the parts with a verdict."""
        return [name for name, found in self.parts.items() if found is verdict]
