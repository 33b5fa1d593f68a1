"""From which second to which second a certificate holds.

What it is: the birthday rules of the law as dates in Japan, turned into UTC.
What it is not: a clock; the moment of issue comes in.
Standard: PKI profile reference section 1.8; municipal pages word the rule as
「発行の日後の5回目の誕生日」, or earlier: the card's end and, for a signing certificate,
the authentication certificate's.
Called by: `jpki.ca`, `cardsim.world`.
"""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta, timezone

from jpki.sources import Grade, Source

JST = timezone(timedelta(hours=9), "JST")
"""Japan's time: no summer time since 1951, so a fixed offset is exact."""

BIRTHDAYS = 5
BIRTHDAYS_IN_RENEWAL = 6
RENEWAL_MONTHS = 3

LONGEST_VALIDITY = timedelta(days=BIRTHDAYS_IN_RENEWAL * 365 + 3)
"""No holder's certificate holds for longer: six years have two leap days at most, and whoever gets
one on a birthday has that day besides."""
LONGEST_VALIDITY_SOURCE = Source(
    "PKI 1.8: the 5th birthday after issue (A), in a renewal the 6th (B)", Grade.RELIED_ON
)

LEAP_DAY_SOURCE = Source(
    "PKI 1.8 is silent; as driving licences do (道路交通法): 28 February outside leap years",
    Grade.ASSUMED,
)
UNKNOWN_BIRTHDAY_SOURCE = Source(
    "PKI 1.3 knows such dates, nobody says when they end: 1 January or the 1st, the shorter",
    Grade.ASSUMED,
)

_END_OF_DAY = time(23, 59, 59, tzinfo=JST)


def whole_second(moment: datetime) -> datetime:
    """Give a moment in UTC as a certificate can say it, without fractions.

    Raises `ValueError` for one without a zone: it would be read in the machine's.
    """
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return moment.astimezone(UTC).replace(microsecond=0)


def japanese_date(moment: datetime) -> date:
    """Give the date in Japan at an aware moment."""
    return moment.astimezone(JST).date()


def end_of_day(day: date) -> datetime:
    """Give the last second of a Japanese day, in UTC (`…145959Z`)."""
    return datetime.combine(day, _END_OF_DAY).astimezone(UTC)


def birthday_in(year: int, month: int, day: int) -> date:
    """Give the birthday of a year; 29 February falls on the 28th outside leap years."""
    return date(year, month, min(day, monthrange(year, month)[1]))


def nth_birthday_after(issued: date, count: int, *, month: int, day: int) -> date:
    """Give the count-th birthday after a day; a birthday on that very day is not counted."""
    this_year = birthday_in(issued.year, month, day)
    first = issued.year if this_year > issued else issued.year + 1
    return birthday_in(first + count - 1, month, day)


def is_renewal(applied: date, previous_end: date) -> bool:
    """Whether an application comes with less than three months left, and before the end."""
    return renewal_opens(previous_end) <= applied <= previous_end


def renewal_opens(previous_end: date) -> date:
    """Give the first day with less than three months left."""
    months = previous_end.year * 12 + previous_end.month - 1 - RENEWAL_MONTHS
    window = birthday_in(months // 12, months % 12 + 1, previous_end.day)
    return window + timedelta(days=1)


def end_entity_end(
    issued: date,
    *,
    birth_month: int,
    birth_day: int,
    applied: date | None = None,
    previous_end: date | None = None,
    caps: tuple[date, ...] = (),
) -> date:
    """Give the last day of a holder's certificate issued on a day in Japan.

    `applied` is the day of application when it was another: it decides whether a renewal is in
    time. `birth_month` and `birth_day` are 0 when unknown. `previous_end` is the last day of the
    certificate being renewed; `caps` are days it may not outlive (the card's end; for a signing
    certificate the end of the authentication certificate).
    """
    renewing = previous_end is not None and is_renewal(applied or issued, previous_end)
    if renewing and previous_end is not None:
        # The old end is the first of the six birthdays, also for who renews on that very day.
        issued = min(issued, previous_end - timedelta(days=1))
    birthday = nth_birthday_after(
        issued,
        BIRTHDAYS_IN_RENEWAL if renewing else BIRTHDAYS,
        month=birth_month or 1,
        day=birth_day or 1,
    )
    return min((birthday, *caps))


def authority_end(founded: date, years: int) -> date:
    """Give the last day of an authority's certificate: its anniversary less one day (PKI 1.5)."""
    return birthday_in(founded.year + years, founded.month, founded.day) - timedelta(days=1)
