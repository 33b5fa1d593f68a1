"""The people of a world: invented from its seed, kept in citizens.json.

    hanako    an adult
    taro      an adult of another municipality
    jiro      a child under 15, who gets no signing certificate (署名用電子証明書)

Every surname is a Japanese word for sample or fiction, every town is 架空町 ("fictitious town"),
every 個人番号 ends in a wrong check digit, so that nobody living is meant. Only of the last it is
certain that nobody has it: no register of surnames or towns was asked.

Not here: certificates and cards; who has which is told by the cards themselves (`cards`).
PKI profile reference §1.3, §6, §7. Called by `cardsim.world.founding` and `cardsim.world.world`.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum, unique
from pathlib import Path
from typing import Any

from cardsim.world import files
from cardsim.world.draw import Draw
from cardsim.world.errors import DamagedWorldError, NameTakenError, shown
from jpki.numbers import RESIDENT_CODE_DIGITS, my_number, resident_code
from jpki.people import (
    FEMALE,
    MALE,
    NAME_SEPARATOR,
    BirthDate,
    Gender,
    Person,
    SubstitutedText,
)
from jpki.profiles.municipalities import Municipality, municipalities, municipality
from jpki.profiles.validity import birthday_in

_FORMAT = "jpki-emu citizens"
_VERSION = 2
_OLD_VERSION = 1
"""Without kana, 住民票コード and residence: read as of people who live where they did."""

NAME_PATTERN = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
"""Names of citizens and cards are also names of files, so they are kept plain."""

_OF_A_COUNTRY = re.compile(r"resident-([0-9]{9,18})")
"""Names of a synthetic country's residents (`population`), marked and kept for them."""

SURNAMES = ("見本", "例示", "架空", "試験", "仮名", "模擬")
TOWN = "架空町"
_PAYLOAD_DIGITS = 11


@unique
class Residence(Enum):
    """How somebody stands in the register of residents (住民基本台帳)."""

    RESIDENT = "resident"
    ABROAD = "abroad"
    """国外転出."""
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Citizen:
    """One person of the world, with the name the command line knows them by.

    `my_number` is twelve digits with a wrong check digit unless asked otherwise. Neither it nor
    the four attributes are printed. `face_name` and `face_address` are what the card's face
    shows where it is not what certificates hold (代替文字). A foreigner's card shows western
    years. `resident_code` is the 住民票コード, None for who came into the world before there were
    any; nothing depends on it. `entered` is when a resident of a synthetic country was written
    down; what came before is drawn (`life.past`).
    """

    name: str
    person: Person = field(repr=False)
    municipality: Municipality
    my_number: str = field(repr=False)
    face_name: str | None = field(default=None, repr=False)
    face_address: str | None = field(default=None, repr=False)
    is_foreign: bool = False
    kana: str | None = field(default=None, repr=False)
    residence: Residence = Residence.RESIDENT
    resident_code: str | None = field(default=None, repr=False)
    entered: datetime | None = None

    @property
    def birth_date(self) -> date | None:
        """The birth date when it is wholly known."""
        return self.person.birth_date.calendar_date


@dataclass(frozen=True, slots=True)
class Role:
    """What is asked of one citizen of the default cast."""

    name: str
    given_name: str
    gender: Gender
    youngest: int
    oldest: int


CAST = (
    Role("hanako", "花子", FEMALE, 20, 59),
    Role("taro", "太郎", MALE, 25, 79),
    Role("jiro", "次郎", MALE, 6, 12),
)
"""Who lives in every world.

jiro stays under 15 for the first two years at least. taro's card is up to three years old, and
he was an adult when he got it.
"""


def invent(draw: Draw, roles: Iterable[Role], *, on: date) -> list[Citizen]:
    """Give one citizen a role, of the right age on a day, each in a municipality of their own."""
    left = list(municipalities().values())
    citizens = []
    for role in roles:
        place = draw.one_of(f"{role.name}/municipality", left)
        left.remove(place)
        citizens.append(_citizen(draw, role, place, on=on))
    return citizens


def _citizen(draw: Draw, role: Role, place: Municipality, *, on: date) -> Citizen:
    name = role.name
    born = draw.day(
        f"{name}/birth date",
        years_before(on, role.oldest + 1),
        years_before(on, role.youngest),
    )
    person = Person(
        name=SubstitutedText(invent_surname(draw, name) + NAME_SEPARATOR + role.given_name),
        address=SubstitutedText(invent_address(draw, name, place)),
        birth_date=BirthDate.of(born),
        gender=role.gender,
    )
    return Citizen(
        name,
        person,
        place,
        draw_my_number(draw, name),
        resident_code=draw_resident_code(draw, name),
    )


def draw_my_number(draw: Draw, label: str) -> str:
    """Draw a 個人番号, with a wrong check digit."""
    return my_number(draw.digits(f"{label}/my number", _PAYLOAD_DIGITS))


