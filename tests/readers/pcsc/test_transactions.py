"""Transactions: one has the card to himself, the others get it in the order they asked."""

import pytest

from cardsim.readers.pcsc.codes import Command, Disposition, ReturnCode, Share
from cardsim.readers.pcsc.transactions import PARK_SECONDS, RESERVE_SECONDS
from tests.support.pcsc import READER, desk_with_card
from tests.support.plain_card import EchoCard

OK = ReturnCode.SUCCESS
BUSY = ReturnCode.SHARING_VIOLATION


def three():
    """Give a desk with three programs, each with a handle on the same card."""
    desk, slot, card = desk_with_card()
    programs = [desk.program() for _ in range(3)]
    return desk, slot, card, [(program, program.card()) for program in programs]


def test_the_others_wait_for_the_end_of_a_transaction():
    """A second transaction begins when the first has ended, without being asked again."""
    _, _, _, ((one, first), (two, second), _) = three()

    assert one.begin(first) is OK
    assert two.begin(second) is None
    assert one.end(first) is OK
    assert two.begun() is OK


def test_who_asked_first_gets_the_card_first():
    """In order, and the one that just had it goes to the end of the queue."""
    _, _, _, ((one, first), (two, second), (three_, third)) = three()
    one.begin(first)
    two.begin(second)
    three_.begin(third)

    one.end(first)
    assert one.begin(first) is None
    assert (two.begun(), three_.begun()) == (OK, None)
    two.end(second)
    assert (three_.begun(), one.begun()) == (OK, None)
    three_.end(third)
    assert one.begun() is OK


@pytest.mark.parametrize(
    ("command", "values"),
    [
        (Command.STATUS, ()),
        (Command.CONTROL, ()),
        (Command.GET_ATTRIB, ()),
        (Command.RECONNECT, (Share.SHARED, 3)),
    ],
)
def test_whatever_needs_the_card_waits_too(command, values):
    """Not only transactions: other requests come between two of them."""
    _, _, _, ((one, first), (two, second), _) = three()
    one.begin(first)

    two.send(command, second, *values)
    assert two.read() == b""
    one.end(first)

    assert two.answer(command).card == second


def test_a_command_of_another_program_does_not_reach_the_card_meanwhile():
    """It is answered when the transaction is over."""
    _, _, card, ((one, first), (two, second), _) = three()
    one.begin(first)

    two.send_transmit(second, b"\x00\xa4\x00\x02")
    one.transmit(first, b"\x00\xa4\x00\x01")
    heard_within = list(card.diary)
    one.end(first)

    assert heard_within == ["power on", "00a40001"]
    assert two.answer(Command.TRANSMIT).rv == OK
    assert card.diary == ["power on", "00a40001", "00a40002"]


def test_nobody_connects_during_a_transaction():
    """SCardConnect waits as long as it takes: libraries do not repeat it."""
    desk, _, _, ((one, first), _, _) = three()
    newcomer = desk.program()
    one.begin(first)

    newcomer.send(Command.CONNECT, newcomer.context, READER.encode(), Share.SHARED, 3)
    desk.advance(10 * PARK_SECONDS)
    assert newcomer.read() == b""
    one.end(first)

    assert newcomer.answer(Command.CONNECT).rv == OK


def test_nobody_resets_the_card_during_a_transaction():
    """SCardDisconnect with a reset waits; leaving the card does not disturb and does not wait."""
    _, _, card, ((one, first), (two, second), (three_, third)) = three()
    one.begin(first)

    assert two.disconnect(second, Disposition.LEAVE) is OK
    three_.send(Command.DISCONNECT, third, Disposition.RESET)
    assert three_.read() == b""
    assert card.diary == ["power on"]
    one.end(first)

    assert three_.answer(Command.DISCONNECT).rv == OK
    assert card.diary == ["power on", "warm reset"]


def test_a_transaction_within_a_transaction_ends_as_often_as_it_began():
    """They are counted."""
    _, _, _, ((one, first), (two, second), _) = three()
    one.begin(first)
    one.begin(first)
    two.begin(second)

    assert one.end(first) is OK
    assert two.begun() is None
    assert one.end(first) is OK
    assert two.begun() is OK


def test_what_was_not_begun_cannot_be_ended():
    """SCARD_E_NOT_TRANSACTED when there is none, SHARING_VIOLATION when it is another's."""
    _, _, _, ((one, first), (two, second), _) = three()

    assert one.end(first) is ReturnCode.NOT_TRANSACTED
    two.begin(second)
    assert one.end(first) is BUSY


