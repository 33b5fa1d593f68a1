"""All lists of one CA key, and what they say of a serial number: one question, or millions.

One question is a search in a few hundred numbers, in whatever list the answer is; many at once
go through a bitmap of the serial numbers and search only for those that are there.
Not here: what follows from an entry (`source`, and behind it the verifier's `crl_source`).
Called by `source`, `bulk`, `merging`.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from jpki.revocation.aside import PAST, RECENT
from jpki.revocation.columns import (
    SHORT_LIMIT,
    Columns,
    long_entry,
    long_key,
    short_entry,
    short_serials,
)
from jpki.revocation.layout import SLOT_SHIFT, Contents
from jpki.revocation.partition import Frame, IndexedList
from jpki.revocation.published import published
from jpki.revocation.refusals import Doubts
from jpki.revocation.shapes import SERIAL_OCTETS
from jpki.revocation.slots import RowsOfLists
from jpki.verify.crl import Revoked

_SEGMENT = 1 << 24
_WIDEST = 1 << 31
"""Serial numbers a bitmap may span: 256 MB."""
_CHUNK = 1 << 15
"""Serial numbers looked at at a time: what is reckoned about them stays in a core's cache."""


class CaIndex:
    """The lists of one CA key, each in its slot."""

    def __init__(self, contents: Contents) -> None:
        self.contents = contents
        self.issuer = contents.issuer
        self.public_key_info = contents.public_key_info
        self.frames: Mapping[int, Frame] = contents.frames
        asked = {slot: frame for slot, frame in self.frames.items() if slot < PAST}
        self.everywhere: tuple[int, ...] = tuple(
            slot for slot, frame in asked.items() if frame.names is None
        )
        """Slots of lists that name no distribution point."""
        self.by_name: dict[bytes, list[int]] = {}
        """Slots by the names of their distribution points."""
        self.current: tuple[int, ...] = tuple(slot for slot in asked if slot < RECENT)
        """Slots of the lists of their scopes; the others were set aside."""
        for slot, frame in asked.items():
            for name in frame.names or ():
                self.by_name.setdefault(name, []).append(slot)
        self._first = int(contents.starts[0])
        self._starts = contents.starts[1:].data
        self._buckets = len(self._starts) - 1
        self._low = contents.low.data
        self._when = contents.when.data
        self._code = contents.code.data
        self._long = _Records(contents.long) if len(contents.long) else None
        self._aside = _Records(contents.aside) if len(contents.aside) else None
        self._parsed: dict[int, IndexedList] = {}
        self._bitmap: _Bitmap | None = None
        self._has_doubts = bool(contents.refused)
        self._doubts: Doubts | None = None
        self._doubtful: NDArray[np.uint32] | None = None
        self._rows: tuple[RowsOfLists, RowsOfLists] | None = None

    @property
    def doubts(self) -> Doubts | None:
        """The lists of this key that were refused, None when there are none."""
        if self._has_doubts and self._doubts is None:
            self._doubts = Doubts(self.contents.refused, self.public_key_info)
        return self._doubts

    @property
    def key_identifier(self) -> bytes | None:
        """The key as its lists call it, None where none was taken that does."""
        claims = (self.parsed(slot).authority_key for slot in sorted(self.current))
        return next((one.key_identifier for one in claims if one and one.key_identifier), None)

    def may_mention(self, serial: int) -> bool:
        """Whether a list names it, or one that was refused may."""
        if self.find(serial):
            return True
        return self.doubts is not None and self.doubts.may_mention(serial)

    @property
    def entries(self) -> int:
        """How many entries all lists have together."""
        return len(self.contents.low) + len(self.contents.long)

    def find(self, serial: int) -> list[tuple[int, Revoked]]:
        """Give every entry for a serial number, with the slot of its list."""
        found: list[tuple[int, Revoked]] = []
        bucket = (serial >> 16) - self._first
        if 0 <= bucket < self._buckets:
            low = serial & 0xFFFF
            end = self._starts[bucket + 1]
            row = bisect_left(self._low, low, self._starts[bucket], end)
            while row < end and self._low[row] == low:
                code = self._code[row]
                found.append((code >> SLOT_SHIFT, short_entry(self._when[row], code)))
                row += 1
        if 0 <= serial < 1 << 8 * SERIAL_OCTETS:
            if self._long is not None:
                rows = self._long.of(serial)
                found += ((int(row["code"]) >> SLOT_SHIFT, long_entry(row)) for row in rows)
            if self._aside is not None:
                rows = self._aside.of(serial)
                found += ((int(row["list"]), long_entry(row)) for row in rows)
        return found

    def parsed(self, slot: int) -> IndexedList:
        """Give the list of a slot; its entries are looked up here."""
        if slot not in self._parsed:
            self._parsed[slot] = self.frames[slot].parsed(
                _Entries(self, slot), lambda: self.published(slot)
            )
        return self._parsed[slot]

    def published(self, slot: int) -> bytes:
        """Give the list of a slot as its CA published it; raise `NotKeptError` (see `published`).

        One that was set aside is not kept whole.
        """
        return published(self.frames[slot], self._columns_of(slot))

    def digests(self) -> Iterator[bytes]:
        """Give the SHA-256 of every list that has a say, taken or not."""
        for slot, frame in self.frames.items():
            yield frame.whole_sha256 or self.parsed(slot).sha256
        yield from (one.sha256 for one in self.contents.refused)

    def serials(self) -> NDArray[np.uint32]:
        """Give the short serial numbers, ascending."""
        return self.contents.columns().serial

    def listed(self, serials: NDArray[np.uint32]) -> NDArray[np.bool_]:
        """Say which of these serial numbers any of the lists names, or may, all at once.

        Raises `TypeError` for numbers of another type: below the first, signed ones count from
        the end.
        """
        if getattr(serials, "dtype", None) != np.uint32:
            raise TypeError("serial numbers are asked for as an array of numpy.uint32")
        if self._bitmap is None:
            self._bitmap = _Bitmap(self._all_short())
        found = np.empty(len(serials), np.bool_)
        for at in range(0, len(serials), _CHUNK):
            part = slice(at, at + _CHUNK)
            found[part] = self._bitmap.has(serials[part])
        if self.doubts is not None:
            # Apart: what may be a serial number lies anywhere, and would spread the bitmap out.
            if self._doubtful is None:
                self._doubtful = self.doubts.short_serials()
            found |= np.isin(serials, self._doubtful)
        return found

    def _columns_of(self, slot: int) -> Columns:
        """Give those of one list alone; one that was set aside has none."""
        contents = self.contents
        if self._rows is None:
            self._rows = RowsOfLists(contents.code), RowsOfLists(contents.long["code"])
        short, long = (each.of(slot) for each in self._rows)
        if len(short) == len(contents.low):
            return replace(contents.columns(), long=contents.long[long])
        buckets = np.searchsorted(contents.starts[1:], short, side="right") - 1 + self._first
        serial = buckets.astype(np.uint32) << np.uint32(16)
        serial |= contents.low[short]
        return Columns(serial, contents.when[short], contents.code[short], contents.long[long])

    def _all_short(self) -> NDArray[np.uint32]:
        """Give all serial numbers of 32 bits, in whichever columns they are, ascending."""
        others = [one.short for one in (self._long, self._aside) if one is not None]
        serials = self.serials()
        return np.union1d(serials, np.concatenate(others)) if others else serials


