"""What one question may still cost: counted down wherever hostile input could multiply work.

One budget serves a whole question, paths of CRL signers included. Running out raises
`OutOfBudgetError`, which the room turns into "cannot tell"; it never leaves it.
Not here: the limits (`inputs`). Called by everything that loops in this room.
"""

from jpki.verify.errors import VerifyError


class OutOfBudgetError(VerifyError):
    """The question costs more than its limits allow; the text says of what."""


class Budget:
    """Counts down from the limits of a question."""

    def __init__(self, *, paths: int, signatures: int, steps: int, comparisons: int) -> None:
        self._paths = paths
        self._signatures = signatures
        self._steps = steps
        self._comparisons = comparisons

    def path(self) -> None:
        """Count one complete path."""
        self._paths -= 1
        _check(self._paths, "paths")

    def signature(self) -> None:
        """Count one signature."""
        self._signatures -= 1
        _check(self._signatures, "signatures")

    def step(self, count: int = 1) -> None:
        """Count certificates or lists considered."""
        self._steps -= count
        _check(self._steps, "certificates and lists considered")

    def compare(self, count: int) -> None:
        """Count names held against constraints, or policies carried down."""
        self._comparisons -= count
        _check(self._comparisons, "names and policies compared")


def _check(left: int, what: str) -> None:
    if left < 0:
        raise OutOfBudgetError(f"too many {what}")
