"""Cards and readers come and go while programs hold handles or wait for it."""

import pytest

from cardsim.readers.pcsc.codes import (
    PNP_READER,
    Command,
    Disposition,
    Protocols,
    ReaderFlags,
    ReturnCode,
    Share,
)
from cardsim.readers.pcsc.places import TooManyReadersError
from cardsim.readers.pcsc.policy import Limits
from cardsim.readers.pcsc.protocol import READER_COUNT, READER_EVENTS, READER_STATE
from cardsim.readers.pcsc.readers import ReaderNameError
from cardsim.readers.slot import Slot
from tests.support.pcsc import READER, Desk, Program, desk_with_card, parse_states
from tests.support.plain_card import ATR, EchoCard

OK = ReturnCode.SUCCESS
PRESENT = ReaderFlags.PRESENT | ReaderFlags.POWERED | ReaderFlags.NEGOTIABLE


class MuteCard(EchoCard):
    """Does not answer to reset."""

    def power_on(self) -> bytes:
        return b""


# --- what is published


def test_an_empty_reader_is_published_as_empty():
    """Name, absent, no ATR, no protocol."""
    desk = Desk()
    desk.reader()

    state = desk.program().state()

    assert (state.name, state.state) == (READER.encode(), ReaderFlags.ABSENT)
    assert (state.atr, state.protocol, state.sharing, state.events) == (b"", 0, 0, 0)


def test_a_card_is_published_with_its_atr():
    """Present, powered and ready to negotiate, as pcsc-lite has it."""
    desk, _, _ = desk_with_card()

    state = desk.program().state()

    assert (state.state, state.atr) == (PRESENT, ATR)


def test_a_mute_card_is_published_as_swallowed():
    """Programs see SCARD_STATE_MUTE."""
    desk = Desk()
    desk.reader(card=MuteCard())

    state = desk.program().state()

    assert (state.state, state.atr) == (ReaderFlags.PRESENT | ReaderFlags.SWALLOWED, b"")


def test_an_atr_longer_than_there_can_be_is_cut():
    """The library copies as many bytes as it is told into a field of 33."""
    desk, card = Desk(), EchoCard()
    card.power_on = lambda: bytes(40)
    desk.reader(card=card)
    program = desk.program()

    state = program.state()

    assert (state.atr_length, state.atr) == (33, bytes(33))


def test_each_card_event_counts():
    """SCardGetStatusChange finds the counter in the upper half of the state."""
    desk, slot, _ = desk_with_card()
    program = desk.program()

    before = program.state().events
    slot.eject()
    removed = program.state().events
    slot.insert(EchoCard())

    assert (before, removed, program.state().events) == (0, 1, 2)


def test_the_event_counter_has_sixteen_bits():
    """It begins again after 65535."""
    desk, slot, _ = desk_with_card()
    desk.server._places.readers[0]._events = 0xFFFF

    slot.eject()

    assert desk.program().state().events == 0


# --- handles


def test_a_removed_card_is_not_replaced_by_the_next():
    """The handle stays broken until the program has reconnected; the new card hears nothing."""
    desk, slot, _ = desk_with_card()
    program, next_card = desk.program(), EchoCard()
    card = program.card()

    slot.eject()
    slot.insert(next_card)

    assert program.transmit(card) is ReturnCode.REMOVED_CARD
    assert program.status(card) is ReturnCode.REMOVED_CARD
    assert next_card.diary == ["power on"]
    assert program.reconnect(card) is OK
    assert program.transmit(card) is OK


@pytest.mark.parametrize("how", [Disposition.LEAVE, Disposition.RESET, Disposition.UNPOWER])
def test_without_a_new_card_there_is_nothing_to_reconnect_to(how):
    """SCARD_E_NO_SMARTCARD."""
    desk, slot, _ = desk_with_card()
    program = desk.program()
    card = program.card()
    slot.eject()

    assert program.reconnect(card, how) is ReturnCode.NO_SMARTCARD
    assert program.status(card) is ReturnCode.REMOVED_CARD


@pytest.mark.parametrize("how", list(Disposition))
def test_a_handle_on_a_removed_card_can_be_ended(how):
    """Whatever should become of a card that is not there."""
    desk, slot, _ = desk_with_card()
    program = desk.program()
    card = program.card()
    slot.eject()

    assert program.disconnect(card, how) is OK
    assert program.state().sharing == 0


