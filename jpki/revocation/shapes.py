"""The few shapes that entries of a revocation list have, checked thousands at a time.

A shape is an entry's length, the octets of its serial number and whether a reasonCode follows:

    30 LL 02 SS serial… 17 0D yymmddhhmmssZ [30 0C 30 0A 06 03 55 1D 15 04 03 0A 01 rr]

`Shape.read` compares a block of entries with the one template, octet by octet, in a handful of
NumPy calls. What differs from the template in any way is not judged here: it is handed back as
`odd` and read by the verifier's own strict reader (`entries`), which refuses it or knows better.
Standard: RFC 5280 5.1.2.6, 5.3.1; X.690 8.3, 10.1. Called by `jpki.revocation.entries`.
"""

import calendar
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache

import numpy as np
from numpy.typing import NDArray

Octets = NDArray[np.uint8]
EPOCH = datetime(1950, 1, 1, tzinfo=UTC)
"""Times are kept as seconds from here: a UTCTime (1950 to 2049) always fits 32 bits."""
BLOCK = 1 << 14
"""Entries checked at a time: so many that calling NumPy costs little beside its work, and so few
that they and what is reckoned about them stay in a core's cache."""
SERIAL_OCTETS = 20
"""The longest serial number (RFC 5280 4.1.2.2)."""

_BEFORE_SERIAL = 4
_UTC_TIME = bytes.fromhex("170d") + b"000000000000Z"
_REASON_CODE = bytes.fromhex("300c300a0603551d1504030a0100")
_TIME_LIMITS = bytes((0, 0, 9, 9, 1, 9, 3, 9, 2, 9, 5, 9, 5, 9, 0))
"""How far each octet of a UTCTime may lie above its template: `y` to 9, `h` of an hour to 2."""
_LAST_REASON = 10
_FIRST_NONE, _NONE = np.uint8(7), np.uint8(2)
"""removeFromCRL (8) is no reason in a complete list and 7 none at all: both are odd."""
_PIVOT = 50
_DAY_SECONDS = 86400


@dataclass(frozen=True, slots=True)
class Block:
    """Entries of one shape, in the order of the list; where `odd`, the columns mean nothing."""

    odd: NDArray[np.bool_]
    serial: NDArray[np.uint32] | None
    """None when the serial numbers are longer: they are in `long`."""
    long: Octets | None
    """One row of `SERIAL_OCTETS` an entry, right-aligned."""
    when: NDArray[np.uint32]
    reason: Octets


