"""`jpki demo`: the first thing anybody runs."""

import signal
import time

import pytest

from tests.cli.calling import NO, YES

SCRIPT_WITHOUT_OPENSC = {"PATH": "/nowhere"}
ENDED_BY = {
    signal.SIGTERM: -signal.SIGTERM,
    signal.SIGHUP: -signal.SIGHUP,
    signal.SIGINT: 128 + signal.SIGINT,
}
"""The status each signal ends it with; Ctrl-C is told in one line."""


@pytest.fixture
def temporary(tmp_path):
    """Give an environment whose temporary directory is this test's own."""
    place = tmp_path / "tmp"
    place.mkdir()
    return place, {"TMPDIR": str(place)}


def wait_for_keys(place):
    """Wait until the demo's world has a CA's key."""
    deadline = time.monotonic() + 30
    while not list(place.glob("jpki-demo-*/.world.new-*/ca/*.key")) and time.monotonic() < deadline:
        time.sleep(0.01)


def test_each_step_goes_as_it_should(homeless, temporary):
    """Made, plugged in, logged in, signed, changed, revoked, refused."""
    place, environment = temporary

    said = homeless.process("demo", "--json", environment=environment)

    assert (said.status, said.stderr, said.json["as_expected"]) == (YES, "", True)
    assert [step["as_expected"] for step in said.json["steps"]] == [True] * 11
    assert list(place.iterdir()) == []


def test_it_is_told_to_people(homeless, temporary):
    """Step by step, the refusals as well, and what to try next."""
    place, environment = temporary

    said = homeless.process("demo", environment=environment)

    assert said.status == YES
    assert "\n11. OpenSC sees the card through PC/SC: opensc-tool -n\n   jpki\n" in said.stdout
    assert said.stdout.count("verdict: BAD (無効)") == 2
    assert said.stdout.endswith("(jpki --help for the rest)\n")
    assert list(place.iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
@pytest.mark.parametrize("steps", [0, 3])
def test_a_demo_that_is_ended_leaves_no_keys_behind(homeless, temporary, number, steps):
    """While its world is made as well as later: the keys of CAs are in it."""
    place, environment = temporary
    with homeless.start("demo", environment=environment) as process:
        wait_for_keys(place)
        shown = [process.stdout.readline() for _ in range(steps * 3)]
        process.send_signal(number)
        process.communicate(timeout=30)

    assert (len(shown), process.returncode) == (steps * 3, ENDED_BY[number])
    assert list(place.iterdir()) == []


def test_nothing_is_kept(homeless):
    """The user's own world is neither made nor used."""
    homeless("demo")

    assert not homeless.home.parent.exists()


def test_it_needs_no_package_of_the_system(homeless):
    """Without OpenSC it says how to get it, and all went well."""
    said = homeless("demo", "--json", environment=SCRIPT_WITHOUT_OPENSC)

    assert (said.status, "OpenSC is not installed here" in said.json["steps"][-1]["step"]) == (
        YES,
        True,
    )


def test_a_step_that_goes_wrong_is_a_demo_that_failed(homeless, tmp_path):
    """What others' software says is compared, not only shown."""
    impostor = tmp_path / "opensc-tool"
    impostor.write_text("#!/bin/sh\necho somethingelse\n")
    impostor.chmod(0o755)

    said = homeless("demo", environment={"PATH": str(tmp_path)})

    assert (said.status, "EXPECTED jpki" in said.stdout) == (NO, True)
    assert "something did NOT go as it should" in said.stdout
