"""One row of a report: a rule, what was expected, what was seen, the outcome.

What it is not: the rules themselves (`jpki.verify.rules`) or the whole report (`report`).
An outcome is one of three, and "could not check" is never "good".
Called by everything in `jpki.verify` that judges.
"""

from dataclasses import dataclass
from dataclasses import field as dataclass_field
from enum import Enum, unique

from jpki.verify.errors import BadError, MalformedError


@unique
class Outcome(Enum):
    """What one check came to."""

    PASS = "PASS"  # noqa: S105 - an outcome, not a password
    FAIL = "FAIL"
    CANNOT_TELL = "CANNOT_TELL"


@unique
class Verdict(Enum):
    """What a whole report comes to: any FAIL is BAD, else any CANNOT_TELL is CANNOT_TELL."""

    GOOD = "GOOD"
    BAD = "BAD"
    CANNOT_TELL = "CANNOT_TELL"

    @property
    def japanese(self) -> str:
        """The verdict as a report for people shows it."""
        return {"GOOD": "有効", "BAD": "無効", "CANNOT_TELL": "判定不能"}[self.value]


@dataclass(frozen=True, slots=True)
class Rule:
    """What is checked: a stable id, the clause it rests on, titles, the error when it fails."""

    id: str
    clause: str
    title: str
    japanese: str
    error: type[BadError] = dataclass_field(default=BadError, compare=False)

    def passed(self, *, expected: str, seen: str) -> "Check":
        """Make the row of a rule that holds."""
        return Check(self, Outcome.PASS, expected=expected, seen=seen)

    def failed(self, *, expected: str, seen: str, offset: int | None = None) -> "Check":
        """Make the row of a rule that is broken, with the DER offset when there is one."""
        return Check(self, Outcome.FAIL, expected=expected, seen=seen, offset=offset)

    def malformed(self, *, expected: str, error: MalformedError) -> "Check":
        """Make the row of a rule broken by the bytes themselves."""
        return self.failed(expected=expected, seen=str(error), offset=error.offset)

    def unknown(self, *, expected: str, seen: str, needed: str) -> "Check":
        """Make the row of a rule nobody could check; `needed` says what would settle it."""
        return Check(self, Outcome.CANNOT_TELL, expected=expected, seen=seen, needed=needed)

    def judged(self, holds: bool, *, expected: str, seen: str) -> "Check":  # noqa: FBT001
        """Make the row of a rule whose facts are all at hand."""
        return Check(self, Outcome.PASS if holds else Outcome.FAIL, expected=expected, seen=seen)


@dataclass(frozen=True, slots=True)
class Check:
    """One row; `expected` and `seen` are text for people, ids and outcome are for programs."""

    rule: Rule
    outcome: Outcome
    expected: str
    seen: str
    needed: str | None = None
    offset: int | None = None
    field: str | None = None
    """The part of the structure that was looked at, by its name in the standard."""

    def __bool__(self) -> bool:
        raise TypeError("a check is no truth value: compare `outcome`")
