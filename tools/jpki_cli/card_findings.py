"""What `jpki check-card` found out so far, and what it comes to.

Not here: finding it (`check_card`, `card_certificates`), telling it (`check_card`).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from jpki.verify import Report, Verdict
from jpki.verify.card_face import CardFaceReport
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

    def put_face(self, face: CardFaceReport, unread: Iterable[Unread]) -> None:
        """Put what was found of text and face before what was found of certificates."""
        parts = dict.fromkeys(face.proven, Verdict.GOOD)
        parts |= dict.fromkeys(face.refuted, Verdict.BAD)
        parts |= dict.fromkeys(face.undecided, Verdict.CANNOT_TELL)
        self.parts = parts | self.parts
        self.unprovable = (*face.unprovable, *self.unprovable)
        self.reports.insert(0, face)
        self.unread = [*unread, *self.unread]

    def names(self, verdict: Verdict) -> list[str]:
        """Give the parts with a verdict."""
        return [name for name, found in self.parts.items() if found is verdict]
