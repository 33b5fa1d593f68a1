"""`jpki world` and `jpki card list|show`: what is made, and what is told of it."""

import pytest

from cardsim.mynumber import load_image
from tests.cli.calling import CARD, USAGE, YES, Jpki


def test_a_new_world_has_two_adults_and_a_child(homeless):
    """What every example in the documentation counts on."""
    said = homeless("world", "new", "--start", "2026-11-23", "--json")

    assert (said.status, sorted(said.json["citizens"])) == (YES, ["hanako", "jiro", "taro"])
    assert said.json["clock"] == {"mode": "fixed", "now": "2026-11-22T15:00:00+00:00"}


def test_a_world_can_be_made_in_a_named_directory(homeless, tmp_path):
    """The argument goes before $JPKI_HOME, which stays empty."""
    said = homeless("world", "new", tmp_path / "other", "--json")

    assert said.json["directory"] == str(tmp_path / "other")
    assert not homeless.home.exists()


def test_the_option_home_goes_before_the_variable(jpki, tmp_path):
    """`jpki --home` names a world for one call."""
    jpki("world", "new", tmp_path / "other", "--seed", "7")

    said = jpki("--home", tmp_path / "other", "world", "show", "--json")

    assert said.json["seed"] == 7


def test_the_first_command_makes_the_world_and_says_so(homeless):
    """Nobody needs to know of `world new`; what is printed stays the command's own."""
    said = homeless("card", "list", "--json")

    assert said.stderr == f"making a world in {homeless.home} …\n"
    assert [row["card"] for row in said.json["cards"]] == ["hanako", "jiro", "taro"]


@pytest.mark.parametrize(
    "words",
    [
        ("world", "show"),
        ("card", "list"),
        ("card", "show", "taro"),
        ("read", "info", "--card", "taro"),
        ("read", "certs", "--card", "taro"),
        ("pin", "status", "--card", "taro"),
        ("ca", "list"),
        ("ca", "crl"),
    ],
    ids=" ".join,
)
def test_a_command_works_where_no_world_was(homeless, words):
    """Whatever is typed first, it works."""
    said = homeless(*words)

    assert (said.status, homeless.home.is_dir()) == (YES, True)


def test_an_existing_world_is_not_made_again(jpki):
    """Nothing that is there is overwritten."""
    said = jpki("world", "new")

    assert said.status == USAGE
    assert said.error == f"jpki: {jpki.home} exists; a world is only made where nothing is"


def test_a_foreign_directory_is_left_alone(tmp_path):
    """A typing mistake in $JPKI_HOME harms nobody's files."""
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8")

    said = Jpki(tmp_path)("card", "list")

    assert (said.status, "it was left untouched" in said.error) == (USAGE, True)
    assert [path.name for path in tmp_path.iterdir()] == ["photo.jpg"]


def test_a_damaged_world_is_refused_by_the_name_of_its_file(jpki):
    """Whoever edited it sees which file to look at."""
    (jpki.home / "clock.json").write_text("{")

    said = jpki("world", "show")

    assert (said.status, str(jpki.home / "clock.json") in said.error) == (USAGE, True)


def test_a_child_has_no_signing_certificate(jpki):
    """Nobody under 15 gets one, and the list of cards shows it."""
    rows = {row["card"]: row for row in jpki("card", "list", "--json").json["cards"]}

    assert {name: sorted(row["serials"]) for name, row in rows.items()} == {
        "hanako": ["auth", "sign"],
        "jiro": ["auth"],
        "taro": ["auth", "sign"],
    }


def test_a_card_is_shown_without_its_secrets(jpki):
    """PINs, keys and the 個人番号 are in the card's files, never in what is shown of it."""
    image = load_image(jpki.home / "cards" / "hanako")

    said = jpki("card", "show", "hanako")

    assert said.status == YES
    assert image.auth.private_key.hex() not in said.everything
    assert image.token.label in said.stdout


def test_an_unknown_card_is_answered_with_those_there_are(jpki):
    """The next thing to type stands in the message."""
    said = jpki("card", "show", "hanoko")

    assert said.status == USAGE
    assert said.error == "jpki: there is no card 'hanoko'; there are: hanako, jiro, taro"


@pytest.mark.parametrize(
    "words", [("card", "show", "hanako"), ("read", "info", "--card", "hanako")]
)
def test_a_corrupted_card_is_refused_by_the_name_of_its_file(jpki, words):
    """A card that was edited by hand is not used, and not repaired."""
    path = jpki.home / "cards" / "hanako" / "image.json"
    path.write_text(path.read_text().replace("16201", "16202"))
    before = path.read_bytes()

    said = jpki(*words)

    assert (said.status, str(path) in said.error) == (CARD, True)
    assert path.read_bytes() == before


def test_a_year_no_calendar_can_reckon_with_is_refused(homeless):
    """Dates near the end of `datetime` would otherwise break somewhere inside."""
    said = homeless("world", "new", "--start", "9999-12-31")

    assert (said.status, "a year (UTC) from 1970 to 9899" in said.stderr) == (USAGE, True)


@pytest.mark.parametrize("moment", ["1970-01-02", "2049-12-31", "9899-12-31"])
def test_worlds_may_begin_far_away(homeless, moment):
    """From the first year to the last one that can be typed."""
    said = homeless("world", "new", "--start", moment, "--json")

    assert (said.status, said.json["started"][:4]) == (YES, moment[:4])


def test_a_moment_is_japans_unless_it_says_otherwise(homeless):
    """A date typed in Japan means that day in Japan."""
    said = homeless("world", "new", "--start", "2026-11-23T15:00", "--json")

    assert said.json["started"] == "2026-11-23T06:00:00+00:00"


def test_nonsense_for_a_moment_is_answered_with_an_example(homeless):
    """The form to write stands in the message."""
    said = homeless("world", "new", "--start", "tomorrow")

    assert (said.status, "write 2026-11-23" in said.stderr) == (USAGE, True)
