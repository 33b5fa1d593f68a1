"""Cards that differ from the usual one: a licence on them, an older chip, another reset answer."""

from dataclasses import replace
from datetime import date

import pytest

from cardsim.mynumber import load_image
from cardsim.readers.inprocess import connect
from cardsim.world import OrderRefusedError
from cardsim.world.draw import Draw
from cardsim.world.licensing import licence_data
from jpki.card.client import (
    ApplicationMissingError,
    JpkiSession,
    LicenceSession,
    SecurityStatusError,
    TextSession,
)
from jpki.card.layout import AtrFamily, PinKind, TokenKind
from jpki.people import BirthDate
from jpki.profiles.kinds import Kind

UPPER, LOWER = bytes.fromhex("00CA00F8000000"), bytes.fromhex("00CA7F21000000")
"""GET DATA of the two CV certificates of the MF level (card reference §3.7)."""


def connection(world, name):
    return connect(world.open_card(name))


def test_a_licence_is_on_the_card_only_when_it_was_asked_for(world):
    """Most cards have none: its application cannot be selected there."""
    world.issue_card("hanako", name="driver", licence=True)

    with pytest.raises(ApplicationMissingError):
        LicenceSession(connection(world, "hanako"))
    assert LicenceSession(connection(world, "driver")).pin_is_set()


def test_the_licence_is_read_with_its_pin(world):
    """1234 as the other PINs; the number is nobody's, for no 公安委員会 has the code 00."""
    world.issue_card("hanako", name="driver", licence=True)
    session = LicenceSession(connection(world, "driver"))
    with pytest.raises(SecurityStatusError):
        session.data()

    session.verify(PinKind.LICENCE, "1234")

    found = session.data()
    assert (len(found.number), found.number[:2]) == (12, "00")
    assert found.issued == date(2026, 11, 23)


def test_a_licence_without_a_pin_is_free(world):
    """The flag file says so, and the data need nothing."""
    world.issue_card("hanako", name="driver", licence=True, without_pins=True)
    session = LicenceSession(connection(world, "driver"))

    assert (session.pin_is_set(), session.data().number[:2]) == (False, "00")


def test_nobody_too_young_to_drive_gets_a_licence(world):
    """And nothing is issued: jiro's certificates stay as they were."""
    before = len(world.certificates_of("jiro", Kind.AUTH))

    with pytest.raises(
        OrderRefusedError, match="jiro is not known to be 18, the least age for 普通免許"
    ):
        world.issue_card("jiro", licence=True)
    assert len(world.certificates_of("jiro", Kind.AUTH)) == before


@pytest.mark.parametrize("variant", ["licence", "long_form", "older"])
def test_a_phone_has_no_such_variant(world, variant):
    """What would be left out in silence is refused."""
    with pytest.raises(OrderRefusedError, match="公的個人認証AP only"):
        world.issue_card("hanako", token=TokenKind.IPHONE, **{variant: True})


@pytest.mark.parametrize("token", [TokenKind.ANDROID, TokenKind.IPHONE])
def test_a_phone_is_met_without_contacts(world, token):
    """Unasked it shows a contactless answer to reset, and another one when asked."""
    world.issue_card("hanako", name="usual", token=token)
    world.issue_card("hanako", name="asked", token=token, atr=AtrFamily.TYPE_B_05E0)

    assert connection(world, "usual").atr == AtrFamily.TYPE_B_41E0.atr
    assert connection(world, "asked").atr == AtrFamily.TYPE_B_05E0.atr


@pytest.mark.parametrize("family", [each for each in AtrFamily if not each.is_contactless])
def test_a_phone_has_no_contacts(world, family):
    """Such an answer to reset is refused, and nothing is issued."""
    before = len(world.certificates_of("hanako", Kind.AUTH))

    with pytest.raises(OrderRefusedError, match=f"no contacts.*{family.label}"):
        world.issue_card("hanako", token=TokenKind.ANDROID, atr=family)
    assert len(world.certificates_of("hanako", Kind.AUTH)) == before


def test_a_phone_always_has_pins(world):
    """顔認証マイナンバーカード are of plastic."""
    with pytest.raises(OrderRefusedError, match="a phone always has PINs"):
        world.issue_card("hanako", token=TokenKind.IPHONE, without_pins=True)


@pytest.mark.parametrize(
    ("issued", "ends"),
    [
        (date(2026, 11, 23), date(2031, 3, 28)),
        (date(2027, 1, 30), date(2031, 3, 28)),
        (date(2023, 2, 28), date(2028, 3, 29)),
    ],
)
def test_a_licence_ends_a_month_after_the_fifth_birthday(world, issued, ends):
    """Somebody born on 29 February has a birthday on the 28th in most years."""
    born = BirthDate.of(date(1992, 2, 29))
    citizen = world.citizen("hanako")
    leap = replace(citizen, person=replace(citizen.person, birth_date=born))

    assert licence_data(leap, issued=issued, draw=Draw(1), label="x").expires == ends


def test_the_long_form_is_read_as_the_short_one(world):
    """FF20 82 hh ll instead of the shortest length, as some cards write it."""
    world.issue_card("hanako", name="long", long_form=True)

    short, long = (load_image(world.card(name).directory) for name in ("hanako", "long"))
    sessions = [TextSession(connection(world, name)) for name in ("hanako", "long")]
    for session in sessions:
        session.verify(PinKind.TEXT, "1234")

    assert (short.text.files[2][2] < 0x82, long.text.files[2][:3]) == (True, b"\xff\x20\x82")
    assert sessions[0].attributes() == sessions[1].attributes()


def test_an_older_card_lacks_the_lower_certificate_only(world):
    """GET DATA 7F21 answers 6A88; the upper one is there on both."""
    world.issue_card("hanako", name="older", older=True)

    answers = {}
    for name in ("hanako", "older"):
        card = connection(world, name)
        answers[name] = [card.transmit(command)[-2:].hex() for command in (UPPER, LOWER)]

    assert answers == {"hanako": ["9000", "9000"], "older": ["9000", "6a88"]}


@pytest.mark.parametrize("family", AtrFamily)
def test_every_answer_to_reset_can_be_had(world, family):
    """Contact and contactless; the card behind it is the same."""
    world.issue_card("hanako", name="other", atr=family)

    card = connection(world, "other")

    assert card.atr == family.atr
    assert JpkiSession(card).tries_left(Kind.AUTH) == 3
