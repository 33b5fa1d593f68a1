"""What a benchmark gives: one row a figure, ours beside the peer's, and the ratio.

Samples of both sides are taken in turns, so that a busy moment of the machine hits both.
"""

import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any


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
    goal: str = ""

    def as_data(self) -> dict[str, Any]:
        """Give the row as plain data for --json."""
        return asdict(self)


def times_faster(
    name: str, ours: list[float], peer: list[float], *, peer_version: str, goal: str = ""
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
