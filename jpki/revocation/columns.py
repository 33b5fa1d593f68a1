"""Revoked serial numbers as columns: an array a field, no object an entry.

Nearly every entry is *short*: a serial number of 32 bits, a date that UTCTime can say, a reason.
The others (longer serial numbers, dates from 2050, an invalidityDate) are *long* records.
Not here: where entries come from (`entries`), how columns lie in a file (`layout`).
Called by `entries`, `merging`, `layout`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from jpki.revocation.errors import ListUnusableError
from jpki.revocation.shapes import EPOCH, SERIAL_OCTETS
from jpki.verify.crl import REASONS, Revoked

SHORT_LIMIT = 1 << 32
"""Serial numbers and seconds below fit the short columns."""
LONG = np.dtype(
    [("serial", f"S{SERIAL_OCTETS}"), ("revoked", "<i8"), ("invalid", "<i8"), ("code", "<u2")]
)
"""One long record. Dates are seconds from `EPOCH`."""
NO_DATE = np.iinfo(np.int64).min
"""Where a long record has no invalidityDate."""
CODES = {name: number for number, name in REASONS.items()}


@dataclass(frozen=True, slots=True)
class Columns:
    """The entries of one list or several; each array has one element an entry."""

    serial: NDArray[np.uint32]
    when: NDArray[np.uint32]
    code: NDArray[np.uint16]
    """The CRLReason, and above it which list said so (`merging`)."""
    long: NDArray[np.void]

    def __len__(self) -> int:
        return len(self.serial) + len(self.long)

    def taken(self, short: NDArray[np.generic], long: NDArray[np.generic]) -> "Columns":
        """Take these rows of the short columns, and these long records, by number or mask."""
        return Columns(self.serial[short], self.when[short], self.code[short], self.long[long])

    def sorted(self) -> "Columns":
        """Put both kinds in the order of their serial numbers; costs nothing when they are."""
        short, long = self, self.long
        if not (self.serial[1:] >= self.serial[:-1]).all():
            # One sort of numbers that hold serial number and row is faster than an argsort.
            keys = self.serial.astype(np.uint64) << np.uint64(32)
            keys |= np.arange(len(keys), dtype=np.uint64)
            keys.sort()
            rows = keys.astype(np.uint32)
            short = Columns(self.serial[rows], self.when[rows], self.code[rows], self.long)
        if len(long) > 1:
            long = long[order_of(long["serial"])]
        return Columns(short.serial, short.when, short.code, long)

    def require_unique(self) -> None:
        """Refuse sorted columns of one list in which a serial number is listed twice."""
        twice = np.flatnonzero(self.serial[1:] == self.serial[:-1])
        if len(twice):
            raise _listed_twice(int(self.serial[twice[0]]))
        keys = self.long["serial"]
        twice = np.flatnonzero(keys[1:] == keys[:-1])
        if len(twice):
            raise _listed_twice(serial_of(keys[twice[0]]))
        if len(keys) and len(self.serial):
            small = short_serials(keys)
            rows = np.searchsorted(self.serial, small).clip(max=len(self.serial) - 1)
            twice = np.flatnonzero(self.serial[rows] == small)
            if len(twice):
                raise _listed_twice(int(small[twice[0]]))


def no_columns() -> Columns:
    """Give columns without an entry."""
    return Columns(
        np.empty(0, np.uint32), np.empty(0, np.uint32), np.empty(0, np.uint16), np.empty(0, LONG)
    )


def joined(parts: list[Columns]) -> Columns:
    """Put columns one behind the other."""
    if len(parts) == 1:
        return parts[0]
    return Columns(
        np.concatenate([part.serial for part in parts]),
        np.concatenate([part.when for part in parts]),
        np.concatenate([part.code for part in parts]),
        np.concatenate([part.long for part in parts]),
    )


def long_key(serial: int) -> bytes:
    """Give the octets a long record has for a serial number."""
    return serial.to_bytes(SERIAL_OCTETS, "big")


def serial_of(key: bytes) -> int:
    """Read them back; NumPy drops zeros at the end."""
    return int.from_bytes(bytes(key).ljust(SERIAL_OCTETS, b"\0"), "big")


def short_serials(keys: NDArray[np.bytes_]) -> NDArray[np.uint32]:
    """Give those of these keys that are below `SHORT_LIMIT`, as numbers."""
    octets = np.ascontiguousarray(keys).view(np.uint8).reshape(len(keys), SERIAL_OCTETS)
    small = octets[~octets[:, :-4].any(axis=1), -4:]
    return np.ascontiguousarray(small).view(">u4").reshape(-1).astype(np.uint32)


def seconds_of(moment: datetime) -> int:
    """Count a date as the columns do."""
    return (moment - EPOCH) // timedelta(seconds=1)


def short_entry(when: int, code: int) -> Revoked:
    """Give the entry behind a row of the short columns."""
    return Revoked(_moment(when), REASONS[code & 0xF])


def long_entry(record: np.void) -> Revoked:
    """Give the entry behind a long record."""
    invalid = int(record["invalid"])
    return Revoked(
        _moment(int(record["revoked"])),
        REASONS[int(record["code"]) & 0xF],
        None if invalid == NO_DATE else _moment(invalid),
    )


def _moment(seconds: int) -> datetime:
    return EPOCH + timedelta(seconds=seconds)


def order_of(keys: NDArray[np.bytes_]) -> NDArray[np.intp]:
    """Give the order of keys; comparing three numbers is faster than comparing octets."""
    octets = np.ascontiguousarray(keys).view(np.uint8).reshape(len(keys), SERIAL_OCTETS)
    parts = [
        np.ascontiguousarray(octets[:, start:end]).view(kind).reshape(-1)
        for start, end, kind in ((12, 20, ">u8"), (4, 12, ">u8"), (0, 4, ">u4"))
    ]
    return np.lexsort([part.astype(part.dtype.newbyteorder("=")) for part in parts])


def _listed_twice(serial: int) -> ListUnusableError:
    return ListUnusableError(f"serial number {serial} is listed twice")
