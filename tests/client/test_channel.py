"""The processors: 61xx and 6Cxx never reach a session."""

import pytest

from jpki.card.client import Channel
from jpki.card.connection import ConnectionLostError
from jpki.iso7816 import CommandApdu
from tests.client.scripted import ScriptedConnection

READ = CommandApdu(0x00, 0xB0, 0x00, 0x00, ne=0x20)


def test_bytes_that_wait_are_fetched_and_joined():
    """61xx is followed by GET RESPONSE until the card has no more."""
    connection = ScriptedConnection(
        [
            ("00B0000020", "AABB 6102"),
            ("00C0000002", "CCDD 6101"),
            ("00C0000001", "EE 9000"),
        ]
    )

    answer = Channel(connection).send(READ)

    assert answer.data.hex() == "aabbccddee"
    assert answer.status.is_success
    connection.assert_finished()


def test_6100_asks_for_256_bytes():
    """SW2 of zero means 256 bytes or more."""
    connection = ScriptedConnection([("00B0000020", "6100"), ("00C0000000", "AA 9000")])

    assert Channel(connection).send(READ).data == b"\xaa"


def test_get_response_has_the_interindustry_class():
    """A proprietary command's answer is fetched with CLA 00."""
    sign = CommandApdu(0x80, 0x2A, 0x00, 0x80, b"\x01", ne=256)
    connection = ScriptedConnection([("802A0080010100", "6101"), ("00C0000001", "AA 9000")])

    assert Channel(connection).send(sign).data == b"\xaa"


def test_wrong_le_is_asked_again_with_the_right_one():
    """6Cxx: the same command once more with Le = xx."""
    connection = ScriptedConnection([("00B0000020", "6C11"), ("00B0000011", "00" * 17 + "9000")])

    answer = Channel(connection).send(READ)

    assert len(answer.data) == 17
    connection.assert_finished()


def test_wrong_le_is_asked_again_only_once():
    """A card that is never content with Le gets no third command."""
    connection = ScriptedConnection([("00B0000020", "6C11"), ("00B0000011", "6C10")])

    answer = Channel(connection).send(READ)

    assert answer.status.value == 0x6C10
    connection.assert_finished()


def test_error_while_fetching_is_the_answer():
    """A refusal of GET RESPONSE is not taken for success."""
    connection = ScriptedConnection([("00B0000020", "AA 6102"), ("00C0000002", "6F00")])

    answer = Channel(connection).send(READ)

    assert answer.status.value == 0x6F00


def test_endless_61xx_ends():
    """A card that always has more to give is given up."""
    connection = ScriptedConnection(
        [("00B0000020", "6101"), *[("00C0000001", "AA 6101")] * 512],
    )

    with pytest.raises(ConnectionLostError):
        Channel(connection).send(READ)


@pytest.mark.parametrize("answer", ["", "90"])
def test_answer_too_short_for_a_status_is_no_answer(answer):
    """A reader that gives fewer than two bytes gave no response APDU."""
    connection = ScriptedConnection([("00B0000020", answer)])

    with pytest.raises(ConnectionLostError):
        Channel(connection).send(READ)
