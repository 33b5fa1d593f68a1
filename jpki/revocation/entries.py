"""The entries of a revocation list, octets in and columns out, in blocks of any size.

Every octet of every entry is checked. Entries of the usual shapes are read thousands at a time
(`shapes`); any other goes through the verifier's own strict reader, one by one, and what that
refuses is refused. `fast=False` sends every entry that way: the same answer, slowly.
Memory is bounded by the columns and one block. Not here: header and signature (`reading`).
Standard: RFC 5280 5.1.2.6, 5.3. Called by `reading`.
"""

import numpy as np
from numpy.typing import NDArray

from jpki.revocation.columns import (
    CODES,
    LONG,
    NO_DATE,
    SHORT_LIMIT,
    Columns,
    long_key,
    seconds_of,
)
from jpki.revocation.errors import ListUnreadableError, ListUnusableError
from jpki.revocation.shapes import BLOCK, Block, Octets, Shape, has_shape, is_usual, shape_of
from jpki.verify.crl import Explanation, Revoked, read_entry, read_known
from jpki.verify.der import decode, header
from jpki.verify.errors import MalformedError

MAX_ENTRY = 1 << 16
"""Octets of one entry; those of JPKI have at most 37."""
_MOST_HEADER = 2 + 0x7F
"""Octets that identifier and length of anything can have."""
MOST_ODD = 64 << 20
"""Octets of entries of no usual shape in a list: each is read by itself, at 1 to 1.5 µs an octet
a minute or two in all, before it is known who signed it. A million with an invalidityDate fit."""
_SMALLEST_ENTRY = 20
_RUN = 1024
"""Entries of one shape in a row from which on looking at each one's length does not pay."""
_WORTH_IT = 256
"""Entries at a time from which on finding them all at once pays."""
_SPAN, _LEAST_SPAN = 40 * BLOCK, 1 << 15
"""Octets in which to look for the next entries, at most and at first."""
_FEW = 8
"""Entries at a time below which reading each for itself is quicker."""
_SHORT_FORM = 0x80
Window = bytes | memoryview
"""Some octets of a list, from which entries are read."""
_REMEMBERED = 4096
"""Encodings of entry extensions whose meaning is kept,"""
_WORTH_REMEMBERING = 1 << 8
"""each in an entry of so many octets at most: a longer one comes once."""
_V2 = 2
_HAS_SHAPE = np.array([has_shape(length, octets) for length in range(128) for octets in range(256)])
"""By `length * 256 + octets of the serial number`."""
_PADDED = 5
"""Octets of a serial number of which some are 32 bits behind a zero, others more."""


