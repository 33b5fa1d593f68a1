"""The structures of the protocol have the sizes and places C gives them."""

import pytest

from cardsim.readers.pcsc import protocol
from cardsim.readers.pcsc.codes import MAX_APDU, Command


@pytest.mark.parametrize(
    ("layout", "size"),
    [
        (protocol.HEADER, 8),
        (protocol.VERSION, 12),
        (protocol.ESTABLISH, 12),
        (protocol.RELEASE, 8),
        (protocol.CONNECT, 4 + 128 + 5 * 4),
        (protocol.RECONNECT, 24),
        (protocol.DISCONNECT, 12),
        (protocol.CARD_ONLY, 8),
        (protocol.TRANSMIT, 32),
        (protocol.CONTROL, 24),
        (protocol.CANCEL, 8),
        (protocol.ATTRIBUTE, 8 + 264 + 8),
        (protocol.STATE_CHANGE, 8),
        (protocol.READER_EVENTS, 8),
        (protocol.READER_COUNT, 4),
        (protocol.READER_STATE, 184),
    ],
)
def test_structures_have_the_size_of_their_c_originals(layout, size):
    """Client and service exchange structures as they lie in memory (winscard_msg.h)."""
    assert layout.size == size


def test_a_reader_state_lies_in_memory_as_the_library_reads_it():
    """READER_STATE is aligned: three bytes of nothing follow the 33 of the ATR."""
    state = protocol.ReaderState(b"R", 0x11, 0x34, -1, bytes(range(33)), 33, 2)

    raw = protocol.READER_STATE.pack(*state)

    assert raw[:2] == b"R\0"
    assert raw[128:140] == bytes.fromhex("11000000 34000000 ffffffff")
    assert raw[140:176] == bytes(range(33)) + bytes(3)
    assert raw[176:] == bytes.fromhex("21000000 02000000")


def test_a_transmit_request_lies_in_memory_as_the_library_sends_it():
    """Recorded from libpcsclite 2.5.3: T=1, a command of four bytes, room for the longest."""
    recorded = bytes.fromhex("d15789770200000010000000040000000300000010000000 0c000100 00000000")

    body = protocol.Transmit(*protocol.TRANSMIT.unpack(recorded))

    assert body == protocol.Transmit(0x778957D1, 2, 16, 4, 3, 16, MAX_APDU, 0)


def test_the_numbers_of_commands_are_those_of_the_header():
    """From `enum pcsc_msg_commands`; 0x15 came with 4:5, 0x16 and 0x17 with 4:6."""
    assert [(form.command.name, number, form.since) for number, form in _sorted_requests()] == [
        ("ESTABLISH_CONTEXT", 0x01, 4),
        ("RELEASE_CONTEXT", 0x02, 4),
        ("CONNECT", 0x04, 4),
        ("RECONNECT", 0x05, 4),
        ("DISCONNECT", 0x06, 4),
        ("BEGIN_TRANSACTION", 0x07, 4),
        ("END_TRANSACTION", 0x08, 4),
        ("TRANSMIT", 0x09, 4),
        ("CONTROL", 0x0A, 4),
        ("STATUS", 0x0B, 4),
        ("CANCEL", 0x0D, 4),
        ("GET_ATTRIB", 0x0F, 4),
        ("SET_ATTRIB", 0x10, 4),
        ("VERSION", 0x11, 4),
        ("GET_READERS_STATE", 0x12, 4),
        ("WAIT_READER_STATE_CHANGE", 0x13, 4),
        ("STOP_WAITING_READER_STATE_CHANGE", 0x14, 4),
        ("GET_READER_EVENTS", 0x15, 5),
        ("GET_READERS_STATE_SIZE", 0x16, 6),
        ("GET_READERS_STATE_ARRAY", 0x17, 6),
    ]


def test_every_command_has_a_format():
    """A command without one could not be asked."""
    assert {form.command for form in protocol.REQUESTS.values()} == set(Command)


def test_the_longest_apdu_is_the_protocols_limit():
    """MAX_BUFFER_SIZE_EXTENDED: header, extended Lc, 64 KiB, extended Le, status."""
    assert MAX_APDU == 65_548


def _sorted_requests():
    return sorted(protocol.REQUESTS.items())
