"""SCardGetAttrib, SCardSetAttrib and SCardControl: what a reader says of itself."""

from struct import unpack

import pytest

from cardsim.readers.pcsc import Description
from cardsim.readers.pcsc.attributes import (
    CM_IOCTL_GET_FEATURE_REQUEST,
    GET_TLV_PROPERTIES,
    AttributeId,
)
from cardsim.readers.pcsc.codes import Command, ReturnCode, Share
from cardsim.readers.slot import Slot
from tests.support.pcsc import READER, Desk, desk_with_card
from tests.support.plain_card import ATR, EchoCard

OK = ReturnCode.SUCCESS


@pytest.mark.parametrize(
    ("attribute", "value"),
    [
        (AttributeId.ATR_STRING, ATR),
        (AttributeId.DEVICE_FRIENDLY_NAME, READER.encode() + b"\0"),
        (AttributeId.DEVICE_SYSTEM_NAME, READER.encode() + b"\0"),
        (AttributeId.VENDOR_NAME, b"JPKI-EMU\0"),
        (AttributeId.VENDOR_IFD_TYPE, b"Virtual reader\0"),
        (AttributeId.VENDOR_IFD_VERSION, bytes.fromhex("00000001")),
        (AttributeId.VENDOR_IFD_SERIAL_NO, b"\0"),
        (AttributeId.CHANNEL_ID, bytes.fromhex("0000f000")),
        (AttributeId.ASYNC_PROTOCOL_TYPES, bytes.fromhex("03000000")),
        (AttributeId.SYNC_PROTOCOL_TYPES, bytes(4)),
        (AttributeId.MAX_IFSD, bytes.fromhex("fe000000")),
        (AttributeId.CURRENT_IFSD, bytes.fromhex("fe000000")),
        (AttributeId.POWER_MGMT_SUPPORT, bytes.fromhex("01000000")),
        (AttributeId.CHARACTERISTICS, bytes.fromhex("02000000")),
        (AttributeId.CURRENT_PROTOCOL_TYPE, bytes.fromhex("02000000")),
        (AttributeId.ICC_PRESENCE, b"\x02"),
        (AttributeId.ICC_INTERFACE_STATUS, b"\x01"),
        (AttributeId.ICC_TYPE_PER_ATR, b"\x01"),
        (AttributeId.MAXINPUT, bytes.fromhex("0c000100")),
        (AttributeId.DEVICE_UNIT, bytes(4)),
        (AttributeId.DEVICE_IN_USE, bytes.fromhex("01000000")),
    ],
)
def test_a_reader_with_a_card_says(attribute, value):
    """Texts end with NUL, numbers have four bytes in native order, states have one."""
    desk, _, _ = desk_with_card()
    program = desk.program()

    answer = program.attribute(program.card(), attribute)

    assert answer == (OK, value)


@pytest.mark.parametrize(
    ("attribute", "value"),
    [
        (AttributeId.ATR_STRING, b""),
        (AttributeId.ICC_PRESENCE, b"\x00"),
        (AttributeId.ICC_INTERFACE_STATUS, b"\x00"),
        (AttributeId.ICC_TYPE_PER_ATR, b"\x00"),
        (AttributeId.CURRENT_PROTOCOL_TYPE, bytes(4)),
    ],
)
def test_a_reader_without_a_card_says(attribute, value):
    """A program that has the reader only can find out that there is no card."""
    desk = Desk()
    desk.reader()
    program = desk.program()

    answer = program.attribute(program.card(share=Share.DIRECT), attribute)

    assert answer == (OK, value)


def test_every_attribute_we_know_has_a_value():
    """A number in the list that could not be asked for would be a promise not kept."""
    desk, _, _ = desk_with_card()
    program = desk.program()
    card = program.card()

    codes = {program.attribute(card, attribute)[0] for attribute in AttributeId}

    assert codes == {OK}


@pytest.mark.parametrize(
    "attribute",
    [0, 0x0005_0140, 0x0008_0202, 0x7FFF_0005, 0xFFFF_FFFF],
    ids=["nothing", "user authentication", "current clock", "UTF-16 name", "all ones"],
)
def test_an_attribute_this_reader_has_not_is_unsupported(attribute):
    """SCARD_E_UNSUPPORTED_FEATURE."""
    desk, _, _ = desk_with_card()
    program = desk.program()

    answer = program.attribute(program.card(), attribute)

    assert answer == (ReturnCode.UNSUPPORTED_FEATURE, b"")


