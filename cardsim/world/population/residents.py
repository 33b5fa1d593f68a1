"""Who resident number n of a synthetic country is: all of it drawn from the world's seed.

What it is: name, address, birth date, sex, the night the certificates came, and what became of
them. The same seed, start and number of residents give the same people; none is kept anywhere.
What it is not: statistics. Proportions are ours, chosen to look like a country: `weights.csv`,
`_AGES`, `_FATES` are data to be replaced by whoever has better.
PKI profile reference sections 1.2 (night batch), 1.3, 1.8 (15 years), 3.3 (what revokes what).
Called by `plan`, `batches` and `cardsim.world.life.drawn`.
"""

import csv
from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from importlib import resources
from itertools import accumulate

from cardsim.world.citizens import SURNAMES, TOWN, resident_name, years_before
from cardsim.world.draw import Draw
from jpki.people import FEMALE, MALE, NAME_SEPARATOR, BirthDate, Person, SubstitutedText
from jpki.profiles.certificates import end_entity_profile
from jpki.profiles.kinds import Kind
from jpki.profiles.municipalities import Municipality, municipalities
from jpki.profiles.reasons import RevocationReason
from jpki.profiles.subjects import RANDOM_OCTETS
from jpki.profiles.validity import JST, japanese_date
from jpki.sources import Grade, Source

PROPORTIONS_SOURCE = Source("ours: round numbers that look like a country", Grade.ASSUMED)

HISTORY_DAYS = 1_800
"""How long before the world's start the first certificates came: the second generation is older."""

_AGES = ((0, 14, 11), (15, 19, 5), (20, 39, 21), (40, 64, 34), (65, 79, 20), (80, 99, 9))
"""From, to, how many of a hundred."""

_BOTH = tuple(Kind)
_FATES: tuple[tuple[RevocationReason, tuple[Kind, ...], int], ...] = (
    (RevocationReason.AFFILIATION_CHANGED, (Kind.SIGN,), 600),
    (RevocationReason.SUPERSEDED, _BOTH, 300),
    (RevocationReason.CESSATION_OF_OPERATION, _BOTH, 250),
    (RevocationReason.CERTIFICATE_HOLD, _BOTH, 60),
    (RevocationReason.UNSPECIFIED, _BOTH, 20),
    (RevocationReason.KEY_COMPROMISE, _BOTH, 10),
    (RevocationReason.CA_COMPROMISE, _BOTH, 1),
)
"""What revokes which, and of how many of ten thousand residents.

The last is so that every reason occurs; of a real country it would be all or nobody. Nobody has a
second certificate yet that took the place of a superseded one.
"""
_FATES_OF = 10_000

_GIVEN_NAMES = {MALE: ("太郎", "一郎", "次郎", "三郎"), FEMALE: ("花子", "良子", "幸子", "春子")}
_OTHER_WEIGHT = 10
"""Of a municipality that is in the table and not in `weights.csv`."""

_HOUSES = 30
_BATCH_BEGINS = time(1, 37, 0, tzinfo=JST)
_BATCH_SECONDS = 3_600
_LOT = 8
_LOTS = 12
"""Octets a lot, lots a resident: whoever needs another one appends it."""


