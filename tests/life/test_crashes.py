"""Kill -9 after any durable step: at the next start the event is done, or it never was."""

import json
import subprocess
import sys

import pytest

from jpki.card.layout import PinKind

TRIES = PinKind.AUTH.rule.tries


def killed_everywhere(place, scenario, *, every, most):
    """Give what was found after each death, and last how it ends undisturbed."""
    command = [sys.executable, "-m", "tests.life.killed", str(place), scenario]
    command += [str(every), str(most)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=800)
    assert done.returncode == 0, done.stderr
    *deaths, whole = [json.loads(line) for line in done.stdout.splitlines()]
    assert [found["killed"] for found in deaths] == [True] * len(deaths)
    assert not whole["killed"]
    return deaths, whole


def outcome(found):
    """Give what must not depend on where a process died."""
    return {name: value for name, value in found.items() if name not in {"killed", "states"}}


def hold_together(place, scenario, *, every, most=1_000):
    """Kill at every so many places; what is found must be the event, or nothing of it."""
    deaths, whole = killed_everywhere(place, scenario, every=every, most=most)
    assert deaths
    ends = {json.dumps(outcome(found), sort_keys=True) for found in deaths}
    never = [json.loads(end) for end in ends if json.loads(end) != outcome(whole)]
    # Killed before the journal had it: nothing of it is there.
    assert all(len(end["events"]) < len(whole["events"]) for end in never)
    assert len(never) <= 1
    for found in (*deaths, whole):
        assert found["unfinished"] == []
        assert found["stray"] == []
        assert (found["pending"], found["drafts"]) == (0, [])
        assert all(card["fits"] for card in found["cards"])
        # A card is not in use without the PINs that were chosen for it.
        stands = {(card["standing"], card["auth_tries"]) for card in found["cards"]}
        assert stands <= {("made", 0), ("in use", TRIES), ("ended", TRIES)}


@pytest.mark.parametrize(
    ("scenario", "every", "most"),
    [("move", 3, 9), ("certify", 6, 4), ("renewal", 7, 4), ("handover", 5, 4), ("resident", 5, 5)],
)
def test_an_event_is_done_or_never_was(place, scenario, every, most):
    """Register, certificates, cards, PINs and journal agree, whatever was killed in between."""
    hold_together(place, scenario, every=every, most=most)


@pytest.mark.soak
@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    "scenario", ["move", "certify", "renewal", "card", "handover", "resident", "authorities"]
)
def test_an_event_is_done_or_never_was_wherever_it_is_killed(place, scenario):
    """The same at every single place."""
    hold_together(place, scenario, every=1)
