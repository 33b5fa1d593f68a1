"""What lists said that are no longer, or never were, the list of their scope.

Revocation is final in JPKI, a hold included: a newer list may leave a certificate out because it
ended, never because it is good again. So whom a list names is kept with that list's frame when
another one takes its place, and so is whom an older list names, or another list of the same number.
Left out is only what the list of the scope says of every moment of which the other would.
Whom no list here names, none of these named either: a list set aside may still say *not revoked*.
PKI profile section 2.1; RFC 5280 6.3.3. Called by `merging`, `lookup`, `layout`.
"""

from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from jpki.revocation.columns import LONG, NO_DATE, SHORT_LIMIT, Columns, seconds_of
from jpki.revocation.partition import Frame
from jpki.revocation.shapes import SERIAL_OCTETS

ASIDE = np.dtype([*LONG.descr, ("list", "<u4")])
"""One entry set aside, and the slot of the list that said so."""
RECENT = 1 << 12
"""The first slot of lists set aside that are asked like the list of their scope."""
PAST = 1 << 16
"""The first slot of those that are asked only about whom they name."""
_KEY = np.dtype(f"S{SERIAL_OCTETS + 16}")


@dataclass(frozen=True, slots=True)
class Aside:
    """A list set aside, with what it says and its successor does not."""

    frame: Frame
    this_update: datetime
    columns: Columns


def no_records() -> NDArray[np.void]:
    """Give records without an entry."""
    return np.empty(0, ASIDE)


def remaining(old: Aside, current: Columns) -> Aside:
    """Leave out what the list of the scope says of every moment of which this one does.

    That is an entry for the same serial number that counts from no later on, whichever of the two
    came out first.
    """
    columns = old.columns
    known = min(max(seconds_of(old.this_update), 0), SHORT_LIMIT - 1)
    kept = np.ones(len(columns.serial), np.bool_)
    if len(current.serial) and len(columns.serial):
        rows = np.searchsorted(current.serial, columns.serial).clip(max=len(current.serial) - 1)
        same = current.serial[rows] == columns.serial
        limit = np.minimum(columns.when, np.uint32(known))
        kept = ~(same & (current.when[rows] <= limit))
    long = columns.long
    if len(long) and len(current.long):
        since = np.where(
            long["invalid"] == NO_DATE,
            long["revoked"],
            np.minimum(long["revoked"], long["invalid"]),
        )
        said = np.isin(_keys(long), _keys(current.long)) & (since <= seconds_of(old.this_update))
        long = long[~said]
    short = Columns(columns.serial[kept], columns.when[kept], columns.code[kept], long)
    return replace(old, columns=short)


def records(columns: Columns, slot: int) -> NDArray[np.void]:
    """Give columns as entries set aside, whose list is in this slot."""
    short = np.zeros(len(columns.serial), ASIDE)
    octets = np.zeros((len(short), SERIAL_OCTETS), np.uint8)
    octets[:, -4:] = columns.serial.astype(">u4").view(np.uint8).reshape(-1, 4)
    short["serial"] = np.ascontiguousarray(octets).view(LONG["serial"]).reshape(-1)
    short["revoked"] = columns.when
    short["invalid"] = NO_DATE
    short["code"] = columns.code & np.uint16(0xF)
    long = np.zeros(len(columns.long), ASIDE)
    for name in LONG.names or ():
        long[name] = columns.long[name]
    long["code"] &= np.uint16(0xF)
    found = np.concatenate([short, long])
    found["list"] = slot
    return found


def _keys(long: NDArray[np.void]) -> NDArray[np.bytes_]:
    """Give serial number and dates of each record as one value."""
    found = np.empty(len(long), [("serial", LONG["serial"]), ("dates", "<i8", (2,))])
    found["serial"] = long["serial"]
    found["dates"][:, 0] = long["revoked"]
    found["dates"][:, 1] = long["invalid"]
    return found.view(_KEY).reshape(-1)
