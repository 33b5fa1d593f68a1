"""`jpki catalogue`: list, show, make, rehearse; cards by number in readers."""

import json

import pytest

from tests.cli.calling import CANNOT_TELL, NO, USAGE, YES
from tests.world.catalogue.test_reading import OWN


def test_the_list_has_a_line_for_each_entry(jpki):
    """Number, case and case in Japanese."""
    said = jpki("catalogue", "list")

    assert said.status == YES
    assert "JP-047  Signing password blocked  署名用パスワード ロック" in said.stdout


def test_an_entry_is_shown_with_what_must_come_of_it(jpki):
    """Verdicts, dialogue and the words for the user."""
    shown = json.loads(jpki("catalogue", "show", "jp-047", "--json").stdout)

    assert shown["verdicts"]["signature"] == "refused: 6984"
    assert {"send": "00 20 00 80", "status": "63C0", "data": "", "why": "blocked"} in shown[
        "dialogue"
    ]


def test_what_was_made_is_rehearsed_and_used(jpki):
    """A card is named by its number."""
    made = jpki("catalogue", "make", "JP-003", "JP-047", "--json")
    again = jpki("catalogue", "make", "JP-003", "--json")
    rehearsed = jpki("catalogue", "rehearse")
    info = jpki("pin", "status", "--card", "JP-047", "--json")

    assert json.loads(made.stdout) == {"made": ["jp-003", "jp-047"], "already_there": 0}
    assert json.loads(again.stdout) == {"made": [], "already_there": 1}
    assert rehearsed.status == YES
    assert rehearsed.stdout.count("promises hold") == 2
    assert json.loads(info.stdout)["tries_left"]["sign"] == 0


@pytest.fixture
def in_the_way(jpki):
    """Give a directory in a list's place: it cannot come out, all others can."""
    place = jpki.home / "ca" / "crl" / "auth-g3-full.crl"
    place.unlink()
    place.mkdir()
    return place


def test_cards_that_one_list_does_not_know_of_are_named(jpki, in_the_way):
    """They are made; the same call again, when nothing is in its way, publishes the list."""
    said = jpki("catalogue", "make", "JP-038", "--json")
    still = jpki("catalogue", "make", "JP-038")
    in_the_way.rmdir()
    again = jpki("catalogue", "make", "JP-038", "--json")

    assert (said.status, said.json["made"], again.status) == (USAGE, ["jp-038"], YES)
    assert (still.status, f"{in_the_way} is a directory" in still.error) == (USAGE, True)
    assert said.json["error"].startswith(f"made 1 cards: jp-038; then: {in_the_way} is a directory")
    assert said.json["error"].endswith("; `jpki ca crl` makes lists that know of them")
    assert (again.json["made"], in_the_way.is_file()) == ([], True)


def test_cards_made_before_one_that_cannot_be_are_named(jpki, tmp_path, in_the_way):
    """What is wrong with the entry is said, and what is with the lists."""
    path = tmp_path / "own.yaml"
    other = OWN.split("entries:")[1].replace("MY-001", "MY-002")
    other = other.replace("{tries_left: {auth: 1}}", "{renews: true}")
    path.write_text(OWN + other.lstrip("\n"), encoding="utf-8")

    said = jpki("catalogue", "make", "--all", "--file", path)

    told = "made 1 cards: my-001; then: MY-002: my-002 has no card to renew"
    assert said.status == USAGE
    assert f"{told}; and not every list is out: {in_the_way} is a directory" in said.error


def test_a_broken_promise_is_an_answer_no(jpki, tmp_path):
    """Whoever writes an entry wrongly is told what was seen."""
    path = tmp_path / "own.yaml"
    path.write_text(OWN.replace("login: good", "login: absent"), encoding="utf-8")
    jpki("catalogue", "make", "--all", "--file", str(path))

    said = jpki("catalogue", "rehearse", "--file", str(path))

    assert said.status == NO
    assert "verdict: login: promised absent, seen good" in said.stdout


def test_a_rehearsal_of_nothing_is_no_success(jpki):
    """Where no catalogue card is in the world no promise was held to: status 3, as undecided."""
    said = jpki("catalogue", "rehearse")

    assert (said.status, "`jpki catalogue make` some" in said.stdout) == (CANNOT_TELL, True)


def test_the_published_schema_is_printed(jpki):
    """For editors and validators of others."""
    assert json.loads(jpki("catalogue", "schema").stdout)["title"].startswith("A catalogue")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("make",), "name the numbers to make, or --all"),
        (("make", "JP-001", "--all"), "name the numbers to make, or --all"),
        (("make", "JP-999"), "there is no entry 'JP-999'"),
        (("show", "XX"), "there is no entry 'XX'"),
        (("rehearse", "JP-001"), "jpki catalogue make"),
        (("list", "--file", "/dev/null"), "must be of type object"),
    ],
)
def test_wrong_words_say_what_to_do(jpki, words, said):
    """One line, and status 2."""
    failed = jpki("catalogue", *words)

    assert failed.status == USAGE
    assert said in failed.stderr
