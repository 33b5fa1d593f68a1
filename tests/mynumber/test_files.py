"""The files of the JPKI AP: which there are, what they hold, what opens them."""

from dataclasses import replace

import pytest

from jpki.card.layout import Availability, FileKind, JpkiEf, TokenInfo, TokenKind
from tests.mynumber.talk import (
    SELECT_COMMON,
    SELECT_ISD,
    SELECT_JPKI,
    SIGN_WITH_SIGN_KEY,
    TRIES_SIGN,
    VERIFY_AUTH,
    VERIFY_SIGN,
    Talk,
    adult,
    fresh,
    select_ef,
)
from tests.support.cards import adult_image, child_card, child_image

EXISTING = {0x01, 0x02, 0x05, 0x06, 0x08, 0x09, 0x0A, 0x0B, 0x10, 0x16, 0x17, 0x18, 0x19, 0x1A}
EXISTING |= {0x1B, 0x1C, 0x1E}
ABSENT = [*sorted(set(range(0x100)) - EXISTING), 0x0100, 0x2F00, 0x2F10, 0x3F00, 0x8001, 0xFFFF]
FREE = {JpkiEf.SIGN_CA_CERTIFICATE, JpkiEf.TOKEN_INFO, JpkiEf.AVAILABILITY}
FREE |= {JpkiEf.AUTH_CERTIFICATE, JpkiEf.AUTH_CA_CERTIFICATE}
WHOLE = "00B00000000000"


@pytest.mark.parametrize("ef", sorted(EXISTING))
def test_a_file_of_the_enumeration_exists(ef):
    """The identifiers enumerated on a real card can be selected (card reference §3.1)."""
    assert adult()(select_ef(ef)) == "9000"


@pytest.mark.parametrize("ef", ABSENT)
def test_any_other_file_does_not_exist(ef):
    """An identifier outside the enumeration answers 6A82."""
    assert adult()(select_ef(ef)) == "6A82"


@pytest.mark.parametrize("ef", sorted(set(JpkiEf) - FREE))
def test_a_file_that_is_not_free_gives_nothing_without_a_pin(ef):
    """6982 for files behind a PIN or closed to all, 6981 for PINs and keys."""
    expected = "6982" if ef.row.kind is FileKind.TRANSPARENT else "6981"

    assert adult()(select_ef(ef), WHOLE) == expected
    assert adult()(f"00B0{0x80 | ef:02X}0000") == expected


@pytest.mark.parametrize("ef", sorted(FREE))
def test_a_free_file_is_read_without_a_pin(ef):
    """CA certificates, auth certificate, token information, availability."""
    assert adult().status(select_ef(ef), WHOLE) == "9000"


@pytest.mark.parametrize(
    ("verify", "answer"), [(VERIFY_SIGN, "9000"), (VERIFY_AUTH, "6982")], ids=["sign", "auth"]
)
def test_the_sign_certificate_is_read_after_its_own_pin_only(verify, answer):
    """The authentication PIN does not open it."""
    assert adult().status(verify, select_ef(JpkiEf.SIGN_CERTIFICATE), WHOLE) == answer


@pytest.mark.parametrize("ef", [JpkiEf.UNKNOWN_05, JpkiEf.UNKNOWN_09])
def test_an_unreadable_file_stays_so_after_both_pins(ef):
    """Nobody is known to be able to read it."""
    assert adult()(VERIFY_AUTH, VERIFY_SIGN, select_ef(ef), WHOLE) == "6982"


@pytest.mark.parametrize(
    ("ef", "certificate"),
    [
        (JpkiEf.SIGN_CERTIFICATE, lambda image: image.sign.certificate),
        (JpkiEf.SIGN_CA_CERTIFICATE, lambda image: image.sign_ca),
        (JpkiEf.AUTH_CERTIFICATE, lambda image: image.auth.certificate),
        (JpkiEf.AUTH_CA_CERTIFICATE, lambda image: image.auth_ca),
    ],
    ids=["sign", "sign CA", "auth", "auth CA"],
)
def test_a_certificate_file_is_longer_than_its_certificate(ef, certificate):
    """DER at offset 0, then filler FF to the end of the file."""
    der = certificate(adult_image())

    raw = bytes.fromhex(adult()(VERIFY_SIGN, select_ef(ef), WHOLE))[:-2]

    assert raw.startswith(der)
    assert set(raw[len(der) :]) == {0xFF}


def test_a_certificate_that_fills_the_usual_size_still_has_filler():
    """The file grows, so that it is never exactly as long as its certificate."""
    image = replace(adult_image(), auth_ca=b"\x30" * 2048)

    raw = fresh(image)(SELECT_JPKI, select_ef(JpkiEf.AUTH_CA_CERTIFICATE), WHOLE)

    assert raw == "30" * 2048 + "FF" * 256 + "9000"


