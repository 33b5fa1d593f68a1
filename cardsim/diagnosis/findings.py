"""One row of a diagnosis: what was looked at, what was seen, what it means, what to do.

Not here: the rules that make the rows (`judging`), text for people (the command line).
Called by `judging`; read by whoever asked.
"""

from dataclasses import dataclass
from enum import Enum, unique


@unique
class Outcome(Enum):
    """What one check came to."""

    OK = "ok"
    WRONG = "wrong"
    UNKNOWN = "unknown"
    """It could not be looked at, or what was seen leaves both open."""
    NOTE = "note"
    """Good to know; nothing between this program and the card rests on it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One row; `id` and `outcome` are for programs, the rest is for people."""

    id: str
    looked_at: str
    seen: str
    outcome: Outcome
    advice: str | None = None

    def __bool__(self) -> bool:
        raise TypeError("a finding is no truth value: compare `outcome`")


@dataclass(frozen=True, slots=True)
class Check:
    """What is looked at: an id that stays the same, and a title. Makes the rows."""

    id: str
    looked_at: str

    def ok(self, seen: str) -> Finding:
        """Make the row of what is as it should be."""
        return Finding(self.id, self.looked_at, seen, Outcome.OK)

    def wrong(self, seen: str, advice: str) -> Finding:
        """Make the row of a fault: there is none without advice."""
        return Finding(self.id, self.looked_at, seen, Outcome.WRONG, advice)

    def unknown(self, seen: str, advice: str) -> Finding:
        """Make the row of what could not be told; the advice says what would settle it."""
        return Finding(self.id, self.looked_at, seen, Outcome.UNKNOWN, advice)

    def note(self, seen: str, advice: str | None = None) -> Finding:
        """Make the row of something beside the way to the card."""
        return Finding(self.id, self.looked_at, seen, Outcome.NOTE, advice)


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """All rows, from the program to the card."""

    findings: tuple[Finding, ...]

    def __bool__(self) -> bool:
        raise TypeError("a diagnosis is no truth value: read `outcome`")

    @property
    def outcome(self) -> Outcome:
        """WRONG if anything is, else UNKNOWN if anything is, else OK."""
        seen = {finding.outcome for finding in self.findings}
        order = (Outcome.WRONG, Outcome.UNKNOWN)
        return next((each for each in order if each in seen), Outcome.OK)

    @property
    def wrong(self) -> tuple[Finding, ...]:
        """The faults, the first of which may well be the cause of the others."""
        return tuple(each for each in self.findings if each.outcome is Outcome.WRONG)

    def finding(self, check_id: str) -> Finding:
        """Give the row of one check; raise `KeyError` when there is none."""
        for each in self.findings:
            if each.id == check_id:
                return each
        raise KeyError(check_id)