def test_an_exclusive_connection_has_no_transaction_of_its_own():
    """It can begin and end one, and nothing more."""
    desk, _, _ = desk_with_card()
    program = desk.program()
    card = program.card(share=Share.EXCLUSIVE)

    assert program.end(card) is ReturnCode.NOT_TRANSACTED
    assert program.begin(card) is OK
    assert program.end(card) is OK
    assert program.end(card) is ReturnCode.NOT_TRANSACTED


def test_a_transaction_ends_with_its_owner():
    """The card is reset, so that the others learn of it and begin anew.

    What it remembers is its own affair: a My Number card keeps verified PINs (test_card_state).
    """
    _, _, card, ((one, first), (two, second), _) = three()
    one.begin(first)
    two.begin(second)

    one.leave()

    assert card.diary == ["power on", "warm reset"]
    assert two.begun() is ReturnCode.RESET_CARD
    assert two.reconnect(second) is OK
    assert two.begin(second) is OK


def test_a_transaction_ends_with_its_context():
    """Releasing the context is as good as dying."""
    _, _, card, ((one, first), (two, second), _) = three()
    one.begin(first)
    two.send(Command.STATUS, second)

    one.ask(Command.RELEASE_CONTEXT, one.context)

    assert "warm reset" in card.diary
    assert two.answer(Command.STATUS).rv == ReturnCode.RESET_CARD


def test_a_transaction_ends_with_its_handle():
    """Disconnecting says itself what becomes of the card."""
    _, _, card, ((one, first), (two, second), _) = three()
    one.begin(first)
    two.begin(second)

    one.disconnect(first, Disposition.LEAVE)

    assert two.begun() is OK
    assert card.diary == ["power on"]


def test_a_program_that_dies_without_a_transaction_leaves_the_card():
    """Others go on undisturbed."""
    _, _, card, ((one, _), (two, second), _) = three()

    one.leave()

    assert two.status(second) is OK
    assert card.diary == ["power on"]


def test_a_program_that_dies_while_it_waits_is_not_waited_for():
    """Its place in the queue is gone."""
    _, _, _, ((one, first), (two, second), (three_, third)) = three()
    one.begin(first)
    two.begin(second)
    three_.begin(third)

    two.leave()
    one.end(first)

    assert three_.begun() is OK


@pytest.mark.parametrize(
    ("how", "felt", "event"),
    [
        (Disposition.RESET, ["warm reset"], ReturnCode.RESET_CARD),
        (Disposition.UNPOWER, ["power off", "power on"], ReturnCode.RESET_CARD),
        (Disposition.EJECT, ["power off"], ReturnCode.REMOVED_CARD),
    ],
)
def test_ending_a_transaction_does_to_the_card_what_it_says(how, felt, event):
    """And every handle learns of it, the owner's included, as with pcsc-lite."""
    _, _, card, ((one, first), (two, second), _) = three()
    one.begin(first)
    card.diary.clear()

    assert one.end(first, how) is OK

    assert card.diary == felt
    assert one.status(first) is event
    assert two.status(second) is event


def test_a_transaction_survives_a_reconnect():
    """pcsc-lite keeps it (and says so among its differences from Windows)."""
    _, _, _, ((one, first), (two, second), _) = three()
    one.begin(first)

    one.reconnect(first, Disposition.RESET)
    two.send(Command.RECONNECT, second, Share.SHARED, 3)

    assert two.read() == b""
    assert one.end(first) is OK
    assert two.answer(Command.RECONNECT).rv == OK


def test_a_removed_card_ends_the_transaction():
    """Those who wait learn what happened; the next card belongs to nobody."""
    _, slot, _, ((one, first), (two, second), (three_, third)) = three()
    one.begin(first)
    two.begin(second)

    slot.eject()
    slot.insert(EchoCard())

    assert two.begun() is ReturnCode.REMOVED_CARD
    assert one.end(first) is ReturnCode.REMOVED_CARD
    assert three_.reconnect(third) is OK
    assert three_.begin(third) is OK


# --- waiting does not last for ever, and does not stand in its own way