@dataclass(frozen=True, slots=True)
class Resident:
    """One resident. `lost` says why and when a certificate stopped counting, by kind."""

    number: int
    person: Person = field(repr=False)
    municipality: Municipality
    issued: datetime
    kinds: tuple[Kind, ...]
    randomness: dict[Kind, bytes] = field(repr=False)
    fate: RevocationReason | None
    lost: tuple[Kind, ...]
    share: int
    """Where between issue and the world's start it was lost, of 2 to the power 64."""

    @property
    def holder(self) -> str:
        """The register's handle: marked, so that nobody takes these for people with cards."""
        return resident_name(self.number)

    def lost_at(self, *, not_after: datetime, start: datetime) -> datetime | None:
        """Give when the certificates stopped counting; None when they never had the time to."""
        seconds = int((min(not_after, start) - self.issued).total_seconds()) - 1
        if self.fate is None or seconds < 1:
            return None
        return self.issued + timedelta(seconds=1 + self.share * seconds // (1 << 64))


class Country:
    """All residents of a world: so many, with certificates from the years before its start."""

    def __init__(self, draw: Draw, *, residents: int, start: datetime) -> None:
        self._draw = draw
        self.residents = residents
        self.start = start
        self._places = list(municipalities().values())
        weights = _weights()
        self._weights = list(
            accumulate(weights.get(place.code, _OTHER_WEIGHT) for place in self._places)
        )
        self._fates = list(accumulate(fate[2] for fate in _FATES))
        self._ages = list(accumulate(band[2] for band in _AGES))
        self._least_age = end_entity_profile(Kind.SIGN).minimum_age or 0

    def is_old_enough(self, number: int) -> bool:
        """Whether a resident has a signing certificate: 15 on the day of issue, or older."""
        return self._age(*self._lots(number, 2)) >= self._least_age

    def resident(self, number: int) -> Resident:
        """Give one resident."""
        octets = self._draw.octets(f"resident {number}", _LOT * _LOTS + 2 * RANDOM_OCTETS)
        chance = octets[_LOT * _LOTS :]
        lots = _numbers(octets[: _LOT * _LOTS])
        band, year, day, place, sex, surname, given, block, house, second, fate, share = lots
        issued = self._issued(number, second)
        age = self._age(band, year)
        born = years_before(japanese_date(issued) - timedelta(days=day % 365), age)
        municipality = self._place(place)
        gender = FEMALE if sex % 2 else MALE
        names = _GIVEN_NAMES[gender]
        surname_text = SURNAMES[surname % len(SURNAMES)]
        person = Person(
            name=SubstitutedText(surname_text + NAME_SEPARATOR + names[given % len(names)]),
            address=SubstitutedText(_address(municipality, 1 + block % 9, 1 + house % _HOUSES)),
            birth_date=BirthDate.of(born),
            gender=gender,
        )
        kinds = _BOTH if age >= self._least_age else (Kind.AUTH,)
        met = bisect_right(self._fates, fate % _FATES_OF)
        reason, lost, _ = _FATES[met] if met < len(_FATES) else (None, (), 0)
        return Resident(
            number=number,
            person=person,
            municipality=municipality,
            issued=issued,
            kinds=kinds,
            randomness={Kind.AUTH: chance[:RANDOM_OCTETS], Kind.SIGN: chance[RANDOM_OCTETS:]},
            fate=reason,
            lost=tuple(kind for kind in lost if kind in kinds),
            share=share,
        )

    def moved_to(self, number: int) -> tuple[Municipality, str]:
        """Give where a resident who moves goes to, and the address: never the one of before."""
        place, block, house = _numbers(self._draw.octets(f"resident {number}/moved", 3 * _LOT))
        municipality = self._place(place)
        # Nobody is drawn to live in these houses.
        return municipality, _address(municipality, 1 + block % 9, 1 + _HOUSES + house % _HOUSES)

    def of_hundred(self, number: int, label: str) -> int:
        """Draw what else may be asked about a resident: a number below a hundred."""
        return self._draw.integer(f"resident {number}/{label}", 0, 99)

    def _place(self, lot: int) -> Municipality:
        return self._places[bisect_right(self._weights, lot % self._weights[-1])]

    def _age(self, band: int, year: int) -> int:
        youngest, oldest, _ = _AGES[bisect_right(self._ages, band % self._ages[-1])]
        return youngest + year % (oldest - youngest + 1)

    def _issued(self, number: int, second: int) -> datetime:
        """Give a moment of a night: the lower the number, the longer ago."""
        ago = 1 + (self.residents - 1 - number) * HISTORY_DAYS // self.residents
        night = japanese_date(self.start) - timedelta(days=ago)
        begin = datetime.combine(night, _BATCH_BEGINS).astimezone(UTC)
        return begin + timedelta(seconds=second % _BATCH_SECONDS)

    def _lots(self, number: int, count: int) -> list[int]:
        return _numbers(self._draw.octets(f"resident {number}", _LOT * count))


def _numbers(octets: bytes) -> list[int]:
    return [int.from_bytes(octets[at : at + _LOT], "big") for at in range(0, len(octets), _LOT)]


def _weights() -> dict[str, int]:
    text = resources.files(__package__).joinpath("weights.csv").read_text(encoding="utf-8")
    return {row["code"]: int(row["weight"]) for row in csv.DictReader(text.splitlines())}


def _address(where: Municipality, block: int, house: int) -> str:
    return f"{where}{TOWN}{_wide(block)}番{_wide(house)}号"


def _wide(number: int) -> str:
    """Certificates hold full-width digits (PKI profile section 1.3)."""
    return str(number).translate(_WIDE)


_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
