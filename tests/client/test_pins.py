"""No PIN try is lost by accident, and what a refusal costs is told as a number."""

import traceback

import pytest

from jpki.card.client import (
    CardError,
    JpkiSession,
    LastTryError,
    PinBlockedError,
    PinRuleError,
    TriesUnknownError,
    UnexpectedStatusError,
    WrongPinError,
)
from jpki.card.connection import ConnectionLostError
from jpki.profiles.kinds import Kind
from tests.client.scripted import ASK_TRIES, SELECT_AUTH_PIN, SELECT_SIGN_PIN, play

VERIFY_1234 = "0020008004 31323334"


@pytest.mark.parametrize(
    ("kind", "pin"),
    [
        pytest.param(Kind.AUTH, "123", id="three digits"),
        pytest.param(Kind.AUTH, "12345", id="five digits"),
        pytest.param(Kind.AUTH, "12a4", id="a letter"),
        pytest.param(Kind.AUTH, "１２３４", id="full-width digits"),
        pytest.param(Kind.AUTH, "", id="empty"),
        pytest.param(Kind.SIGN, "ABC12", id="five characters"),
        pytest.param(Kind.SIGN, "A" * 17, id="seventeen characters"),
        pytest.param(Kind.SIGN, "ABC-123", id="a hyphen"),
        pytest.param(Kind.SIGN, "ıbc123", id="a letter that folds into ASCII"),
    ],
)
def test_pin_that_cannot_be_right_is_not_sent(kind, pin):
    """A PIN that breaks the rule of its kind costs no exchange at all."""
    connection = play()
    session = JpkiSession(connection)

    with pytest.raises(PinRuleError):
        session.verify_pin(kind, pin)

    connection.assert_finished()


def test_letters_of_the_signing_password_are_made_capital():
    """The card compares bytes and knows capital letters only, so the client folds them."""
    connection = play(SELECT_SIGN_PIN, (ASK_TRIES, "63C5"), ("0020008006 414243313233", "9000"))

    JpkiSession(connection).verify_pin(Kind.SIGN, "abc123")

    connection.assert_finished()


def test_wrong_pin_says_how_many_tries_are_left():
    """63C1 becomes an error whose number is 1."""
    connection = play(SELECT_AUTH_PIN, (ASK_TRIES, "63C2"), (VERIFY_1234, "63C1"))
    session = JpkiSession(connection)

    with pytest.raises(WrongPinError) as caught:
        session.verify_pin(Kind.AUTH, "1234")

    assert caught.value.tries_left == 1
    assert session.verified == frozenset()


def test_wrong_pin_ends_an_earlier_success():
    """After a refused VERIFY the session no longer believes the PIN to be verified."""
    connection = play(
        *(SELECT_AUTH_PIN, (ASK_TRIES, "63C3"), (VERIFY_1234, "9000")),
        *(SELECT_AUTH_PIN, (ASK_TRIES, "63C3"), ("0020008004 39393939", "63C2")),
    )
    session = JpkiSession(connection)
    session.verify_pin(Kind.AUTH, "1234")

    with pytest.raises(WrongPinError):
        session.verify_pin(Kind.AUTH, "9999")

    assert session.verified == frozenset()


def test_last_try_is_not_spent_unasked():
    """With one try left nothing is sent, and the error says so."""
    connection = play(SELECT_AUTH_PIN, (ASK_TRIES, "63C1"))
    session = JpkiSession(connection)

    with pytest.raises(LastTryError) as caught:
        session.verify_pin(Kind.AUTH, "1234")

    assert caught.value.tries_left == 1
    connection.assert_finished()


def test_last_try_is_spent_when_allowed():
    """A caller who says `allow_last_try` gets the last try."""
    connection = play(SELECT_AUTH_PIN, (ASK_TRIES, "63C1"), (VERIFY_1234, "9000"))
    session = JpkiSession(connection)

    session.verify_pin(Kind.AUTH, "1234", allow_last_try=True)

    assert session.verified == {Kind.AUTH}
    connection.assert_finished()


def test_blocked_pin_is_not_sent():
    """63C0 to the question means blocked: presenting the PIN could not help."""
    connection = play(SELECT_AUTH_PIN, (ASK_TRIES, "63C0"))
    session = JpkiSession(connection)

    with pytest.raises(PinBlockedError):
        session.verify_pin(Kind.AUTH, "1234", allow_last_try=True)

    connection.assert_finished()


@pytest.mark.parametrize("status", ["6984", "6983", "63C0"])
def test_refusal_that_blocks_is_a_blocked_pin(status):
    """6984 (this card), 6983 (ISO's word) and 63C0 (the last wrong one) all mean blocked."""
    connection = play(SELECT_AUTH_PIN, (ASK_TRIES, "63C1"), (VERIFY_1234, status))
    session = JpkiSession(connection)

    with pytest.raises(PinBlockedError) as caught:
        session.verify_pin(Kind.AUTH, "1234", allow_last_try=True)

    assert caught.value.tries_left == 0


