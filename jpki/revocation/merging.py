"""New lists put in place of old ones: which may replace which, and the columns afterwards.

A list is known by its scope: the distribution point and the kinds of certificates it is for.
Of one scope the index holds one list, and a newer one alone replaces it (RFC 5280 5.2.3). The
others are set aside (`aside`): whom they name stays named, and the newest of them is asked, too,
since the list in its place may be one of the future.
Called by `store`, and by whoever makes an index in memory.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from itertools import count

import numpy as np
from numpy.typing import NDArray

from jpki.revocation.aside import PAST, RECENT, Aside, no_records, records, remaining
from jpki.revocation.columns import Columns, joined, no_columns, order_of
from jpki.revocation.errors import ListUnusableError, OlderListError
from jpki.revocation.layout import MOST_LISTS, SLOT_SHIFT, Contents
from jpki.revocation.lookup import CaIndex
from jpki.revocation.partition import IndexedList
from jpki.revocation.published import named
from jpki.revocation.reading import ReadList
from jpki.revocation.refusals import Refusal
from jpki.revocation.slots import RowsOfLists
from jpki.verify.extensions import IssuingDistributionPoint
from jpki.verify.times import show

MOST_REFUSED = 64 << 20
"""Octets of refused lists kept of one CA key."""
MOST_REFUSALS = 1 << 12
"""Refused lists remembered of one CA key; after one more, nothing is known not to be revoked."""
_TOO_MANY = bytes(32)
"""In place of a SHA-256: lists were refused that are not remembered each for itself."""


class Merge:
    """Lists of one CA key on their way into its part of the index."""

    def __init__(self, issuer: bytes, public_key_info: bytes, old: CaIndex | None) -> None:
        self._issuer = issuer
        self._public_key_info = public_key_info
        self._old = old
        frames = {} if old is None else old.frames
        self._frames = {slot: frame for slot, frame in frames.items() if slot < RECENT}
        self._aside = {slot: frame for slot, frame in frames.items() if slot >= RECENT}
        self._known = {frame.identity for frame in self._aside.values()}
        self._read = {frame.tbs_sha256 for frame in frames.values()}
        """What the CA signed and was read whole, in whatever list: no copy of it says more."""
        self._refused = [] if old is None else list(old.contents.refused)
        self._forgotten: list[int] = []
        self._is_needed = False
        self._new: dict[int, Columns] = {}
        self._leaving: dict[int, list[tuple[IndexedList, Columns | None]]] = {}
        """Lists to be set aside by the slot of their scope; without columns, the old ones."""
        self._scopes: dict[tuple[bytes, ...] | None, list[int]] = {}
        for slot, frame in self._frames.items():
            self._scopes.setdefault(frame.names, []).append(slot)

    @property
    def is_needed(self) -> bool:
        """Whether anything changes."""
        return self._is_needed

    def take(self, one: ReadList) -> bool:
        """Take a list; False when that very list is there. Raises `ListRefusedError`.

        Whom a list names that is refused for its age is taken in all the same. Either way a copy
        of its signed part that was too large to keep is settled: it named whom this one names.
        """
        slot = self._slot_of(one.parsed.scope, one.frame.names)
        if slot is not None:
            there = self._frames[slot]
            if there.identity == one.frame.identity:
                return False
            parsed = there.parsed()
            try:
                _require_newer(one.parsed, parsed)
            except OlderListError:
                self._set_aside(slot, one.parsed, one.columns)
                self._settle(one.frame.tbs_sha256)
                raise
            self._set_aside(slot, parsed, self._new.get(slot))
        else:
            slot = next((free for free in range(MOST_LISTS) if free not in self._frames), None)
            if slot is None:
                why = f"there are {MOST_LISTS} lists of this CA already"
                self.refuse(Refusal(one.parsed.sha256, why, b"", one.frame.tbs_sha256))
                raise ListUnusableError(why)
            self._scopes.setdefault(one.frame.names, []).append(slot)
        self._frames[slot] = one.frame
        self._new[slot] = one.columns
        self._settle(one.frame.tbs_sha256)
        self._is_needed = True
        return True

    def refuse(self, one: Refusal) -> None:
        """Remember a list that this CA signed and that is not taken."""
        if any(known.sha256 == _TOO_MANY or known.covers(one) for known in self._refused):
            return
        room = MOST_REFUSED - sum(len(known.der) for known in self._refused)
        one = one if len(one.der) <= room else replace(one, der=b"")
        if not one.der and one.tbs_sha256 in self._read:
            return
        if len(self._refused) == MOST_REFUSALS:
            why = f"more than {MOST_REFUSALS} lists were refused, this among them: {one.why}"
            one = Refusal(_TOO_MANY, why, b"", b"")
        self._refused.append(one)
        self._is_needed = True

    def forget(self, digests: Collection[bytes], before: datetime | None) -> tuple[bytes, ...]:
        """Drop refused lists of these SHA-256, and lists set aside that came out before a moment.

        Gives the SHA-256 of what was dropped. What was too much to remember cannot be forgotten.
        """
        kept = [
            one for one in self._refused if one.sha256 not in digests or one.sha256 == _TOO_MANY
        ]
        left = {one.sha256 for one in kept}
        found = [one.sha256 for one in self._refused if one.sha256 not in left]
        self._refused = kept
        for slot, frame in list(self._aside.items()):
            if before is not None and frame.parsed().this_update < before:
                self._forgotten.append(slot)
                found.append(self._aside.pop(slot).list_sha256)
        self._is_needed = self._is_needed or bool(found)
        return tuple(found)

    def result(self) -> Contents:
        """Give what the index holds of this CA afterwards."""
        old = no_columns() if self._old is None else self._old.contents.columns()
        aside = self._all_aside(old)
        parts = [_marked(columns, slot) for slot, columns in self._new.items()]
        if len(old):
            parts.insert(0, _without(old, self._new))
        # Each for itself is sorted.
        columns = parts[0] if len(parts) == 1 else joined(parts or [no_columns()]).sorted()
        frames = self._frames | self._aside
        refused = tuple(self._refused)
        ca = (self._issuer, self._public_key_info)
        return Contents.of(*ca, frames, columns, aside=aside, refused=refused)

    def _settle(self, tbs_sha256: bytes) -> None:
        self._read.add(tbs_sha256)
        left = [one for one in self._refused if one.der or one.tbs_sha256 != tbs_sha256]
        self._is_needed = self._is_needed or len(left) < len(self._refused)
        self._refused = left

    def _set_aside(self, slot: int, one: IndexedList, columns: Columns | None) -> None:
        if one.frame.identity in self._known:
            return
        self._known.add(one.frame.identity)
        if columns is not None:
            # While all of its entries are here.
            one = replace(one, frame=named(one.frame, columns))
        self._leaving.setdefault(slot, []).append((one, columns))
        self._is_needed = True

    def _all_aside(self, old: Columns) -> NDArray[np.void]:
        """Put aside what leaves, and give all records of what is aside."""
        there = no_records() if self._old is None else self._old.contents.aside
        if self._forgotten:
            there = there[~np.isin(there["list"], self._forgotten)]
        if not self._leaving:
            return there
        rows = [RowsOfLists(code, self._leaving) for code in (old.code, old.long["code"])]
        counts = Counter(there["list"][there["list"] < PAST].tolist())
        renamed: dict[int, int] = {}
        parts: list[NDArray[np.void]] = []
        free = count(max([PAST - 1, *self._aside]) + 1)
        for slot, leaving in self._leaving.items():
            before = old.taken(*(each.of(slot) for each in rows))
            current = self._new.get(slot, before)
            left = [
                remaining(
                    Aside(one.frame, one.this_update, before if columns is None else columns),
                    current,
                )
                for one, columns in leaving
            ]
            newest = self._make_room(RECENT + slot, left, counts, renamed, free)
            for one in left:
                if one is newest or len(one.columns):
                    at = RECENT + slot if one is newest else next(free)
                    self._aside[at] = one.frame
                    parts.append(records(one.columns, at))
        return _in_order([_renamed(there, renamed), *parts])

    def _make_room(
        self,
        recent: int,
        left: list[Aside],
        counts: Counter[int],
        renamed: dict[int, int],
        free: Iterator[int],
    ) -> Aside | None:
        """Give the one that shall be the recent one; None when the one that is there stays."""
        newest = max(left, key=lambda one: one.this_update)
        before = self._aside.get(recent)
        if before is None:
            return newest
        if before.parsed().this_update > newest.this_update:
            return None
        del self._aside[recent]
        if counts[recent]:
            # It names somebody still.
            renamed[recent] = next(free)
            self._aside[renamed[recent]] = before
        return newest

    def _slot_of(
        self, scope: IssuingDistributionPoint | None, names: tuple[bytes, ...] | None
    ) -> int | None:
        for slot in self._scopes.get(names, ()):
            if self._frames[slot].parsed().scope == scope:
                return slot
        return None


def _renamed(aside: NDArray[np.void], slots: dict[int, int]) -> NDArray[np.void]:
    """Note that lists set aside before have other slots now."""
    if not slots:
        return aside
    found = aside.copy()
    table = np.arange(PAST, dtype=np.uint32)
    table[list(slots)] = list(slots.values())
    recent = found["list"] < PAST
    found["list"][recent] = table[found["list"][recent]]
    return found


def _in_order(parts: list[NDArray[np.void]]) -> NDArray[np.void]:
    found = np.concatenate(parts)
    return found[order_of(found["serial"])] if len(found) > 1 else found


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
    if not slot:
        return columns
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
    return columns.taken(short, long)
