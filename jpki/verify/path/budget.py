"""What one question may still cost: counted down wherever hostile input could multiply work.

The clock, if any, comes from outside: without one no time counts, and the same question always
has the same answer.

One budget serves a whole question, paths of CRL signers included. Running out raises
`OutOfBudgetError`, which the room turns into "cannot tell"; it never leaves it.
Not here: the limits (`inputs`). Called by everything that loops in this room.
"""

from collections.abc import Callable

from jpki.verify.errors import VerifyError


class OutOfBudgetError(VerifyError):
    """The question costs more than its limits allow; the text says of what."""


Clock = Callable[[], float]
"""Seconds that only ever grow, from any beginning: `time.monotonic`."""


class Budget:
    """Counts down from the limits of a question.

    With a clock, it also looks at each count whether `seconds` are over: what is counted is short.
    """

    def __init__(
        self,
        *,
        paths: int,
        signatures: int,
        steps: int,
        comparisons: int,
        seconds: float = 0,
        clock: Clock | None = None,
    ) -> None:
        self._paths = paths
        self._signatures = signatures
        self._steps = steps
        self._comparisons = comparisons
        self._clock = clock
        self._seconds = seconds
        self._end = clock() + seconds if clock else 0.0

    def path(self) -> None:
        """Count one complete path."""
        self._paths -= 1
        self._check(self._paths, "paths")

    def signature(self) -> None:
        """Count one signature."""
        self._signatures -= 1
        self._check(self._signatures, "signatures")

    def step(self, count: int = 1) -> None:
        """Count certificates or lists considered."""
        self._steps -= count
        self._check(self._steps, "certificates and lists considered")

    def compare(self, count: int) -> None:
        """Count names held against constraints or lists, or policies carried down."""
        self._comparisons -= count
        self._check(self._comparisons, "names and policies compared")

    def _check(self, left: int, what: str) -> None:
        if left < 0:
            raise OutOfBudgetError(f"too many {what}")
        if self._clock and self._clock() > self._end:
            raise OutOfBudgetError(f"no answer within {self._seconds:g} seconds")


def unless_spent(look: Callable[[], None], *, or_enough: Callable[[], bool]) -> None:
    """Look as far as the budget goes; raise `OutOfBudgetError` unless what was found is enough."""
    try:
        look()
    except OutOfBudgetError:
        if not or_enough():
            raise
