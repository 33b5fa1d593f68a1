"""Answers to reset: every published ATR of the card, and strict reading."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jpki.card.layout import AtrFamily
from jpki.iso7816 import Atr, AtrError

FAMILIES = pytest.mark.parametrize("family", list(AtrFamily), ids=lambda family: family.name)


@FAMILIES
def test_a_published_atr_is_valid_and_comes_back(family):
    """Every ATR of the card reference §1 has a right check byte and is built again."""
    atr = Atr.parse(family.atr)

    assert atr.build() == family.atr
    assert 1 in atr.protocols


@pytest.mark.parametrize(
    ("family", "historical", "protocols"),
    [
        (AtrFamily.CONTACT_E0, "", (1,)),
        (AtrFamily.CONTACT_DA, "8012392F31C173C601C0", (1,)),
        (AtrFamily.CONTACT_C5, "8073C60100", (1,)),
        (AtrFamily.CONTACT_F5_00D1, "42000100D1", (1,)),
        (AtrFamily.TYPE_B_41E0, "000041E0B381A100", (0, 1)),
    ],
)
def test_an_atr_is_taken_apart_as_the_reference_says(family, historical, protocols):
    """Historical bytes and protocols are those the card reference decodes."""
    atr = Atr.parse(family.atr)

    assert (atr.historical.hex().upper(), atr.protocols) == (historical, protocols)


@FAMILIES
@pytest.mark.parametrize("at", range(1, 9))
def test_one_wrong_byte_is_noticed(family, at):
    """The check byte covers T0 and everything behind it."""
    damaged = bytearray(family.atr)
    damaged[at] ^= 0x01

    with pytest.raises(AtrError):
        Atr.parse(bytes(damaged))


@FAMILIES
def test_a_byte_missing_or_left_over_is_noticed(family):
    """An ATR announces its own length."""
    with pytest.raises(AtrError):
        Atr.parse(family.atr[:-1])
    with pytest.raises(AtrError):
        Atr.parse(family.atr + b"\x00")


@given(st.binary(max_size=40) | st.binary(max_size=34).map(lambda tail: b"\x3b" + tail))
def test_any_bytes_parse_or_are_refused(raw):
    """What is accepted is built again byte for byte; all else is an `AtrError`."""
    try:
        atr = Atr.parse(raw)
    except AtrError:
        return

    assert atr.build() == raw


def test_an_atr_without_protocols_means_t0_and_has_no_check_byte():
    """ISO/IEC 7816-3 clause 8.2.3: absent TD1 stands for T=0."""
    atr = Atr(historical=b"AB")

    assert atr.build() == bytes.fromhex("3B024142")
    assert Atr.parse(atr.build()).protocols == (0,)


@pytest.mark.parametrize("raw", ["", "3B", "3C00", "3B8000" + "00" * 31])
def test_what_cannot_be_an_atr_is_refused(raw):
    """TS is 3B or 3F, and there are 2 to 33 bytes."""
    with pytest.raises(AtrError):
        Atr.parse(bytes.fromhex(raw))


@pytest.mark.parametrize(
    "atr",
    [
        Atr(historical=bytes(16)),
        Atr(interface=({"D": 0x81}, {})),
        Atr(interface=({"D": 0x01}, {"A": 1})),
        Atr(interface=({"A": 0x11}, {"B": 0x22})),
        Atr(interface=({"A": 0x11}, {})),
        Atr(interface=({"A": 0x100},)),
        Atr(interface=({"D": -1},)),
        Atr(interface=({"E": 1},)),
        Atr(initial=0x3C),
        Atr(initial=0x13B),
    ],
    ids=[
        "16 historical bytes",
        "TD announces nothing",
        "TD hides a group",
        "nobody announces a group",
        "nobody announces an empty group",
        "more than a byte",
        "less than nothing",
        "a fifth letter",
        "neither convention",
        "TS of two bytes",
    ],
)
def test_values_without_an_encoding_cannot_be_built(atr):
    """An ATR that no reader could follow is refused when it is built."""
    with pytest.raises(AtrError):
        atr.build()