@pytest.mark.parametrize("protocol", [Protocols.T1, Protocols.RAW])
def test_a_command_without_a_card_is_refused(protocol):
    """SCARD_E_NO_SMARTCARD for a program that has the reader only."""
    desk = Desk()
    desk.reader()
    program = desk.program()
    card = program.card(share=Share.DIRECT)

    assert program.transmit(card, protocol=protocol) is ReturnCode.NO_SMARTCARD


def test_a_reset_by_somebody_else_is_seen_by_all():
    """Whoever resets the slot from outside is another program as far as handles can tell."""
    desk, slot, _ = desk_with_card()
    program = desk.program()
    card = program.card()

    slot.warm_reset()

    assert program.transmit(card) is ReturnCode.RESET_CARD
    assert program.reconnect(card) is OK


def test_a_card_that_breaks_down_does_not_break_the_reader():
    """SCARD_E_NOT_TRANSACTED; the next program tries its own luck."""
    desk, _, broken = desk_with_card()
    program = desk.program()
    card = program.card()
    broken.transmit = _raise

    assert program.transmit(card) is ReturnCode.NOT_TRANSACTED
    assert program.status(card) is OK


@pytest.mark.parametrize("answer", [b"", b"\x90", bytes(65_549)])
def test_an_answer_that_is_none_is_not_passed_on(answer):
    """A status word has two bytes, and there is a longest answer."""
    desk, _, card = desk_with_card()
    program = desk.program()
    handle = program.card()
    card.transmit = lambda _: answer

    assert program.transmit(handle) is ReturnCode.NOT_TRANSACTED
    assert program.data == b""


def test_the_longest_apdus_pass():
    """Extended APDUs to the protocol's limit, in both directions."""
    desk, _, card = desk_with_card()
    program = desk.program()
    handle = program.card()
    card.transmit = lambda command: command

    assert program.transmit(handle, bytes(65_548)) is OK
    assert program.data == bytes(65_548)


def test_an_answer_longer_than_the_room_for_it_is_kept_back():
    """SCARD_E_INSUFFICIENT_BUFFER says how much room it would have needed."""
    desk, _, _ = desk_with_card()
    program = desk.program()
    handle = program.card()

    program.send_transmit(handle, bytes(10), room=11)
    answer = program.answer(Command.TRANSMIT)

    assert (answer.rv, answer.receive_length) == (ReturnCode.INSUFFICIENT_BUFFER, 12)
    assert program.data == b""


# --- waiting for a change


def test_who_waits_is_told_of_a_card():
    """Insertion and removal, each once; then it has to wait again."""
    desk = Desk()
    slot = desk.reader()
    program = desk.program()
    program.wait()

    slot.insert(EchoCard())
    inserted = program.told()
    slot.eject()
    unasked = program.told()
    program.wait()
    slot.insert(EchoCard())

    assert (inserted, unasked, program.told()) == (OK, None, OK)


def test_who_begins_to_wait_is_given_the_states():
    """So that no change is lost between looking and waiting (up to 4:5)."""
    desk, _, _ = desk_with_card()

    states = desk.program().wait()

    assert [state.atr for state in states] == [ATR]


def test_a_change_found_while_beginning_to_wait_is_in_the_states():
    """Nothing comes before the states, and the change is not told once more (up to 4:5)."""
    desk, slot = Desk(), Slot(READER)
    desk.server.add_reader(slot)
    program = desk.program()

    slot.insert(EchoCard())
    states = program.wait()

    assert [state.atr for state in states] == [ATR]
    assert program.told() is None
    slot.eject()
    desk.server.slot_changed(READER)
    assert program.told() is OK


def test_a_change_found_while_reading_the_states_is_in_them():
    """The same for a client that reads them apart (4:6)."""
    desk, slot = Desk(), Slot(READER)
    desk.server.add_reader(slot)
    program = desk.program(minor=6)
    program.send(Command.WAIT_READER_STATE_CHANGE)

    slot.insert(EchoCard())
    program.send(Command.GET_READERS_STATE_ARRAY)
    raw = program.read()

    assert len(raw) == 16 * READER_STATE.size
    assert parse_states(raw)[0].atr == ATR
    slot.eject()
    desk.server.slot_changed(READER)
    assert program.told() is OK


