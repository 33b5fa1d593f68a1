"""What lies in a list's place: taken at its word, held against the register, or in the way."""

import pytest
from cryptography import x509 as pyca

from jpki.ca import make_list, publish_night
from jpki.ca.errors import NotPublishedError
from jpki.ca.places import is_taken
from jpki.profiles import Kind, RevocationReason

from . import reading
from .citizens import DAY, NOON
from .nights import NAMES, ON_SQLITE, contents, copy, night, published_number

DATABASES = ["sqlite", "postgresql"]

CRL_NUMBER = b"\x06\x03\x55\x1d\x14"


@pytest.mark.parametrize("damaged", [2, 3, 127])
def test_a_damaged_number_blocks_no_list(filled, directory, damaged):
    """It is not taken on its word: no such list of the key is on record, nor did the key sign."""
    night(filled, directory, NOON)
    path = directory / NAMES[1]
    octets = bytearray(path.read_bytes())
    octets[octets.index(CRL_NUMBER) + 9] = damaged
    path.write_bytes(octets)

    made = list(publish_night(filled, directory, moment=NOON + DAY))

    assert published_number(path) == 2
    assert pyca.load_der_x509_crl(path.read_bytes()).last_update_utc == NOON + DAY
    assert {each.is_out for each in made} == {True}


@pytest.mark.parametrize("number", [1, 4])
def test_another_places_list_of_the_same_key_is_not_this_ones(filled, directory, number):
    """Its number says nothing here, however properly it is signed: this one is due."""
    night(filled, directory, NOON)
    path = directory / NAMES[1]
    before = path.read_bytes()
    elsewhere = [(directory / NAMES[3]).read_bytes()]
    elsewhere += [make_list(filled, None, moment=NOON).der for _ in range(3)]
    path.write_bytes(elsewhere[number - 1])

    made = night(filled, directory, NOON, only_due=True)

    assert made[NAMES[1]] is True
    assert published_number(path) == 2
    assert reading.entries(path.read_bytes()) == reading.entries(before)


class TestOlderRegister:
    """One that was restored from a copy: it would take back what was published since."""

    @ON_SQLITE
    @pytest.mark.parametrize("behind", [1, 2])
    def test_it_says_so_and_publishes_nothing(self, filled, keys, directory, tmp_path, behind):
        """Night after night: no number is spent, so it never catches up."""
        night(filled, directory, NOON)
        older = copy(keys, tmp_path, "older")
        revoked = list(filled.certificates())[-1].serial
        filled.revoke(revoked, RevocationReason.KEY_COMPROMISE, moment=NOON)
        [night(filled, directory, NOON + number * DAY) for number in range(1, behind + 1)]
        before = contents(directory)

        for later in range(3, 6):
            with pytest.raises(
                NotPublishedError,
                match=rf"{NAMES[0]}: list {behind + 1} is out, signed.*register ends with list 1 ",
            ):
                night(older, directory, NOON + later * DAY)

        assert contents(directory) == before
        with older.register.reading() as asked:
            assert asked.last_numbers(Kind.SIGN, [""]) == {"": 1}
        assert revoked in reading.entries(before[NAMES[3]])

    @ON_SQLITE
    @pytest.mark.parametrize("seen", ["before", "late"])
    def test_another_list_of_the_same_number_is_as_good_a_sign(
        self, filled, keys, directory, tmp_path, monkeypatch, *, seen
    ):
        """Also where it only shows when the list is to take its place."""
        night(filled, directory, NOON)
        older = copy(keys, tmp_path, "older")
        night(filled, directory, NOON + DAY)
        before = contents(directory)
        if seen == "before":
            (tmp_path / "elsewhere").mkdir()
            night(older, tmp_path / "elsewhere", NOON + 2 * DAY)
        else:
            monkeypatch.setattr("jpki.ca.places.open_list", missing)

        with pytest.raises(NotPublishedError, match=r"list 2 is out.*ends with list 2 of 2026"):
            night(older, directory, NOON + 3 * DAY)

        assert contents(directory) == before

    @ON_SQLITE
    def test_one_that_knows_of_no_list_is_older_too(self, filled, keys, directory, tmp_path):
        older = copy(keys, tmp_path, "older")
        night(filled, directory, NOON)

        with pytest.raises(NotPublishedError, match="the register has none"):
            night(older, directory, NOON + DAY)


def missing(path):
    raise FileNotFoundError(path)


def test_a_link_to_a_directory_is_in_nobodys_way(filled, directory, tmp_path):
    """A file can take its place, and what it leads to stays."""
    night(filled, directory, NOON)
    (directory / NAMES[1]).unlink()
    (directory / NAMES[1]).symlink_to(tmp_path, target_is_directory=True)

    night(filled, directory, NOON + DAY)

    assert not is_taken(directory / NAMES[1])
    assert [published_number(directory / name) for name in NAMES] == [2] * 4
    assert tmp_path.is_dir()
