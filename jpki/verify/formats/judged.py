"""What the formats write about: a report, and which file it is about."""

from dataclasses import dataclass, field

from jpki.verify.report import Report


@dataclass(frozen=True, slots=True)
class Judged:
    """One report, with the name and the bytes of what was judged."""

    name: str
    """A relative path or a URI, as the user wrote it."""
    der: bytes = field(repr=False)
    report: Report