@pytest.mark.parametrize("status", ["6984", "6983", "63C0"])
def test_blocked_pin_has_no_tries_left(status):
    """Asked for its tries, a blocked PIN has 0, whichever word the card uses."""
    connection = play(SELECT_AUTH_PIN, (ASK_TRIES, status))

    assert JpkiSession(connection).tries_left(Kind.AUTH) == 0


@pytest.mark.parametrize("status", ["9000", "6300"])
def test_unknown_number_of_tries_counts_as_the_last(status):
    """A card that does not count for us could be at its last try: nothing is sent unasked."""
    connection = play(SELECT_AUTH_PIN, (ASK_TRIES, status))
    session = JpkiSession(connection)

    with pytest.raises(TriesUnknownError):
        session.verify_pin(Kind.AUTH, "1234")

    connection.assert_finished()


def test_unknown_number_of_tries_can_be_overruled():
    """`allow_last_try` covers the card that does not count for us."""
    connection = play(SELECT_AUTH_PIN, (ASK_TRIES, "9000"), (VERIFY_1234, "9000"))

    JpkiSession(connection).verify_pin(Kind.AUTH, "1234", allow_last_try=True)

    connection.assert_finished()


def test_question_for_tries_that_is_refused_stops_the_pin():
    """6700 to the question is neither a counter nor a reason to go on."""
    connection = play(SELECT_AUTH_PIN, (ASK_TRIES, "6700"))
    session = JpkiSession(connection)

    with pytest.raises(UnexpectedStatusError):
        session.verify_pin(Kind.AUTH, "1234", allow_last_try=True)

    connection.assert_finished()


def test_lost_answer_to_verify_is_not_repeated():
    """When no answer came the try may be spent: the PIN is not sent a second time."""
    connection = play(SELECT_AUTH_PIN, (ASK_TRIES, "63C3"), (VERIFY_1234, None))
    session = JpkiSession(connection)

    with pytest.raises(ConnectionLostError):
        session.verify_pin(Kind.AUTH, "1234")

    assert session.verified == frozenset()
    connection.assert_finished()


def test_pin_is_changed_after_the_old_one_was_verified():
    """VERIFY of the old PIN, then CHANGE REFERENCE DATA 01 80 with the new one alone."""
    connection = play(
        SELECT_AUTH_PIN,
        (ASK_TRIES, "63C3"),
        (VERIFY_1234, "9000"),
        ("0024018004 35363738", "9000"),
    )

    JpkiSession(connection).change_pin(Kind.AUTH, "1234", "5678")

    connection.assert_finished()


def test_new_pin_against_the_rule_costs_nothing():
    """The new PIN is checked before the old one is sent."""
    connection = play()
    session = JpkiSession(connection)

    with pytest.raises(PinRuleError):
        session.change_pin(Kind.AUTH, "1234", "56789")

    connection.assert_finished()


def test_refused_change_says_the_status():
    """A card that does not change PINs this way answers a status the caller can see."""
    connection = play(
        SELECT_AUTH_PIN,
        (ASK_TRIES, "63C3"),
        (VERIFY_1234, "9000"),
        ("0024018004 35363738", "6D00"),
    )
    session = JpkiSession(connection)

    with pytest.raises(UnexpectedStatusError) as caught:
        session.change_pin(Kind.AUTH, "1234", "5678")

    assert caught.value.status.value == 0x6D00
    assert caught.value.command == "CHANGE REFERENCE DATA"


@pytest.mark.parametrize(
    ("pin", "exchanges"),
    [
        pytest.param("SECRET-PW", [], id="against the rule"),
        pytest.param(
            "SECRETPW",
            [SELECT_SIGN_PIN, (ASK_TRIES, "63C2"), ("0020008008 5345435245545057", "63C1")],
            id="wrong",
        ),
        pytest.param(
            "SECRETPW",
            [SELECT_SIGN_PIN, (ASK_TRIES, "63C2"), ("0020008008 5345435245545057", "6F00")],
            id="unexpected",
        ),
        pytest.param("SECRETPW", [SELECT_SIGN_PIN, (ASK_TRIES, "63C1")], id="last try"),
    ],
)
def test_no_error_holds_a_pin(pin, exchanges):
    """Neither the text nor the fields nor the chain of an error contain the PIN."""
    session = JpkiSession(play(*exchanges))

    with pytest.raises(CardError) as caught:
        session.verify_pin(Kind.SIGN, pin)

    error = caught.value
    shown = "".join(traceback.format_exception_only(error)) + repr(vars(error)) + repr(error.args)
    assert "SECRET" not in shown
    assert "5345435245" not in shown
    assert error.__cause__ is None
