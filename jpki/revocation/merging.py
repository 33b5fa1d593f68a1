"""New lists put in place of old ones: which may replace which, and the columns afterwards.

A list is known by its scope: the distribution point and the kinds of certificates it is for.
Of one scope the index holds one list, and a newer one alone replaces it (RFC 5280 5.2.3).
Called by `store`, and by whoever makes an index in memory.
"""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from jpki.revocation.columns import Columns, joined, no_columns
from jpki.revocation.errors import ListUnusableError, OlderListError
from jpki.revocation.layout import MOST_LISTS, SLOT_SHIFT, Contents
from jpki.revocation.lookup import CaIndex
from jpki.revocation.partition import Frame, IndexedList
from jpki.revocation.reading import ReadList
from jpki.verify.extensions import IssuingDistributionPoint
from jpki.verify.times import show


class Merge:
    """Lists of one CA key on their way into its part of the index."""

    def __init__(self, issuer: bytes, public_key_info: bytes, old: CaIndex | None) -> None:
        self._issuer = issuer
        self._public_key_info = public_key_info
        self._old = old
        self._frames: dict[int, Frame] = {} if old is None else dict(old.frames)
        self._new: dict[int, Columns] = {}
        self._scopes: dict[tuple[bytes, ...] | None, list[int]] = {}
        for slot, frame in self._frames.items():
            self._scopes.setdefault(frame.names, []).append(slot)

    @property
    def is_needed(self) -> bool:
        """Whether anything changes."""
        return bool(self._new)

    def take(self, one: ReadList) -> bool:
        """Take a list; False when that very list is there. Raises `ListRefusedError`."""
        slot = self._slot_of(one.parsed.scope, one.frame.names)
        if slot is not None:
            there = self._frames[slot]
            if there.list_sha256 == one.frame.list_sha256:
                return False
            _require_newer(one.parsed, there.parsed())
        else:
            slot = next((free for free in range(MOST_LISTS) if free not in self._frames), None)
            if slot is None:
                raise ListUnusableError(f"there are {MOST_LISTS} lists of this CA already")
            self._scopes.setdefault(one.frame.names, []).append(slot)
        self._frames[slot] = one.frame
        self._new[slot] = one.columns
        return True

    def result(self) -> Contents:
        """Give what the index holds of this CA afterwards."""
        parts = [_marked(columns, slot) for slot, columns in self._new.items()]
        if self._old is not None and self._old.entries:
            parts.insert(0, _without(self._old.contents.columns(), self._new))
        columns = joined(parts or [no_columns()]).sorted()
        return Contents.of(self._issuer, self._public_key_info, self._frames, columns)

    def _slot_of(
        self, scope: IssuingDistributionPoint | None, names: tuple[bytes, ...] | None
    ) -> int | None:
        for slot in self._scopes.get(names, ()):
            if self._frames[slot].parsed().scope == scope:
                return slot
        return None


def _require_newer(new: IndexedList, old: IndexedList) -> None:
    """Refuse a list that does not follow the one that is there."""
    if (new.number or 0) <= (old.number or 0):
        same = new.number == old.number
        told = f"no. {new.number}, and no. {old.number} of the same scope is there"
        raise OlderListError(f"{told}, another list of that number" if same else told)
    if new.this_update < old.this_update:
        raise OlderListError(
            f"no. {new.number} of {show(new.this_update)} came out before no. {old.number}, "
            f"which is there, of {show(old.this_update)}"
        )


def _marked(columns: Columns, slot: int) -> Columns:
    """Note in each code which list it is from."""
    mark = np.uint16(slot << SLOT_SHIFT)
    long = columns.long.copy()
    long["code"] |= mark
    return replace(columns, code=columns.code | mark, long=long)


def _without(columns: Columns, slots: Iterable[int]) -> Columns:
    """Leave out what lists said that are replaced."""
    kept = np.ones(MOST_LISTS, np.bool_)
    kept[list(slots)] = False
    short = kept[columns.code >> SLOT_SHIFT]
    long = kept[columns.long["code"] >> SLOT_SHIFT]
    if short.all() and long.all():
        return columns
    return Columns(
        columns.serial[short], columns.when[short], columns.code[short], columns.long[long]
    )
