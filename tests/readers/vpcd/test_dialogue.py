"""What vpcd's messages do to a card."""

import pytest

from cardsim.readers.vpcd.codec import VpcdProtocolError, encode
from cardsim.readers.vpcd.dialogue import CardSilentError, Dialogue
from tests.support.plain_card import ATR, EchoCard

POWER_OFF, POWER_ON, RESET, ASK_ATR = (bytes([0, 1, code]) for code in (0, 1, 2, 4))
APDU = bytes.fromhex("00B0000004")


def fresh() -> tuple[EchoCard, Dialogue]:
    card = EchoCard()
    dialogue = Dialogue(card)
    card.diary.clear()
    return card, dialogue


def test_a_card_is_unpowered_after_insertion():
    """Learning the ATR must not leave a card under power that the reader has not powered."""
    card = EchoCard()

    Dialogue(card)

    assert card.diary == ["power on", "power off"]


def test_the_atr_is_told_before_power():
    """A reader asks for the ATR to find out whether a card is there."""
    card, dialogue = fresh()

    answer = dialogue.receive(ASK_ATR)

    assert answer == encode(ATR)
    assert card.diary == []


def test_power_on_is_a_cold_reset_and_not_answered():
    """The reader asks for the ATR by a message of its own."""
    card, dialogue = fresh()

    answer = dialogue.receive(POWER_ON)

    assert answer == b""
    assert card.diary == ["power on"]


def test_reset_is_a_warm_one():
    """A card keeps more through a warm reset than through a cold one."""
    card, dialogue = fresh()

    dialogue.receive(POWER_ON + RESET)

    assert card.diary == ["power on", "warm reset"]


def test_reset_without_power_is_a_cold_one():
    """There is nothing warm to reset."""
    card, dialogue = fresh()

    dialogue.receive(RESET)

    assert card.diary == ["power on"]


def test_a_command_reaches_the_card_and_its_answer_the_reader():
    """Bytes pass both ways unchanged, in one frame."""
    card, dialogue = fresh()
    dialogue.receive(POWER_ON)

    answer = dialogue.receive(encode(APDU))

    assert answer == encode(APDU + b"\x90\x00")
    assert card.diary[-1] == APDU.hex()


def test_a_command_without_power_ends_the_connection():
    """A reader that missed the removal must not go on with a card it does not know."""
    card, dialogue = fresh()

    with pytest.raises(VpcdProtocolError, match="without power"):
        dialogue.receive(encode(APDU))

    assert card.diary == []


def test_power_off_takes_the_power_once():
    """A card without power cannot lose it again."""
    card, dialogue = fresh()

    dialogue.receive(POWER_ON + POWER_OFF + POWER_OFF)
    dialogue.end()

    assert card.diary == ["power on", "power off"]


def test_removal_takes_the_power():
    """A pulled card loses what it knew."""
    card, dialogue = fresh()
    dialogue.receive(POWER_ON)

    dialogue.end()
    dialogue.end()

    assert card.diary == ["power on", "power off"]


def test_silence_is_no_frame():
    """An empty one would keep pcscd waiting for ever: the caller has to close the connection."""
    card = EchoCard()
    card.transmit = lambda _: b""
    dialogue = Dialogue(card)
    dialogue.receive(POWER_ON)

    with pytest.raises(CardSilentError):
        dialogue.receive(encode(APDU))
