"""A マイナ免許証 for a citizen: a number that is nobody's, and dates that belong together.

What it is not: categories, conditions or a photo; their form on the card is not public.
道路交通法 88条 (age), 92条の2 (validity). Called by `cardsim.world.issuing`.
"""

from datetime import date

from cardsim.world.citizens import Citizen
from cardsim.world.draw import Draw
from cardsim.world.errors import OrderRefusedError
from jpki.card.layout.licence import NUMBER_DIGITS, LicenceData
from jpki.profiles.validity import birthday_in, nth_birthday_after

LEAST_AGE = 18
"""For 普通免許, the licence given here.

From memory, not looked up: 原付免許 and 小型特殊免許 are to be had from 16.
"""
_BIRTHDAYS = 5
"""A licence lasts to a month after the fifth birthday (the third for some, by their record)."""
_NOBODYS = "00"
"""A number begins with the code of a 公安委員会, from 10 upwards: none has 00."""
_MONTHS = 12


def require_old_enough(citizen: Citizen, *, on: date) -> None:
    """Raise `OrderRefusedError` for somebody too young to drive, or of unknown age."""
    age = citizen.person.birth_date.age_on(on)
    if age is None or age < LEAST_AGE:
        raise OrderRefusedError(
            f"{citizen.name} is not known to be {LEAST_AGE}, the least age for 普通免許:"
            " no driving licence (マイナ免許証)"
        )


def licence_data(citizen: Citizen, *, issued: date, draw: Draw, label: str) -> LicenceData:
    """Give what the licence says; the same label gives the same number."""
    born = citizen.person.birth_date
    birthday = nth_birthday_after(issued, _BIRTHDAYS, month=born.month or 1, day=born.day or 1)
    number = _NOBODYS + draw.digits(f"{label}/licence number", NUMBER_DIGITS - len(_NOBODYS))
    return LicenceData(number, issued, _month_later(birthday))


def _month_later(day: date) -> date:
    """Give the same day of the next month, or the last one it has."""
    years, month = divmod(day.year * _MONTHS + day.month, _MONTHS)
    return birthday_in(years, month + 1, day.day)
