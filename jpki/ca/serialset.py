"""Sets of serial numbers that may have millions of members.

What it is: a bit a number, in pages of 65,536 that are there when one of their numbers is. An
authority counts its certificates through, so a hundred million take some 12 megabytes.
What it is not: for numbers drawn at random, of which each would take a page.
Called by: `jpki.ca.coverage`.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Page = NDArray[np.uint8]

_BITS = 16
_PAGE = 1 << _BITS


class SerialSet:
    """A set of serial numbers that grows; the operators give new ones."""

    def __init__(self, chunks: Iterable[Sequence[int]] = ()) -> None:
        """Take the numbers of all chunks."""
        self.pages: dict[int, Page] = {}
        """Bits by the numbers' upper part, the smallest number's first."""
        for chunk in chunks:
            self.add(chunk)

    def add(self, serials: Sequence[int]) -> None:
        """Take more numbers, in any order; none is negative."""
        import numpy as np

        numbers = np.asarray(serials, np.int64)
        for index in np.unique(numbers >> _BITS).tolist():
            flags = np.zeros(_PAGE, bool)
            flags[numbers[numbers >> _BITS == index] & (_PAGE - 1)] = True
            page = np.packbits(flags)
            self.pages[index] = page | self.pages[index] if index in self.pages else page

    def update(self, other: "SerialSet") -> None:
        """Take all numbers of another set."""
        for index, page in other.pages.items():
            self.pages[index] = page | self.pages[index] if index in self.pages else page

    def __len__(self) -> int:
        import numpy as np

        return sum(int(np.unpackbits(page).sum()) for page in self.pages.values())

    def __sub__(self, other: "SerialSet") -> "SerialSet":
        return self._with(other, self.pages.keys(), lambda mine, theirs: mine & ~theirs)

    def __and__(self, other: "SerialSet") -> "SerialSet":
        shared = self.pages.keys() & other.pages.keys()
        return self._with(other, shared, lambda mine, theirs: mine & theirs)

    def __xor__(self, other: "SerialSet") -> "SerialSet":
        either = self.pages.keys() | other.pages.keys()
        return self._with(other, either, lambda mine, theirs: mine ^ theirs)

    def first(self, count: int) -> tuple[int, ...]:
        """Give the smallest members, at most so many."""
        return tuple(islice(self._members(), count))

    def _members(self) -> "Iterable[int]":
        import numpy as np

        for index in sorted(self.pages):
            yield from (np.flatnonzero(np.unpackbits(self.pages[index])) + index * _PAGE).tolist()

    def _with(
        self, other: "SerialSet", indexes: Iterable[int], join: "Callable[[Page, Page], Page]"
    ) -> "SerialSet":
        import numpy as np

        nothing = np.zeros(_PAGE // 8, np.uint8)
        made = SerialSet()
        for index in indexes:
            page = join(self.pages.get(index, nothing), other.pages.get(index, nothing))
            if page.any():
                made.pages[index] = page
        return made
