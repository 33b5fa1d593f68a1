"""COMPUTE DIGITAL SIGNATURE: every mode and reference, and what is refused (reference §4.5)."""

import hashlib

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, utils

from jpki.card.layout import JpkiEf
from tests.mynumber.talk import (
    DIGEST_INFO,
    SELECT_COMMON,
    SELECT_ISD,
    SIGN_WITH_AUTH_KEY,
    SIGN_WITH_SIGN_KEY,
    VERIFY_AUTH,
    VERIFY_SIGN,
    adult,
    select_ef,
)
from tests.support.cards import rsa_key

DATA = b"a message of any length, hashed by the card"
DIGEST = hashlib.sha256(DATA).digest()
PKCS1 = padding.PKCS1v15()
PSS = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
SHA256 = utils.Prehashed(hashes.SHA256())


def sign(p1: int, data: bytes, p2: int = 0x97) -> str:
    return f"802A{p1:02X}{p2:02X}{len(data):02X}{data.hex()}00"


def recover(signature: bytes) -> bytes:
    """Take the PKCS#1 type 1 padding off with the public key."""
    numbers = rsa_key("auth").public_key().public_numbers()
    block = pow(int.from_bytes(signature, "big"), numbers.e, numbers.n).to_bytes(256, "big")
    padding_bytes, _, data = block[2:].partition(b"\0")
    assert block[:2] == b"\x00\x01"
    assert set(padding_bytes) == {0xFF}
    return data


@pytest.mark.parametrize(
    ("p1", "data", "signed"),
    [
        (0, DATA, DATA),
        (0, b"\x01", b"\x01"),
        (0, bytes(245), bytes(245)),
        (1, DATA, DIGEST),
        (1, bytes(255), hashlib.sha256(bytes(255)).digest()),
    ],
)
def test_modes_0_and_1_pad_without_a_digest_info(p1, data, signed):
    """P1=00 pads the data as they are, P1=01 their SHA-256."""
    answer = bytes.fromhex(adult()(VERIFY_AUTH, sign(p1, data)))

    assert len(answer) == 258
    assert answer[-2:] == b"\x90\x00"
    assert recover(answer[:-2]) == signed


@pytest.mark.parametrize(
    ("p1", "data", "pad"),
    [(2, DIGEST, PKCS1), (3, DATA, PKCS1), (4, DIGEST, PSS), (5, DATA, PSS)],
    ids=["digest", "data", "digest, PSS", "data, PSS"],
)
def test_modes_2_to_5_sign_a_sha_256_digest(p1, data, pad):
    """With a DigestInfo (02, 03) or as PSS (04, 05); 03 and 05 hash on the card."""
    answer = bytes.fromhex(adult()(VERIFY_AUTH, sign(p1, data)))

    assert answer[-2:] == b"\x90\x00"
    rsa_key("auth").public_key().verify(answer[:-2], DIGEST, pad, SHA256)


@pytest.mark.parametrize("length", [19 + 16, 19 + 32, 19 + 48, 19 + 64])
def test_digest_infos_of_every_hash_are_signed(length):
    """Clients send DigestInfos of SHA-1 (0x23 bytes) to SHA-512 (0x53) with P1=00."""
    data = bytes(range(length))

    assert recover(bytes.fromhex(adult()(VERIFY_AUTH, sign(0, data)))[:-2]) == data


def test_data_hashed_by_the_card_may_come_in_an_extended_command():
    """P1=03 takes more than 255 bytes."""
    data = bytes(1000)

    answer = bytes.fromhex(adult()(VERIFY_AUTH, f"802A03970003E8{data.hex()}0000"))

    digest = hashlib.sha256(data).digest()
    rsa_key("auth").public_key().verify(answer[:-2], digest, PKCS1, SHA256)


@pytest.mark.parametrize(
    ("key", "verify", "p2"),
    [
        (JpkiEf.AUTH_KEY, VERIFY_AUTH, 0x97),
        (JpkiEf.SIGN_KEY, VERIFY_SIGN, 0x9A),
    ],
)
def test_the_current_key_and_its_short_identifier_are_the_same_key(key, verify, p2):
    """PKCS#1 v1.5 is deterministic: both references give the same signature."""
    talk = adult()
    talk(verify, select_ef(key))

    assert talk(sign(0, DATA, 0x80)) == talk(sign(0, DATA, p2))


def test_the_two_keys_are_not_the_same():
    """Authentication and signature have a key each."""
    talk = adult()
    talk(VERIFY_AUTH, VERIFY_SIGN)

    assert talk(SIGN_WITH_AUTH_KEY) != talk(SIGN_WITH_SIGN_KEY)


@pytest.mark.parametrize(
    ("verify", "command"),
    [
        ([], SIGN_WITH_AUTH_KEY),
        ([], SIGN_WITH_SIGN_KEY),
        ([VERIFY_SIGN], SIGN_WITH_AUTH_KEY),
        ([VERIFY_AUTH], SIGN_WITH_SIGN_KEY),
    ],
)
def test_a_key_is_used_after_its_own_pin_only(verify, command):
    """Each PIN opens its own key and never the other: 6982."""
    assert adult()(*verify, command) == "6982"


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("802A069733" + DIGEST_INFO + "00", "6A86"),
        ("802AFF9733" + DIGEST_INFO + "00", "6A86"),
        ("802A000033" + DIGEST_INFO + "00", "6A86"),
        ("802A001733" + DIGEST_INFO + "00", "6A86"),
        ("802A009F33" + DIGEST_INFO + "00", "6A86"),
        ("802A009D33" + DIGEST_INFO + "00", "6A82"),
        ("802A008033" + DIGEST_INFO + "00", "6986"),
        ("802A008A33" + DIGEST_INFO + "00", "6981"),
        ("802A009833" + DIGEST_INFO + "00", "6981"),
        ("802A009633" + DIGEST_INFO + "00", "6982"),
        ("802A009C33" + DIGEST_INFO + "00", "6982"),
        ("802A0097", "6700"),
        ("802A009700", "6700"),
        ("802A009733" + DIGEST_INFO, "6700"),
        ("802A009733" + DIGEST_INFO + "FF", "6700"),
        ("802A0097F6" + "00" * 246 + "00", "6985"),
        ("802A009700 0100" + "00" * 256 + "0000", "6985"),
        ("802A02971F" + "00" * 31 + "00", "6985"),
        ("802A029721" + "00" * 33 + "00", "6985"),
        ("802A04971F" + "00" * 31 + "00", "6985"),
        ("002A9E9A20" + "00" * 32 + "00", "6E00"),
        ("002A808620" + "00" * 32 + "00", "6E00"),
    ],
)
def test_what_cannot_be_signed_is_refused(command, answer):
    """Modes, references, files and lengths that do not fit, with both PINs verified."""
    assert adult()(VERIFY_AUTH, VERIFY_SIGN, command) == answer


@pytest.mark.parametrize("select", [SELECT_ISD, SELECT_COMMON])
def test_no_key_is_reached_from_another_application(select):
    """The keys belong to the JPKI AP."""
    assert adult()(VERIFY_AUTH, select, SIGN_WITH_AUTH_KEY) == "6A82"
