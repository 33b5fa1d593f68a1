"""共通AP and 住基AP, the licence, the issuer's domain (card reference §3.5, §3.7, §8)."""

import pytest

from jpki.card.layout.licence import LicenceData
from jpki.cv import CvCertificate, CvPublicKey, verify_chain
from tests.mynumber.talk import SELECT_COMMON, SELECT_ISD, Talk, fresh, select_ef
from tests.support.cards import adult_image, rsa_key
from tests.support.faces import authority
from tests.support.whole import JUKI_PIN, LICENCE, LICENCE_PIN, whole_card, whole_image

SELECT_JUKI = "00A4040C0AD3921000310001010401"
SELECT_LICENCE = "00A4040C10A0000002310600000000000000000000"
PIN = "0020009C04" + JUKI_PIN.encode().hex()


def talk_to(select: str) -> Talk:
    talk = Talk(whole_card())
    assert talk(select) == "9000"
    return talk


@pytest.mark.parametrize("select", [SELECT_COMMON, SELECT_JUKI])
def test_the_juki_pin_changes_by_change_key_only(select):
    """80 32 after VERIFY; the two applications have their own PINs and counters."""
    talk = talk_to(select)

    assert talk("0020009C") == "63C3"
    assert talk("8032009C04" + b"1111".hex()) == "6982"
    assert talk(PIN, "0024019C04" + b"1111".hex()) == "6982"
    assert talk("8032009C04" + b"1111".hex()) == "9000"
    assert talk("0020009C04" + b"1111".hex()) == "9000"
    other = SELECT_JUKI if select == SELECT_COMMON else SELECT_COMMON
    assert talk(other, PIN) == "9000"


def test_both_key_references_are_the_same_record():
    """MC: EF 0002 of 共通AP and 住基AP are byte-identical, 16 bytes."""
    common = talk_to(SELECT_COMMON)("00B2011400")
    juki = talk_to(SELECT_JUKI)("00B2011400")

    assert common == juki
    assert len(common) == 2 * 18


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("00B2021400", "6A83"),
        ("00B2001400", "6A83"),
        ("00B2011500", "6A81"),
        ("00B201E400", "6981"),
        ("00B0820000", "6981"),
        ("00B2019C00", "6A82"),
    ],
)
def test_other_records_and_modes_are_refused(command, answer):
    """No such record 6A83, all records at once 6A81, READ BINARY 6981."""
    assert talk_to(SELECT_COMMON)(command) == answer


def test_the_common_key_answers_a_challenge_without_a_pin():
    """MC: sha256WithRSA over the challenge, with EF 0019 named or current."""
    talk = talk_to(SELECT_COMMON)
    key = CvPublicKey.of(rsa_key("common").public_key())

    named = bytes.fromhex(talk("0088009904AABBCCDD00"))
    current = bytes.fromhex(talk(select_ef(0x19), "0088008004AABBCCDD00"))

    assert named == current
    key.verify(bytes.fromhex("AABBCCDD"), named[:-2])


@pytest.mark.parametrize(
    ("select", "command", "answer"),
    [
        (SELECT_COMMON, "802A0099205A" + "00" * 31 + "00", "6982"),
        (SELECT_COMMON, "0088009C04AABBCCDD00", "6981"),
        (SELECT_COMMON, "0088009E04AABBCCDD00", "6982"),
        (SELECT_JUKI, "80AE0000", "6982"),
        (SELECT_COMMON, "80AE0000", "66F1"),
        (SELECT_LICENCE, "80AE0000", "6D00"),
        ("00A4040C0AD3921000310001010402", "80AE0000", "66F1"),
        ("00A4040C0AD3921000310001010402", "0088009A04AABBCCDD00", "6985"),
    ],
)
def test_keys_do_only_what_they_are_for(select, command, answer):
    """Signing with the authentication key, authenticating with a PIN, session keys elsewhere."""
    assert talk_to(select)(command) == answer


def test_the_certificates_of_the_mf_level_are_a_chain():
    """7F21 is signed by what 00F8 certifies, and 00F7 names it."""
    talk = talk_to(SELECT_ISD)
    upper = CvCertificate.parse(bytes.fromhex(talk("00CA00F8000000")[:-4]))
    lower = CvCertificate.parse(bytes.fromhex(talk("00CA7F21000000")[:-4]))

    verify_chain([upper, lower], authority().anchors)

    assert talk("00CA00F700") == bytes(lower.issuer).hex().upper() + "9000"


def test_a_certificate_of_the_mf_level_is_too_long_for_a_short_le():
    """Neither 00F8 (measured) nor 7F21 (our guess) is cut or continued: 6700."""
    talk = talk_to(SELECT_ISD)

    assert [talk("00CA00F800"), talk("00CA7F2100")] == ["6700", "6700"]


def test_older_cards_lack_the_lower_certificate():
    """6A88 is an ordinary answer there."""
    assert fresh(adult_image())("00CA7F21000000") == "6A88"


@pytest.mark.parametrize("aid", ["D3921000310001010100", "D3921000310001010408"])
def test_the_contact_atr_answers_in_applications_too(aid):
    """5F51, everywhere; the other objects at the MF level only."""
    talk = talk_to("00A4040C0A" + aid)

    assert talk("00CA5F5100") == "E000FF8131FE45149000"
    assert talk("00CA00F000") == "6A88"


def licence() -> Talk:
    return talk_to(SELECT_LICENCE)


def test_the_licence_says_that_a_pin_is_set():
    """JPD: 00 B0 9A 00 03 gives C1 01 01."""
    assert licence()("00B09A0003") == "C101019000"


def test_the_licence_data_need_the_pin():
    """P2 = 86, ten tries (63CA)."""
    talk = licence()

    assert talk("00200086") == "63CA"
    assert talk("00B09B0000") == "6982"
    assert talk("0020008604" + LICENCE_PIN.encode().hex()) == "9000"
    raw = bytes.fromhex(talk("00B09B0000")[:-4])
    assert (raw[:1], LicenceData.parse(raw)) == (b"\xc2", LICENCE)
    assert talk("00B09C00000000")[-4:] == "9000"


@pytest.mark.parametrize(
    "command",
    [
        "00A4020C020002",
        "0020008204" + LICENCE_PIN.encode().hex(),
        "00A4040C0EA000000231040000000000000000",
        "00A4040C0EA000000231050000000000000000",
        "00A4040C07A0000002310400",
    ],
)
def test_what_the_published_text_names_wrongly_is_not_there(command):
    """EF 0002 is an erratum; load file and executable cannot be selected."""
    lc = int(command[8:10], 16)
    fixed = command[:10] + command[10 : 10 + 2 * lc].ljust(2 * lc, "0")

    assert licence()(fixed) == "6A82"


def test_the_whole_card_has_every_application():
    """All AIDs of card reference §2 answer 9000."""
    talk = Talk(whole_card())
    names = [each for each in dir(whole_image()) if each in {"text", "visual", "juki", "licence"}]

    assert len(names) == 4
    assert talk("00A4040C0AD3921000310001010402") == "9000"
    assert talk(SELECT_JUKI) == talk(SELECT_LICENCE) == "9000"
