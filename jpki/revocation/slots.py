"""Which rows of the columns are of which list, found once for many lists: there may be thousands.

Not here: what a slot is (`layout`). Called by `lookup`, `merging`.
"""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from jpki.revocation.layout import MOST_LISTS, SLOT_SHIFT

_NO_ROWS = np.empty(0, np.uint32)


class RowsOfLists:
    """The rows of each list, or of the lists in these slots alone."""

    def __init__(self, code: NDArray[np.uint16], wanted: Iterable[int] | None = None) -> None:
        slots = code >> np.uint16(SLOT_SHIFT)
        if wanted is None:
            order = np.argsort(slots, kind="stable")
        else:
            is_wanted = np.zeros(MOST_LISTS, np.bool_)
            is_wanted[list(wanted)] = True
            rows = np.flatnonzero(is_wanted[slots])
            order = rows[np.argsort(slots[rows], kind="stable")]
        self._begins = np.searchsorted(slots[order], np.arange(MOST_LISTS + 1))
        self._rows = order.astype(np.uint32)

    def of(self, slot: int) -> NDArray[np.uint32]:
        """Give those of one, ascending; one that was set aside has none."""
        return self._rows[slice(*self._begins[slot : slot + 2])] if slot < MOST_LISTS else _NO_ROWS
