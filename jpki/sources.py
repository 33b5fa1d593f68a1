"""Where a fact about the card or the PKI comes from, and how sure it is.

Much of this card is not public. Each constant that stands for a fact carries a `Source`, so
that a reader, a test or a document can list the facts and count the guesses. The keys and
grades are those of the reference documents (card interface: keys MC, OSC, ...; PKI profile:
sections and grades A to U), which docs/references.md explains.
"""

from dataclasses import dataclass
from enum import Enum, unique


@unique
class Grade(Enum):
    """How sure a fact is."""

    MEASURED = "measured"
    """A published trace, or a probe of a real card or object (M; A in the PKI profile)."""
    RELIED_ON = "relied on"
    """Public clients would break were it otherwise (n >= 1; B)."""
    SPECIFIED = "specified"
    """A public standard or official text (S)."""
    TABLE = "table"
    """Only found in a table copied from ISO 7816-4; nobody shows it happening (T)."""
    DEDUCED = "deduced"
    """Arithmetic or a reading of the standard, not stated by any source (D)."""
    ASSUMED = "assumed"
    """A guess of ours where nothing public answers: replaceable, and counted."""


@dataclass(frozen=True, slots=True)
class Source:
    """The origin of one fact: reference (document section and source keys) and grade."""

    reference: str
    grade: Grade

    @property
    def is_guess(self) -> bool:
        """Whether the fact rests on deduction or assumption rather than on a source."""
        return self.grade in {Grade.DEDUCED, Grade.ASSUMED, Grade.TABLE}
