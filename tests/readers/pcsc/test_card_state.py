"""A My Number card in the service: what a program unlocked, and what another one inherits.

Card reference section 7: leaving the card and a warm reset keep what was verified; losing the
power does not.
"""

import pytest

from cardsim.readers.pcsc.codes import Disposition, ReturnCode
from tests.support.cards import AUTH_PIN, adult_card
from tests.support.pcsc import Desk, Program

SELECT_JPKI = "00A4040C0AD392F000260100000001"
VERIFY_AUTH = ("00A4020C020018", "0020008004" + AUTH_PIN.encode().hex())
SIGN = (
    "00A4020C020017",
    "802A008033" + "3031300D060960864801650304020105000420" + "00" * 32 + "00",
)


def send(program: Program, card: int, *commands: str) -> str:
    """Send commands in hexadecimal; give the last status word."""
    for command in commands:
        code = program.transmit(card, bytes.fromhex(command))
        assert code is ReturnCode.SUCCESS
    return program.data[-2:].hex()


def unlocked():
    """Give a desk with a card whose authentication PIN one program has verified."""
    desk = Desk(idle_seconds=5.0)
    slot = desk.reader(card=adult_card())
    program = desk.program()
    card = program.card()
    assert send(program, card, SELECT_JPKI, *VERIFY_AUTH) == "9000"
    return desk, slot, program, card


@pytest.mark.parametrize(
    ("how", "status"),
    [
        (Disposition.LEAVE, "9000"),
        (Disposition.RESET, "9000"),
        (Disposition.UNPOWER, "6982"),
    ],
    ids=lambda value: getattr(value, "name", value),
)
def test_the_next_program_finds_the_card_as_the_disposition_left_it(how, status):
    """Without power nothing is remembered; a warm reset takes nothing away."""
    desk, _, program, card = unlocked()
    program.disconnect(card, how)
    other = desk.program()

    signed = send(other, other.card(), SELECT_JPKI, *SIGN)

    assert signed == status


def test_who_dies_in_a_transaction_leaves_his_pin_to_the_next():
    """The service resets the card then, warm; on this card that protects nothing."""
    desk, _, program, card = unlocked()
    other = desk.program()
    program.begin(card)

    program.leave()
    signed = send(other, other.card(), SELECT_JPKI, *SIGN)

    assert signed == "9000"


def test_a_card_that_was_put_in_again_is_locked():
    """Taking it out takes its power."""
    desk, slot, _, _ = unlocked()
    slot.insert(slot.eject())
    other = desk.program()

    signed = send(other, other.card(), SELECT_JPKI, *SIGN)

    assert signed == "6982"


def test_a_card_left_alone_for_a_while_is_locked():
    """A card no program uses loses its power, as with pcscd."""
    desk, _, program, card = unlocked()
    program.disconnect(card, Disposition.LEAVE)
    desk.advance(5)
    other = desk.program()

    signed = send(other, other.card(), SELECT_JPKI, *SIGN)

    assert signed == "6982"
