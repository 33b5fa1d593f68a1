"""The birthday rules: from which second to which second a certificate holds."""

from datetime import UTC, date, datetime

import pytest

from jpki.profiles.validity import (
    authority_end,
    end_entity_end,
    end_of_day,
    is_renewal,
    japanese_date,
)


def test_a_day_ends_at_japanese_midnight():
    """The last second of a day in Japan is 14:59:59 UTC."""
    assert end_of_day(date(2030, 2, 17)) == datetime(2030, 2, 17, 14, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("hour", "day"), [(14, date(2026, 4, 1)), (15, date(2026, 4, 2))], ids=["before", "at"]
)
def test_the_date_changes_at_fifteen_hours_utc(hour, day):
    """Nine hours ahead, without summer time."""
    assert japanese_date(datetime(2026, 4, 1, hour, 0, tzinfo=UTC)) == day


@pytest.mark.parametrize(
    ("applied", "end"),
    [
        (date(2025, 10, 16), date(2030, 2, 17)),  # the published test card's dates
        (date(2026, 2, 16), date(2030, 2, 17)),  # tomorrow is the first birthday
        (date(2026, 2, 17), date(2031, 2, 17)),  # today's does not count
        (date(2026, 2, 18), date(2031, 2, 17)),
    ],
)
def test_it_ends_on_the_fifth_birthday_after_issue(applied, end):
    """A birthday on the day of application itself is not counted (発行の日後の)."""
    assert end_entity_end(applied, birth_month=2, birth_day=17) == end


@pytest.mark.parametrize(
    ("applied", "renewal"),
    [
        (date(2029, 11, 17), False),  # exactly three months are left
        (date(2029, 11, 18), True),
        (date(2030, 2, 17), True),  # the last day
        (date(2030, 2, 18), False),  # too late
    ],
)
def test_renewal_begins_with_less_than_three_months_left(applied, renewal):
    """期間が3月未満: one day after the day three months before the end."""
    assert is_renewal(applied, date(2030, 2, 17)) is renewal


def test_three_months_before_the_31st_is_a_shorter_months_last_day():
    """Months are counted by the calendar: 28 February is three months before 31 May."""
    assert not is_renewal(date(2030, 2, 28), date(2030, 5, 31))
    assert is_renewal(date(2030, 3, 1), date(2030, 5, 31))


def test_a_renewal_in_time_runs_to_the_sixth_birthday():
    """Nobody loses the months between renewal and the old end."""
    end = end_entity_end(
        date(2029, 12, 1), birth_month=2, birth_day=17, previous_end=date(2030, 2, 17)
    )

    assert end == date(2035, 2, 17)


def test_a_renewal_too_early_runs_to_the_fifth():
    """Outside the three months it is an issue like any other."""
    end = end_entity_end(
        date(2029, 10, 1), birth_month=2, birth_day=17, previous_end=date(2030, 2, 17)
    )

    assert end == date(2034, 2, 17)


def test_it_never_outlives_its_caps():
    """The earliest of birthday, card's end and authentication certificate's end holds."""
    end = end_entity_end(
        date(2026, 4, 1),
        birth_month=2,
        birth_day=17,
        caps=(date(2029, 6, 1), date(2028, 12, 31)),
    )

    assert end == date(2028, 12, 31)


@pytest.mark.parametrize(
    ("applied", "end"),
    [
        (date(2026, 4, 1), date(2031, 2, 28)),
        (date(2027, 4, 1), date(2032, 2, 29)),
        (date(2031, 2, 28), date(2036, 2, 29)),  # the 28th is the birthday: not counted
    ],
)
def test_a_leap_day_birthday_falls_on_the_28th(applied, end):
    """29 February is kept in leap years and is the 28th in others (assumed)."""
    assert end_entity_end(applied, birth_month=2, birth_day=29) == end


@pytest.mark.parametrize(
    ("month", "day", "end"), [(0, 0, date(2031, 1, 1)), (8, 0, date(2030, 8, 1))]
)
def test_an_unknown_birthday_is_the_first_possible(month, day, end):
    """1 January, or the first of a known month (assumed)."""
    assert end_entity_end(date(2026, 4, 1), birth_month=month, birth_day=day) == end


@pytest.mark.parametrize(
    ("founded", "end"),
    [
        (date(2015, 10, 20), date(2025, 10, 19)),
        (date(2019, 9, 15), date(2029, 9, 14)),
        (date(2023, 7, 16), date(2033, 7, 15)),
        (date(2024, 2, 29), date(2034, 2, 27)),
    ],
)
def test_an_authority_ends_the_day_before_its_tenth_anniversary(founded, end):
    """As the three real generations do."""
    assert authority_end(founded, 10) == end


@pytest.mark.parametrize("day", [16, 17], ids=["the day before", "the last day"])
def test_a_renewal_to_the_last_day_adds_five_years(day):
    """The old end is the first of the six birthdays, also on the birthday itself."""
    end = end_entity_end(
        date(2030, 2, day), birth_month=2, birth_day=17, previous_end=date(2030, 2, 17)
    )

    assert end == date(2035, 2, 17)


def test_a_renewal_issued_in_the_night_after_the_last_day_adds_five_years():
    """Applied for in time on the birthday, issued by the night batch of the day after."""
    end = end_entity_end(
        date(2030, 2, 18),
        applied=date(2030, 2, 17),
        birth_month=2,
        birth_day=17,
        previous_end=date(2030, 2, 17),
    )

    assert end == date(2035, 2, 17)


def test_a_leap_day_renewal_on_its_last_day_adds_five_years():
    """Born on 29 February: from 28 February 2031 to the 29th of 2036."""
    end = end_entity_end(
        date(2031, 2, 28), birth_month=2, birth_day=29, previous_end=date(2031, 2, 28)
    )

    assert end == date(2036, 2, 29)