@dataclass(frozen=True, slots=True)
class Shape:
    """One shape; `template` and `limits` are those of a whole block."""

    size: int
    serial_octets: int
    with_reason: bool
    _template: Octets = field(repr=False)
    _limits: Octets = field(repr=False)

    @classmethod
    def of(cls, serial_octets: int, *, with_reason: bool) -> "Shape":
        """Make the template of a shape."""
        reason, reason_limits = b"", b""
        if with_reason:
            reason = _REASON_CODE
            reason_limits = bytes(len(reason) - 1) + bytes((_LAST_REASON,))
        size = _BEFORE_SERIAL + serial_octets + len(_UTC_TIME) + len(reason)
        head = bytes((0x30, size - 2, 0x02, serial_octets))
        template = head + bytes(serial_octets) + _UTC_TIME + reason
        limits = bytes(4) + b"\x7f" + b"\xff" * (serial_octets - 1) + _TIME_LIMITS + reason_limits
        return cls(
            size,
            serial_octets,
            with_reason,
            np.frombuffer(template * BLOCK, np.uint8),
            np.frombuffer(limits * BLOCK, np.uint8),
        )

    def read(self, entries: Octets) -> Block:
        """Read up to `BLOCK` entries of this length that lie one after the other."""
        size = len(entries)
        above = np.subtract(entries, self._template[:size], out=_ROOM.above[:size])
        beyond = np.greater(above, self._limits[:size], out=_ROOM.beyond[:size])
        count = size // self.size
        time_at = _BEFORE_SERIAL + self.serial_octets + 2
        when, odd = _seconds(
            self._view(above, "<u8", time_at), self._view(above, "<u4", time_at + 8)
        )
        if beyond.any():
            odd |= beyond.reshape(count, self.size).any(axis=1)
        if self.with_reason:
            reason = above[self.size - 1 :: self.size].copy()
            odd |= (reason - _FIRST_NONE) < _NONE
        else:
            reason = np.zeros(count, np.uint8)
        serial, long = self._serials(entries.reshape(count, self.size), odd)
        return Block(odd, serial, long, when, reason)

    def written(self, serials: Octets, when: NDArray[np.uint32], reason: Octets) -> Octets:
        """Write up to `BLOCK` entries, a row each; `serials` have `serial_octets` a row.

        What `read` would read in them again, dates as far as UTCTime can say them.
        """
        count = len(serials)
        rows = self._template[: count * self.size].reshape(count, self.size).copy()
        time_at = _BEFORE_SERIAL + self.serial_octets + 2
        rows[:, _BEFORE_SERIAL : _BEFORE_SERIAL + self.serial_octets] = serials
        rows[:, time_at : time_at + 12] += _digits(when)
        if self.with_reason:
            rows[:, -1] = reason
        return rows

    def _serials(
        self, rows: Octets, odd: NDArray[np.bool_]
    ) -> tuple[NDArray[np.uint32] | None, Octets | None]:
        """Read the serial numbers; X.690 8.3.2 for a first octet that says nothing."""
        octets = self.serial_octets
        flat = rows.reshape(-1)
        if octets == 1:
            first = rows[:, _BEFORE_SERIAL].astype(np.uint32)
            odd |= first == 0
            return first, None
        if octets <= 4:  # noqa: PLR2004 - octets of a column's value
            # The last four octets before the time; of a shorter one, less what is before it.
            value = self._view(flat, ">u4", octets).astype(np.uint32)
            value &= np.uint32((1 << 8 * octets) - 1)
            odd |= value < np.uint32(1 << 8 * octets - 9)
            return value, None
        padded = rows[:, _BEFORE_SERIAL] == 0
        odd |= padded & (rows[:, _BEFORE_SERIAL + 1] < 0x80)  # noqa: PLR2004 - the sign bit
        if octets == 5 and padded.all():  # noqa: PLR2004
            return self._view(flat, ">u4", octets).astype(np.uint32), None
        long = np.zeros((len(rows), SERIAL_OCTETS), np.uint8)
        long[:, SERIAL_OCTETS - octets :] = rows[:, _BEFORE_SERIAL : _BEFORE_SERIAL + octets]
        return None, long

    def _view(self, entries: Octets, kind: str, offset: int) -> NDArray[np.generic]:
        """See the same few octets of each entry as one number."""
        count = len(entries) // self.size
        return np.ndarray((count,), kind, entries, offset, (self.size,))


def has_shape(length: int, serial_octets: int) -> bool:
    """Say whether entries that begin with `30 length 02 serial_octets` have a shape."""
    plain = _BEFORE_SERIAL - 2 + serial_octets + len(_UTC_TIME)
    return 1 <= serial_octets <= SERIAL_OCTETS and length in {plain, plain + len(_REASON_CODE)}


def is_usual(entry: bytes) -> bool:
    """Say whether an entry that was read strictly has a shape: whether `Shape.read` takes it."""
    time_at = _BEFORE_SERIAL + entry[3]
    reason = entry[time_at + len(_UTC_TIME) : -1]
    return (
        has_shape(entry[1], entry[3])
        and entry.startswith(_UTC_TIME[:2], time_at)
        and reason in {b"", _REASON_CODE[:-1]}
    )


@cache
def shape_of(length: int, serial_octets: int) -> Shape | None:
    """Give the shape of entries that begin so, None without one."""
    if not has_shape(length, serial_octets):
        return None
    plain = _BEFORE_SERIAL - 2 + serial_octets + len(_UTC_TIME)
    return Shape.of(serial_octets, with_reason=length != plain)


def shape_for(serial_octets: int, *, with_reason: bool) -> Shape | None:
    """Give the shape of entries with serial numbers of so many octets, None without one."""
    plain = _BEFORE_SERIAL - 2 + serial_octets + len(_UTC_TIME)
    return shape_of(plain + len(_REASON_CODE) * with_reason, serial_octets)


def _digits(when: NDArray[np.uint32]) -> Octets:
    """Give `yymmddhhmmss` of seconds from `EPOCH`, twelve values of digits a row."""
    days, seconds = np.divmod(when, np.uint32(_DAY_SECONDS))
    return np.hstack(
        (_digits_of_days().take(days, axis=0), _digits_of_times().take(seconds, axis=0))
    )


