"""Revocation lists of any size, written with NumPy: entries of the shapes JPKI's would have.

Not here: lists with anything wrong or unusual in them (`pki.crl`). Called by tests and benchmarks.
"""

from datetime import datetime

import numpy as np

from tests.support import pki
from tests.support.asn1 import bits, explicit, integer, seq, time

_REASON = bytes.fromhex("300c300a0603551d1504030a0100")
_EPOCH = np.datetime64("2021-01-01T00:00:00")


def big_list(
    issuer: pki.Ca,
    serials: np.ndarray,
    *,
    point: bytes | None = None,
    number: int = 7,
    plain_every: int = 0,
    this_update: datetime = pki.NOW - pki.DAY / 4,
    next_update: datetime = pki.NOW + 2 * pki.DAY,
) -> bytes:
    """Sign a list of these serial numbers (each of 4 octets: from 2**24, below 2**31).

    Every `plain_every`-th entry has no reasonCode; none by default.
    """
    body = entries(serials, plain_every=plain_every)
    tbs = seq(
        integer(1),
        pki.SHA256_WITH_RSA,
        issuer.name,
        time(this_update),
        time(next_update),
        seq(body),
        explicit(0, pki.extension_list(pki.list_extensions(issuer, number=number, point=point))),
    )
    return seq(tbs, pki.SHA256_WITH_RSA, bits(pki.sign(issuer.key, tbs)))


def entries(serials: np.ndarray, *, plain_every: int = 0) -> bytes:
    """Give the entries one behind the other: dates from 2021 to 2026, reasons 1 to 6."""
    return b"".join(
        _some(part, plain_every) for part in np.array_split(serials, len(serials) // 500_000 + 1)
    )


def _some(serials: np.ndarray, plain_every: int) -> bytes:
    count = len(serials)
    size = 23 + len(_REASON)
    rows = np.empty((count, size), np.uint8)
    rows[:, :4] = np.frombuffer(bytes((0x30, size - 2, 2, 4)), np.uint8)
    rows[:, 4:8] = serials.astype(">u4").view(np.uint8).reshape(count, 4)
    rows[:, 8:10] = np.frombuffer(b"\x17\x0d", np.uint8)
    chance = serials.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    seconds = (chance >> np.uint64(20)) % np.uint64(5 * 365 * 86400)
    moments = _EPOCH + seconds.astype("timedelta64[s]")
    days = moments.astype("datetime64[D]")
    months = days.astype("datetime64[M]")
    clock = (moments - days).astype(np.int64)
    for place, value in enumerate(
        (
            months.astype("datetime64[Y]").astype(np.int64) - 30,
            months.astype(np.int64) % 12 + 1,
            (days - months).astype(np.int64) + 1,
            clock // 3600,
            clock // 60 % 60,
            clock % 60,
        )
    ):
        rows[:, 10 + 2 * place] = 0x30 + value // 10
        rows[:, 11 + 2 * place] = 0x30 + value % 10
    rows[:, 22] = ord("Z")
    rows[:, 23:] = np.frombuffer(_REASON, np.uint8)
    rows[:, -1] = 1 + (chance >> np.uint64(8)) % np.uint64(6)
    if not plain_every:
        return rows.tobytes()
    plain = np.arange(count) % plain_every == 0
    rows[plain, 1] = 21
    kept = np.ones((count, size), np.bool_)
    kept[plain, 23:] = False
    return rows[kept].tobytes()
