"""Names and states are found from the bytes alone, and are those the card has."""

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cardsim.mynumber import MemoryStore, assemble
from cardsim.mynumber.applications import build_applications, initial_state
from cardsim.mynumber.commands import INSTRUCTIONS
from cardsim.trace import Conversation, Naming, RecordedCard
from cardsim.trace.vocabulary import file_name, instruction_name
from jpki.card.layout import Ap, PinKind
from tests.mynumber.talk import SELECT_ISD, SELECT_JPKI, select_ef
from tests.support.whole import TEXT_PIN, whole_image
from tests.trace.talk import (
    AUTH_PIN,
    MOMENT,
    READ,
    SELECT_JUKI,
    SELECT_TEXT,
    SIGN_PIN,
    WHOLE_TALK,
    Listened,
    verify,
)

AMBIGUOUS = "00A4040C08D392100031000101"
KNOWN = [
    *WHOLE_TALK,
    SELECT_JPKI,
    SELECT_ISD,
    SELECT_TEXT,
    SELECT_JUKI,
    "00A4040C",
    "00A40000",
    "00A4000C023F00",
    "00A4020C02FFFF",
    *(select_ef(ef) for ef in (0x01, 0x02, 0x11, 0x16, 0x18, 0x1C)),
    verify(0x80, "1"),
    verify(0x98, "0000"),
    verify(0x98, AUTH_PIN),
    verify(0x9B, SIGN_PIN),
    verify(0x91, TEXT_PIN),
    "0020009800",
    "00B08A0004",
    "00B2010C00",
    "08B00000059603000010",
    "80A206C1",
    "8082009601FF",
    "01A4040C0AD392F000260100000001",
    "0CA4040C0AD392F000260100000001",
    "00",
]
"""Commands after which a card may be in another state; every PIN may be right or wrong."""


@cache
def applications():
    return build_applications(whole_image())


def fresh():
    store = MemoryStore(initial_state(whole_image()))
    return assemble(whole_image(), applications(), store, raise_unexpected=True)


@settings(max_examples=150)
@given(
    st.lists(
        st.sampled_from(KNOWN).map(bytes.fromhex)
        | st.binary(max_size=12)
        | st.tuples(st.sampled_from([0, 8, 0x80]), st.sampled_from([i for _, i in INSTRUCTIONS]))
        .flatmap(lambda kind: st.binary(max_size=6).map(lambda rest: bytes(kind) + rest)),
        max_size=25,
    )
)  # fmt: skip
def test_the_state_told_is_the_state_of_the_card(commands):
    """Application, file, proofs and channel, after every command, whatever was sent."""
    card = fresh()
    heard, naming = [], Naming()
    overheard = RecordedCard(card, heard.append, clock=lambda: MOMENT)
    overheard.power_on()
    for command in commands:
        overheard.transmit(command)
        after, session = [naming.event(each) for each in heard][-1].what.after, card.session
        heard.clear()
        channel = "none" if session.channel is None else "open"
        channel = "broken" if session.channel and session.channel.broken else channel
        if after.ap is None:
            # The beginning of a name that several have: the card chose one, nobody said which.
            overheard.transmit(bytes.fromhex(SELECT_ISD))
            continue
        told = (after.ap.aid, after.ef, set(after.verified), after.channel)
        assert told == (session.application.aid, session.current_ef, session.verified, channel)


@pytest.mark.parametrize(("cla", "ins"), INSTRUCTIONS)
def test_each_instruction_of_the_card_has_its_name(cla, ins):
    """Card and trace call a command the same."""
    assert instruction_name(cla, ins) == INSTRUCTIONS[cla, ins].name


@pytest.mark.parametrize("ap", [ap for ap in Ap if ap is not Ap.ISD])
def test_each_file_of_the_card_has_a_name(ap):
    """No EF of ours is a bare number."""
    (application,) = (a for a in applications() if a.aid == ap.aid)

    assert [ef for ef in application.files if file_name(ap, ef) is None] == []


def test_a_pin_is_told_with_its_kind_and_the_tries_left():
    """What a developer looks for first."""
    listened = Listened()

    step = listened(SELECT_JPKI, select_ef(0x18), verify(0x80, "9999"))

    assert (step.name, step.pin, step.outcome) == ("VERIFY", PinKind.AUTH, "2 tries left")
    assert (step.outcome_japanese, step.file.japanese) == ("残り2回", "利用者証明用の暗証番号")


def test_one_try_is_told_in_the_singular():
    """As everywhere else in what people read."""
    listened = Listened()

    step = listened(SELECT_JPKI, *[verify(0x98, "9999")] * 2)

    assert (step.outcome, step.outcome_japanese) == ("1 try left", "残り1回")


def test_a_blocked_pin_is_told_as_such():
    """Both the last wrong try and what comes after it."""
    listened = Listened()

    last = listened(SELECT_JPKI, *[verify(0x98, "9999")] * 3)
    after = listened(verify(0x98, AUTH_PIN))

    assert (last.outcome, last.outcome_japanese) == ("blocked: no tries left", "閉塞 (残り0回)")
    assert after.outcome_japanese == "閉塞"


def test_a_signature_is_told_by_key_and_kind_of_data():
    """Not what is signed, but with which key and how."""
    listened = Listened()

    step = listened(
        SELECT_JPKI, verify(0x98, AUTH_PIN), select_ef(0x17), "802A008033" + "30" * 51 + "00"
    )

    assert (step.file.name, step.outcome) == ("AUTH_KEY", "success")
    assert step.detail == "RAW, 51 bytes as a DigestInfo of SHA256 has"


def test_secure_messaging_ends_when_a_message_is_wrong():
    """An open channel that hears a wrong message is broken, and said to be."""
    listened = Listened()
    listened(SELECT_TEXT, verify(0x91, TEXT_PIN))
    talk = Conversation("card", listened.events[-1].what.after)
    opened = talk.exchange(bytes.fromhex("80AE0000000100" + "11" * 256), b"\x90\x00")
    broken = talk.exchange(bytes.fromhex("0820009101FF"), b"\x69\x88")

    assert (opened.what.after.channel, broken.what.after.channel) == ("open", "broken")


def test_a_log_that_begins_in_the_middle_claims_nothing():
    """Until an application is selected nobody knows which file is meant."""
    step = Conversation("card").exchange(bytes.fromhex(READ), b"\x01\x90\x00").what

    assert (step.ap, step.ef, step.after.proven) == (None, None, [])


def test_a_name_that_several_applications_begin_with_is_not_guessed():
    """The card chooses; the bytes do not say which."""
    step = Listened()(AMBIGUOUS)

    assert (step.outcome, step.ap, step.after.ap) == ("success", None, None)
