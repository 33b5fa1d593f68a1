"""What a coverage check found: data, so that nobody takes a bare yes for a proof.

What it is not: the check (`jpki.ca.coverage`).
Called by: `jpki.ca.coverage`, `jpki.ca.list_checks`, `tools/jpki_cli`.
"""

from dataclasses import dataclass
from enum import Enum, unique

from jpki.profiles.kinds import Kind


@unique
class Fault(Enum):
    """What can be wrong with published lists."""

    MISSING = "missing"
    """A revoked serial number is not on a list that must have it."""
    INVENTED = "invented"
    """A list has a serial number that is not revoked."""
    MISPLACED = "misplaced"
    """A list has a serial number of another place."""
    DOUBLED = "doubled"
    """A list has a serial number twice, or out of order."""
    UNION = "union"
    """The list of everything is not the others together."""
    ALTERED = "altered"
    """The entries are not those that were recorded with the list's number."""
    NUMBER = "number"
    """Numbers do not rise, or a higher one knows less, or this one is not on record."""
    SIGNATURE = "signature"
    """The key that the file is named for did not sign it."""
    SCOPE = "scope"
    """The distribution point is not that of the place."""
    ABSENT = "absent"
    UNREADABLE = "unreadable"
    BEHIND = "behind"
    """A newer list was numbered and is not published."""
    STALE = "stale"
    """Its nextUpdate has passed."""


_UNDECIDED = frozenset({Fault.ABSENT, Fault.UNREADABLE, Fault.BEHIND, Fault.STALE})
"""Faults that leave the question open, and prove nothing wrong."""


@unique
class Verdict(Enum):
    """What the findings come to."""

    PROVEN = "proven"
    BROKEN = "broken"
    CANNOT_TELL = "cannot tell"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong with a file: how many serial numbers, and the first of them."""

    fault: Fault
    file: str
    message: str
    count: int = 0
    serials: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class CoverageReport:
    """What was read and found of one authority's published lists."""

    kind: Kind
    lists: int
    entries: int
    """Of all lists together."""
    revoked: int
    """How many serial numbers the list of everything must hold."""
    between: int
    """How many are on one list and not yet, or no more, on the other, as they may."""
    findings: tuple[Finding, ...]

    @property
    def verdict(self) -> Verdict:
        """Proven only when all of it is."""
        if not self.findings:
            return Verdict.PROVEN
        if all(finding.fault in _UNDECIDED for finding in self.findings):
            return Verdict.CANNOT_TELL
        return Verdict.BROKEN
