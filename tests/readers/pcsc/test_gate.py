"""A gate makes requests fail with the codes of PC/SC, before or after the card has done them."""

from dataclasses import dataclass, field

import pytest

from cardsim.readers.pcsc import Command, ReturnCode
from cardsim.readers.slot import Slot
from tests.support.pcsc import READER, desk_with_card
from tests.support.plain_card import EchoCard

OK = ReturnCode.SUCCESS


@dataclass
class Scripted:
    """Gives the codes it was given, by command; notes what it was asked."""

    refuse: dict[Command, ReturnCode] = field(default_factory=dict)
    spoil: dict[Command, ReturnCode] = field(default_factory=dict)
    asked: list[tuple[str, Command, str]] = field(default_factory=list)

    def before(self, command: Command, slot: Slot) -> ReturnCode | None:
        self.asked.append(("before", command, slot.name))
        return self.refuse.get(command)

    def after(self, command: Command, slot: Slot) -> ReturnCode | None:
        self.asked.append(("after", command, slot.name))
        return self.spoil.get(command)


@pytest.mark.parametrize(
    "code", [ReturnCode.COMM_ERROR, ReturnCode.TIMEOUT, ReturnCode.SHARING_VIOLATION]
)
def test_a_command_refused_by_the_gate_does_not_reach_the_card(code):
    """The program sees the code, the card nothing."""
    desk, _, card = desk_with_card(gate=Scripted(refuse={Command.TRANSMIT: code}))
    program = desk.program()
    handle = program.card()

    assert program.transmit(handle) is code
    assert card.diary == ["power on"]


def test_an_answer_lost_behind_the_card_has_happened():
    """The card has done what it was told; the program cannot know."""
    gate = Scripted(spoil={Command.TRANSMIT: ReturnCode.COMM_ERROR})
    desk, _, card = desk_with_card(gate=gate)
    program = desk.program()

    code = program.transmit(program.card(), b"\x00\xa4\x00\x01")

    assert (code, program.data) == (ReturnCode.COMM_ERROR, b"")
    assert card.diary == ["power on", "00a40001"]


@pytest.mark.parametrize(
    ("command", "ask"),
    [
        (Command.CONNECT, lambda program, _: program.connect().rv),
        (Command.RECONNECT, lambda program, card: program.reconnect(card)),
        (Command.DISCONNECT, lambda program, card: program.disconnect(card)),
        (Command.BEGIN_TRANSACTION, lambda program, card: program.begin(card)),
        (Command.END_TRANSACTION, lambda program, card: program.end(card)),
        (Command.STATUS, lambda program, card: program.status(card)),
        (Command.CONTROL, lambda program, card: program.control(card, 1)[0]),
        (Command.GET_ATTRIB, lambda program, card: program.attribute(card, 1)[0]),
    ],
)
def test_the_gate_can_refuse_every_request_on_a_reader(command, ask):
    """Connecting and letting go included."""
    gate = Scripted()
    desk, _, _ = desk_with_card(gate=gate)
    program = desk.program()
    card = program.card()
    gate.refuse[command] = ReturnCode.READER_UNAVAILABLE

    assert ask(program, card) == ReturnCode.READER_UNAVAILABLE
    assert gate.asked[-1] == ("before", command, READER)


def test_a_card_pulled_by_the_gate_after_a_command_is_missed_by_the_next():
    """The answer still arrives; then the handle is broken."""

    class Pull(Scripted):
        def after(self, command: Command, slot: Slot) -> ReturnCode | None:
            slot.eject()
            return None

    desk, _, _ = desk_with_card(gate=Pull())
    program = desk.program()
    card = program.card()

    assert program.transmit(card) is OK
    assert program.transmit(card) is ReturnCode.REMOVED_CARD


def test_a_card_can_leave_within_its_own_command():
    """A card that is pulled while it answers: its answer is the last thing heard of it."""
    desk, slot, card = desk_with_card()
    program = desk.program()
    handle = program.card()
    card.transmit = lambda _: (slot.eject(), b"\x90\x00")[1]

    assert program.transmit(handle) is OK
    slot.insert(EchoCard())
    assert program.transmit(handle) is ReturnCode.REMOVED_CARD


def test_the_gate_is_asked_once_for_a_request_that_has_to_wait():
    """Whoever counts requests counts each once, however often its turn was looked for."""
    gate = Scripted()
    desk, _, _ = desk_with_card(gate=gate)
    owner, other = desk.program(), desk.program()
    own, card = owner.card(), other.card()
    owner.begin(own)
    gate.asked.clear()

    other.send_transmit(card, b"\x00\xa4\x00\x01")
    owner.transmit(own)
    owner.end(own)

    assert other.answer(Command.TRANSMIT).rv == OK
    assert gate.asked.count(("before", Command.TRANSMIT, READER)) == 2
