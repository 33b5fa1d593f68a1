"""Drawing lots from a seed: the same seed and the same question give the same answer, for ever.

Each answer depends on the seed and on its own label only, so that a new question never moves
the answers of the others. SHA-256 is used because Python promises nothing about the sequences
of its `random` module across versions.

Not here: secrets. Whoever knows the seed knows every answer; keys come from the system.
Called by the other modules of `cardsim.world`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from itertools import count
from typing import TypeVar

T = TypeVar("T")

_SPARE_OCTETS = 8
"""Octets drawn beyond the range: the bias of the remainder stays under 2 to the power -64."""


@dataclass(frozen=True, slots=True)
class Draw:
    """Lots of one seed."""

    seed: int

    def octets(self, label: str, length: int) -> bytes:
        """Give that many bytes."""
        blocks = b""
        for number in count():
            if len(blocks) >= length:
                return blocks[:length]
            blocks += sha256(f"{self.seed}/{label}/{number}".encode()).digest()
        raise AssertionError  # pragma: no cover - count() has no end

    def integer(self, label: str, low: int, high: int) -> int:
        """Give a number from `low` to `high`, both included."""
        span = high - low + 1
        octets = self.octets(label, (span.bit_length() + 7) // 8 + _SPARE_OCTETS)
        return low + int.from_bytes(octets, "big") % span

    def digits(self, label: str, length: int) -> str:
        """Give a string of that many decimal digits."""
        return f"{self.integer(label, 0, 10**length - 1):0{length}d}"

    def one_of(self, label: str, choices: Sequence[T]) -> T:
        """Give one of the choices."""
        return choices[self.integer(label, 0, len(choices) - 1)]

    def day(self, label: str, first: date, last: date) -> date:
        """Give a day from the first to the last, both included."""
        return first + timedelta(days=self.integer(label, 0, (last - first).days))

    def stream(self, label: str) -> Callable[[int], bytes]:
        """Give a function that hands out bytes, other ones at every call."""
        calls = count()
        return lambda length: self.octets(f"{label}/{next(calls)}", length)