@cache
def _digits_of_days() -> Octets:
    """Give `yymmdd` of each day that 32 bits of seconds reach."""
    dates = np.datetime64(EPOCH.date()) + np.arange((1 << 32) // _DAY_SECONDS + 1)
    months = dates.astype("datetime64[M]")
    since_1970 = months.astype(np.int64)
    years = (since_1970 // 12 + 70) % 100
    return _pairs_of_digits(years, since_1970 % 12 + 1, (dates - months).astype(np.int64) + 1)


@cache
def _digits_of_times() -> Octets:
    """Give `hhmmss` of each second of a day."""
    seconds = np.arange(_DAY_SECONDS)
    return _pairs_of_digits(seconds // 3600, seconds // 60 % 60, seconds % 60)


def _pairs_of_digits(*numbers: NDArray[np.int64]) -> Octets:
    pairs = np.stack(numbers, axis=1)
    digits = np.stack((pairs // 10, pairs % 10), axis=2)
    return digits.reshape(len(pairs), 2 * len(numbers)).astype(np.uint8)


def _seconds(
    day_and_hour: NDArray[np.generic], rest: NDArray[np.generic]
) -> tuple[NDArray[np.uint32], NDArray[np.bool_]]:
    """Reckon `yymmddhh` and `mmss` to seconds from `EPOCH`, and say which never were.

    Each is eight (four) values of digits as one little-endian number: by one multiplication two
    neighbours become one value in all lanes of 16 bits at once. What is no digit, and a minute or
    second above 59, makes the entry odd before it comes here, and may be reckoned to anything.
    """
    count = len(day_and_hour)
    pairs, hours, days = (array[:count] for array in (_ROOM.pairs, _ROOM.hours, _ROOM.days))
    np.multiply(day_and_hour, np.uint64(10 << 8 | 1), out=pairs)
    pairs >>= np.uint64(8)
    pairs &= _PAIRS
    # In the lanes behind them: month + 128 * year, and hour + 128 * day.
    pairs *= np.uint64(_STEP << 16 | 1)
    np.right_shift(pairs, np.uint64(48), out=hours)
    pairs >>= np.uint64(16)
    pairs &= np.uint64(0xFFFF)
    _MONTHS.take(pairs.view(np.int64), mode="clip", out=days)
    days += _HOURS.take(hours.view(np.int64), mode="clip", out=pairs)
    late = np.multiply(rest, np.uint32(10 << 8 | 1))
    late >>= np.uint32(8)
    late &= np.uint32(_PAIRS & 0xFFFFFFFF)
    late *= np.uint32(60 << 16 | 1)
    late >>= np.uint32(16)
    np.add(late, days, out=late, casting="unsafe")
    return late, days >= _IMPOSSIBLE


class _Room(threading.local):
    """What a thread reckons in, always the same: new memory costs more than the reckoning."""

    def __init__(self) -> None:
        largest = _BEFORE_SERIAL + SERIAL_OCTETS + len(_UTC_TIME) + len(_REASON_CODE)
        self.above = np.empty(BLOCK * largest, np.uint8)
        self.beyond = np.empty(BLOCK * largest, np.bool_)
        self.pairs = np.empty(BLOCK, np.uint64)
        self.hours = np.empty(BLOCK, np.uint64)
        self.days = np.empty(BLOCK, np.uint64)


_ROOM = _Room()
_PAIRS = np.uint64(0x00FF00FF00FF00FF)
_STEP = 128
_DAY = 32
"""Above the seconds of a month's begin: how many days it is shorter than 31; of a day: which."""
_IMPOSSIBLE = np.uint64(32 << _DAY)
"""A day behind the end of its month, a day 0, a month or hour that never was."""


def _months() -> NDArray[np.uint64]:
    """Give seconds from `EPOCH` and missing days, by `month + 128 * year of two digits`."""
    table = np.full(100 * _STEP, _IMPOSSIBLE)
    for year in range(100):
        full = year + (1900 if year >= _PIVOT else 2000)
        for month in range(1, 13):
            begin = int((datetime(full, month, 1, tzinfo=UTC) - EPOCH).total_seconds())
            missing = 31 - calendar.monthrange(full, month)[1]
            table[month + year * _STEP] = missing << _DAY | begin
    return table


def _hours() -> NDArray[np.uint64]:
    """Give seconds since the month began, and the day, by `hour + 128 * day`."""
    table = np.full(100 * _STEP, _IMPOSSIBLE)
    for day in range(1, 32):
        for hour in range(24):
            table[hour + day * _STEP] = day << _DAY | ((day - 1) * 24 + hour) * 3600
    return table


_MONTHS = _months()
_HOURS = _hours()