class _Records:
    """Long records or those set aside, by serial number: those of 32 bits come first."""

    def __init__(self, records: NDArray[np.void]) -> None:
        self._records = records
        self.short = short_serials(records["serial"])
        self._small = self.short.data
        self._octets = np.ascontiguousarray(records).view(np.uint8).data
        self._size = records.dtype.itemsize

    def of(self, serial: int) -> Iterator[np.void]:
        """Give the records of a serial number."""
        if serial < SHORT_LIMIT:
            small = self._small
            row = bisect_left(small, serial)
            while row < len(small) and small[row] == serial:
                yield self._records[row]
                row += 1
            return
        key = long_key(serial)
        rows = range(len(self._small), len(self._records))
        row = bisect_left(rows, key, key=self._key) + len(self._small)
        while row < len(self._records) and self._key(row) == key:
            yield self._records[row]
            row += 1

    def _key(self, row: int) -> bytes:
        at = row * self._size
        return bytes(self._octets[at : at + SERIAL_OCTETS])


@dataclass(frozen=True, slots=True)
class _Entries(Mapping[int, Revoked]):
    """The entries of one list among all; to be asked, not to be gone through."""

    index: CaIndex
    slot: int

    def __getitem__(self, serial: int) -> Revoked:
        for slot, entry in self.index.find(serial):
            if slot == self.slot:
                return entry
        raise KeyError(serial)

    def __len__(self) -> int:
        return self.index.frames[self.slot].entries

    def __iter__(self) -> Iterator[int]:
        raise TypeError("an indexed list is asked for serial numbers, not gone through")


class _Bitmap:
    """One bit a serial number, from the first to the last; a search where that were too many."""

    def __init__(self, serials: NDArray[np.uint32]) -> None:
        self._serials = serials
        self._first = int(serials[0]) if len(serials) else 0
        self._span = int(serials[-1]) - self._first + 1 if len(serials) else 0
        self._bits: NDArray[np.uint8] | None = None
        if self._span <= _WIDEST:
            self._bits = np.zeros(self._span // 8 + 1, np.uint8)
            for start in range(0, self._span, _SEGMENT):
                lowest = self._first + start
                rows = np.searchsorted(serials, np.array([lowest, lowest + _SEGMENT], np.uint64))
                places = np.zeros(min(_SEGMENT, self._span - start), np.uint8)
                places[serials[slice(*rows)] - np.uint32(lowest)] = 1
                packed = np.packbits(places, bitorder="little")
                self._bits[start // 8 : start // 8 + len(packed)] = packed

    def has(self, serials: NDArray[np.uint32]) -> NDArray[np.bool_]:
        if not self._span:
            return np.zeros(len(serials), np.bool_)
        if self._bits is None:
            order = np.argsort(serials)
            wanted = serials[order]
            rows = np.searchsorted(self._serials, wanted).clip(max=len(self._serials) - 1)
            found = np.empty(len(serials), np.bool_)
            found[order] = self._serials[rows] == wanted
            return found
        # What lies below the first wraps round to far above the last; behind it is a zero bit.
        places = np.minimum(serials - np.uint32(self._first), np.uint32(self._span))
        bits: NDArray[np.uint8] = self._bits.take(places >> np.uint32(3))
        bits >>= (places & np.uint32(7)).astype(np.uint8)
        bits &= np.uint8(1)
        return bits.view(np.bool_)
