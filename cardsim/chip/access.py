"""Access rules: what must have been proven before a file may be read or a key used.

Rules are data; the facts they ask for (which PIN files were verified) belong to the session.
Not here: any command. ISO/IEC 7816-4:2020 clause 9.3 in spirit, not in encoding.
Built by whoever builds the applications, asked by the handlers.
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import Enum, unique
from typing import Protocol


@unique
class Operation(Enum):
    """What a command wants to do with a file."""

    READ = "read"
    SIGN = "sign"
    INTERNAL_AUTHENTICATE = "internal authenticate"
    CHANGE = "change reference data"
    REPLACE_KEY = "replace key"


class AccessRule(Protocol):
    """A condition over the PIN files verified in the current application."""

    def permits(self, verified: AbstractSet[int]) -> bool:
        """Say whether the EF identifiers in `verified` are enough."""
        ...


@dataclass(frozen=True, slots=True)
class Always:
    """No condition."""

    def permits(self, verified: AbstractSet[int]) -> bool:  # noqa: ARG002 - asks for nothing
        """Say yes."""
        return True


@dataclass(frozen=True, slots=True)
class Never:
    """Nobody: what holds for everything without a rule."""

    def permits(self, verified: AbstractSet[int]) -> bool:  # noqa: ARG002 - nothing is enough
        """Say no."""
        return False


@dataclass(frozen=True, slots=True)
class Verified:
    """The PIN file `ef` of the same application has been verified."""

    ef: int

    def permits(self, verified: AbstractSet[int]) -> bool:
        """Say whether that PIN is among the verified ones."""
        return self.ef in verified


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of the rules; of none, none can hold."""

    rules: tuple[AccessRule, ...]

    def permits(self, verified: AbstractSet[int]) -> bool:
        """Say whether one of the rules holds."""
        return any(rule.permits(verified) for rule in self.rules)


ALWAYS = Always()
NEVER = Never()
