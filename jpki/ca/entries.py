"""The entries of revocation lists, many at once: rows of the register in, octets out.

What it is: revokedCertificates' content for a chunk of rows. Entries have few shapes (a serial
number of one to eight octets, UTCTime or GeneralizedTime, a reason or none), so each octet of
an entry is a column: a million entries cost no million objects.
What it is not: a choice of entries (`jpki.ca.reading`) or a list (`jpki.ca.lists`).
Standard: RFC 5280 sections 5.1.2.6 and 5.3.1; ITU-T X.690 clauses 8 and 10.
Called by: `jpki.ca.spooling`.
"""

from collections.abc import Sequence
from itertools import chain
from typing import TYPE_CHECKING

from jpki import oids
from jpki.ca import der
from jpki.ca.errors import RegisterError
from jpki.profiles.reasons import RevocationReason

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]
    Field = tuple[NDArray[np.uint8], NDArray[np.bool_]]
    """Some columns of all entries, and which octets of them are there."""

RevokedRow = tuple[int, int, int]
"""Serial number, revocationDate in seconds since 1970, reason."""

# The last octet is the reason. unspecified is left out (RFC 5280 section 5.3.1: SHOULD be absent
# instead).
_REASON = der.sequence(der.extension(oids.REASON_CODE, der.enumerated(0), critical=False))
_REASONS = sorted(RevocationReason)
_SERIAL_OCTETS = 8
_FIRST_YEAR, _FIRST_GENERALIZED_YEAR, _LAST_YEAR = 1950, 2050, 9999  # RFC 5280 section 4.1.2.5
_DAY = 86_400


def encode_entries(rows: Sequence[RevokedRow]) -> bytes:
    """Give the entries, one after the other, in the order of the rows.

    Raises `RegisterError` for a reason that no list names, a serial number that is not positive,
    and a moment no certificate could have.
    """
    # Loading it takes longer than most commands.
    import numpy as np

    if not rows:
        return b""
    columns = np.fromiter(chain.from_iterable(rows), np.int64, count=3 * len(rows)).reshape(-1, 3)
    serials, seconds, reasons = columns.T
    years = seconds.astype("M8[s]").astype("M8[Y]").astype(np.int64) + 1970
    _check(serials, years, reasons)
    fields = (
        *_serial_fields(serials),
        *_time_fields(seconds, years),
        *_reason_fields(reasons),
    )
    octets = np.concatenate([field for field, _ in fields], axis=1)
    present = np.concatenate([there for _, there in fields], axis=1)
    lengths = np.count_nonzero(present, axis=1)
    heads = np.empty((len(rows), 2), np.uint8)
    heads[:, 0], heads[:, 1] = 0x30, lengths
    if (present == present[0]).all():
        return bytes(np.concatenate((heads, octets[:, present[0]]), axis=1))
    octets = np.concatenate((heads, octets), axis=1)
    present = np.concatenate((np.ones_like(heads, bool), present), axis=1)
    return bytes(octets[present])


def _check(serials: "Numbers", years: "Numbers", reasons: "Numbers") -> None:
    import numpy as np

    unknown = reasons[~np.isin(reasons, _REASONS)]
    if unknown.size:
        raise RegisterError(f"the register holds an unknown reason, {unknown[0]}")
    if serials.min() <= 0:
        raise RegisterError(f"the register holds a serial number of {serials.min()}")
    if years.min() < _FIRST_YEAR or years.max() > _LAST_YEAR:
        raise RegisterError("the register holds a revocation of a year no list can name")


def _serial_fields(serials: "Numbers") -> "list[Field]":
    """INTEGER, shortest form: its head, then as many columns as the longest of them takes."""
    import numpy as np

    limits = [1 << 8 * octets - 1 for octets in range(1, _SERIAL_OCTETS)]
    sizes = 1 + np.count_nonzero([serials >= limit for limit in limits], axis=0)
    width = int(sizes.max())
    content = serials.astype(">i8").view(np.uint8).reshape(-1, _SERIAL_OCTETS)[:, -width:]
    head = np.empty((len(serials), 2), np.uint8)
    head[:, 0], head[:, 1] = 0x02, sizes
    return [_always(head), (content, np.arange(width) >= (width - sizes)[:, None])]


def _time_fields(seconds: "Numbers", years: "Numbers") -> "list[Field]":
    """Time: two columns of the century, which UTCTime does without."""
    import numpy as np

    moments = seconds.astype("M8[s]")
    days, months = moments.astype("M8[D]"), moments.astype("M8[M]")
    of_day = seconds - days.astype(np.int64) * _DAY
    numbers = (
        years // 100,
        years % 100,
        months.astype(np.int64) % 12 + 1,
        (days - months.astype("M8[D]")).astype(np.int64) + 1,
        of_day // 3600,
        of_day // 60 % 60,
        of_day % 60,
    )
    digits = np.empty((len(seconds), 2 * len(numbers) + 1), np.uint8)
    for column, number in enumerate(numbers):
        digits[:, 2 * column] = number // 10 + ord("0")
        digits[:, 2 * column + 1] = number % 10 + ord("0")
    digits[:, -1] = ord("Z")
    late = years >= _FIRST_GENERALIZED_YEAR
    head = np.empty((len(seconds), 2), np.uint8)
    head[:, 0], head[:, 1] = np.where(late, 0x18, 0x17), np.where(late, 15, 13)
    return [
        _always(head),
        (digits[:, :2], np.repeat(late[:, None], 2, axis=1)),
        _always(digits[:, 2:]),
    ]


def _reason_fields(reasons: "Numbers") -> "list[Field]":
    """CrlEntryExtensions with reasonCode, or nothing."""
    import numpy as np

    content = np.tile(np.frombuffer(_REASON, np.uint8), (len(reasons), 1))
    content[:, -1] = reasons
    named = reasons != RevocationReason.UNSPECIFIED
    return [(content, np.repeat(named[:, None], len(_REASON), axis=1))]


def _always(content: "NDArray[np.uint8]") -> "Field":
    import numpy as np

    return content, np.ones(content.shape, bool)
