"""Requests come out of the stream whole, whatever the chunks; nonsense is found early."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardsim.readers.pcsc.codes import MAX_APDU, Command
from cardsim.readers.pcsc.framing import Decoder, ProtocolError, Request
from cardsim.readers.pcsc.protocol import (
    ATTRIBUTE,
    CARD_ONLY,
    CONTROL,
    HEADER,
    REQUESTS,
    TRANSMIT,
    CardOnly,
    Nothing,
    Transmit,
)


def message(command: int, body: bytes = b"", data: bytes = b"") -> bytes:
    return HEADER.pack(len(body), command) + body + data


def transmit(command: bytes, length: int | None = None) -> bytes:
    length = len(command) if length is None else length
    return message(Command.TRANSMIT, TRANSMIT.pack(7, 2, 16, length, 3, 16, 258, 0), command)


def decode(stream: bytes, sizes: list[int]) -> list[Request]:
    """Feed a stream in chunks of the given sizes (the rest in one); give all requests."""
    decoder, requests, at = Decoder(), [], 0
    decoder.minor = 6
    for size in [*sizes, len(stream)]:
        decoder.feed(stream[at : at + size])
        at += size
        while (request := decoder.next_request()) is not None:
            requests.append(request)
    assert decoder.pending == 0
    return requests


STREAM = (
    message(Command.VERSION, bytes.fromhex("040000000600000000000000"))
    + message(Command.GET_READERS_STATE_SIZE)
    + transmit(b"\x00\xa4\x04\x0c")
    + message(Command.STATUS, CARD_ONLY.pack(7, 0))
    + transmit(bytes(300))
)


def test_a_request_fed_byte_by_byte_comes_out_once_it_is_whole():
    """Nothing is given before the last byte, and then exactly the request."""
    decoder, stream, given_after = Decoder(), transmit(b"\x00\xa4\x04\x0c"), []

    for byte in stream:
        decoder.feed(bytes((byte,)))
        given_after.append(decoder.next_request())

    assert given_after[:-1] == [None] * (len(stream) - 1)
    assert given_after[-1] == Request(
        Command.TRANSMIT, Transmit(7, 2, 16, 4, 3, 16, 258, 0), b"\x00\xa4\x04\x0c"
    )


@given(st.lists(st.integers(0, 40), max_size=30))
def test_chunks_do_not_matter(sizes):
    """The same stream gives the same requests, however it is cut."""
    assert decode(STREAM, sizes) == decode(STREAM, [])


def test_a_stream_gives_all_its_requests_in_order():
    """Commands, bodies and trailing data keep to their own."""
    requests = decode(STREAM, [])

    assert [request.command.name for request in requests] == [
        "VERSION",
        "GET_READERS_STATE_SIZE",
        "TRANSMIT",
        "STATUS",
        "TRANSMIT",
    ]
    assert requests[1].body == Nothing()
    assert requests[3].body == CardOnly(7, 0)
    assert requests[4].data == bytes(300)


@pytest.mark.parametrize("number", [0x00, 0x03, 0x0C, 0x0E, 0x18, 0xFFFFFFFF])
def test_a_command_nobody_uses_is_no_message(number):
    """Also the three numbers that pcsc-lite names but does not serve."""
    decoder = Decoder()
    decoder.feed(message(number))

    with pytest.raises(ProtocolError):
        decoder.next_request()


@pytest.mark.parametrize(
    ("minor", "command"),
    [
        (4, Command.GET_READER_EVENTS),
        (5, Command.GET_READERS_STATE_SIZE),
        (5, Command.GET_READERS_STATE_ARRAY),
    ],
)
def test_a_command_of_a_later_version_is_no_message(minor, command):
    """A client speaks the version it stated."""
    decoder = Decoder()
    decoder.minor = minor
    decoder.feed(message(command))

    with pytest.raises(ProtocolError):
        decoder.next_request()


@pytest.mark.parametrize("command", sorted(Command))
@pytest.mark.parametrize("difference", [-1, 1])
def test_a_body_of_another_size_is_no_message(command, difference):
    """A structure has one size; the header alone gives it away."""
    size = (REQUESTS[command].layout.size + difference) % (1 << 32)
    decoder = Decoder()
    decoder.minor = 6
    decoder.feed(HEADER.pack(size, command))

    with pytest.raises(ProtocolError):
        decoder.next_request()


@pytest.mark.parametrize(
    "body",
    [
        TRANSMIT.pack(7, 2, 16, MAX_APDU + 1, 3, 16, 258, 0),
        TRANSMIT.pack(7, 2, 16, 0xFFFFFFFF, 3, 16, 258, 0),
    ],
)
def test_a_longer_apdu_than_there_can_be_is_no_message(body):
    """It is refused when its length is known, not when it has been collected."""
    decoder = Decoder()
    decoder.feed(message(Command.TRANSMIT, body))

    with pytest.raises(ProtocolError):
        decoder.next_request()


def test_the_longest_apdu_passes():
    """The limit itself is allowed."""
    requests = decode(transmit(bytes(MAX_APDU)), [])

    assert len(requests[0].data) == MAX_APDU


def test_more_control_data_than_there_can_be_is_no_message():
    """The same limit holds for SCardControl."""
    decoder = Decoder()
    decoder.feed(message(Command.CONTROL, CONTROL.pack(7, 1, MAX_APDU + 1, 0, 0, 0)))

    with pytest.raises(ProtocolError):
        decoder.next_request()


@pytest.mark.parametrize("command", [Command.GET_ATTRIB, Command.SET_ATTRIB])
def test_a_longer_attribute_than_its_buffer_is_no_message(command):
    """The structure has 264 bytes for it."""
    decoder = Decoder()
    decoder.feed(message(command, ATTRIBUTE.pack(7, 1, bytes(264), 265, 0)))

    with pytest.raises(ProtocolError):
        decoder.next_request()


def test_a_client_may_not_send_far_ahead():
    """Who waits for no answer could fill the memory."""
    decoder = Decoder()
    decoder.feed(bytes(MAX_APDU))
    decoder.feed(bytes(MAX_APDU))

    with pytest.raises(ProtocolError):
        decoder.feed(bytes(1000))


@given(st.binary(max_size=300))
def test_any_bytes_give_requests_or_a_protocol_error(stream):
    """There is no third way to end."""
    decoder = Decoder()
    decoder.minor = 6
    decoder.feed(stream)

    outcome = _drain(decoder)

    assert outcome in {"wants more", "refused"}


def _drain(decoder: Decoder) -> str:
    try:
        while decoder.next_request() is not None:
            pass
    except ProtocolError:
        return "refused"
    return "wants more"