def draw_resident_code(draw: Draw, label: str) -> str:
    """Draw a 住民票コード (`jpki.numbers.resident_code`)."""
    return resident_code(draw.digits(f"{label}/resident code", RESIDENT_CODE_DIGITS - 1))


def invent_surname(draw: Draw, label: str) -> str:
    """Draw one of the surnames that are words for samples."""
    return draw.one_of(f"{label}/surname", SURNAMES)


def invent_address(draw: Draw, label: str, place: Municipality) -> str:
    """Draw an address in the town that is nowhere by its name."""
    block, house = draw.integer(f"{label}/block", 1, 9), draw.integer(f"{label}/house", 1, 30)
    return f"{place}{TOWN}{_full_width(block)}番{_full_width(house)}号"


def years_before(day: date, years: int) -> date:
    """Give the same day of an earlier year; 29 February becomes the 28th where there is none."""
    return birthday_in(day.year - years, day.month, day.day)


def _full_width(number: int) -> str:
    """Certificates hold full-width digits (PKI profile §1.3)."""
    return "".join("０１２３４５６７８９"[int(digit)] for digit in str(number))


def resident_name(number: int) -> str:
    """Give the name of resident number n of a synthetic country."""
    return f"resident-{number:09d}"


def resident_number(name: str) -> int | None:
    """Give which resident of a synthetic country a name would be; None for any other name."""
    found = _OF_A_COUNTRY.fullmatch(name)
    number = None if found is None else int(found[1])
    return number if number is not None and resident_name(number) == name else None


def check_name(name: str) -> str:
    """Give the name back when a citizen or card may have it; raises `NameTakenError` otherwise."""
    if not NAME_PATTERN.fullmatch(name):
        raise NameTakenError(
            f"{shown(name)} cannot be a name: small letters, digits, - and _ only, a letter or"
            " digit first, at most 64"
        )
    if _OF_A_COUNTRY.match(name):
        raise NameTakenError(f"{shown(name)}: such names are for residents of `jpki ca populate`")
    return name


def write_citizens(path: Path, citizens: Iterable[Citizen]) -> None:
    """Write all citizens (mode 0600)."""
    rows = {citizen.name: _to_row(citizen) for citizen in citizens}
    files.write_json(path, _FORMAT, _VERSION, {"citizens": rows})


def add_citizens(path: Path, newcomers: Iterable[Citizen]) -> None:
    """Write further citizens; for the holder of the issuing lock.

    Raises `NameTakenError` when somebody else has one of the names.
    """
    known = read_citizens(path)
    for newcomer in newcomers:
        if known.setdefault(check_name(newcomer.name), newcomer) != newcomer:
            raise NameTakenError(f"there is another citizen {newcomer.name!r} already")
    write_citizens(path, known.values())


def read_citizens(path: Path) -> dict[str, Citizen]:
    """Read all citizens by name; raises `DamagedWorldError` or `WorldVersionError`."""
    try:
        document = files.read_json(path, _FORMAT, _VERSION, older=(_OLD_VERSION,))
        return {name: _from_row(name, row) for name, row in document["citizens"].items()}
    except FileNotFoundError:
        raise DamagedWorldError(path, "missing") from None
    except (AttributeError, KeyError, TypeError, ValueError):
        # The cause could quote a name or a number: it stays out.
        raise DamagedWorldError(path, "no list of citizens") from None


def _to_row(citizen: Citizen) -> dict[str, Any]:
    person = citizen.person
    return {
        "name": person.name.text,
        "name_flags": person.name.flags,
        "address": person.address.text,
        "address_flags": person.address.flags,
        "birth_date": person.birth_date.text,
        "gender": person.gender.value,
        "municipality": citizen.municipality.code,
        "my_number": citizen.my_number,
        "face_name": citizen.face_name,
        "face_address": citizen.face_address,
        "foreign": citizen.is_foreign,
        "kana": citizen.kana,
        "residence": citizen.residence.value,
        "resident_code": citizen.resident_code,
        "entered": None if citizen.entered is None else citizen.entered.isoformat(),
    }


def _from_row(name: str, row: Mapping[str, Any]) -> Citizen:
    entered = row.get("entered")
    person = Person(
        name=SubstitutedText.parse(row["name"], row["name_flags"]),
        address=SubstitutedText.parse(row["address"], row["address_flags"]),
        birth_date=BirthDate.parse(row["birth_date"]),
        gender=Gender(row["gender"]),
    )
    return Citizen(
        name,
        person,
        municipality(row["municipality"]),
        row["my_number"],
        # Worlds made before these existed have none of them.
        face_name=row.get("face_name"),
        face_address=row.get("face_address"),
        is_foreign=bool(row.get("foreign")),
        kana=row.get("kana"),
        residence=Residence(row.get("residence", Residence.RESIDENT.value)),
        resident_code=row.get("resident_code"),
        entered=None if entered is None else datetime.fromisoformat(entered),
    )
