"""`--lang ja`: every command that prints a report prints all of it in Japanese."""

import re

import pytest

from cardsim.world import World
from jpki.card.layout import TokenKind
from tests.cli.calling import AUTH, CANNOT_TELL, NO, SIGN, YES, secrets_of
from tests.cli.test_check_card import EVERYTHING, PHONE_PINS
from tests.verify.formats.english import words_left


def english_lines(text):
    """Give the lines with something left in English, but for rule, clause and options."""
    told = (line.partition(" [")[0] for line in text.splitlines())
    return [line for line in told if words_left(without_options(line))]


_OPTIONS = re.compile(r"--[a-z-]+(?: [a-z]+(?:-[a-z]+)*)?")


def without_options(line):
    return _OPTIONS.sub("", line)


@pytest.mark.parametrize(
    ("card", "words", "status"),
    [
        ("hanako", EVERYTHING, YES),
        ("hanako", (), CANNOT_TELL),
        ("jiro", EVERYTHING[:-2], YES),
        ("phone", ("--phone", *PHONE_PINS), YES),
        ("phone", PHONE_PINS, CANNOT_TELL),
    ],
    ids=["genuine", "no secrets", "a child's", "a phone", "a phone nobody expected"],
)
def test_a_whole_card_is_told_in_japanese(jpki, card, words, status):
    """Parts, reports, what was not read and why."""
    with World.open(jpki.home) as world:
        world.issue_card("hanako", name="phone", token=TokenKind.ANDROID)
    secrets = {} if card == "phone" else secrets_of(jpki, card)

    said = jpki(
        *("check-card", "--card", card, *words, "--lang", "ja"),
        environment={**AUTH, **SIGN, **secrets},
    )

    assert said.status == status
    assert english_lines(said.stdout) == []
    assert "\nカード: " in said.stdout


def test_signatures_are_told_in_japanese(jpki, letter):
    """Good, and over something else."""
    jpki("sign", letter, "--card", "hanako", environment=SIGN)

    good = jpki("verify", letter, "--lang", "ja")
    letter.write_text("別の町へ引っ越します。\n")
    bad = jpki("verify", letter, "--lang", "ja")

    assert (good.status, bad.status) == (YES, NO)
    assert english_lines(good.stdout + bad.stdout) == []
    assert "判定: 無効 (BAD)" in bad.stdout


def test_a_login_is_told_in_japanese(jpki):
    """With the certificate it rests on."""
    said = jpki("login", "--card", "hanako", "--lang", "ja", environment=AUTH)

    assert said.status == YES
    assert english_lines(said.stdout) == []