def test_who_waits_is_told_of_other_programs():
    """A program connecting changes SCARD_STATE_INUSE."""
    desk, _, _ = desk_with_card()
    program, other = desk.program(), desk.program()
    program.wait()

    card = other.card()
    connected = program.told()
    program.wait()
    other.disconnect(card)

    assert (connected, program.told()) == (OK, OK)


def test_who_waits_is_told_of_readers():
    """A reader coming or going wakes everybody: that is the PnP notification."""
    desk = Desk()
    program = desk.program()
    program.wait()

    desk.reader()
    added = program.told()
    program.wait()
    desk.server.remove_reader(READER)

    assert (added, program.told()) == (OK, OK)
    assert program.states() == []


def test_who_gives_up_waiting_gets_one_answer():
    """The library's timeout: the service answers if it has not told of a change before."""
    desk = Desk()
    slot = desk.reader()
    program = desk.program()

    program.wait()
    program.send(Command.STOP_WAITING_READER_STATE_CHANGE)
    gave_up = program.told()
    program.wait()
    slot.insert(EchoCard())
    told = program.told()
    program.send(Command.STOP_WAITING_READER_STATE_CHANGE)

    assert (gave_up, told, program.told()) == (OK, OK, None)


def test_waiting_is_cancelled_from_another_connection():
    """SCardCancel opens one, and states no version on it."""
    desk = Desk()
    slot = desk.reader()
    program, canceller = desk.program(), Program(desk)
    program.wait()

    cancelled = canceller.ask(Command.CANCEL, program.context)

    assert cancelled.rv == OK
    assert program.told() is ReturnCode.CANCELLED
    slot.insert(EchoCard())
    assert program.told() is None


def test_cancelling_who_does_not_wait_does_nothing():
    """A success all the same; a context that does not exist is none."""
    desk = Desk()
    program = desk.program()

    answer = Program(desk).ask(Command.CANCEL, program.context)
    unknown = Program(desk).ask(Command.CANCEL, program.context + 1000)

    assert (answer.rv, program.told()) == (OK, None)
    assert unknown.rv == ReturnCode.INVALID_HANDLE


# --- 4:5 and 4:6


def test_reader_events_are_counted_from_one():
    """4:5: the library compares the number with the one the program saw last, if not zero."""
    desk = Desk()
    program = desk.program(minor=5)
    numbers = [reader_events(program)]

    desk.reader()
    numbers.append(reader_events(program))
    desk.server.remove_reader(READER)
    numbers.append(reader_events(program))

    assert numbers == [1, 2, 3]


def test_reader_events_have_fifteen_bits_and_no_zero():
    """As pcscd's int16_t, which begins again with 1."""
    desk = Desk()
    desk.server._places.events = 0x7FFF

    desk.reader()

    assert reader_events(desk.program(minor=5)) == 1


def test_a_4_6_client_is_told_how_many_places_it_will_read():
    """And reads so many, even if there are more by then."""
    desk = Desk()
    for number in range(16):
        desk.reader(f"Reader {number}")
    program = desk.program(minor=6)

    program.send(Command.GET_READERS_STATE_SIZE)
    announced = READER_COUNT.unpack(program.read())[0]
    desk.reader("One more")
    program.send(Command.GET_READERS_STATE_ARRAY)
    array = program.read()

    assert announced == 16
    assert len(array) == 16 * READER_STATE.size
    program.send(Command.GET_READERS_STATE_SIZE)
    assert READER_COUNT.unpack(program.read())[0] == 32
    program.send(Command.GET_READERS_STATE_ARRAY)
    assert [state.name for state in parse_states(program.read())][-1] == b"One more"


def test_places_are_never_taken_away():
    """The 4:6 library takes fewer places than before for an error."""
    desk = Desk()
    for number in range(17):
        desk.reader(f"Reader {number}")
    for number in range(17):
        desk.server.remove_reader(f"Reader {number}")
    program = desk.program(minor=6)

    program.send(Command.GET_READERS_STATE_SIZE)

    assert READER_COUNT.unpack(program.read())[0] == 32


def test_an_older_client_sees_sixteen_readers():
    """It has no room for more."""
    desk = Desk()
    for number in range(17):
        desk.reader(f"Reader {number}")
    program = desk.program(minor=5)

    program.send(Command.GET_READERS_STATE)
    raw = program.read()

    assert len(raw) == 16 * READER_STATE.size
    assert desk.program().connect(reader="Reader 16", share=Share.DIRECT).rv == OK


