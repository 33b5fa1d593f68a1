"""Moments as the verifier takes and shows them.

X.509 counts whole seconds; JPKI certificates end at 23:59:59 Japanese time, so reports show both
clocks. Comparisons are made in UTC only.
RFC 5280 4.1.2.5; PKI profile 1.1 and 3.2 step 6.
"""

from datetime import UTC, datetime, timedelta, timezone

JST = timezone(timedelta(hours=9), "JST")
"""日本標準時: no summer time since 1952, so a fixed offset."""
_LAST_ON_BOTH_CLOCKS = datetime.max.replace(tzinfo=UTC) - timedelta(hours=9)


def second_of(moment: datetime) -> datetime:
    """Give the moment in UTC, cut to the second as X.509 times are.

    Raises `ValueError` for a moment without a time zone: guessing one could move an expiry.
    """
    if moment.tzinfo is UTC and not moment.microsecond:
        return moment
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return moment.astimezone(UTC).replace(microsecond=0)


def show(moment: datetime) -> str:
    """Write a moment on both clocks, for people."""
    utc = moment.astimezone(UTC)
    if utc > _LAST_ON_BOTH_CLOCKS:
        # 99991231235959Z is how a certificate says it has no end (RFC 5280 4.1.2.5).
        return iso(utc)
    return f"{iso(utc)} ({utc.astimezone(JST):%Y-%m-%d %H:%M:%S} JST)"


def iso(moment: datetime) -> str:
    """Write a moment in UTC as RFC 3339, for programs."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
