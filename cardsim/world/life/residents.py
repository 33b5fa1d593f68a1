"""One person in the register of residents (住民基本台帳), and what may be changed of them.

What it is: the four attributes as they truly are, beside what a certificate may hold of them;
where the person lives, or no longer does. What comes in is made whole: full width, one separator
between parts, substituted; what no signing certificate could hold is not let in.
What it is not: numbers (個人番号 and 住民票コード stay in citizens.json and go through no event),
or rules of when something may be changed (`rules`).
Standard: PKI profile reference sections 1.3 and 6.
Called by `rules`, `journal` and `applying`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Self
from unicodedata import category

from cardsim.world.citizens import Citizen, Residence
from jpki.people import (
    NAME_SEPARATOR,
    BirthDate,
    Gender,
    Person,
    SubstitutedText,
    UnfitTextError,
    check_length,
    check_text,
)
from jpki.profiles.municipalities import Municipality, municipality
from jpki.sources import Grade, Source
from jpki.substituting import certificate_address, certificate_name, widened

ABROAD_ADDRESS_SOURCE = Source(
    "PKI 1.3: the fact and the planned date stand in the address; the words are ours",
    Grade.ASSUMED,
)
_NO_CHARACTERS = frozenset({"Cc", "Cs"})
"""General categories of Unicode."""
_TYPED_SPACES = "\t\r\n"
_MOST_PLACES = 5
"""Told of what is no character."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attributes:
    """What an event says of somebody; None is left as it was.

    Texts are the true ones, in any width. `substitutes` are those the holder asked for.
    """

    name: str | None = field(default=None, repr=False)
    kana: str | None = field(default=None, repr=False)
    address: str | None = field(default=None, repr=False)
    municipality: str | None = None
    birth_date: BirthDate | None = field(default=None, repr=False)
    gender: Gender | None = field(default=None, repr=False)
    substitutes: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Resident:
    """One entry of the register. Never printed: its repr says where, and nothing else."""

    name: str = field(repr=False)
    address: str = field(repr=False)
    certified: Person = field(repr=False)
    municipality: Municipality
    kana: str | None = field(default=None, repr=False)
    residence: Residence = Residence.RESIDENT

    @classmethod
    def born(cls, facts: Attributes) -> Self:
        """Enter somebody new.

        Raises `ValueError` for what is missing or blank, `NoSubstituteError`, `UnfitTextError` for
        what no certificate can hold, or `KeyError` for a municipality of no such code.
        """
        code, born, gender = facts.municipality, facts.birth_date, facts.gender
        if not facts.name or not facts.address or code is None or born is None or gender is None:
            raise ValueError("name, address, municipality, birth date and gender are needed")
        empty = SubstitutedText(NAME_SEPARATOR)
        blank = cls(
            name="",
            address="",
            certified=Person(name=empty, address=empty, birth_date=born, gender=gender),
            municipality=municipality(code),
        )
        return blank.with_attributes(facts)

    @classmethod
    def of(cls, citizen: Citizen) -> Self:
        """Give the entry of one of the world's people."""
        return cls(
            name=citizen.face_name or citizen.person.name.text,
            address=citizen.face_address or citizen.person.address.text,
            certified=citizen.person,
            municipality=citizen.municipality,
            kana=citizen.kana,
            residence=citizen.residence,
        )

    def onto(self, citizen: Citizen) -> Citizen:
        """Give the citizen with this entry; the numbers stay theirs."""
        return replace(
            citizen,
            person=self.certified,
            municipality=self.municipality,
            face_name=self.name if self.name != self.certified.name.text else None,
            face_address=self.address if self.address != self.certified.address.text else None,
            kana=self.kana,
            residence=self.residence,
        )

    def with_attributes(self, facts: Attributes) -> Self:
        """Change what `facts` says. Raises as `born`, but for what is missing."""
        where = self.municipality
        if facts.municipality is not None:
            where = municipality(facts.municipality)
        name, kana, certified = self.name, self.kana, self.certified
        if facts.name is not None:
            name = _tidied("name", facts.name)
            # The old reading is not that of a new name.
            kana = kana if name == self.name else None
        if facts.kana is not None:
            kana = _tidied("kana", facts.kana)
            check_text("kana", SubstitutedText(kana))
        if facts.name is not None:
            text = certificate_name(name, kana, chosen=facts.substitutes)
            check_text("name", text)
            certified = replace(certified, name=text)
        address = self.address
        if facts.address is not None:
            address = _tidied("address", facts.address)
            # Certificates have the prefecture in front (PKI profile section 1.3).
            address = address if address.startswith(str(where)) else f"{where}{address}"
            shown = certificate_address(address, chosen=facts.substitutes)
            check_text("address", shown)
            certified = replace(certified, address=shown)
        certified = replace(
            certified,
            birth_date=facts.birth_date or certified.birth_date,
            gender=facts.gender or certified.gender,
        )
        return replace(
            self, name=name, address=address, certified=certified, municipality=where, kana=kana
        )

    def gone_abroad(self, on: date) -> Self:
        """Give the entry of somebody who has moved abroad (国外転出)."""
        address = widened(f"国外転出（{on.year}年{on.month}月{on.day}日）")
        certified = replace(self.certified, address=SubstitutedText(address))
        return replace(self, address=address, certified=certified, residence=Residence.ABROAD)

    def same_attributes(self, other: Self) -> bool:
        """Whether name, address, birth date and gender are what they were."""
        mine = (self.name, self.address, self.certified)
        return mine == (other.name, other.address, other.certified)

    def age_on(self, day: date) -> int | None:
        """Give the age that is certain on a day in Japan, or None."""
        return self.certified.birth_date.age_on(day)

    def to_row(self) -> dict[str, Any]:
        """Give the entry for the journal (0600, like citizens.json)."""
        certified = self.certified
        return {
            "name": self.name,
            "address": self.address,
            "certificate_name": [certified.name.text, certified.name.flags],
            "certificate_address": [certified.address.text, certified.address.flags],
            "birth_date": certified.birth_date.text,
            "gender": certified.gender.value,
            "municipality": self.municipality.code,
            "kana": self.kana,
            "residence": self.residence.value,
        }

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Self:
        """Read what `to_row` gave; raises `KeyError`, `TypeError` or `ValueError`."""
        return cls(
            name=row["name"],
            address=row["address"],
            certified=Person(
                name=SubstitutedText.parse(*row["certificate_name"]),
                address=SubstitutedText.parse(*row["certificate_address"]),
                birth_date=BirthDate.parse(row["birth_date"]),
                gender=Gender(row["gender"]),
            ),
            municipality=municipality(row["municipality"]),
            kana=row["kana"],
            residence=Residence(row["residence"]),
        )


