"""券面入力補助AP: which secret opens what, and what is in it (card reference §3.2)."""

import hashlib

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, utils

from cardsim.mynumber.personalise import text_contents
from jpki.ca.cv import CvRole
from jpki.card.layout.text import (
    SignedKey,
    TextAttributes,
    TextEf,
    TextInformation,
    TextSignatures,
    attributes_to_hash,
)
from jpki.cv import CvCertificate
from tests.mynumber.talk import SELECT_ISD, Talk, select_ef
from tests.support.cards import rsa_key
from tests.support.faces import NUMBER, NUMBER_B, authority, card_keys
from tests.support.whole import TEXT_PIN, WHOLE_HOLDER, whole_card, whole_image

SELECT_TEXT = "00A4040C0AD3921000310001010408"


def verify(ef: int, secret: str) -> str:
    return f"002000{0x80 | ef:02X}{len(secret):02X}{secret.encode().hex()}"


PIN = verify(TextEf.PIN, TEXT_PIN)
A = verify(TextEf.NUMBER_A, NUMBER)
B = verify(TextEf.NUMBER_B, NUMBER_B)
PROOFS = {"nothing": [], "PIN": [PIN], "A": [A], "B": [B]}


def text() -> Talk:
    talk = Talk(whole_card())
    assert talk(SELECT_TEXT) == "9000"
    return talk


def read(talk: Talk, ef: int) -> bytes:
    return bytes.fromhex(talk(f"00B0{0x80 | ef:02X}00000000")[:-4])


@pytest.mark.parametrize(
    ("ef", "openers"),
    [
        (0x01, {"PIN", "A"}),
        (0x02, {"PIN", "B"}),
        (0x03, {"PIN", "A", "B"}),
        (0x04, {"nothing", "PIN", "A", "B"}),
        (0x05, {"nothing", "PIN", "A", "B"}),
        (0x06, {"PIN", "A", "B"}),
        (0x07, {"PIN", "A", "B"}),
        (0x08, {"PIN"}),
    ],
)
@pytest.mark.parametrize("proof", PROOFS)
def test_a_file_opens_to_its_secrets_only(proof, ef, openers):
    """個人番号 by PIN or A, 基本4情報 by PIN or B, the certificate by nobody's leave."""
    talk = text()

    talk(SELECT_TEXT, *PROOFS[proof])

    assert talk.status(select_ef(ef), "00B0000000") == ("9000" if proof in openers else "6982")


@pytest.mark.parametrize(("ef", "tries"), [(0x11, 3), (0x14, 10), (0x15, 10)])
def test_each_secret_has_its_own_tries(ef, tries):
    """PIN 3, 照合番号 10; a wrong one costs the counter it was for and no other."""
    talk = text()
    before = {each: talk(f"002000{0x80 | each:02X}") for each in (0x11, 0x14, 0x15)}

    answer = talk(verify(ef, "0000"))

    assert before[ef] == f"63C{tries:X}"
    assert answer == f"63C{tries - 1:X}"
    others = [talk(f"002000{0x80 | each:02X}") for each in before if each != ef]
    assert others == [before[each] for each in before if each != ef]


def test_key_0012_is_blocked_for_ever():
    """MC: the query answers 63C0, a VERIFY 6984."""
    assert text()("00200092") == "63C0"
    assert text()("00200092" + "04" + "31323334") == "6984"


def test_the_number_file_has_17_bytes():
    """FF 10 0C, twelve digits, FF FF; clients read exactly 17 and loop until they have them."""
    talk = text()

    talk(PIN)

    assert read(talk, 0x01) == b"\xff\x10\x0c" + NUMBER.encode() + b"\xff\xff"
    assert talk(select_ef(1), "00B0001100") == "6B00"


def test_the_attributes_are_those_of_the_holder():
    """The offset table is checked by the parser; the birth date is western."""
    talk = text()
    talk(PIN)

    found = TextAttributes.parse(read(talk, 0x02))

    assert found == TextAttributes("見本　花子", "東京都清瀬市架空町１番２号", "19900217", "2")


def test_reading_beyond_the_contents_is_no_error():
    """Old clients ask for a constant 0x71 bytes whatever the length is."""
    talk = text()

    assert talk.status(PIN, select_ef(2), "00B0000071") == "9000"


