"""SET SESSION KEY and CLA 08 where no client of others looks (card reference §4.7).

Keys, counters and objects are held against OpenSSL in `tests/foreign/test_secure_messaging.py`.
"""

import pytest

from jpki.card.layout.text import TextEf
from tests.mynumber.talk import Talk
from tests.support import reference
from tests.support.whole import whole_card

PIN = reference.prove("TEXT", TextEf.PIN)


def text() -> Talk:
    talk = Talk(whole_card())
    assert talk(reference.select("TEXT")) == "9000"
    return talk


@pytest.mark.parametrize("header", ["80AE0000", "80AE0001", "80AE0100"])
@pytest.mark.parametrize("data", ["", "01AA", "000100" + "00" * 256])
def test_the_pin_is_missed_before_anything_else_in_the_command(header: str, data: str):
    """P1, P2, length and cryptogram are looked at after the PIN only (MC, measured)."""
    assert text()(header + data) == "6982"


@pytest.mark.parametrize("header", ["80AE0001", "80AE0100"])
def test_other_parameters_are_refused_behind_the_pin(header: str):
    """P1 and P2 have one value each."""
    assert text()(PIN, header + "01AA") == "6A86"
