"""Versions, contexts and handles: what belongs to whom."""

import pytest

from cardsim.readers.pcsc.codes import Command, Protocols, ReturnCode, Share
from cardsim.readers.pcsc.policy import Limits
from cardsim.readers.pcsc.protocol import Version
from cardsim.readers.pcsc.server import TooManyClientsError
from tests.support.pcsc import ANY, READER, Desk, Program, desk_with_card


@pytest.mark.parametrize("minor", [4, 5, 6])
def test_the_version_a_client_states_is_the_one_spoken(minor):
    """4:4, 4:5 and 4:6 are all served; the answer repeats the client's version."""
    program = Program(Desk())

    answer = program.ask(Command.VERSION, 4, minor)

    assert answer == Version(4, minor, ReturnCode.SUCCESS)


@pytest.mark.parametrize("stated", [(4, 3), (4, 7), (3, 4), (5, 4), (-1, -1)])
def test_another_version_is_told_ours(stated):
    """A newer client reads the answer and states our version next; an older one gives up."""
    program = Program(Desk())

    refused = program.ask(Command.VERSION, *stated)
    again = program.ask(Command.VERSION, refused.major, refused.minor)

    assert refused == Version(4, 6, ReturnCode.SERVICE_STOPPED)
    assert again == Version(4, 6, ReturnCode.SUCCESS)


@pytest.mark.parametrize("scope", [0, 1, 2, 3])
def test_a_context_can_have_each_scope_there_is(scope):
    """User, terminal, system, global: they make no difference."""
    program = Program(Desk())

    answer = program.ask(Command.ESTABLISH_CONTEXT, scope)

    assert answer.rv == ReturnCode.SUCCESS
    assert answer.context


def test_a_scope_that_does_not_exist_is_refused():
    """pcsc-lite: SCARD_E_INVALID_VALUE."""
    program = Program(Desk())

    answer = program.ask(Command.ESTABLISH_CONTEXT, 4)

    assert answer.rv == ReturnCode.INVALID_VALUE


def test_a_released_context_is_gone_with_its_handles():
    """After SCardReleaseContext neither can be used, and the reader is free."""
    desk, _, _ = desk_with_card()
    program = desk.program()
    card = program.card()

    released = program.ask(Command.RELEASE_CONTEXT, program.context)

    assert released.rv == ReturnCode.SUCCESS
    assert program.status(card) is ReturnCode.INVALID_HANDLE
    assert program.connect().rv == ReturnCode.INVALID_HANDLE
    assert program.state().sharing == 0


def test_only_its_client_can_release_a_context():
    """A number seen elsewhere is worth nothing."""
    desk, _, _ = desk_with_card()
    owner, other = desk.program(), desk.program()

    refused = other.ask(Command.RELEASE_CONTEXT, owner.context)

    assert refused.rv == ReturnCode.INVALID_HANDLE
    assert owner.connect().rv == ReturnCode.SUCCESS


def test_only_its_client_can_connect_in_a_context():
    """A context of another client is not a context."""
    desk, _, _ = desk_with_card()
    owner, other = desk.program(), desk.program()
    other.context = owner.context

    answer = other.connect()

    assert answer.rv == ReturnCode.INVALID_HANDLE
    assert answer.card == 0


def test_a_client_without_a_context_cannot_connect():
    """The context comes first."""
    desk, _, _ = desk_with_card()
    program = Program(desk)

    answer = program.connect()

    assert answer.rv == ReturnCode.INVALID_HANDLE


@pytest.mark.parametrize(
    ("command", "values"),
    [
        (Command.RECONNECT, (Share.SHARED, ANY)),
        (Command.DISCONNECT, ()),
        (Command.BEGIN_TRANSACTION, ()),
        (Command.END_TRANSACTION, ()),
        (Command.TRANSMIT, (Protocols.T1,)),
        (Command.CONTROL, ()),
        (Command.STATUS, ()),
        (Command.GET_ATTRIB, ()),
        (Command.SET_ATTRIB, ()),
    ],
)
def test_a_handle_of_another_client_is_invalid(command, values):
    """No request can use it, and its owner does not notice."""
    desk, _, card = desk_with_card()
    owner, other = desk.program(), desk.program()
    handle = owner.card()
    other.card()
    before = list(card.diary)

    answer = other.ask(command, handle, *values)

    assert answer.rv == ReturnCode.INVALID_HANDLE
    assert card.diary == before
    assert owner.status(handle) is ReturnCode.SUCCESS


def test_a_dead_client_leaves_nothing_behind():
    """Its handles and its context end with the connection."""
    desk, _, _ = desk_with_card()
    dead, alive = desk.program(), desk.program()
    dead.card()

    dead.leave()

    assert alive.state().sharing == 0
    assert alive.ask(Command.CANCEL, dead.context).rv == ReturnCode.INVALID_HANDLE


def test_a_second_context_on_a_connection_replaces_the_first():
    """The library asks again when it knows the number already."""
    program = Desk().program()
    first = program.context

    second = program.ask(Command.ESTABLISH_CONTEXT, 2).context

    assert second != first
    assert program.ask(Command.RELEASE_CONTEXT, first).rv == ReturnCode.INVALID_HANDLE
    assert program.ask(Command.RELEASE_CONTEXT, second).rv == ReturnCode.SUCCESS


def test_the_service_takes_so_many_clients_and_no_more():
    """The limit is pcsc-lite's by default (200 contexts)."""
    desk = Desk(limits=Limits(clients=2))
    first = desk.program()
    desk.program()

    with pytest.raises(TooManyClientsError):
        desk.program()

    first.leave()
    assert desk.program().context


def test_a_client_has_so_many_handles_and_no_more():
    """One client cannot use up the service."""
    desk, _, _ = desk_with_card(limits=Limits(handles_per_client=2))
    program = desk.program()
    card = program.card()
    program.card()

    refused = program.connect()

    assert refused.rv == ReturnCode.NO_MEMORY
    assert program.disconnect(card) is ReturnCode.SUCCESS
    assert program.connect().rv == ReturnCode.SUCCESS


def test_a_reader_has_so_many_handles_and_no_more():
    """Nor can many clients use up one reader."""
    desk, _, _ = desk_with_card(limits=Limits(handles_per_reader=1))
    desk.program().card()

    refused = desk.program().connect()

    assert refused.rv == ReturnCode.NO_MEMORY


def test_a_reader_that_is_not_there_is_unknown():
    """SCARD_E_UNKNOWN_READER, whatever else is asked."""
    desk, _, _ = desk_with_card()

    answer = desk.program().connect(reader="Another reader")

    assert answer.rv == ReturnCode.UNKNOWN_READER


def test_a_reader_name_may_fill_its_field():
    """127 bytes of UTF-8 are a name; the field has one more for NUL."""
    name = "読" * 42 + "R"
    desk = Desk()
    desk.reader(name)

    answer = desk.program().connect(reader=name, share=Share.DIRECT)

    assert answer.rv == ReturnCode.SUCCESS
    assert desk.program().state().name == name.encode()


def test_a_name_that_fills_the_field_without_nul_is_unknown():
    """A client may leave the NUL out; no reader has such a name."""
    desk, _, _ = desk_with_card()

    answer = desk.program().connect(reader=READER.ljust(128, "X"))

    assert answer.rv == ReturnCode.UNKNOWN_READER