class EntryScanner:
    """Reads `length` octets of entries that begin at `offset` of the list, as they come."""

    def __init__(self, length: int, *, offset: int, fast: bool = True) -> None:
        most = length // _SMALLEST_ENTRY + 1
        # Only what is written takes memory.
        self._serial = np.empty(most, np.uint32)
        self._when = np.empty(most, np.uint32)
        self._code = np.empty(most, np.uint16)
        self._count = 0
        self._long: list[NDArray[np.void]] = []
        self._odd: list[tuple[int, Revoked]] = []
        self._explained: dict[bytes, Explanation] = {}
        self._at = offset
        self._end = offset + length
        self._odd_left = MOST_ODD
        self._span = _LEAST_SPAN
        self._not_before = offset
        self._fast = fast
        self._is_plain = True

    @property
    def is_plain(self) -> bool:
        """Whether the columns hold all that the entries say, and the order they say it in.

        Known when all was read: nothing but serial numbers of 32 bits, ascending, in the usual
        shapes, and no reasonCode that says as much as none.
        """
        return self._is_plain

    def feed(self, octets: Window) -> int:
        """Read what comes next; raise `ListRefusedError` at the first entry that is refused.

        Gives how many octets were read: what is left is the beginning of an entry that is cut,
        and must come again, in front of what follows. Nothing of these octets is referred to
        afterwards.
        """
        at = 0
        while at < len(octets) and (after := self._step(octets, at)) > at:
            at = after
        self._keep_odd()
        self._at += at
        return at

    def finish(self) -> Columns:
        """Give the columns, sorted; raise `ListRefusedError` for a serial number listed twice."""
        if self._at != self._end:
            raise ListUnreadableError("revokedCertificates ends within an entry", self._at)
        count = self._count
        columns = Columns(
            self._serial[:count],
            self._when[:count],
            self._code[:count],
            np.concatenate(self._long) if self._long else np.empty(0, LONG),
        )
        if (columns.serial[1:] > columns.serial[:-1]).all() and not len(columns.long):
            return columns
        self._is_plain = False
        columns = columns.sorted()
        columns.require_unique()
        return columns

    def _step(self, window: Window, at: int) -> int:
        """Read entries that begin at `at`; give where the next begins, `at` for want of octets."""
        if self._is_cut(window, at):
            return at
        if self._fast:
            shape, run = _run(window, at)
            after = at + run * shape.size if shape else at
            if shape and (run >= _RUN or len(window) - after < shape.size <= after - at):
                entries = np.frombuffer(window, np.uint8, after - at, at)
                self._uniform(window, at, shape, entries)
                return after
            starts, after = self._find(window, at)
            if len(starts) >= _FEW:
                self._mixed(window, starts)
                return after
            for start in starts.tolist():
                octets = bytes(window[start : self._one(window, start)])
                if not is_usual(octets):
                    self._count_odd(len(octets))
                # A usual entry ends with `Z` or its reasonCode.
                self._is_plain = self._is_plain and octets[-1] != 0
            if len(starts):
                return after
        after = self._one(window, at)
        self._count_odd(after - at)
        return after

    def _find(self, window: Window, at: int) -> tuple[NDArray[np.intp], int]:
        """Find where some entries begin that are whole: all at once, as far as that pays."""
        if self._at + at >= self._not_before:
            starts, after = _leap(window, at, self._span)
            # As far again as this time, and where it came to nothing not at once: however a list
            # alternates, its octets are not looked at time and again.
            if len(starts) >= _WORTH_IT:
                self._span = min(2 * (after - at), _SPAN)
                return starts, after
            self._not_before = self._at + at + self._span
            self._span = _LEAST_SPAN
        return _walk(window, at)

    def _count_odd(self, size: int) -> None:
        """Refuse a list of which too much is entries of no usual shape, as this one of this size.

        Octets, for what an entry holds is for its maker to say: extensions take time, each alike.
        """
        self._is_plain = False
        self._odd_left -= size
        if self._odd_left < 0 and self._fast:
            raise ListUnusableError(f"more than {MOST_ODD} octets of entries of no usual shape")

    def _is_cut(self, window: Window, at: int) -> bool:
        """Whether the entry at `at`, of a usual length, goes on behind this window."""
        size = 2 + window[at + 1] if at + 1 < len(window) else 0
        within = size < _SHORT_FORM and self._at + at + size <= self._end
        return within and at + size > len(window)

    def _uniform(self, window: Window, at: int, shape: Shape, entries: Octets) -> None:
        """Read entries of one shape that lie one after the other."""
        block = self._block(shape, entries)
        count = len(block.odd)
        if block.serial is None or block.odd.any():
            rows = np.arange(count)
            self._keep(window, at + rows * shape.size, [(rows, shape, block)])
            return
        kept = slice(self._count, self._count + count)
        self._serial[kept] = block.serial
        self._when[kept] = block.when
        self._code[kept] = block.reason
        self._count = kept.stop

    def _mixed(self, window: Window, starts: NDArray[np.intp]) -> None:
        """Read entries of several shapes, each shape at once."""
        octets = np.frombuffer(window, np.uint8)
        keys = octets[starts + 1].astype(np.uint16) << np.uint16(8)
        keys |= octets.take(starts + 3, mode="clip")
        groups = []
        left = keys[_HAS_SHAPE[keys]]
        while len(left):
            key = left[0]
            left = left[left != key]
            shape = shape_of(int(key) >> 8, int(key) & 0xFF)
            if shape is None:
                continue
            rows = np.flatnonzero(keys == key)
            # Every place of the window where an entry of this size could begin, as a row.
            places = (len(octets) - shape.size + 1, shape.size)
            windows = np.ndarray(places, np.uint8, window, 0, (1, 1))
            groups.append((rows, shape, self._block(shape, windows[starts[rows]].reshape(-1))))
        self._keep(window, starts, groups)

    def _block(self, shape: Shape, entries: Octets) -> Block:
        """Read entries of one shape, and notice what the columns do not say of them."""
        block = shape.read(entries)
        # What was read one by one before it comes behind it in the columns.
        if self._odd or (shape.with_reason and not block.reason.all()):
            self._is_plain = False
        return block

    def _keep(
        self,
        window: Window,
        starts: NDArray[np.intp],
        groups: list[tuple[NDArray[np.intp], Shape, Block]],
    ) -> None:
        """Take over what the shapes read, in the list's order, and read what is odd."""
        count = len(starts)
        odd = np.ones(count, np.bool_)
        short = np.zeros(count, np.bool_)
        serial = np.empty(count, np.uint32)
        when = np.empty(count, np.uint32)
        code = np.empty(count, np.uint16)
        for rows, shape, block in groups:
            odd[rows] = block.odd
            when[rows] = block.when
            code[rows] = block.reason
            if block.serial is not None:
                serial[rows] = block.serial
                short[rows] = ~block.odd
            elif block.long is not None:
                long = ~block.odd
                if shape.serial_octets == _PADDED:
                    small = block.long[:, -_PADDED] == 0
                    serial[rows] = np.ascontiguousarray(block.long[:, -4:]).view(">u4").reshape(-1)
                    short[rows] = small & long
                    long &= ~small
                self._long.append(_records(block.long, block.when, block.reason, long))
        if odd.any():
            for start in starts[odd].tolist():
                self._count_odd(self._one(window, start) - start)
        kept = slice(self._count, self._count + int(short.sum()))
        everything = kept.stop - kept.start == count
        self._serial[kept] = serial if everything else serial[short]
        self._when[kept] = when if everything else when[short]
        self._code[kept] = code if everything else code[short]
        self._count = kept.stop

    def _one(self, window: Window, at: int) -> int:
        """Read the one entry at `at` strictly; give where the next begins, `at` if it is cut."""
        offset = self._at + at
        if len(window) - at < _header_octets(window, at):
            return at
        try:
            _, _, size = header(bytes(window[at : at + _MOST_HEADER]), 0, self._end - offset)
        except MalformedError as error:
            raise ListUnreadableError(error.problem, error.offset + offset) from None
        if size > MAX_ENTRY:
            raise ListUnreadableError(f"an entry of {size} octets", offset)
        after = at + size
        if after > len(window):
            return at
        serial, entry = self._read(bytes(window[at:after]), offset)
        if serial <= 0:
            raise ListUnreadableError(f"serial number {serial} is not positive", offset)
        if len(self._explained) > _REMEMBERED:
            self._explained.clear()
        self._odd.append((serial, entry))
        return after

    def _read(self, octets: bytes, offset: int) -> tuple[int, Revoked]:
        explained = self._explained if len(octets) <= _WORTH_REMEMBERING else {}
        known = read_known(octets, explained)
        if known:
            return known
        unknown: set[str] = set()
        try:
            found = read_entry(decode(octets), _V2, explained, unknown)
        except MalformedError as error:
            raise ListUnreadableError(error.problem, error.offset + offset) from None
        if unknown:
            raise ListUnusableError(f"offset {offset}: {', '.join(sorted(unknown))}")
        return found

    def _keep_odd(self) -> None:
        """Put entries that were read one by one into the columns they belong to."""
        rows = [(serial, seconds_of(entry.revoked_at), entry) for serial, entry in self._odd]
        self._odd.clear()
        records = []
        for serial, when, entry in rows:
            code = CODES[entry.reason]
            if serial < SHORT_LIMIT and when < SHORT_LIMIT and entry.invalid_since is None:
                self._serial[self._count] = serial
                self._when[self._count] = when
                self._code[self._count] = code
                self._count += 1
            else:
                since = entry.invalid_since
                invalid = NO_DATE if since is None else seconds_of(since)
                records.append((long_key(serial), when, invalid, code))
        if records:
            self._long.append(np.array(records, LONG))


