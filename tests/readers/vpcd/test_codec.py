"""vpcd's frames: cut anywhere, read the same."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardsim.readers.vpcd.codec import (
    MAX_PAYLOAD,
    Command,
    Control,
    Decoder,
    Message,
    VpcdProtocolError,
    encode,
)

CONVERSATION = bytes.fromhex("000104 000101 0005 00B0000004 000102 0004 00200080 000100")
MESSAGES: list[Message] = [
    Control.ATR,
    Control.POWER_ON,
    Command(bytes.fromhex("00B0000004")),
    Control.RESET,
    Command(bytes.fromhex("00200080")),
    Control.POWER_OFF,
]


def read(*chunks: bytes) -> list[Message]:
    decoder = Decoder()
    messages = []
    for chunk in chunks:
        decoder.feed(chunk)
        while (message := decoder.next_message()) is not None:
            messages.append(message)
    return messages


def test_messages_arriving_together_are_told_apart():
    """One chunk may hold any number of messages."""
    messages = read(CONVERSATION)

    assert messages == MESSAGES


def test_messages_arriving_byte_by_byte_are_the_same():
    """Where the network cuts the bytes has no meaning."""
    messages = read(*(bytes([octet]) for octet in CONVERSATION))

    assert messages == MESSAGES


@given(st.lists(st.integers(0, len(CONVERSATION)), max_size=8))
def test_any_cutting_gives_the_same_messages(cuts: list[int]):
    """Where the network cuts the bytes has no meaning, wherever that is."""
    edges = [0, *sorted(cuts), len(CONVERSATION)]

    messages = read(*(CONVERSATION[a:b] for a, b in pairwise(edges)))

    assert messages == MESSAGES


def test_half_a_message_is_no_message():
    """Until its last byte has come, a message is not acted upon."""
    decoder = Decoder()

    decoder.feed(bytes.fromhex("0005 00B00000"))

    assert decoder.next_message() is None


@given(st.binary(min_size=2, max_size=300))
def test_a_command_round_trips(apdu: bytes):
    """What one side puts into a frame the other takes out of it."""
    messages = read(encode(apdu))

    assert messages == [Command(apdu)]


@pytest.mark.parametrize("length", [2, 0xFF, 0x100, MAX_PAYLOAD])
def test_lengths_up_to_the_limit_are_carried(length: int):
    """The length is 16 bits, high byte first."""
    frame = encode(bytes(length))

    assert frame[:2] == bytes([length >> 8, length & 0xFF])
    assert read(frame) == [Command(bytes(length))]


def test_an_answer_too_long_for_a_frame_is_refused():
    """A length that has no room is an error, never cut short."""
    with pytest.raises(VpcdProtocolError, match="65536"):
        encode(bytes(MAX_PAYLOAD + 1))


@pytest.mark.parametrize("bad", ["0000", "000103", "0001FF"], ids=["empty", "03", "FF"])
def test_bytes_no_vpcd_sends_are_refused_for_good(bad: str):
    """After one senseless message none of the following can be trusted."""
    decoder = Decoder()
    decoder.feed(bytes.fromhex(bad) + CONVERSATION)

    with pytest.raises(VpcdProtocolError):
        decoder.next_message()
    with pytest.raises(VpcdProtocolError):
        decoder.next_message()


def test_messages_before_a_bad_one_still_count():
    """What came whole before the nonsense was asked in earnest."""
    decoder = Decoder()
    decoder.feed(bytes.fromhex("000101 0000"))

    assert decoder.next_message() is Control.POWER_ON
    with pytest.raises(VpcdProtocolError):
        decoder.next_message()
