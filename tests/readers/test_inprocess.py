"""The connection without a reader: what reaches the card, and what it outlives."""

import pytest

from cardsim.readers.inprocess import CardInUseError, connect
from jpki.card.connection import ConnectionLostError
from tests.mynumber.talk import SELECT_JPKI, SIGN_WITH_AUTH_KEY, VERIFY_AUTH
from tests.support.cards import adult_card
from tests.support.plain_card import ATR, EchoCard


def test_connecting_powers_the_card_and_tells_its_atr():
    """The ATR of the card is the connection's."""
    card = EchoCard()

    connection = connect(card)

    assert connection.atr == ATR
    assert card.diary == ["power on"]


def test_bytes_pass_unchanged():
    """What is sent reaches the card, what it answers comes back."""
    connection = connect(EchoCard())

    assert connection.transmit(b"\x00\xa4\x04\x0c") == b"\x00\xa4\x04\x0c\x90\x00"


def test_closing_leaves_the_power_on():
    """A disconnect is nothing the card notices (card reference §7); twice is once."""
    card = EchoCard()
    connection = connect(card)

    connection.close()
    connection.close()

    assert card.diary == ["power on"]


@pytest.mark.parametrize("act", ["warm_reset", "cold_reset", "transmit"])
def test_a_closed_connection_carries_nothing(act):
    """Whoever let go of the card cannot reach it any more."""
    connection = connect(EchoCard())
    connection.close()

    with pytest.raises(ConnectionLostError):
        getattr(connection, act)(*([b""] * (act == "transmit")))


def test_power_off_ends_the_connection():
    """The power goes once, and the connection with it."""
    card = EchoCard()
    connection = connect(card)

    connection.power_off()
    connection.power_off()

    assert card.diary == ["power on", "power off"]
    with pytest.raises(ConnectionLostError):
        connection.transmit(b"")


@pytest.mark.parametrize(("reset", "answer"), [("warm_reset", "9000"), ("cold_reset", "6982")])
def test_only_losing_power_forgets_the_pin(reset, answer):
    """A warm reset keeps the security status, a cold one clears it."""
    connection = connect(adult_card())
    connection.transmit(bytes.fromhex(SELECT_JPKI))
    connection.transmit(bytes.fromhex(VERIFY_AUTH))

    getattr(connection, reset)()
    connection.transmit(bytes.fromhex(SELECT_JPKI))

    assert connection.transmit(bytes.fromhex(SIGN_WITH_AUTH_KEY))[-2:].hex() == answer


def test_reconnecting_finds_the_card_as_it_was_left():
    """Disconnecting clears neither application nor PIN (card reference §7, measured)."""
    card = adult_card()
    first = connect(card)
    first.transmit(bytes.fromhex(SELECT_JPKI))
    first.transmit(bytes.fromhex(VERIFY_AUTH))
    first.close()

    answer = connect(card).transmit(bytes.fromhex(SIGN_WITH_AUTH_KEY))
    assert answer[-2:] == b"\x90\x00"


def test_a_second_connection_is_refused_while_the_first_is_open():
    """It would reset the card under the first one's hands."""
    card = adult_card()
    first = connect(card)

    with pytest.raises(CardInUseError):
        connect(card)
    assert first.transmit(bytes.fromhex(SELECT_JPKI)) == b"\x90\x00"


def test_a_mute_card_is_no_connection():
    """Without an answer to reset nothing can be said to it."""
    with pytest.raises(ConnectionLostError):
        connect(MuteCard())


class MuteCard(EchoCard):
    """A card that does not answer to reset."""

    def power_on(self) -> bytes:
        """Give nothing."""
        return b""
