"""Residents of a synthetic country, by name: what `jpki` does for anybody it does for them."""

import re
import shutil
import subprocess

import pytest

from cardsim.world import World
from jpki.profiles.kinds import Kind
from tests.cli.calling import AUTH, NO, USAGE, YES, Jpki

MOVED, ALIVE, DYING, MOVING = (f"resident-{number:09d}" for number in (38, 39, 37, 36))
"""Of forty, drawn from seed 1: one whose fate was a move, and three whom none met."""
TO = ("--to", "13221", "--address", "架空町1-2-3")


@pytest.fixture(scope="module")
def country(template, tmp_path_factory):
    """Give the directory of a world with forty residents nobody changes."""
    directory = shutil.copytree(template, tmp_path_factory.mktemp("country") / "world")
    with World.open(directory) as world:
        world.populate(40, processes=1)
    return directory


@pytest.fixture
def jpki(country, tmp_path):
    """Give `jpki` with such a world of this test's own."""
    return Jpki(shutil.copytree(country, tmp_path / "world"))


def listed(home, kind):
    """Give what OpenSSL reads in the newest full list: reasons by serial number."""
    newest = max((home / "ca" / "crl").glob(f"{kind.value}-g*-full.crl"))
    text = subprocess.run(
        ["openssl", "crl", "-inform", "der", "-in", newest, "-noout", "-text"],
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    entry = r"Serial Number: (\w+)\n.*\n.*CRL entry extensions:\n.*Reason Code: *\n *(.+)\n"
    return {int(serial, 16): reason for serial, reason in re.findall(entry, text)}


def test_events_and_revocations_by_name_are_in_the_lists_after_the_night(jpki):
    """As for anybody: move, death, and a revocation by the authority."""
    with World.open(jpki.home) as world:
        serials = {(who, k): world.serial(who, k) for who in (ALIVE, DYING, MOVING) for k in Kind}
    moved = jpki("ca", "event", "move", MOVING, *TO, "--json")
    died = jpki("ca", "event", "death", DYING)
    revoke = ("ca", "revoke", ALIVE, "--kind", "auth", "--reason", "keyCompromise", "--later")
    revoked = jpki(*revoke)
    jpki("world", "clock", "advance", "--night")
    signing, log_in = listed(jpki.home, Kind.SIGN), listed(jpki.home, Kind.AUTH)

    assert [each.status for each in (moved, died, revoked)] == [YES, YES, YES]
    assert "WriteDown" in {step["do"] for step in moved.json["steps"]}
    assert signing[serials[MOVING, Kind.SIGN]] == "Affiliation Changed"
    assert signing[serials[DYING, Kind.SIGN]] == "Cessation Of Operation"
    assert log_in[serials[DYING, Kind.AUTH]] == "Cessation Of Operation"
    assert log_in[serials[ALIVE, Kind.AUTH]] == "Key Compromise"
    assert serials[MOVING, Kind.AUTH] not in log_in
    assert serials[ALIVE, Kind.SIGN] not in signing
    again = jpki("ca", "event", "death", DYING, "--json")
    assert (again.status, again.json["rule"]) == (NO, "death")


def written(home):
    """Give what is written of people, cards and events."""
    names = sorted(path.name for path in (home / "cards").iterdir())
    return (home / "citizens.json").read_bytes(), names, (home / "life.jsonl").exists()


def test_status_and_history_say_what_fate_was_and_write_nothing(jpki):
    """Asking leaves people and cards as they are; a certificate's history has its events."""
    before = written(jpki.home)
    status = jpki("ca", "status", MOVED, "--json")
    rows = jpki("ca", "history", MOVED, "--json").json["history"]
    [signing] = [row for row in status.json["certificates"] if row["kind"] == "sign"]
    of_one = jpki("ca", "history", str(signing["serial"]), "--json").json["history"]

    assert written(jpki.home) == before
    assert (status.status, signing["reason"]) == (NO, "affiliationChanged")
    words = [row.get("event") or row["certificate"] for row in rows]
    assert words == ["issue", "issued", "issued", "handover", "move", "revoked"]
    assert [row["at"] for row in rows][-2:] == [signing["revoked_at"]] * 2
    of_one = [row.get("event") or row["certificate"] for row in of_one]
    assert of_one == ["issued", "move", "revoked"]
    with World.open(jpki.home) as world:
        address = world.citizen(MOVED).person.address.text
    assert address not in jpki("ca", "history", MOVED).everything


def test_the_whole_history_has_their_past_once_they_are_written_down(jpki):
    """By date, before what is in the journal."""
    jpki("ca", "event", "loss", MOVED)
    rows = jpki("ca", "history", "--json").json["history"]
    hers = [row["event"] for row in rows if row["who"] == MOVED and "event" in row]
    told = jpki("ca", "history", MOVED).stdout

    assert hers == ["issue", "handover", "move", "loss"]
    assert f"register: {MOVED} is written down" in told


def test_a_card_is_made_with_what_is_on_record(jpki):
    """And works in a reader; until then it is said how to make it."""
    before = jpki("login", "--card", ALIVE, environment=AUTH)
    made = jpki("card", "make", ALIVE, "--json")
    again = jpki("card", "make", ALIVE, "--json")
    login = jpki("login", "--card", ALIVE, environment=AUTH)
    shown = jpki("card", "show", ALIVE)

    assert f"jpki card make {ALIVE}" in before.error
    assert made.json == again.json
    assert [card["standing"] for card in made.json["cards"]] == ["in use"]
    assert (login.status, shown.status) == (YES, YES)


def test_who_is_not_in_the_country_is_nobody(jpki):
    """Whatever is asked."""
    nobody = "resident-000000040"
    said = [
        jpki("ca", "status", nobody),
        jpki("ca", "history", nobody),
        jpki("card", "make", nobody),
        jpki("ca", "revoke", nobody, "--kind", "auth", "--reason", "keyCompromise"),
    ]
    death = jpki("ca", "event", "death", nobody)
    assert [each.status for each in said] == [USAGE] * len(said)
    assert death.status == NO
    for words in (*(each.error for each in said), death.stdout):
        assert "`jpki ca populate` makes residents of such names, `jpki ca list` has them" in words


NAMES = ["n" * 5_000, "9" * 5_000, "0x" + "F" * 5_000, "resident-" + "9" * 5_000, "n" * 300]
COMMANDS = {
    ("ca", "event", "death", "NAME"): NO,
    ("ca", "event", "loss", ALIVE, "--card", "NAME"): NO,
    ("ca", "event", "card", ALIVE, "--card", "NAME"): NO,
    ("ca", "event", "birth", "NAME", "--name", "見本 桃", "--born", "1990-06-15", "--gender", "2",
     *TO): NO,
    ("ca", "status", "NAME"): USAGE,
    ("ca", "history", "NAME"): USAGE,
    ("ca", "revoke", "NAME", "--kind", "auth", "--reason", "keyCompromise"): USAGE,
    ("card", "make", "NAME"): USAGE,
    ("card", "new", "NAME"): USAGE,
    ("card", "new", ALIVE, "--name", "NAME"): USAGE,
    ("card", "show", "NAME"): USAGE,
    ("login", "--card", "NAME"): USAGE,
}  # fmt: skip


@pytest.mark.parametrize("name", NAMES, ids=["letters", "digits", "hexadecimal", "resident", "300"])
def test_a_name_longer_than_any_is_nobodys_and_is_not_said_back_whole(jpki, name):
    """One line with its beginning, and with the status of any unknown name."""
    said = {
        words: jpki(*(name if word == "NAME" else word for word in words), environment=AUTH)
        for words in COMMANDS
    }

    assert {words: each.status for words, each in said.items()} == COMMANDS
    for each in said.values():
        words = each.stdout if each.status == NO else each.error
        assert f"'{name[:80].lower()}'…" in words.lower()
        assert len(words) < 300
