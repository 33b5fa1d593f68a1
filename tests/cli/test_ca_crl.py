"""`jpki ca crl`: what is published, whether it is proven complete, and what a past day had."""

import shutil
from datetime import timedelta

import pytest

from cardsim.world import World
from tests.cli.calling import CANNOT_TELL, NO, USAGE, YES
from tests.cli.conftest import START

REVOKE = ("ca", "revoke", "hanako", "--kind", "auth", "--reason", "superseded", "--later")


@pytest.fixture
def lists(jpki):
    """Give the directory of the published lists."""
    return jpki.home / "ca" / "crl"


def test_each_list_is_told_with_its_number(jpki):
    """For programs: which list, of which moment, how long, and whether it was made anew."""
    jpki(*REVOKE)

    said = jpki("ca", "crl", "--json")
    made = {row["file"]: row for row in said.json["made"]}
    assert list(made) == said.json["lists"]
    full = next(row for file, row in made.items() if file.endswith("/auth-g3-full.crl"))
    assert (
        full.items()
        >= {
            "kind": "auth",
            "generation": 3,
            "municipality": None,
            "this_update": START.isoformat(),
            "entries": 1,
            "rebuilt": True,
        }.items()
    )
    assert {row["rebuilt"] for row in made.values() if row["kind"] == "sign"} == {False}


def test_nothing_but_the_answer_is_on_standard_output(jpki):
    """Progress is for whoever watches."""
    said = jpki("ca", "crl")

    assert all(line.endswith(".crl") for line in said.stdout.splitlines())


def test_the_rest_of_a_run_is_made_and_no_more(jpki, lists):
    """What is out and of the day stays as it is."""
    assert jpki("ca", "crl", "--due").stdout == "no list is due\n"
    before = {path.name: path.read_bytes() for path in lists.iterdir()}
    (lists / "auth-g3-full.crl").unlink()

    said = jpki("ca", "crl", "--due")
    after = {path.name: path.read_bytes() for path in lists.iterdir()}
    assert said.stdout == f"{lists / 'auth-g3-full.crl'}\n"
    assert {name for name in after if after[name] != before[name]} == {"auth-g3-full.crl"}


def test_a_directory_in_a_lists_place_is_told_and_all_others_come_out(jpki, lists):
    taken = lists / "auth-g3-full.crl"
    taken.unlink()
    taken.mkdir()
    before = {path: path.read_bytes() for path in lists.glob("*.crl") if path != taken}

    said = jpki("ca", "crl")

    told = f"jpki: {taken} is a directory: take it away; all other lists are out\n"
    assert (said.status, said.stderr) == (USAGE, told)
    assert set(said.stdout.split()) == set(map(str, before))
    assert all(path.read_bytes() != octets for path, octets in before.items())


def test_what_came_out_is_copied_and_told_though_one_list_could_not(jpki, lists, tmp_path):
    """And old ones are removed: a program sees what there is, and why that is not all."""
    with World.open(jpki.home) as world:
        world.clock.advance(timedelta(days=40))
    (lists / "auth-g3-full.crl").unlink()
    (lists / "auth-g3-full.crl").mkdir()

    said = jpki("ca", "crl", "--out", tmp_path / "out", "--keep", "30", "--json")

    reasons = [f"{lists / 'auth-g3-full.crl'} is a directory: take it away"]
    assert (said.status, said.json["not_published"], said.stderr) == (USAGE, reasons, "")
    assert said.json["error"].startswith(reasons[0])
    copies = {str(path): path.read_bytes() for path in (tmp_path / "out").iterdir()}
    assert (
        sorted(copies) == sorted(said.json["lists"]) == sorted(r["file"] for r in said.json["made"])
    )
    assert all(
        (lists / path.rpartition("/")[2]).read_bytes() == der for path, der in copies.items()
    )
    assert said.json["removed"] > 0


def test_what_one_authority_published_is_told_though_the_other_could_not(jpki, lists):
    """Something in its archive's way, say, which ends its run."""
    place = jpki.home / "ca" / "archive" / "auth" / "g3" / "full"
    shutil.rmtree(place)
    place.touch()

    said = jpki("ca", "crl", "--json")

    assert (said.status, str(place) in said.json["error"]) == (USAGE, True)
    assert str(lists / "sign-g3-full.crl") in said.json["lists"]


