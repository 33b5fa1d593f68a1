"""What a rule of the linter is, and what it finds.

What it is: severities, the kinds of object there are rules for, a rule as data with its citation
and one pure check, and the finding.
What it is not: a rule (`jpki.lint.rules`), the list of them (`registry`), or a reader of DER
(`jpki.verify.der`; `subjects` says which part of an object is which).
Called by: everything in `jpki.lint`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import Enum, unique
from typing import NamedTuple

from jpki.lint.subjects import Subject, Target
from jpki.lint.view import View
from jpki.sources import Source
from jpki.verify.der import Node
from jpki.verify.errors import MalformedError
from jpki.verify.names import printable


@unique
class Severity(Enum):
    """How bad a finding is; the value is its word."""

    ERROR = "error"
    """The standard says MUST, or every object seen is otherwise."""
    WARNING = "warning"
    """The standard says SHOULD, or the profile is known from one source."""
    NOTICE = "notice"
    """Worth looking at: nobody public says how it has to be."""

    @property
    def japanese(self) -> str:
        """The word as a report for people shows it."""
        return {"error": "誤り", "warning": "警告", "notice": "注意"}[self.value]

    @property
    def rank(self) -> int:
        """0 for the worst."""
        return list(Severity).index(self)


class Flaw(NamedTuple):
    """What a check yields: where, what belongs there, what is there."""

    at: Node | int
    expected: str
    seen: str


Flaws = Iterable[Flaw]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. Ids are stable: programs and tests name them.

    `looks_at` are the parts the check gets to see, and nothing else; without one of them in the
    object the rule does not apply (that a part is missing is another rule's finding).
    `clause` is the standard's; `source` says where the profile has it and how sure that is.
    """

    id: str
    title: str
    japanese: str
    targets: frozenset[Target]
    severity: Severity
    clause: str
    source: Source | None
    looks_at: tuple[str, ...]
    check: Callable[[View], Flaws] = field(repr=False)

    @property
    def citation(self) -> str:
        """Clause and source in one line: `RFC 5280 4.1.2.1; PKI 1.1 (measured)`."""
        known = f"{self.source.reference} ({self.source.grade.value})" if self.source else ""
        return "; ".join(part for part in (self.clause, known) if part)

    def findings(self, subject: Subject, view: View) -> "list[Finding]":
        """Hold the rule against an object; what cannot be read breaks it, too.

        What is said quotes the object, so that here all of it is made fit for a terminal.
        """
        try:
            flaws = list(self.check(view))
        except MalformedError as error:
            flaws = [Flaw(error.offset, "what the standard's ASN.1 says", error.problem)]
        return [
            Finding(self, subject.target, _offset(at), printable(want), printable(seen))
            for at, want, seen in flaws
        ]


@dataclass(frozen=True, slots=True)
class Finding:
    """One place where an object breaks a rule; `offset` counts from its first octet.

    What is expected and seen has no control characters, whatever the object holds.
    """

    rule: Rule
    target: Target
    offset: int
    expected: str
    seen: str


def _offset(at: Node | int) -> int:
    return at if isinstance(at, int) else at.offset
