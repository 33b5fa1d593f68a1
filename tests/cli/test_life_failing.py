"""Time and events that fail on their way: what was done by then is said, and what does the rest."""

from datetime import timedelta

from cardsim.world import World
from cardsim.world.life import applying, effects
from jpki.ca.errors import RegisterUnreachableError
from tests.cli.calling import NO, USAGE, YES
from tests.cli.conftest import START


def fail(*_):
    """Fail as a step does when the disk is full."""
    raise OSError(28, "No space left on device")


def be_out_of_reach(*_):
    """Fail as a step does when the database is gone."""
    raise RegisterUnreachableError("the register cannot be reached")


def test_a_clock_that_was_moved_is_told_as_moved(jpki, monkeypatch):
    """The night could not publish; whoever moves it again is two days on."""
    with monkeypatch.context() as patched:
        patched.setitem(applying._STEPS, effects.Publish, be_out_of_reach)
        said = jpki("world", "clock", "advance", "1d", "--json")
    then = (START + timedelta(days=1)).isoformat()
    rest = jpki("world", "clock", "advance", "0s", "--json")

    assert (said.status, said.json["now"]) == (USAGE, then)
    told = "it is 2026-11-24 12:04:05 JST, and not all that came due has happened: the register"
    assert said.json["error"].startswith(told)
    assert (rest.status, rest.json["now"]) == (YES, then)
    assert jpki("ca", "crl", "--due").stdout == "no list is due\n"


def test_a_night_without_room_on_the_disk_is_told_and_made_good(jpki, monkeypatch):
    """The clock is moved, and the lists are due until they are out."""
    with monkeypatch.context() as patched:
        patched.setitem(applying._STEPS, effects.Publish, fail)
        said = jpki("world", "clock", "advance", "1d")

    assert (said.status, "No space left on device" in said.stdout) == (YES, True)
    assert "auth-g3-full.crl" in jpki("ca", "crl", "--due").stdout


def test_an_event_on_record_is_told_as_that(jpki, monkeypatch):
    """A step could not be done; whoever takes it for nothing reports the loss twice."""
    with monkeypatch.context() as patched:
        patched.setitem(applying._STEPS, effects.Revoke, fail)
        said = jpki("ca", "event", "loss", "hanako", "--json")
    rest = jpki("world", "clock", "advance", "0s")

    assert (said.status, said.json["happened"], said.json["event"]) == (USAGE, True, "loss")
    told = "the event is on record, and not all its steps are done: No space left on device"
    assert said.json["error"].startswith(told)
    assert rest.status == YES
    states = jpki("ca", "list", "--json").json["certificates"]
    assert {row["reason"] for row in states if row["holder"] == "hanako"} == {"certificateHold"}


def test_an_event_that_is_refused_tells_what_came_due_before(jpki):
    """The night came first; it is not told again."""
    with World.open(jpki.home) as world:
        world.clock.advance(timedelta(days=1))

    said = jpki("ca", "event", "handover", "hanako")

    assert (said.status, "\nno: " in said.stdout) == (NO, True)
    assert said.stdout.startswith("2026-11-24 02:45:00  night")
