"""Check digits of the numbers around a card, held to published examples."""

import pytest

from jpki.numbers import (
    is_municipality_code,
    is_my_number,
    municipality_check_digit,
    my_number,
    my_number_check_digit,
    resident_code_check_digit,
)


@pytest.mark.parametrize("number", ["983205673214", "379474484458"])
def test_published_my_numbers_pass(number):
    """Numbers published as examples end in their check digit."""
    assert is_my_number(number)


@pytest.mark.parametrize("wrong", ["983205673215", "893205673214"])
def test_a_wrong_digit_or_a_swap_is_noticed(wrong):
    """One digit off, or two neighbours swapped, does not pass."""
    assert not is_my_number(wrong)


def test_a_remainder_of_one_gives_zero():
    """The check digit is 0 where eleven less the remainder would take two digits."""
    # 3 x 4, the weight of the third digit from the right, leaves 1.
    assert my_number_check_digit("00000000300") == "0"


def test_made_numbers_are_nobodys():
    """A number made for a fixture has a wrong check digit unless asked otherwise."""
    made = my_number("98320567321")

    assert made[:-1] == "98320567321"
    assert not is_my_number(made)
    assert is_my_number(my_number("98320567321", valid=True))


def test_the_digit_after_nine_is_zero():
    """Making a check digit wrong stays within one digit."""
    payload = "00000000001"
    assert my_number_check_digit(payload) == "9"

    assert my_number(payload) == payload + "0"


@pytest.mark.parametrize("bad", ["", "1234567890", "98320567321４", "98320567321a", " 9832056732"])
def test_only_ascii_digits_are_a_payload(bad):
    """Full-width digits, letters and wrong lengths are refused, and not quoted back."""
    with pytest.raises(ValueError, match=r"^expected 11 ASCII digits$"):
        my_number_check_digit(bad)


@pytest.mark.parametrize(
    ("code", "check"),
    [
        ("01100", "2"),
        ("13101", "6"),
        ("14104", "6"),
        ("13221", "7"),
        ("27100", "4"),
        ("01106", "1"),
        ("01202", "5"),
        ("40133", "1"),
    ],
)
def test_municipality_codes_have_their_official_check_digit(code, check):
    """The check digits are those of the ministry's list."""
    assert municipality_check_digit(code) == check
    assert is_municipality_code(code + check)


def test_a_wrong_municipality_check_digit_is_noticed():
    """A code with another last digit does not pass."""
    assert not is_municipality_code("132218")


def test_the_one_known_resident_code_fits_the_guessed_rule():
    """The rule of 個人番号, taken over for 住民票コード, fits the sample found."""
    assert resident_code_check_digit("2472705960") == "8"
