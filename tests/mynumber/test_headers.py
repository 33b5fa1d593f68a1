"""Every command header that public clients send gets its documented answer (reference §9.1)."""

import pytest

from jpki.iso7816 import Tlv
from tests.mynumber.talk import (
    SELECT_COMMON,
    SELECT_ISD,
    SELECT_JPKI,
    VERIFY_AUTH,
    VERIFY_SIGN,
    adult,
    fresh,
    select_ef,
)
from tests.support.cards import adult_image

CHALLENGE = "04AABBCCDD00"


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("00B0000000", "6986"),
        ("00B2010400", "6986"),
        ("00B2010C00", "6981"),
        ("00B2010500", "6A81"),
        ("00200080", "6986"),
        ("0088008001AA00", "6986"),
        ("0088009701AA00", "6982"),
        ("0088009A01AA00", "6982"),
        ("0088009901AA00", "6982"),
        ("0088009801AA00", "6981"),
        ("0088009D01AA00", "6A82"),
        ("0088000001AA00", "6985"),
        ("0088008001 00 00", "6986"),
        ("00840000000100", "6985"),
        ("00CA004200", "6A88"),
        ("00CA5F5100", "E000FF8131FE45149000"),
        ("00C0000000", "6D00"),
        ("002C008000", "6D00"),
        ("00D6000001AA", "6D00"),
        ("00B1000000", "6D00"),
        ("8082008000", "6986"),
        ("8082009000", "63C3"),
        ("8082009600", "6300"),
        ("8082009700", "6300"),
        ("8082009804AABBCCDD", "6982"),
        ("8082008A00", "6981"),
        ("8082018000", "6A86"),
        ("80A206C1000133" + "00" * 307, "6700"),
        ("80A200C1", "6700"),
        ("80A20000", "6A86"),
        ("80AE0000000100" + "00" * 256, "6982"),
        ("80FC0000", "6700"),
        ("80FC000000", "6700"),
        ("80540080", "6982"),
        ("80500000", "6982"),
        ("80520000", "6982"),
        ("80060000", "6982"),
        ("808A2200", "6982"),
        ("808A2400", "6982"),
        ("808A0000", "6A86"),
        ("80FF0000", "6D00"),
        ("80A4040C", "6E00"),
        ("80200080", "6E00"),
        ("08A4040C0AD392F000260100000001", "6882"),
        ("08B0000000", "69FC"),
        ("08200080", "69FC"),
        ("0CB0000000", "6987"),
        ("0CA4020C02000A", "6987"),
        ("01B0000000", "6881"),
        ("02A4040C0AD392F000260100000001", "6881"),
        ("03200080", "6881"),
        ("01700000", "6881"),
        ("00700000 01", "6D00"),
        ("10B0000000", "6884"),
        ("81A40000", "6881"),
        ("84A40000", "6E00"),
        ("90AF000000", "6E00"),
        ("A0A40000023F00", "6E00"),
        ("B0A40000", "6E00"),
        ("FFCA000000", "6E00"),
    ],
)
@pytest.mark.parametrize("proofs", [[], [VERIFY_AUTH, VERIFY_SIGN]], ids=["closed", "open"])
def test_a_header_in_the_jpki_ap(proofs, command, answer):
    """With no EF current; having verified the PINs makes no difference to these."""
    talk = adult()

    talk(SELECT_JPKI, *proofs)

    assert talk(command) == answer


@pytest.mark.parametrize(
    ("select", "command", "answer"),
    [
        (SELECT_COMMON, "80AE0000000100" + "00" * 256, "66F1"),
        (SELECT_ISD, "80AE0000000100" + "00" * 256, "6D00"),
        (SELECT_COMMON, "80A200C1000100" + "00" * 256, "6D00"),
        (SELECT_ISD, "80A206C1", "6D00"),
        (SELECT_COMMON, "00B0810000", "6981"),
        (SELECT_COMMON, "00B2020C00", "6A83"),
        (SELECT_COMMON, "00B2010D00", "6A81"),
        (SELECT_COMMON, "00B2011400", "6A82"),
        (SELECT_COMMON, "00B2010400", "6986"),
        (SELECT_COMMON, "00CA00F000", "6A88"),
        (SELECT_COMMON, "00200098", "6A82"),
        (SELECT_ISD, "00A4020C02001E", "9000"),
        (SELECT_ISD, "00A4020C022F10", "6A82"),
        (SELECT_ISD, "00A4020C022F11", "6A82"),
        (SELECT_ISD, "00200098", "6A82"),
        (SELECT_ISD, "00B09E0000", "6981"),
    ],
)
def test_a_header_elsewhere(select, command, answer):
    """The answers that depend on the application."""
    assert adult()(select, command) == answer


def test_the_key_of_the_issuer_domain_is_no_file_to_read():
    """MC: SELECT 001E answers 9000, READ BINARY then 6981."""
    assert fresh(adult_image())(select_ef(0x1E), "00B0000000") == "6981"


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("00CA004200", "36303030303230 0805 303031 000000A8 9000".replace(" ", "")),
        ("00CA004500", b"400000012719843".hex() + "9000"),
        ("00CA00F000", b"13221".hex() + "9000"),
        ("00CA00F200", b"20350217".hex() + "9000"),
        ("00CA5F5100", "E000FF8131FE45149000"),
        ("00CA00F800", "6700"),
        ("00CA00F8000000", "6A88"),
        ("00CA7F2100", "6A88"),
        ("00CA7F21000000", "6A88"),
        ("00CA9F7F00", "6A88"),
        ("00CA000000", "6A88"),
        ("00CA0042", "6700"),
    ],
)
def test_get_data_in_the_issuer_domain(command, answer):
    """Data objects by tag; the upper CV certificate wants an extended Le before anything else."""
    assert fresh(adult_image())(command) == answer.upper()


def test_the_card_recognition_data_name_globalplatform():
    """Tag 66 holds 73, which begins with the OID 1.2.840.114283.1."""
    raw = bytes.fromhex(fresh(adult_image())("00CA006600"))

    inner = Tlv.unpack(0x73, Tlv.unpack(0x66, raw[:-2]))

    assert Tlv.parse_list(inner)[0].value == bytes.fromhex("2A864886FC6B01")


def test_the_key_identifier_has_16_bytes():
    """Seven digits, 08 05, three digits, four bytes of filler; test cards begin with 6."""
    raw = bytes.fromhex(fresh(adult_image())("00CA00F700"))

    assert (len(raw), raw[:1], raw[7:9]) == (18, b"6", b"\x08\x05")


@pytest.mark.parametrize("length", [1, 8, 255, 256])
def test_a_challenge_has_the_length_asked_for(length):
    """1 to 256 random bytes, different every time they are long enough to tell."""
    talk = adult()

    answer = talk(f"00840000{length & 0xFF:02X}")

    assert answer.endswith("9000")
    assert len(answer) // 2 == length + 2
    assert talk("0084000010") != talk("0084000010")
