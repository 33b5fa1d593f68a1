"""File contents built and parsed: token information, availability, card record."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jpki.card.layout import Availability, CardRecord, TokenInfo, TokenKind
from jpki.card.layout.availability import AvailabilityError
from jpki.card.layout.common import CardRecordError
from jpki.card.layout.token import TokenInfoError

PUBLISHED = (
    b"JPKIAPICCTOKEN2".ljust(32)
    + b"00000000000000000000000000000001"
    + b"E16R01NJ".ljust(16)
    + b"0000000020500003"
    + bytes.fromhex("0000040D")
    + bytes.fromhex("00000001 00000000 00000001 00000000")
    + bytes.fromhex("00000010 00000006")
    + b"\xff" * 16
    + b"0301"
    + b"9999999999999999"
)
WORDS = st.integers(0, 0xFFFFFFFF)
TEXT = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), max_size=16)


def test_the_published_token_information_is_built():
    """The defaults are the 160 bytes of a published test card."""
    assert TokenInfo().build() == PUBLISHED
    assert TokenInfo.parse(PUBLISHED) == TokenInfo()


@given(TEXT, TEXT, WORDS, st.tuples(WORDS, WORDS, WORDS, WORDS))
def test_token_information_comes_back(label, serial, flags, sessions):
    """Every field survives building and parsing."""
    info = TokenInfo(label=label, serial=serial, flags=flags, sessions=sessions)

    raw = info.build()

    assert len(raw) == 160
    assert TokenInfo.parse(raw) == info


@pytest.mark.parametrize("kind", list(TokenKind), ids=lambda kind: kind.name)
def test_a_label_tells_its_medium(kind):
    """Each published label is recognised, also padded with NUL as an old fixture has it."""
    raw = kind.label.encode().ljust(32, b"\0") + PUBLISHED[32:]

    assert TokenInfo.parse(raw).kind is kind


def test_an_unknown_label_has_no_kind():
    """A label nobody published is not taken for the nearest one."""
    assert replace(TokenInfo(), label="JPKIAPICCTOKEN3").kind is None


@pytest.mark.parametrize("raw", [b"", PUBLISHED[:-1], PUBLISHED + b"\xff", b"\xff" + PUBLISHED[1:]])
def test_other_bytes_are_no_token_information(raw):
    """160 bytes, ASCII where there is text."""
    with pytest.raises(TokenInfoError):
        TokenInfo.parse(raw)


@pytest.mark.parametrize("changes", [{"label": "x" * 33}, {"model": "モデル"}])
def test_text_that_does_not_fit_is_refused(changes):
    """Too long or not ASCII."""
    with pytest.raises(TokenInfoError):
        TokenInfo(**changes).build()


@pytest.mark.parametrize(
    ("sign", "auth", "raw"),
    [(True, True, "8F8F00"), (False, True, "008F00"), (True, False, "8F0000")],
)
def test_availability_has_a_byte_for_each_certificate(sign, auth, raw):
    """8F is present; the published card has 8F 8F 00."""
    availability = Availability(sign=sign, auth=auth)

    assert availability.build() == bytes.fromhex(raw)
    assert Availability.parse(bytes.fromhex(raw)) == availability


@pytest.mark.parametrize("raw", [b"", b"\x8f\x8f", b"\x8f\x8f\x00\x00"])
def test_availability_has_three_bytes(raw):
    """Anything else is refused."""
    with pytest.raises(AvailabilityError):
        Availability.parse(raw)


def test_the_published_card_record_is_parsed():
    """Serial, municipality, expiry, and the number マイナポータル uses."""
    raw = b"\x01\x1c" + b"400000012719843" + b"13221" + b"20350217"

    record = CardRecord.parse(raw)

    assert record == CardRecord("400000012719843", "13221", date(2035, 2, 17))
    assert record.manufacturing_number == "0000012719843"
    assert record.build() == raw


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x01\x1b" + b"1" * 27,
        b"\x02\x1c" + b"1" * 20 + b"20350217",
        b"\x01\x1c" + b"1" * 20 + b"20351317",
        b"\x01\x1c" + b"1" * 19 + b"A20350217",
        b"\x01\x1c" + b"1" * 20 + b"20350217" + b"\xff",
    ],
)
def test_other_bytes_are_no_card_record(raw):
    """Tag, length, digits and date must be right."""
    with pytest.raises(CardRecordError):
        CardRecord.parse(raw)


@pytest.mark.parametrize(
    ("serial", "municipality"),
    [
        ("1" * 14, "13221"),
        ("1" * 16, "13221"),
        ("1" * 15, "1322"),
        ("A" * 15, "13221"),
        ("１" * 15, "13221"),
    ],
)
def test_a_card_record_has_digits_of_fixed_length(serial, municipality):
    """15 and 5 ASCII digits."""
    with pytest.raises(CardRecordError):
        CardRecord(serial, municipality, date(2035, 2, 17))
