"""What a benchmark gives: one row a figure, ours beside the peer's, and the ratio.

Samples of both sides are taken in turns, so that a busy moment of the machine hits both.
"""

import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Goal:
    """What a figure is meant to be: its `ratio` or its `ours`, within these bounds."""

    of: Literal["ratio", "ours"]
    at_least: float | None = None
    below: float | None = None

    def is_met(self, value: float) -> bool:
        """Whether a value is within both bounds."""
        enough = self.at_least is None or value >= self.at_least
        return enough and (self.below is None or value < self.below)

    def __str__(self) -> str:
        bounds = (("at least", self.at_least), ("below", self.below))
        words = [f"{word} {bound:g}" for word, bound in bounds if bound is not None]
        return f"{self.of} {' and '.join(words)}"


@dataclass(frozen=True, slots=True)
class Row:
    """One figure. `ours` and `peer` are in `unit`; `ratio` is as `ratio_means` says."""

    name: str
    unit: str
    ours: float
    peer: float
    ratio: float
    ratio_means: str
    peer_version: str
    goal: Goal | None = None

    @property
    def met(self) -> bool | None:
        """Whether the goal is met, by the numbers that are shown; None without a goal."""
        if self.goal is None:
            return None
        return self.goal.is_met({"ratio": self.ratio, "ours": self.ours}[self.goal.of])

    def as_data(self) -> dict[str, Any]:
        """Give the row as plain data for --json."""
        return {**asdict(self), "met": self.met}


def times_faster(
    name: str, ours: list[float], peer: list[float], *, peer_version: str, goal: Goal | None = None
) -> Row:
    """Compare two lists of times in seconds at their medians: how often faster are we."""
    mine, theirs = statistics.median(ours) * 1e6, statistics.median(peer) * 1e6
    return Row(
        name, "µs", round(mine, 2), round(theirs, 2), round(theirs / mine, 2),
        "peer / ours at the median", peer_version, goal,
    )  # fmt: skip


def in_turns(
    ours: Callable[[], object], peer: Callable[[], object], *, rounds: int, each: int
) -> tuple[list[float], list[float]]:
    """Time two functions in turns: `rounds` blocks of `each` calls, a sample a call."""
    mine: list[float] = []
    theirs: list[float] = []
    for _ in range(rounds):
        _sample(ours, each, mine)
        _sample(peer, each, theirs)
    return mine, theirs


def _sample(function: Callable[[], object], count: int, into: list[float]) -> None:
    clock = time.perf_counter
    for _ in range(count):
        started = clock()
        function()
        into.append(clock() - started)
