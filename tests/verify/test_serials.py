"""Serial numbers: what is written can be typed back, and nothing else is taken for one."""

import pytest
from asn1crypto import core

from jpki.verify.serials import read_serial, serial_hex, serial_octets, serial_text

LARGEST = (1 << 160) - 1


@pytest.mark.parametrize("serial", [0, 1, 0x12345678, LARGEST])
def test_what_is_written_can_be_read(serial):
    """For people, for programs, and decimal alone."""
    written = (serial_text(serial), serial_hex(serial), str(serial), serial_hex(serial).lower())

    assert [read_serial(text) for text in written] == [serial] * 4


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-1",
        "0x",
        "12345G",
        "ABCDEF",
        "1 2",
        "１２",
        "0b1",
        "1_000",
        "+1",
        "9" * 49,
        "1 (0x",
        "77 (0x99)",
        "9" * 5000,
        serial_hex(LARGEST + 1),
        str(LARGEST + 1),
    ],
)
def test_nothing_else_is_a_serial_number(text):
    """Hex without 0x could be decimal; more than 20 octets no CA may give."""
    assert read_serial(text) is None


@pytest.mark.parametrize("serial", [0, 1, 127, 128, -1, -128, -129, -(1 << 63), LARGEST, -LARGEST])
def test_its_octets_are_those_of_der(serial):
    """As somebody else writes them, negative ones too, which no CA should give."""
    assert serial_octets(serial) == core.Integer(serial).contents