def test_token_information_is_that_of_a_card():
    """160 bytes beginning with JPKIAPICCTOKEN2 padded with spaces to 32."""
    raw = bytes.fromhex(adult()(select_ef(JpkiEf.TOKEN_INFO), WHOLE))[:-2]

    assert len(raw) == 160
    assert raw[:32] == b"JPKIAPICCTOKEN2" + b" " * 17
    assert TokenInfo.parse(raw).serial == "0400000012719843"


@pytest.mark.parametrize("kind", list(TokenKind), ids=lambda kind: kind.name)
def test_every_token_label_can_be_carried(kind):
    """The label tells what carries the JPKI AP."""
    talk = fresh(replace(adult_image(), token=kind))

    raw = bytes.fromhex(talk(SELECT_JPKI, select_ef(JpkiEf.TOKEN_INFO), "00B0000020"))[:-2]

    assert raw.rstrip() == kind.label.encode()


def test_both_certificates_are_announced():
    """EF 0008 is 8F 8F 00 on a card with both, without filler."""
    assert adult()(select_ef(JpkiEf.AVAILABILITY), WHOLE) == "8F8F009000"


def test_a_childs_card_announces_no_sign_certificate():
    """The first byte of EF 0008 tells it; the second is as on any card."""
    raw = bytes.fromhex(Talk(child_card())(SELECT_JPKI, select_ef(JpkiEf.AVAILABILITY), WHOLE))[:-2]

    assert Availability.parse(raw) == Availability(sign=False, auth=True)
    assert raw[1] == 0x8F


def test_a_childs_card_has_no_signature_pin_to_try():
    """The password was never set: no tries, and 6984 for any."""
    talk = Talk(child_card())
    talk(SELECT_JPKI)

    assert talk(TRIES_SIGN) == "63C0"
    assert talk(VERIFY_SIGN) == "6984"
    assert talk("00B0810004") == "6982"
    assert talk(SIGN_WITH_SIGN_KEY) == "6982"


def test_a_certificate_missing_behind_a_pin_is_filler():
    """Were the PIN known, there would still be no certificate to read."""
    talk = fresh(replace(child_image(), sign_pin="ABC123"))

    assert talk(SELECT_JPKI, VERIFY_SIGN, "00B0810004") == "FFFFFFFF9000"
    assert talk(SIGN_WITH_SIGN_KEY) == "6985"


@pytest.mark.parametrize("kind", [TokenKind.ANDROID, TokenKind.IPHONE])
def test_a_phone_wants_the_pin_for_the_auth_certificate(kind):
    """On a phone the auth certificate is behind the auth PIN."""
    talk = fresh(replace(adult_image(), token=kind))
    talk(SELECT_JPKI)

    before, proof, after = talk("00B08A0002"), talk(VERIFY_AUTH), talk("00B08A0002")

    assert (before, proof, after) == ("6982", "9000", "30829000")


@pytest.mark.parametrize("kind", [TokenKind.ANDROID, TokenKind.IPHONE])
def test_a_phone_has_the_jpki_ap_only(kind):
    """There is no common AP on a phone."""
    assert fresh(replace(adult_image(), token=kind))(SELECT_COMMON) == "6A82"


@pytest.mark.parametrize("select", [SELECT_ISD, SELECT_JPKI])
@pytest.mark.parametrize("kind", [TokenKind.ANDROID, TokenKind.IPHONE])
def test_a_phone_has_no_contact_atr_to_tell(kind, select):
    """GET DATA 5F51 gives the contact ATR, and a phone has no contacts."""
    assert fresh(replace(adult_image(), token=kind))(select, "00CA5F5100") == "6A88"


@pytest.mark.parametrize(
    ("kind", "command", "answer"),
    [
        (TokenKind.CARD, "80FC0000", "6700"),
        (TokenKind.ANDROID, "80FC0000", "6700"),
        (TokenKind.IPHONE, "80FC0000", "9000"),
        (TokenKind.IPHONE, "80FC0001", "6A86"),
        (TokenKind.IPHONE, "80FC000000", "6700"),
        (TokenKind.IPHONE, "80FC000001AA", "6700"),
    ],
)
def test_only_an_iphone_is_told_of_the_last_command(kind, command, answer):
    """80 FC 00 00 is the iPhone's; the plastic card answers 6700 whatever it says."""
    talk = fresh(replace(adult_image(), token=kind))

    assert talk(SELECT_JPKI, command) == answer
