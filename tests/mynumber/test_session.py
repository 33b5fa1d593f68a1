"""What keeps and what clears the security status (card reference §7)."""

import pytest

from tests.mynumber.talk import (
    READ_SIGN_CERTIFICATE,
    SELECT_COMMON,
    SELECT_ISD,
    SELECT_JPKI,
    SIGN_WITH_AUTH_KEY,
    SIGN_WITH_SIGN_KEY,
    VERIFY_AUTH,
    VERIFY_SIGN,
    Talk,
    adult,
    select_ef,
)

KEEPING = {
    "selecting another EF": [select_ef(0x0A)],
    "selecting an absent EF": [select_ef(0x7F)],
    "selecting the JPKI AP again": [SELECT_JPKI],
    "looking for an absent AP": ["00A4040C06D27600012401"],
    "reading another file": ["00B08A0000"],
    "a signature": [SIGN_WITH_AUTH_KEY, SIGN_WITH_SIGN_KEY],
    "asking for the tries": ["00200098", "0020009B"],
    "the 4-byte SELECT of a relay": ["00A4000C"],
    "a command nobody knows": ["00FF0000", "FF000000", "00"],
    "a challenge": ["0084000008"],
}


def is_open(talk: Talk) -> bool:
    """Whether both PINs still count as verified."""
    answers = {talk.status(SIGN_WITH_AUTH_KEY), talk.status(READ_SIGN_CERTIFICATE)}
    return answers == {"9000"}


@pytest.mark.parametrize("commands", KEEPING.values(), ids=KEEPING.keys())
def test_the_status_survives(commands):
    """None of these is a change of application or a loss of power."""
    talk = adult()
    talk(VERIFY_AUTH, VERIFY_SIGN)

    talk(*commands)

    assert is_open(talk)


@pytest.mark.parametrize("select", [SELECT_ISD, SELECT_COMMON, "00A4040000"])
def test_another_application_clears_the_status(select):
    """Coming back does not bring it back."""
    talk = adult()
    talk(VERIFY_AUTH, VERIFY_SIGN)

    talk(select, SELECT_JPKI)

    assert talk(SIGN_WITH_AUTH_KEY) == "6982"
    assert talk(READ_SIGN_CERTIFICATE) == "6982"


def test_a_warm_reset_keeps_the_status():
    """So does a disconnect, which the card does not even see."""
    talk = adult()
    talk(VERIFY_AUTH, VERIFY_SIGN)

    atr = talk.card.warm_reset()

    assert atr.hex().upper() == "3BE000FF8131FE4514"
    assert is_open(talk)
    assert talk(SELECT_JPKI) == "9000"
    assert is_open(talk)


def test_losing_power_clears_the_status():
    """After a cold reset the PINs must be given again, and the AP selected."""
    talk = adult()
    talk(VERIFY_AUTH, VERIFY_SIGN)

    talk.card.power_off()
    talk.card.power_on()

    assert talk(SIGN_WITH_AUTH_KEY) == "6A82"
    assert talk(SELECT_JPKI, SIGN_WITH_AUTH_KEY) == "6982"
    assert talk(READ_SIGN_CERTIFICATE) == "6982"


def test_one_verify_is_enough_for_many_signatures():
    """There is no PIN per signature on this card."""
    talk = adult()
    talk(VERIFY_SIGN)

    answers = {talk.status(SIGN_WITH_SIGN_KEY) for _ in range(5)}

    assert answers == {"9000"}
