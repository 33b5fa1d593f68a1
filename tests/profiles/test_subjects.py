"""The shapes of common names."""

import re
from datetime import UTC, datetime

import pytest

from jpki.profiles import Kind, municipality
from jpki.profiles.subjects import RANDOM_OCTETS, subject_identifier

EVENING = datetime(2025, 10, 15, 16, 0, tzinfo=UTC)
"""16 October 2025, one o'clock at night in Japan."""


def identifier(kind, randomness=bytes(RANDOM_OCTETS)):
    return subject_identifier(kind, municipality("13221"), applied=EVENING, randomness=randomness)


def test_the_shape_for_logging_in_is_that_of_the_test_card():
    """As 997794E9AGCIEG13221003A: date of application in Japan, place without check digit."""
    assert re.fullmatch(r"\d{5}4E9AG[A-Z]{4}13221003A", identifier(Kind.AUTH))


def test_the_shape_for_signing_is_28_digits():
    """A stamp of Japan's time and fourteen digits more."""
    assert re.fullmatch(r"20251016010000\d{14}", identifier(Kind.SIGN))


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("randomness", [bytes(16), bytes([255]) * 16, bytes(range(16))])
def test_the_length_never_changes(kind, randomness):
    """Every random value gives a name of the same length."""
    assert len(identifier(kind, randomness)) == {Kind.AUTH: 23, Kind.SIGN: 28}[kind]


def test_another_random_value_is_another_name():
    """Two people at one counter in one second are told apart."""
    assert identifier(Kind.AUTH) != identifier(Kind.AUTH, bytes(15) + b"\x01")


def test_too_little_randomness_is_refused():
    """A short source of chance is a mistake, not a short name."""
    with pytest.raises(ValueError, match="random octets"):
        identifier(Kind.AUTH, b"1")
