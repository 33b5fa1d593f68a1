"""SET SESSION KEY and CLA 08 where no client of others looks (card reference §4.7).

Keys, counters and objects are held against OpenSSL in `tests/foreign/test_secure_messaging.py`.
"""

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from cardsim.chip.secure_channel import KEY_LENGTH, SecureChannel, expected_length_object
from jpki.card.layout.text import TextEf
from tests.mynumber.talk import Talk
from tests.support import reference
from tests.support.faces import card_keys
from tests.support.whole import whole_card

SEED = bytes(range(32))
PIN = reference.prove("TEXT", TextEf.PIN)


def text() -> Talk:
    talk = Talk(whole_card())
    assert talk(reference.select("TEXT")) == "9000"
    return talk


def deliver() -> str:
    oaep = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)
    message = b"\xa0\x22\x80\x20" + SEED
    return "80AE0000000100" + card_keys().session.public_key().encrypt(message, oaep).hex()


@pytest.mark.parametrize("header", ["80AE0000", "80AE0001", "80AE0100"])
@pytest.mark.parametrize("data", ["", "01AA", "000100" + "00" * 256])
def test_the_pin_is_missed_before_anything_else_in_the_command(header: str, data: str):
    """P1, P2, length and cryptogram are looked at after the PIN only (MC, measured)."""
    assert text()(header + data) == "6982"


@pytest.mark.parametrize("header", ["80AE0001", "80AE0100"])
def test_other_parameters_are_refused_behind_the_pin(header: str):
    """P1 and P2 have one value each."""
    assert text()(PIN, header + "01AA") == "6A86"


def test_an_answer_beyond_le_leaves_nothing_but_the_next_number():
    """Refused, READ BINARY by a short identifier makes no file current; message 2 is the next."""
    talk = text()
    read_whole = "08B0840005" + expected_length_object(0).hex() + "10"
    assert talk(PIN, deliver(), "00A4020C020005", read_whole) == "6700"

    assert talk("00B0000004") == "FF4082009000"
    select = bytes(SecureChannel(SEED[:KEY_LENGTH], 2).encrypt(b"\x00\x04")).hex()
    assert talk(f"08A4020C{len(select) // 2:02X}{select}00", "00B0000002") == "7F219000"
