"""SELECT on the card: applications, files, and what belongs to somebody else."""

import pytest

from jpki.card.layout import Ap
from tests.mynumber.talk import SELECT_COMMON, SELECT_ISD, SELECT_JPKI, adult, fresh
from tests.support.cards import adult_image

JPKI = "D392F000260100000001"
FOREIGN = {
    "PIV": "A000000308000010000100",
    "OpenPGP": "D27600012401",
    "GIDS": "A000000397425446590201",
    "PKCS#15": "A000000063504B43532D3135",
    "muscle": "A00000000101",
    "coolkey": "627601FF000000",
    "CAC": "A00000007901",
    "SmartCard-HSM": "E82B0601040181C31F0201",
    "Estonia": "A000000077010800070000FE00000100",
    "IsoApplet": "F276A288BCFBA69D34F31001",
    "driving licence, package": "A0000002310400000000000000000000",
    "ISD of other cards": "A000000003000000",
    "ISD with a longer name": "A000000151000000",
    "text AP, later": "D3921000310001010408FF",
}


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        (f"00A4040C0A{JPKI}", "9000"),
        (f"00A4040C0A{JPKI}00", "9000"),
        (f"00A404000A{JPKI}", "9000"),
        (f"00A404000A{JPKI}00", f"6F0C840A{JPKI}9000"),
        (f"00A40400 00000A {JPKI} 0000", f"6F0C840A{JPKI}9000"),
        (f"00A404020A{JPKI}", "9000"),
        (f"00A404020A{JPKI}00", f"6F0C840A{JPKI}9000"),
        (f"00A404010A{JPKI}", "6A86"),
    ],
    ids=["0C", "0C and Le", "00", "00 and Le", "00, extended", "next", "next and Le", "last"],
)
def test_the_jpki_ap_is_selected_in_every_form_clients_use(command, answer):
    """P2 0C, 00 and 02, with and without Le; information only where Le asks for it."""
    assert fresh(adult_image())(command) == answer


@pytest.mark.parametrize("aid", FOREIGN.values(), ids=FOREIGN.keys())
@pytest.mark.parametrize("p2", ["0C", "00"])
def test_a_foreign_application_is_not_there(aid, p2):
    """Drivers for other cards look for theirs first: 6A82, or they would take this card."""
    assert adult()(f"00A404{p2}{len(aid) // 2:02X}{aid}") == "6A82"


def test_looking_for_foreign_applications_leaves_the_pin_verified():
    """A failing SELECT is no change of application."""
    talk = adult()

    talk("0020009804" + b"1234".hex(), "00A4040C06D27600012401")

    assert talk.card.session.application.aid == Ap.JPKI.aid
    assert talk.card.session.verified == {0x18}


@pytest.mark.parametrize(
    ("name", "ap"),
    [
        ("D392F00026", Ap.JPKI),
        ("D392F0002601000000", Ap.JPKI),
        ("D392100031", Ap.COMMON),
        ("A000000151", Ap.ISD),
    ],
)
def test_the_beginning_of_a_name_selects(name, ap):
    """The ATR announces partial names; from five bytes on one is enough."""
    talk = adult()

    assert talk(f"00A4040C{len(name) // 2:02X}{name}") == "9000"
    assert talk.card.session.application.aid == ap.aid


def test_too_short_a_beginning_does_not_select():
    """Four bytes are not even a registered provider."""
    assert adult()("00A4040C04D392F000") == "6A82"


@pytest.mark.parametrize("command", ["00A4040000", "00A4040C"])
def test_an_empty_name_selects_the_issuer_domain(command):
    """GlobalPlatform: SELECT without a name is the ISD."""
    talk = adult()

    assert talk.status(command) == "9000"
    assert talk.card.session.application.aid == Ap.ISD.aid


def test_the_issuer_domain_is_current_after_power_up():
    """GET DATA works at once, and no EF of an AP is there."""
    talk = fresh(adult_image())

    assert talk("00CA00F000") == b"13221".hex() + "9000"
    assert talk("00A4020C02000A") == "6A82"


@pytest.mark.parametrize("command", ["00A40000", "00A4000C", "00A4000000"])
def test_selecting_the_master_file_depends_on_what_is_current(command):
    """6A86 in the ISD, selected again too (deduced); 9000 in an AP, which stays selected."""
    talk = fresh(adult_image())

    assert talk(command) == "6A86"
    assert talk(SELECT_JPKI, command) == "9000"
    assert talk.card.session.application.aid == Ap.JPKI.aid
    assert talk(SELECT_ISD, command) == "6A86"


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("00A4000C023F00", "6A82"),
        ("00A4000C022F10", "6A82"),
        ("00A4000C022F11", "6A82"),
        ("00A4020C022F10", "6A82"),
        ("00A4090C0200 0A", "6A86"),
        ("00A4090C04D392000A", "6A86"),
        ("00A4080C0200 0A", "6A86"),
        ("00A4010C02000A", "6A86"),
        ("00A4030C", "6A86"),
    ],
)
@pytest.mark.parametrize("select", [SELECT_JPKI, SELECT_ISD, SELECT_COMMON])
def test_no_path_leads_to_a_file(select, command, answer):
    """Only P1=02 selects an EF on this card, and there is no master file."""
    assert adult()(select, command) == answer


def test_selecting_the_same_application_again_leaves_no_file():
    """The next command for a current EF answers 6986."""
    assert adult()("00A4020C02000A", SELECT_JPKI, "00B0000000") == "6986"