def _is_no_character(one: str) -> bool:
    is_odd = category(one) in _NO_CHARACTERS or _is_noncharacter(one)
    return is_odd and one not in _TYPED_SPACES


def _is_noncharacter(one: str) -> bool:
    # For ever: thirty-two in a row, and the last two code points of each plane (Unicode 23.7).
    return "\ufdd0" <= one <= "\ufdef" or ord(one) & 0xFFFE == 0xFFFE  # noqa: PLR2004


def _tidied(what: str, text: str) -> str:
    """Give a text in full width with one separator between its parts.

    A true text may hold more characters than certificates do, but no control codes, no
    noncharacters and no surrogates: as such come octets of a command line that are no UTF-8, and
    no file takes them. Raises `ValueError`, for those and for what is too long `UnfitTextError`.
    """
    # Before anything is taken for a space: to Python some control codes are.
    odd = [place for place, each in enumerate(text, 1) if _is_no_character(each)]
    if odd:
        # Of what comes in the length is not known yet.
        more = f" and {len(odd) - _MOST_PLACES} more" if len(odd) > _MOST_PLACES else ""
        raise UnfitTextError(
            "characters",
            f"the {what} holds what is no character"
            f" (character {', '.join(map(str, odd[:_MOST_PLACES]))}{more}): a control code,"
            " a noncharacter of Unicode, or octets that are no UTF-8; leave it out",
        )
    tidy = widened(" ".join(text.split()))
    if not tidy:
        raise ValueError(f"the {what} is blank")
    check_length(what, tidy)
    return tidy