def test_the_long_length_form_moves_every_offset():
    """82 hh ll makes the header two bytes longer, and the table with it."""
    signer = authority().signer(CvRole.TEXT_SIGNER)
    long = text_contents(WHOLE_HOLDER, card_keys(), signer, length_bytes=2)
    short = whole_image().text

    raw = long.files[TextEf.ATTRIBUTES]

    assert raw[2] == 0x82
    assert short.files[TextEf.ATTRIBUTES][2] < 0x80
    assert raw[8:10] == (0x10).to_bytes(2, "big")
    assert TextAttributes.parse(raw) == TextAttributes.parse(short.files[TextEf.ATTRIBUTES])
    assert attributes_to_hash(raw) == attributes_to_hash(short.files[TextEf.ATTRIBUTES])


def test_the_signed_digests_verify_under_the_certificate():
    """EF 0003 hashes all 17 bytes of 0001 and 0002 from DF22 on; EF 0004 has the key."""
    talk = text()
    talk(PIN)
    signatures = TextSignatures.parse(read(talk, 0x03))
    certificate = CvCertificate.parse(read(talk, 0x04))

    certificate.public_key.verify(signatures.signed, signatures.signature)

    assert len(read(talk, 0x03)) == 336
    assert len(read(talk, 0x04)) == 568
    assert signatures.number_digest == hashlib.sha256(read(talk, 0x01)).digest()
    source = attributes_to_hash(read(talk, 0x02))
    assert source.startswith(b"\xdf\x22")
    assert signatures.attributes_digest == hashlib.sha256(source).digest()


def test_the_basic_information_has_256_bytes():
    """FF 40 82 00 9F ..., and filler so that 256 come back."""
    raw = read(text(), 0x05)

    assert len(raw) == 256
    assert raw[:5].hex().upper() == "FF4082009F"
    assert str(TextInformation.parse(raw).key_id) == "6000034/001"


@pytest.mark.parametrize("command", ["802A0000{}00", "802A0093{}00"])
def test_the_cards_own_key_signs_without_any_secret(command):
    """P2 = 00 means key 0013; its public half in EF 0007 is signed by the issuer."""
    talk = text()
    info = "3031300D060960864801650304020105000420" + "5A" * 32

    signature = bytes.fromhex(talk(command.format("33" + info))[:-4])

    signed = SignedKey.parse(whole_image().text.files[TextEf.AUTHENTICATION_PUBLIC])
    assert signed.public_key.recover(signature).hex().upper() == info
    certificate = CvCertificate.parse(whole_image().text.files[TextEf.CERTIFICATE])
    certificate.public_key.verify(signed.signed, signed.signature)


def test_golden_trace_7_a_pss_signature_without_a_pin():
    """AO: text AP selected, 80 2A 05 00 over 32 bytes answers 256 bytes."""
    talk = text()

    answer = bytes.fromhex(talk("802A050020" + "5A" * 32 + "00"))

    assert (len(answer), answer[-2:]) == (258, b"\x90\x00")
    scheme = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
    digest = hashlib.sha256(b"\x5a" * 32).digest()
    rsa_key("text").public_key().verify(
        answer[:-2], digest, scheme, utils.Prehashed(hashes.SHA256())
    )


@pytest.mark.parametrize("command", ["0088009304AABBCCDD00", "0088000004AABBCCDD00"])
def test_internal_authenticate_is_not_for_this_key(command):
    """MC: 6982 in this application, whatever was verified."""
    assert text()(PIN, command) == "6982"


def test_the_pin_changes_after_it_was_verified():
    """00 24 01; 照合番号 are printed on the card and never change."""
    talk = text()

    assert talk("0024019104" + b"5678".hex()) == "6982"
    assert talk(PIN, "0024019104" + b"5678".hex()) == "9000"
    assert talk(verify(0x11, "5678")) == "9000"
    assert talk(A, "002401940C" + b"111111111111".hex()) == "6982"


def test_another_application_closes_what_was_open():
    """The issuer's domain in between: 6982 again."""
    talk = text()

    assert talk(PIN, SELECT_ISD, SELECT_TEXT, "00B0810000") == "6982"


@pytest.mark.parametrize("ef", [0x10, 0x1C, 0x1E])
def test_unexplained_keys_exist_and_do_nothing(ef):
    """Selected: 9000; read: 6981; signing: 6982."""
    talk = text()

    assert talk(select_ef(ef)) == "9000"
    assert talk(PIN, "00B0000000") == "6981"
    assert talk("802A0080015A00") == "6982"


def test_eight_bytes_of_the_aid_select_this_application():
    """The beginning five AIDs share; a published note says it is this one."""
    talk = Talk(whole_card())

    assert talk("00A4040C08D392100031000101") == "9000"
    assert talk("00200091") == "63C3"