def test_a_copy_that_cannot_be_written_does_not_hide_that_the_lists_are_out(jpki, lists, tmp_path):
    """Nobody has to publish again for it."""
    (tmp_path / "out" / "auth-g3-full.crl").mkdir(parents=True)

    said = jpki("ca", "crl", "--out", tmp_path / "out", "--json")

    published = sorted(map(str, lists.glob("*.crl")))
    assert (said.status, sorted(said.json["lists"])) == (USAGE, published)
    assert f"{len(published)} lists are out: cannot write" in said.json["error"]


def test_what_the_check_promises_of_a_damaged_number_is_kept(jpki, lists):
    """`jpki ca crl` makes that list anew, too."""
    path = lists / "auth-g3-full.crl"
    octets = bytearray(path.read_bytes())
    octets[octets.index(b"\x06\x03\x55\x1d\x14") + 9] = 127
    path.write_bytes(octets)

    before = jpki("ca", "crl", "--check").status
    made = jpki("ca", "crl", "--json").json["made"]

    assert (before, {row["out"] for row in made}) == (NO, {True})
    assert jpki("ca", "crl", "--check").status == YES


def test_published_lists_are_proven(jpki):
    """With what was read; a revocation since does not count against them."""
    jpki(*REVOKE)
    jpki("ca", "crl")
    said = jpki("ca", "crl", "--check")
    rows = jpki("ca", "crl", "--check", "--json").json["authorities"]

    assert (said.status, "auth  proven" in said.stdout) == (YES, True)
    assert [row["verdict"] for row in rows] == ["proven", "proven"]
    assert [row["findings"] for row in rows] == [[], []]


def test_another_places_list_under_a_name_is_told(jpki, lists):
    """What is wrong, with which file, and what to do."""
    one, other = sorted(lists.glob("auth-g3-[0-9]*.crl"))[:2]
    one.write_bytes(other.read_bytes())

    said = jpki("ca", "crl", "--check")
    assert (said.status, f"scope      {one.name}" in said.stdout) == (NO, True)
    assert "`jpki ca crl` makes and publishes all lists anew" in said.stdout
    jpki("ca", "crl")
    assert jpki("ca", "crl", "--check").status == YES


@pytest.mark.parametrize("change", ["gone", "cut"])
def test_what_cannot_be_read_is_no_proof(jpki, lists, change):
    """Neither good nor bad."""
    path = lists / "auth-g3-full.crl"
    {"gone": path.unlink, "cut": lambda: path.write_bytes(b"0")}[change]()

    said = jpki("ca", "crl", "--check", "--json")
    assert said.status == CANNOT_TELL
    verdicts = {row["kind"]: row["verdict"] for row in said.json["authorities"]}
    assert verdicts == {"sign": "proven", "auth": "cannot tell"}


def test_a_past_days_lists_are_had(jpki, lists, tmp_path):
    """As they were published then."""
    then = {path.name: path.read_bytes() for path in lists.iterdir()}
    with World.open(jpki.home) as world:
        world.clock.advance(timedelta(days=1))
    jpki("ca", "crl")

    said = jpki("ca", "crl", "--at", START.isoformat(), "--out", tmp_path / "then", "--json")
    assert said.status == YES
    assert {path.name: path.read_bytes() for path in (tmp_path / "then").iterdir()} == then
    assert {row["this_update"] for row in said.json["lists"]} == {START.isoformat()}


def test_a_time_before_the_archive_has_no_lists(jpki):
    """Which proves nothing about that time."""
    said = jpki("ca", "crl", "--at", "2020-01-01")

    assert (said.status, "has no list of 2020-01-01 00:00 (JST)" in said.error) == (
        CANNOT_TELL,
        True,
    )


def test_old_lists_go_when_asked(jpki):
    """Each scope's latest stays."""
    with World.open(jpki.home) as world:
        world.clock.advance(timedelta(days=40))
    said = jpki("ca", "crl", "--keep", "30", "--json")

    assert said.json["removed"] > 0
    assert jpki("ca", "crl", "--at", START.isoformat()).status == CANNOT_TELL
    assert jpki("ca", "crl", "--check").status == YES


@pytest.mark.parametrize(
    "words",
    [("--check", "--keep", "3"), ("--check", "--out", "x"), ("--at", "2026-11-01", "--keep", "3")],
)
def test_questions_and_doings_do_not_mix(jpki, words):
    """Before anything is done."""
    assert jpki("ca", "crl", *words).status == USAGE
