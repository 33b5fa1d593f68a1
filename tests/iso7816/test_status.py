"""Status words as values that carry numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jpki.iso7816 import SW, StatusWord

CARRYING = [SW.BYTES_AVAILABLE, SW.TRIES_LEFT, SW.WRONG_LE]


@given(st.integers(0, 0xFFFF))
def test_two_bytes_are_always_a_printable_status_word(value):
    """Unknown words have no kind, and still their bytes and a text."""
    status = StatusWord(value)

    assert bytes(status) == value.to_bytes(2, "big")
    assert f"{value:04X}" in str(status)
    assert (status.number is not None) == (status.kind in CARRYING)


@pytest.mark.parametrize("kind", list(SW))
def test_a_kind_is_found_again_in_its_word(kind):
    """Each member names its own status word."""
    assert kind.word.kind is kind


@pytest.mark.parametrize(
    ("value", "kind", "number"),
    [
        (0x63C0, SW.TRIES_LEFT, 0),
        (0x63C3, SW.TRIES_LEFT, 3),
        (0x63CF, SW.TRIES_LEFT, 15),
        (0x6100, SW.BYTES_AVAILABLE, 0),
        (0x61FF, SW.BYTES_AVAILABLE, 255),
        (0x6C10, SW.WRONG_LE, 16),
        (0x6300, SW.VERIFICATION_FAILED, None),
        (0x9000, SW.SUCCESS, None),
        (0x6D01, None, None),
    ],
)
def test_a_number_is_taken_out_of_the_word(value, kind, number):
    """63Cx counts in four bits, 61xx and 6Cxx in eight, the others not at all."""
    status = StatusWord(value)

    assert (status.kind, status.number) == (kind, number)


@pytest.mark.parametrize(("kind", "most"), [(SW.TRIES_LEFT, 15), (SW.WRONG_LE, 255)])
def test_a_word_carries_only_numbers_that_fit(kind, most):
    """One more than the bits can hold is an error, not another status word."""
    assert kind.with_number(most).number == most
    with pytest.raises(ValueError, match="carries 0 to"):
        kind.with_number(most + 1)
    with pytest.raises(ValueError, match="carries 0 to"):
        kind.with_number(-1)


def test_a_word_without_a_number_takes_none():
    """9000 with a number would be another status word."""
    with pytest.raises(ValueError, match="SUCCESS carries 0 to 0"):
        SW.SUCCESS.with_number(1)


@pytest.mark.parametrize(("value", "tries"), [(0x63C2, 2), (0x6302, None), (0x6C02, None)])
def test_tries_left_are_told_by_63cx_only(value, tries):
    """No other status word counts tries."""
    assert StatusWord(value).tries_left == tries


@pytest.mark.parametrize(("value", "success"), [(0x9000, True), (0x9001, False), (0x6100, False)])
def test_success_is_9000_alone(value, success):
    """Warnings and 61xx are not success."""
    assert StatusWord(value).is_success is success


@pytest.mark.parametrize("value", [-1, 0x10000])
def test_a_status_word_is_two_bytes(value):
    """Anything else cannot be built."""
    with pytest.raises(ValueError, match="two bytes"):
        StatusWord(value)
