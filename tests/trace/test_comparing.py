"""Two traces side by side: where they part, and every status word that differs."""

import pytest

from cardsim.trace import Conversation, TooLongError, compare, explain
from cardsim.trace.comparing import MAX_EVENTS, Change
from tests.mynumber.talk import SELECT_JPKI, select_ef
from tests.trace.talk import AUTH_PIN, AUTH_TALK, Listened, verify

RIGHT, WRONG = verify(0x98, AUTH_PIN), verify(0x98, "9999")
READ_SIGN, SIGN = "00B0810004", "802A009733" + "30" * 51 + "00"


def heard(*commands):
    listened = Listened()
    listened(*commands)
    return listened.events


def test_a_conversation_is_the_same_as_itself():
    """Whatever the random numbers, the times and the signatures."""
    assert compare(heard(*AUTH_TALK), heard(*AUTH_TALK)) == []


def test_the_first_difference_is_explained_with_both_answers():
    """What was asked, what each answered, and who was proven then."""
    first = compare(heard(SELECT_JPKI, RIGHT, SIGN), heard(SELECT_JPKI, WRONG, SIGN))[0]

    assert explain(first) == [
        "events 3 and 3: VERIFY · JPKI 公的個人認証AP, EF 0018 AUTH_PIN 利用者証明用の暗証番号",
        "  first:  9000 success (正常終了) [verified: AUTH_PIN]",
        "  second: 63C2 2 tries left (残り2回)",
        "  status: 9000 (success), 63C2 (tries left: 2)",
    ]


def test_all_status_words_that_differ_are_found():
    """Also those that follow from the first."""
    found = compare(heard(SELECT_JPKI, RIGHT, SIGN), heard(SELECT_JPKI, WRONG, SIGN))

    assert [(each.first[0], each.is_status) for each in found] == [(3, True), (4, True)]


def test_commands_that_only_one_has_do_not_hide_the_rest():
    """The traces are put beside each other again behind an insertion."""
    found = compare(heard(SELECT_JPKI, SIGN), heard(SELECT_JPKI, select_ef(0x0A), READ_SIGN, SIGN))

    assert [each.change for each in found] == [Change.ONLY_SECOND, Change.ONLY_SECOND]
    assert explain(found[0])[0].startswith("only in the second, event 3: SELECT file")


def test_another_length_of_hidden_data_is_a_difference():
    """A certificate that grew: its bytes are hidden, its length is not."""
    command = bytes.fromhex("00B0000000")
    one, two = (
        [Conversation("card").exchange(command, bytes(length) + b"\x90\x00")] for length in (9, 8)
    )

    (found,) = compare(one, two)
    assert (found.why, found.is_status) == ("length of the data: 9, 8", False)


def test_a_missing_answer_is_a_difference():
    """The card was pulled in one of them."""
    command = bytes.fromhex("00B0000000")
    one, two = ([Conversation("card").exchange(command, a)] for a in (b"\x90\x00", None))

    (found,) = compare(one, two)
    assert found.why == "answer: one, none"


def test_another_atr_is_a_difference():
    """Another card, or another reader."""
    (one,) = Listened().events
    other = Conversation("card").power(one.what.kind, bytes.fromhex("3BC5FF8131FB458073C6010000"))

    (found,) = compare([other], [one])
    assert found.why == "ATR"


def test_a_card_may_be_called_otherwise():
    """A log knows no name of ours."""
    listened = Listened()
    listened(*AUTH_TALK)
    other = Conversation("card 7")
    renamed = [other.power(listened.events[0].what.kind, listened.events[0].what.atr)]
    renamed += [other.understood(event.what.exchange) for event in listened.events[1:]]

    assert compare(listened.events, renamed) == []


def test_a_trace_too_long_to_be_compared_is_refused():
    """Comparing takes the square of the length at worst."""
    event = Conversation("card").exchange(b"\x00\xb0\x00\x00\x00", b"\x90\x00")

    with pytest.raises(TooLongError):
        compare([event] * (MAX_EVENTS + 1), [])