def test_a_waiting_request_is_sent_away_after_a_while():
    """The library then comes again; meanwhile other threads of its program can use the context."""
    desk, _, _, ((one, first), (two, second), _) = three()
    one.begin(first)
    two.begin(second)

    desk.advance(PARK_SECONDS)

    assert two.begun() is BUSY


def test_a_program_that_was_sent_away_keeps_its_place():
    """While it sleeps the card is kept for it, so that no later one goes first."""
    desk, _, _, ((one, first), (two, second), (three_, third)) = three()
    one.begin(first)
    two.begin(second)
    desk.advance(PARK_SECONDS / 2)
    three_.begin(third)
    desk.advance(PARK_SECONDS / 2)
    assert two.begun() is BUSY

    one.end(first)

    assert three_.begun() is None
    assert two.begin(second) is OK
    two.end(second)
    assert three_.begun() is OK


def test_a_newcomer_does_not_begin_where_a_place_is_kept():
    """The card is free, and still not his: another was sent away and will come for it."""
    desk, _, _, ((one, first), (two, second), (three_, third)) = three()
    one.begin(first)
    two.begin(second)
    desk.advance(PARK_SECONDS)
    assert two.begun() is BUSY
    one.end(first)

    assert three_.begin(third) is None
    assert two.begin(second) is OK
    two.end(second)
    assert three_.begun() is OK


def test_a_place_is_not_kept_for_ever():
    """Who does not come back is not waited for."""
    desk, _, _, ((one, first), (two, second), (three_, third)) = three()
    one.begin(first)
    two.begin(second)
    desk.advance(PARK_SECONDS / 2)
    three_.begin(third)
    desk.advance(PARK_SECONDS / 2)
    one.end(first)
    assert three_.begun() is None

    desk.advance(RESERVE_SECONDS)

    assert three_.begun() is OK


def test_a_single_command_may_pass_while_a_place_is_kept():
    """It takes no time from the one who is waited for."""
    desk, _, _, ((one, first), (two, second), (three_, third)) = three()
    one.begin(first)
    two.begin(second)
    desk.advance(PARK_SECONDS)
    two.begun()
    one.end(first)

    assert three_.transmit(third) is OK
    assert two.begin(second) is OK


def test_two_handles_of_one_program_do_not_lock_each_other_out():
    """A request of a second thread is sent away: while it waited, the first could not end."""
    desk, _, _ = desk_with_card()
    program = desk.program()
    first, second = program.card(), program.card()
    program.begin(first)

    assert program.begin(second) is BUSY
    assert program.transmit(second) is BUSY
    assert program.disconnect(second, Disposition.RESET) is BUSY
    assert program.connect().rv == OK
    assert program.end(first) is OK
    assert program.begin(second) is OK


def test_two_programs_that_wait_for_each_other_do_not_wait_for_ever():
    """Each has one card and wants the other's: the second to ask is sent away at once."""
    desk, _, _ = desk_with_card()
    desk.reader("Second reader", card=EchoCard())
    one, two = desk.program(), desk.program()
    one_a, one_b = one.card(), one.card(reader="Second reader")
    two_a, two_b = two.card(), two.card(reader="Second reader")
    one.begin(one_a)
    two.begin(two_b)

    assert one.begin(one_b) is None
    assert two.begin(two_a) is BUSY
    assert two.connect().rv == OK
    assert two.end(two_b) is OK
    assert one.begun() is OK


def test_a_client_that_waits_is_asked_nothing_more():
    """What it sends meanwhile is answered afterwards, in order."""
    _, _, _, ((one, first), (two, second), _) = three()
    one.begin(first)
    two.begin(second)
    two.send(Command.STATUS, second)

    one.end(first)

    assert two.begun() is OK
    assert two.answer(Command.STATUS).rv == OK


def test_a_reader_that_is_pulled_out_ends_all_waiting():
    """Those who wait learn that it is gone."""
    desk, _, _, ((one, first), (two, second), _) = three()
    newcomer = desk.program()
    one.begin(first)
    two.begin(second)
    newcomer.send(Command.CONNECT, newcomer.context, READER.encode(), Share.SHARED, 3)

    desk.server.remove_reader(READER)

    assert two.begun() is ReturnCode.READER_UNAVAILABLE
    assert newcomer.answer(Command.CONNECT).rv == ReturnCode.UNKNOWN_READER
    assert one.end(first) is ReturnCode.READER_UNAVAILABLE
    assert one.disconnect(first, Disposition.RESET) is OK