def test_a_reader_can_be_described_otherwise():
    """Vendor, model, version and serial number are the caller's choice."""
    desk = Desk()
    slot = Slot(READER)
    slot.insert(EchoCard())
    desk.server.add_reader(slot, Description("ACME", "Reader One", (2, 10, 300), "S-0001"))
    program = desk.program()
    card = program.card()

    assert program.attribute(card, AttributeId.VENDOR_NAME)[1] == b"ACME\0"
    assert program.attribute(card, AttributeId.VENDOR_IFD_TYPE)[1] == b"Reader One\0"
    assert program.attribute(card, AttributeId.VENDOR_IFD_SERIAL_NO)[1] == b"S-0001\0"
    version = program.attribute(card, AttributeId.VENDOR_IFD_VERSION)[1]
    assert unpack("=I", version)[0] == 2 << 24 | 10 << 16 | 300


@pytest.mark.parametrize(
    "wrong",
    [
        {"vendor": "V" * 128},
        {"model": "読" * 43},
        {"serial_number": "1" * 128},
        {"version": (256, 0, 0)},
        {"version": (0, 0, -1)},
    ],
)
def test_a_description_must_fit_what_it_is_told_in(wrong):
    """Texts of 127 bytes, a version of 8, 8 and 16 bits."""
    with pytest.raises(ValueError, match="reader"):
        Description(**wrong)


def test_an_attribute_longer_than_the_room_for_it_is_kept_back():
    """SCARD_E_INSUFFICIENT_BUFFER says how much it would have needed."""
    desk, _, _ = desk_with_card()
    program = desk.program()

    answer = program.ask(
        Command.GET_ATTRIB, program.card(), AttributeId.ATR_STRING, bytes(264), len(ATR) - 1
    )

    assert (answer.rv, answer.length) == (ReturnCode.INSUFFICIENT_BUFFER, len(ATR))
    assert answer.value == bytes(264)


def test_attributes_wait_for_the_program_to_know_of_a_reset():
    """Like other requests they are answered with the event first."""
    desk, slot, _ = desk_with_card()
    program = desk.program()
    card = program.card()

    slot.warm_reset()

    assert program.attribute(card, AttributeId.ATR_STRING)[0] is ReturnCode.RESET_CARD


@pytest.mark.parametrize("attribute", [AttributeId.VENDOR_NAME, 0x7FFF_0007])
def test_nothing_can_be_set(attribute):
    """SCARD_E_UNSUPPORTED_FEATURE for every SCardSetAttrib."""
    desk, _, _ = desk_with_card()
    program = desk.program()

    answer = program.ask(Command.SET_ATTRIB, program.card(), attribute, b"X".ljust(264), 1)

    assert answer.rv == ReturnCode.UNSUPPORTED_FEATURE


def test_the_features_are_told():
    """Part 10 clause 2.2: tag, length 4, control code big-endian."""
    desk, _, _ = desk_with_card()
    program = desk.program()

    answer = program.control(program.card(), CM_IOCTL_GET_FEATURE_REQUEST)

    assert answer == (OK, bytes.fromhex("12 04 42330012"))


def test_the_properties_are_told_under_the_code_the_features_gave():
    """Part 10 clause 2.6.14: no display, no PPDUs, 64 KiB of data in an APDU."""
    desk, _, _ = desk_with_card()
    program = desk.program()

    code, properties = program.control(program.card(), GET_TLV_PROPERTIES)

    assert code is OK
    assert properties == (
        bytes.fromhex("01 02 0000 08 14")
        + b"Virtual reader 1.0.0"
        + bytes.fromhex("09 01 00 0a 04 00000100")
    )


def test_features_need_no_card():
    """Programs ask for them over SCARD_SHARE_DIRECT."""
    desk = Desk()
    desk.reader()
    program = desk.program()

    code, _ = program.control(
        program.card(share=Share.DIRECT, preferred=0), CM_IOCTL_GET_FEATURE_REQUEST
    )

    assert code is OK


@pytest.mark.parametrize("code", [0, 1, 0x42000001, 0x42330006, 0xFFFFFFFF])
def test_a_control_this_reader_has_not_is_unsupported(code):
    """No escape commands, no PIN pad."""
    desk, _, _ = desk_with_card()
    program = desk.program()

    answer = program.control(program.card(), code)

    assert answer == (ReturnCode.UNSUPPORTED_FEATURE, b"")


def test_a_control_answer_longer_than_the_room_for_it_is_kept_back():
    """SCARD_E_INSUFFICIENT_BUFFER says how much it would have needed."""
    desk, _, _ = desk_with_card()
    program = desk.program()

    answer = program.ask(Command.CONTROL, program.card(), CM_IOCTL_GET_FEATURE_REQUEST, 0, 5)

    assert (answer.rv, answer.returned) == (ReturnCode.INSUFFICIENT_BUFFER, 6)
    assert program.data == b""
