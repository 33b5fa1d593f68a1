"""The same card in two readers: one state, two sessions."""

import subprocess
import sys
from pathlib import Path

import pytest

from cardsim.mynumber import create_card, open_card
from tests.mynumber.talk import (
    SELECT_JPKI,
    SIGN_WITH_AUTH_KEY,
    TRIES_AUTH,
    TRIES_SIGN,
    VERIFY_AUTH,
    WRONG_AUTH,
    Talk,
)
from tests.support.cards import adult_image


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """Give the directory of an adult's card."""
    path = tmp_path / "hanako"
    create_card(path, adult_image())
    return path


def opened(directory: Path) -> Talk:
    talk = Talk(open_card(directory, raise_unexpected=True))
    talk(SELECT_JPKI)
    return talk


def test_a_try_spent_in_one_reader_is_spent_in_the_other(directory):
    """Neither copy goes on with a counter of its own."""
    first, second = opened(directory), opened(directory)

    answers = [first(WRONG_AUTH), second(WRONG_AUTH), first(TRIES_AUTH), first(WRONG_AUTH)]

    assert answers == ["63C2", "63C1", "63C1", "63C0"]
    assert second(VERIFY_AUTH) == "6984"


def test_success_in_one_reader_opens_nothing_in_the_other(directory):
    """Sessions are apart; only the counter is shared."""
    first, second = opened(directory), opened(directory)
    second(WRONG_AUTH)

    first(VERIFY_AUTH)

    assert second(TRIES_AUTH) == "63C3"
    assert second(SIGN_WITH_AUTH_KEY) == "6982"
    assert first.status(SIGN_WITH_AUTH_KEY) == "9000"


def test_a_pin_changed_in_one_reader_is_changed_in_the_other(directory):
    """The old value is wrong everywhere."""
    first, second = opened(directory), opened(directory)

    first(VERIFY_AUTH, "0024019804" + b"4321".hex())

    assert second(VERIFY_AUTH) == "63C2"
    assert second("0020009804" + b"4321".hex()) == "9000"


def test_a_pin_blocked_in_one_reader_is_not_revived_from_the_other(directory):
    """A session that was open before cannot set a new PIN on a blocked one."""
    first, second = opened(directory), opened(directory)
    first(VERIFY_AUTH)
    second(WRONG_AUTH, WRONG_AUTH, WRONG_AUTH)

    assert first("0024019804" + b"4321".hex()) == "6984"
    assert first(TRIES_AUTH) == "63C0"


GUESSING = """
import sys
from pathlib import Path
from cardsim.mynumber import open_card
card = open_card(Path(sys.argv[1]))
card.power_on()
card.transmit(bytes.fromhex(sys.argv[2]))
print("ready", flush=True)
sys.stdin.readline()
answers = [card.transmit(bytes.fromhex("0020009B06" + b"GUESS1".hex())).hex() for _ in range(5)]
print(" ".join(answers), flush=True)
"""


def test_guessing_in_many_processes_at_once_wins_no_try(directory):
    """Five tries are five, whoever spends them: each 63Cx is given out exactly once."""
    command = [sys.executable, "-c", GUESSING, str(directory), SELECT_JPKI]
    guessers = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    ready = [guesser.stdout.readline() for guesser in guessers]

    started = [guesser.stdin.write("go\n") + (guesser.stdin.flush() or 0) for guesser in guessers]
    answers = " ".join(guesser.communicate()[0] for guesser in guessers).split()

    assert (ready, started) == (["ready\n"] * 4, [3] * 4)
    assert sorted(answers) == ["63c0", "63c1", "63c2", "63c3", "63c4"] + ["6984"] * 15
    assert opened(directory)(TRIES_SIGN) == "63C0"
