"""A trace said again: a card that answers as recorded is known from one that does not."""

from dataclasses import replace

import pytest

from cardsim.chip import ObjectId
from cardsim.mynumber import MemoryStore, assemble, in_memory_card
from cardsim.mynumber.applications import build_applications, initial_state
from cardsim.trace import Conversation, compare, replay
from tests.mynumber.talk import SELECT_JPKI, select_ef
from tests.support.cards import adult_image, certificate
from tests.support.plain_card import EchoCard
from tests.support.whole import whole_image
from tests.trace.talk import (
    AUTH_PIN,
    AUTH_TALK,
    DIGEST_INFO,
    SELECT_TEXT,
    WHOLE_TALK,
    Listened,
    verify,
)

CHANGE = "0024019804" + b"4321".hex()
SIGN = f"802A009733{DIGEST_INFO}00"


def heard(*commands):
    listened = Listened()
    listened(*commands)
    return listened.events


def knows_pins(image):
    state = initial_state(image)
    return lambda ap, ef: state.pins[ObjectId(ap.aid, ef)].value


def again(events, image=None, card=None):
    image = image or whole_image()
    return list(replay(events, card or in_memory_card(image), knows_pins(image)))


def numbers(results):
    return [each.number for each in results if not each.agrees]


def test_a_card_answers_again_as_it_did():
    """Every application, every PIN right and wrong, signatures: nothing is left out."""
    results = again(heard(*WHOLE_TALK))

    assert [(each.number, each.difference) for each in results if not each.agrees] == []


def test_what_is_said_again_makes_the_same_trace():
    """The replay itself, overheard, is the recorded conversation."""
    events = heard(*WHOLE_TALK)

    assert compare(events, [each.seen for each in again(events)]) == []


def test_a_changed_pin_is_presented_from_then_on():
    """The new value was hidden; another is made up, and remembered."""
    talk = [
        SELECT_JPKI,
        verify(0x98, AUTH_PIN),
        CHANGE,
        verify(0x98, AUTH_PIN),
        verify(0x98, "4321"),
    ]

    assert numbers(again(heard(*talk, SIGN))) == []


def test_a_change_that_was_refused_is_refused_again():
    """A value the rule of the PIN forbids is made up as one."""
    forbidden = "0024019804" + b"12 4".hex()

    assert numbers(again(heard(SELECT_JPKI, verify(0x98, AUTH_PIN), forbidden))) == []


def test_a_card_with_fewer_tries_left_is_noticed():
    """The answer to the wrong PIN is another one."""
    state = initial_state(whole_image())
    pin = ObjectId(bytes.fromhex("D392F000260100000001"), 0x18)
    used = state.with_pin(pin, replace(state.pins[pin], tries_left=2))
    card = assemble(whole_image(), build_applications(whole_image()), MemoryStore(used))

    results = again(heard(SELECT_JPKI, "00200098"), card=card)

    assert [each.difference for each in results][
        2
    ] == "status: 63C3 (tries left: 3), 63C2 (tries left: 2)"


def test_a_certificate_of_another_length_is_noticed():
    """Its bytes are not in the trace; its length is."""
    longer = replace(adult_image().auth, certificate=certificate("auth", 0x0700))
    image = replace(whole_image(), auth=longer)

    assert numbers(again(heard(SELECT_JPKI, "00B08A0004"), image)) == [3]


def test_another_card_is_noticed_at_its_atr():
    """Not even the first answer is the same, nor any after it."""
    results = again(heard(*AUTH_TALK), card=EchoCard())

    assert numbers(results) == list(range(2, len(results) + 1))


def test_a_session_key_cannot_be_delivered_again():
    """Only who made it could; the result says so and the rest is said."""
    deliver = "80AE0000000100" + "11" * 256

    results = again(heard(SELECT_TEXT, deliver, select_ef(0x04)))

    assert [(each.is_skipped, each.difference) for each in results][2] == (
        True,
        "only its sender can make its data",
    )
    assert results[3].agrees


def test_a_right_pin_that_nobody_knows_is_not_guessed():
    """A guess would cost a try."""
    card = in_memory_card(whole_image())

    results = list(replay(heard(SELECT_JPKI, verify(0x98, AUTH_PIN)), card, lambda _ap, _ef: None))

    assert results[2].difference == "the right PIN is not known"
    assert card.transmit(bytes.fromhex("00200098")) == b"\x63\xc3"


@pytest.mark.parametrize("pin", ["0000", "1111"])
def test_a_wrong_pin_is_wrong_again_whatever_the_right_one_is(pin):
    """The made-up value is never the right one."""
    image = replace(whole_image(), auth_pin=pin)

    assert numbers(again(heard(SELECT_JPKI, verify(0x98, "9999")), image)) == []


def test_a_log_that_begins_with_a_powered_card_powers_the_other():
    """Nobody said that power was given, so nothing is compared there."""
    talk = Conversation("card")
    select = talk.exchange(bytes.fromhex(SELECT_JPKI), b"\x90\x00")

    assert [each.agrees for each in again([select])] == [True]
