"""kill -9: no try is ever given back, and never more than the one being spent is lost.

A child process opens the card and presents a PIN; it is killed at every step of saving, and
at arbitrary moments. What counts is what the next process finds.
"""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cardsim.mynumber import create_card, open_card
from tests.mynumber.dying import COMPARING, SAVING
from tests.mynumber.talk import SELECT_JPKI, TRIES_SIGN, VERIFY_SIGN, WRONG_SIGN, Talk
from tests.support.cards import adult_image

ROOT = Path(__file__).parent.parent.parent
STEPS_WRONG, STEPS_RIGHT = 10, 17
"""How many steps (files opened, synced, renamed, closed, PINs compared) a VERIFY takes."""


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """Give an adult's card whose signature PIN has 4 of 5 tries left."""
    path = tmp_path / "hanako"
    create_card(path, adult_image())
    opened(path)(WRONG_SIGN)
    return path


def opened(directory: Path) -> Talk:
    talk = Talk(open_card(directory, raise_unexpected=True))
    talk(SELECT_JPKI)
    return talk


def present_and_die(directory: Path, command: str, moment: int, *steps: str) -> int:
    """Present a PIN in a process killed before its step `moment`; give how it ended."""
    arguments = [str(directory), command, str(moment), *steps]
    child = [sys.executable, "-m", "tests.mynumber.dying", *arguments]
    return subprocess.run(child, cwd=ROOT, check=False).returncode


@pytest.mark.parametrize("moment", range(STEPS_WRONG))
def test_a_kill_while_a_wrong_pin_is_presented_costs_at_most_its_try(directory, moment):
    """Before every step of saving: 4 tries, or 3, and never 5; the card still works."""
    ended = present_and_die(directory, WRONG_SIGN, moment, *SAVING, COMPARING)

    talk = opened(directory)
    tries = talk(TRIES_SIGN)

    assert (ended, tries in {"63C3", "63C4"}) == (-signal.SIGKILL, True)
    assert talk(VERIFY_SIGN) == "9000"


@pytest.mark.parametrize("moment", range(STEPS_RIGHT))
def test_a_kill_while_the_right_pin_is_presented_costs_at_most_its_try(directory, moment):
    """4 tries untouched, 3 while it is being compared, 5 once it was right."""
    ended = present_and_die(directory, VERIFY_SIGN, moment, *SAVING, COMPARING)

    talk = opened(directory)
    tries = talk(TRIES_SIGN)

    assert (ended, tries in {"63C3", "63C4", "63C5"}) == (-signal.SIGKILL, True)
    assert talk(VERIFY_SIGN) == "9000"


@pytest.mark.parametrize(
    ("command", "steps"), [(WRONG_SIGN, STEPS_WRONG), (VERIFY_SIGN, STEPS_RIGHT)]
)
def test_every_step_was_among_them(directory, command, steps):
    """A process that may take one step more than these comes to its end."""
    assert present_and_die(directory, command, steps, *SAVING, COMPARING) == 0


@pytest.mark.parametrize("command", [WRONG_SIGN, VERIFY_SIGN])
def test_the_comparison_is_not_reached_without_the_try_being_on_disk(directory, command):
    """Killed right before the comparison, the try is gone already."""
    ended = present_and_die(directory, command, 0, COMPARING)

    assert ended == -signal.SIGKILL
    assert opened(directory)(TRIES_SIGN) == "63C3"


PRESENTING = """
import sys
from pathlib import Path
from cardsim.mynumber import open_card
card = open_card(Path(sys.argv[1]))
card.power_on()
card.transmit(bytes.fromhex(sys.argv[2]))
print("ready", flush=True)
print(card.transmit(bytes.fromhex(sys.argv[3])).hex().upper(), flush=True)
sys.stdin.read()
"""


@pytest.mark.parametrize("delay_us", [0, 50, 100, 200, 300, 400, 500, 700, 900, 1200, 1600, 2500])
@pytest.mark.parametrize(
    ("command", "answered", "allowed"),
    [(WRONG_SIGN, "63C3", {"63C3", "63C4"}), (VERIFY_SIGN, "9000", {"63C3", "63C4", "63C5"})],
    ids=["wrong", "right"],
)
def test_a_kill_at_any_moment_costs_at_most_the_try_being_spent(
    directory, delay_us, command, answered, allowed
):
    """An answer that was given is kept; without one, the try may be spent or not."""
    with subprocess.Popen(
        [sys.executable, "-c", PRESENTING, str(directory), SELECT_JPKI, command],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stdout.readline() == "ready\n"
        time.sleep(delay_us / 1_000_000)
        child.kill()
        said = child.stdout.read().strip()

    tries = opened(directory)(TRIES_SIGN)
    kept = {"63C3": {"63C3"}, "9000": {"63C5"}, "": allowed}

    assert said in {answered, ""}
    assert tries in kept[said]


def test_leftovers_of_a_crash_are_no_obstacle(directory):
    """A half-written file beside the state is written over."""
    (directory / "state.json.new").write_bytes(b"half a st")

    talk = opened(directory)

    assert talk(WRONG_SIGN) == "63C3"
    assert opened(directory)(TRIES_SIGN) == "63C3"
    assert not (directory / "state.json.new").exists()