def test_a_4_6_client_is_told_nothing_before_it_has_read_the_states():
    """Its request to wait has no answer of its own: the next bytes must be the states."""
    desk = Desk()
    slot = desk.reader()
    program = desk.program(minor=6)
    program.send(Command.WAIT_READER_STATE_CHANGE)
    nothing = program.read()

    slot.insert(EchoCard())
    program.send(Command.GET_READERS_STATE_SIZE)
    size = program.read()
    program.send(Command.GET_READERS_STATE_ARRAY)
    states = program.read()
    slot.eject()

    assert nothing == b""
    assert size == READER_COUNT.pack(16)
    assert [state.atr for state in parse_states(states)] == [ATR]
    assert program.told() is OK


def test_a_4_6_client_can_be_cancelled_while_it_reads_the_states():
    """It is told as soon as it waits, or when it gives up."""
    desk = Desk()
    program = desk.program(minor=6)
    program.send(Command.WAIT_READER_STATE_CHANGE)
    Program(desk).ask(Command.CANCEL, program.context)

    program.send(Command.GET_READERS_STATE_ARRAY)
    raw = program.read()

    assert len(raw) == 16 * READER_STATE.size + 8
    assert raw[-8:] == bytes.fromhex("00000000 02001080")
    program.send(Command.WAIT_READER_STATE_CHANGE)
    Program(desk).ask(Command.CANCEL, program.context)
    program.send(Command.STOP_WAITING_READER_STATE_CHANGE)
    assert program.told() is ReturnCode.CANCELLED


# --- readers


def test_a_pulled_out_reader_is_unavailable():
    """Every request on it says so, but the end of the handle is a success."""
    desk, _, _ = desk_with_card()
    program = desk.program()
    card = program.card()

    desk.server.remove_reader(READER)

    assert program.status(card) is ReturnCode.READER_UNAVAILABLE
    assert program.transmit(card) is ReturnCode.READER_UNAVAILABLE
    assert program.reconnect(card) is ReturnCode.READER_UNAVAILABLE
    assert program.begin(card) is ReturnCode.READER_UNAVAILABLE
    assert program.connect().rv == ReturnCode.UNKNOWN_READER
    assert program.disconnect(card, Disposition.RESET) is OK


def test_a_reader_of_the_same_name_is_another_reader():
    """Old handles do not come to life again."""
    desk, _, _ = desk_with_card()
    program = desk.program()
    card = program.card()
    desk.server.remove_reader(READER)

    desk.reader(card=EchoCard())

    assert program.status(card) is ReturnCode.READER_UNAVAILABLE
    assert program.connect().rv == OK


def test_a_free_place_is_used_again():
    """Readers keep their places; the next one gets the first free one."""
    desk = Desk()
    desk.reader("A")
    desk.reader("B")
    desk.server.remove_reader("A")

    desk.reader("C")

    assert desk.server.reader_names == ("C", "B")


@pytest.mark.parametrize("name", ["", "R" * 128, "読" * 43, "a\0b", PNP_READER])
def test_a_reader_needs_a_name_programs_can_use(name):
    """1 to 127 bytes of UTF-8 without NUL, and not the name of the PnP notification."""
    desk = Desk()

    with pytest.raises(ReaderNameError):
        desk.reader(name)

    assert desk.server.reader_names == ()


def test_two_readers_cannot_have_one_name():
    """Programs tell readers apart by nothing else."""
    desk = Desk()
    desk.reader()

    with pytest.raises(ReaderNameError):
        desk.reader()


def test_there_are_so_many_readers_and_no_more():
    """A limit that can be set."""
    desk = Desk(limits=Limits(readers=1))
    desk.reader("A")

    with pytest.raises(TooManyReadersError):
        desk.reader("B")


def test_a_reader_that_is_not_there_cannot_be_removed():
    """KeyError, as with any mapping."""
    with pytest.raises(KeyError):
        Desk().server.remove_reader(READER)


def reader_events(program: Program) -> int:
    program.send(Command.GET_READER_EVENTS)
    return READER_EVENTS.unpack(program.read())[0]


def _raise(_command: bytes) -> bytes:
    raise RuntimeError("the chip is gone")
