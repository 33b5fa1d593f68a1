"""Published conversations with real cards, replayed byte for byte (card reference §10).

Certificates of the published lengths are generated, so that every byte that does not depend
on keys and names is the same.
"""

from dataclasses import replace

import pytest

from tests.mynumber.talk import SELECT_JPKI, fresh
from tests.support.cards import adult_image, rsa_key

DIGEST_INFO = "3031300D060960864801650304020105000420" + bytes(range(32)).hex()


@pytest.fixture
def talk():
    """Give a card whose signature PIN is the one of the published trace."""
    return fresh(replace(adult_image(), sign_pin="123456"))


def play(talk, *dialogue: tuple[str, str]) -> None:
    """Send each command and compare its answer; blanks are for the eye."""
    commands = [command for command, _ in dialogue]
    expected = [answer.replace(" ", "").upper() for _, answer in dialogue]
    assert [talk(command) for command in commands] == expected


def test_trace_1_the_auth_certificate_is_read(talk):
    """TEX: header of 4 bytes, then 061F bytes in one extended answer."""
    der = adult_image().auth.certificate

    play(
        talk,
        ("00A4040C0AD392F000260100000001", "9000"),
        ("00A4020C02000A", "9000"),
        ("00B0000004", "3082061F 9000"),
        ("00B0000400061F", der[4:].hex() + "9000"),
    )


def test_trace_2_the_sign_certificate_is_read_after_its_password(talk):
    """TEX: the password in EF 001B, then EF 0001 of 06CA + 4 bytes."""
    der = adult_image().sign.certificate

    play(
        talk,
        (SELECT_JPKI, "9000"),
        ("00A4020C02001B", "9000"),
        ("0020008006 313233343536", "9000"),
        ("00A4020C020001", "9000"),
        ("00B0000004", "308206CA 9000"),
        ("00B000040006CA", der[4:].hex() + "9000"),
    )


def test_trace_3_a_digest_info_is_signed(talk):
    """TEX: EF 001A, then 80 2A 00 80 with the DigestInfo of SHA-256; 256 bytes come back."""
    numbers = rsa_key("sign").private_numbers()
    modulus = numbers.public_numbers.n
    block = bytes.fromhex("0001" + "FF" * 202 + "00" + DIGEST_INFO)
    signature = pow(int.from_bytes(block, "big"), numbers.d, modulus).to_bytes(256, "big")

    play(
        talk,
        (SELECT_JPKI, "9000"),
        ("00A4020C02001B", "9000"),
        ("0020008006 313233343536", "9000"),
        ("00A4020C02001A", "9000"),
        ("802A008033" + DIGEST_INFO + "00", signature.hex() + "9000"),
    )


def test_trace_5_the_tries_are_told_after_success(talk):
    """OSC#959: 63C3 for the 4-byte VERIFY although the PIN has just been verified."""
    play(
        talk,
        (SELECT_JPKI, "9000"),
        ("00A4020C020018", "9000"),
        ("0020008004 31323334", "9000"),
        ("00200080", "63C3"),
    )


def test_trace_8_meaningless_terminal_authentication_is_refused(talk):
    """AO: 80 A2 00 C1 with 256 zero bytes answers 6700; MC: other P1-P2 answer 6A86."""
    play(
        talk,
        (SELECT_JPKI, "9000"),
        ("80A200C1000100" + "00" * 256, "6700"),
        ("80A20000000100" + "00" * 256, "6A86"),
        ("80A200AE000100" + "00" * 256, "6A86"),
        ("80A28000000100" + "00" * 256, "6A86"),
        ("80A200B6000100" + "00" * 256, "6A86"),
    )


def test_trace_9_the_issuer_domain_is_selected(talk):
    """MC, MS: sent at every close; data objects are there afterwards."""
    play(
        talk,
        (SELECT_JPKI, "9000"),
        ("00A4040C07A0000001510000", "9000"),
        ("00CA00F200", b"20350217".hex() + "9000"),
    )


def test_trace_10_the_card_record_is_read(talk):
    """MC, MY: record 1 of the common AP by short identifier, 01 1C and 28 digits."""
    record = "011C" + b"4000000127198431322120350217".hex()

    play(
        talk,
        ("00A4040C0AD3921000310001010100", "9000"),
        ("00B2010C00", record + "9000"),
        ("00A4020C020001", "9000"),
        ("00B2010400", record + "9000"),
    )


def test_a_certificate_is_read_in_every_style_clients_have(talk):
    """Chunks of 256, 7 + rest, 0xE0, 0xFF until 6B00, whole: all give the same bytes."""
    der = adult_image().auth.certificate
    physical = talk(SELECT_JPKI, "00A4020C02000A", "00B00000000000")[:-4]

    blocks = [talk(f"00B0{block:02X}0000")[:-4] for block in range(8)]
    strides = [talk(f"00B0{at >> 8:02X}{at & 0xFF:02X}FF")[:-4] for at in range(0, 2048, 255)]
    sevens = talk("00B0000007")[:-4] + talk(f"00B0000700{len(der) - 7:04X}")[:-4]

    assert "".join(blocks) == "".join(strides) == physical
    assert sevens == der.hex().upper()
    assert talk("00B0080000") == "6B00"
    assert talk("00B08A0400 061F") == der[4:].hex().upper() + "9000"