def _run(window: Window, at: int) -> tuple[Shape | None, int]:
    """Say how many entries from `at` on begin with the same four octets, if they have a shape."""
    head = bytes(window[at : at + 4])
    if len(head) < 4 or head[0] != 0x30 or head[1] >= _SHORT_FORM or head[2] != 0x02:  # noqa: PLR2004
        return None, 0
    shape = shape_of(head[1], head[3])
    if shape is None:
        return None, 0
    # Cheaply: is there a run at all?
    probe = at + 64 * shape.size
    if window[probe : probe + 4] != head:
        return shape, 0
    most = min((len(window) - at) // shape.size, BLOCK)
    heads = np.ndarray((most,), "<u4", window, at, (shape.size,))
    other = heads != int.from_bytes(head, "little")
    first = int(other.argmax())
    return shape, first if other[first] else most


def _leap(window: Window, at: int, span: int) -> tuple[NDArray[np.intp], int]:
    """Find where entries begin by what they begin with, as far as each ends at the next.

    `30 LL 02` can stand in a serial number, too: there the chain breaks, and what was found before
    it is given. Whatever is given is what going from length to length would have found.
    """
    octets = np.frombuffer(window, np.uint8, min(len(window) - at, span), at)
    likely = octets[:-2] == 0x30  # noqa: PLR2004 - SEQUENCE
    likely &= octets[2:] == 0x02  # noqa: PLR2004 - INTEGER
    starts = np.flatnonzero(likely)[:BLOCK]
    if not len(starts) or starts[0]:
        return starts[:0], at
    lengths = octets[starts + 1].astype(np.intp)
    ends = starts + 2 + lengths
    sound = (lengths < _SHORT_FORM) & (ends <= len(octets))
    sound[1:] &= ends[:-1] == starts[1:]
    count = len(sound) if sound.all() else int(sound.argmin())
    return starts[:count] + at, at + int(ends[count - 1]) if count else at


def _walk(window: Window, at: int) -> tuple[NDArray[np.intp], int]:
    """Find where some entries begin that are whole, from length to length."""
    starts: list[int] = []
    found = starts.append
    last = len(window) - 1
    end = len(window)
    for _ in range(_WORTH_IT):
        if at >= last:
            break
        length = window[at + 1]
        after = at + 2 + length
        if length >= _SHORT_FORM or after > end:
            break
        found(at)
        at = after
    return np.array(starts, np.intp), at


def _header_octets(window: Window, at: int) -> int:
    """Give how many octets at `at` identifier and length take, as far as can be seen."""
    if at + 1 >= len(window):
        return 2
    length = window[at + 1]
    return 2 if length < _SHORT_FORM else 2 + (length & 0x7F)


def _records(
    keys: Octets, when: NDArray[np.uint32], reason: Octets, taken: NDArray[np.bool_]
) -> NDArray[np.void]:
    records = np.empty(int(taken.sum()), LONG)
    records["serial"] = np.ascontiguousarray(keys[taken]).view(LONG["serial"]).reshape(-1)
    records["revoked"] = when[taken]
    records["invalid"] = NO_DATE
    records["code"] = reason[taken]
    return records
