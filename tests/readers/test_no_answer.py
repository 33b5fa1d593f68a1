"""A command whose answer is lost on the way: each way to a slot says so in its own words."""

import pytest

from cardsim.readers.inprocess import connect
from cardsim.readers.insertable import NoAnswerError
from cardsim.readers.pcsc import ReturnCode
from cardsim.readers.slot import Slot
from jpki.card.connection import ConnectionLostError
from tests.support.pcsc import Desk
from tests.support.plain_card import EchoCard


class LostCard(EchoCard):
    """A card whose line fails at every command."""

    def transmit(self, command: bytes) -> bytes:
        raise NoAnswerError(ReturnCode.COMM_DATA_LOST)


class DyingCard(EchoCard):
    """A card that loses its power at every command."""

    def transmit(self, command: bytes) -> bytes:
        return b""


@pytest.mark.parametrize(
    ("card", "code"),
    [(LostCard(), ReturnCode.COMM_DATA_LOST), (DyingCard(), ReturnCode.NOT_TRANSACTED)],
)
def test_a_program_gets_the_code(card, code, caplog):
    """As from a reader whose line failed; nothing about it is a defect to be logged."""
    desk = Desk()
    desk.reader(card=card)
    program = desk.program()

    assert program.transmit(program.card()) is code
    assert caplog.records == []


def test_a_slot_lets_the_reason_through():
    """It is no failure of the card."""
    slot = Slot("Reader 00 00")
    slot.insert(LostCard())

    with pytest.raises(NoAnswerError):
        slot.transmit(b"\x00\xa4\x00\x01")


@pytest.mark.parametrize("card", [LostCard(), DyingCard()])
def test_a_connection_in_this_process_is_lost(card):
    """Nothing is known of the answer."""
    with pytest.raises(ConnectionLostError):
        connect(card).transmit(b"\x00\xa4\x00\x01")
