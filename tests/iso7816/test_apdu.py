"""Command and response APDUs: the seven encodings of ISO/IEC 7816-3 clause 12.1."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from jpki.iso7816 import SW, ApduError, CommandApdu, ResponseApdu

HEADER = bytes.fromhex("00A4040C")
BYTE = st.integers(0, 255)
LENGTHS = st.sampled_from([0, 1, 2, 3, 254, 255, 256, 257, 65534, 65535]) | st.integers(0, 600)
EXPECTED = st.none() | st.sampled_from([1, 2, 255, 256, 257, 65535, 65536])


@st.composite
def commands(draw: st.DrawFn) -> CommandApdu:
    length, ne, extended = draw(LENGTHS), draw(EXPECTED), draw(st.booleans())
    assume(not extended or length or ne is not None)
    data = draw(st.binary(min_size=1, max_size=8)) * length
    return CommandApdu(draw(BYTE), draw(BYTE), draw(BYTE), draw(BYTE), data[:length], ne, extended)


@given(commands())
def test_every_command_comes_back_from_its_encoding(command):
    """What is encoded is decoded to the same value, form on the wire included."""
    assert CommandApdu.decode(command.encode()) == command


@given(st.binary(max_size=16) | commands().map(CommandApdu.encode))
def test_what_is_decoded_encodes_to_the_same_bytes(raw):
    """No two encodings mean the same value: bytes that are accepted are given back."""
    try:
        command = CommandApdu.decode(raw)
    except ApduError:
        return

    assert command.encode() == raw


@given(st.binary(max_size=300))
def test_any_bytes_decode_or_are_refused(raw):
    """Nothing but an `ApduError` comes out of bytes that are no command."""
    try:
        command = CommandApdu.decode(raw)
    except ApduError:
        command = None

    assert command is None or command.header == raw[:4]


@pytest.mark.parametrize(
    ("nc", "ne", "case", "body"),
    [
        (0, None, 1, ""),
        (0, 1, 2, "01"),
        (0, 255, 2, "FF"),
        (0, 256, 2, "00"),
        (0, 257, 2, "000101"),
        (0, 65535, 2, "00FFFF"),
        (0, 65536, 2, "000000"),
        (1, None, 3, "01"),
        (255, None, 3, "FF"),
        (256, None, 3, "000100"),
        (257, None, 3, "000101"),
        (65535, None, 3, "00FFFF"),
    ],
)
def test_a_length_takes_the_shortest_form_it_fits(nc, ne, case, body):
    """Lc up to 255 and Le up to 256 are short; one more makes the command extended."""
    command = CommandApdu(0x00, 0xA4, 0x04, 0x0C, b"\x5a" * nc, ne)

    raw = command.encode()

    assert raw == HEADER + bytes.fromhex(body) + b"\x5a" * nc
    assert command.case == case
    assert CommandApdu.decode(raw) == command


@pytest.mark.parametrize(
    ("nc", "ne", "lc", "le"),
    [
        (1, 1, "01", "01"),
        (255, 256, "FF", "00"),
        (255, 257, "0000FF", "0101"),
        (256, 1, "000100", "0001"),
        (256, 256, "000100", "0100"),
        (65535, 65536, "00FFFF", "0000"),
    ],
)
def test_both_lengths_of_case_4_have_one_form(nc, ne, lc, le):
    """When either length needs the extended form, both are written in it, Le in two bytes."""
    command = CommandApdu(0x00, 0xA4, 0x04, 0x0C, b"\x5a" * nc, ne)

    raw = command.encode()

    assert raw == HEADER + bytes.fromhex(lc) + b"\x5a" * nc + bytes.fromhex(le)
    assert CommandApdu.decode(raw) == command


@pytest.mark.parametrize("body", ["00 0000", "00 0001", "00 0001 5A", "00 0001 5A 0001"])
def test_a_short_length_may_be_written_extended(body):
    """A client may choose the extended form for any length, and it is kept."""
    raw = HEADER + bytes.fromhex(body)

    command = CommandApdu.decode(raw)

    assert command.extended
    assert command.encode() == raw


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "00",
        "00A404",
        "00A4040C 02 3F",
        "00A4040C 02 3F00 00 00",
        "00A4040C 00 01",
        "00A4040C 00 0000 00",
        "00A4040C 00 0000 0000",
        "00A4040C 00 0002 3F",
        "00A4040C 00 0002 3F00 00",
        "00A4040C 00 0002 3F00 000000",
        "00A4040C FF 00",
    ],
)
def test_lengths_that_do_not_fit_the_bytes_are_refused(raw):
    """Nothing missing, nothing left over: a command is exact or it is none."""
    with pytest.raises(ApduError):
        CommandApdu.decode(bytes.fromhex(raw))


@pytest.mark.parametrize(
    "values",
    [
        {"cla": 256},
        {"ins": -1},
        {"p1": 256},
        {"p2": 256},
        {"ne": 0},
        {"ne": 65537},
        {"data": bytes(65536)},
        {"extended": True},
    ],
)
def test_values_without_an_encoding_cannot_be_made(values):
    """A command that could not be sent cannot be built."""
    with pytest.raises(ApduError):
        CommandApdu(**{"cla": 0, "ins": 0xA4, "p1": 4, "p2": 12, **values})


def test_a_command_does_not_print_its_data():
    """The data field may be a PIN: text and repr tell its length only."""
    command = CommandApdu(0x00, 0x20, 0x00, 0x80, b"7391", 256)

    shown = f"{command} {command!r}"

    assert "7391" not in shown
    assert b"7391".hex() not in shown
    assert "data[4]" in shown


@given(st.binary(max_size=300), st.integers(0, 0xFFFF))
def test_every_answer_comes_back_from_its_encoding(data, value):
    """Data and status word survive the wire, known or not."""
    raw = data + value.to_bytes(2, "big")

    response = ResponseApdu.decode(raw)

    assert (response.data, response.status.value) == (data, value)
    assert response.encode() == raw


@pytest.mark.parametrize("raw", [b"", b"\x90", bytes(65539)])
def test_bytes_of_an_impossible_length_are_no_answer(raw):
    """An answer has two bytes of status and at most 65536 of data."""
    with pytest.raises(ApduError):
        ResponseApdu.decode(raw)


def test_an_answer_does_not_print_its_data():
    """Answers may hold personal data: the repr tells their length only."""
    response = ResponseApdu(b"7391", SW.SUCCESS.word)

    assert "7391" not in repr(response)
    assert "data[4]" in repr(response)
