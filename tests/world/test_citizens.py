"""The people of a world are invented, of the right ages, and can be nobody."""

from datetime import date

import pytest

from cardsim.world import DamagedWorldError, NameTakenError
from cardsim.world.citizens import CAST, check_name, invent, read_citizens, write_citizens
from cardsim.world.draw import Draw
from jpki.numbers import is_my_number
from jpki.people import in_repertoire

DAY = date(2026, 11, 23)
SEEDS = range(1, 13)


def people(seed, day=DAY):
    return {citizen.name: citizen for citizen in invent(Draw(seed), CAST, on=day)}


def age(citizen, day):
    return citizen.person.birth_date.age_on(day)


@pytest.mark.parametrize("seed", SEEDS)
def test_adults_are_adults_and_the_child_is_under_15(seed):
    """The adults are of age for years; jiro stays under 15 for two years at least."""
    cast = people(seed)

    assert age(cast["hanako"], DAY) >= 20
    assert age(cast["taro"], DAY.replace(year=DAY.year - 3)) >= 18
    assert age(cast["jiro"], DAY) >= 6
    assert age(cast["jiro"], DAY.replace(year=DAY.year + 2)) < 15


@pytest.mark.parametrize("day", [date(2024, 2, 29), date(2027, 3, 1), date(2026, 1, 1)])
def test_ages_hold_at_the_edges_of_the_calendar(day):
    """A world may begin on a leap day or at New Year."""
    cast = people(5, day)

    assert age(cast["hanako"], day) >= 20
    assert age(cast["jiro"], day) < 15


@pytest.mark.parametrize("seed", SEEDS)
def test_everyone_lives_in_another_municipality(seed):
    """Each revocation list of a municipality is somebody's alone."""
    codes = [citizen.municipality.code for citizen in people(seed).values()]

    assert len(set(codes)) == len(codes)


@pytest.mark.parametrize("seed", SEEDS)
def test_no_number_is_a_number(seed):
    """Every 個人番号 has twelve digits and a wrong check digit."""
    numbers = [citizen.my_number for citizen in people(seed).values()]

    assert [is_my_number(number) for number in numbers] == [False] * len(numbers)


@pytest.mark.parametrize("name", ["hanako", "taro", "jiro"])
@pytest.mark.parametrize("seed", SEEDS)
def test_names_and_addresses_fit_a_certificate(seed, name):
    """Only characters of JIS X 0208 and 0212, full-width digits, the place in front."""
    person = people(seed)[name].person

    assert all(in_repertoire(c) for c in person.name.text + person.address.text)
    assert person.address.text.startswith(str(people(seed)[name].municipality))


def test_nothing_personal_is_in_the_repr():
    """A citizen can be logged: name, address, birth date and number stay out."""
    citizen = people(1)["hanako"]

    shown = repr(citizen)

    assert citizen.my_number not in shown
    assert citizen.person.name.text not in shown
    assert citizen.person.birth_date.text not in shown
    assert "架空町" not in shown


def test_citizens_come_back_from_their_file(tmp_path):
    """What was written is read again, the same in all attributes."""
    path = tmp_path / "citizens.json"
    cast = people(1)

    write_citizens(path, cast.values())

    assert read_citizens(path) == cast


def test_damaged_file_is_refused_without_quoting_it(tmp_path):
    """The error names the file; what stands in it stays out."""
    path = tmp_path / "citizens.json"
    write_citizens(path, people(1).values())
    number = people(1)["hanako"].my_number
    path.write_text(path.read_text().replace('"my_number"', '"number"'))

    with pytest.raises(DamagedWorldError) as caught:
        read_citizens(path)

    assert "citizens.json" in str(caught.value)
    assert number not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("name", ["hanako", "a", "card-2", "x_1", "0"])
def test_plain_names_are_names(name):
    """Small letters, digits, hyphen and underscore."""
    assert check_name(name) == name


@pytest.mark.parametrize(
    "name", ["", "../x", "a/b", ".hidden", "-x", "Hanako", "花子", "a b", "a" * 65, "x\n"]
)
def test_names_that_are_no_plain_file_names_are_refused(name):
    """A name is also a directory's: nothing in it may lead elsewhere."""
    with pytest.raises(NameTakenError):
        check_name(name)
