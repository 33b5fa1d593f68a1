"""The PC/SC server without a socket, and clients that speak its protocol field by field."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from math import inf
from typing import Any

from cardsim.readers.pcsc.codes import Command, Disposition, Protocols, ReturnCode, Share
from cardsim.readers.pcsc.policy import Gate, Limits
from cardsim.readers.pcsc.protocol import (
    HEADER,
    READER_STATE,
    REQUESTS,
    STATE_CHANGE,
    ReaderState,
    StateChange,
)
from cardsim.readers.pcsc.server import PcscServer
from cardsim.readers.slot import Slot
from tests.support.plain_card import EchoCard

READER = "Reader 00 00"
ANY = int(Protocols.T0 | Protocols.T1)
_TRAILING = {Command.TRANSMIT: "receive_length", Command.CONTROL: "returned"}


@dataclass
class Program:
    """A client of the server: each method sends a request and reads the answer."""

    desk: "Desk"
    minor: int = 4
    context: int = 0

    def __post_init__(self) -> None:
        self.client = self.desk.server.open()
        self.data = b""

    def send(self, command: Command, *values: Any, data: bytes = b"") -> None:
        """Send a request; members not given are zero."""
        layout = REQUESTS[command].layout
        blank = layout.unpack(bytes(layout.size))
        body = layout.pack(*values, *blank[len(values) :])
        self.desk.server.receive(self.client, HEADER.pack(len(body), command) + body + data)

    def read(self) -> bytes:
        """Give whatever the server has for this client."""
        output = bytes(self.client.output)
        self.client.output.clear()
        self.desk.server.outgoing.discard(self.client)
        self.desk.server.resume(self.client)
        return output

    def answer(self, command: Command) -> Any:
        """Read the answer to a request of this kind."""
        form = REQUESTS[command]
        raw = self.read()
        if len(raw) < form.layout.size:
            raise AssertionError(f"{command.name} is answered with {len(raw)} bytes")
        body, self.data = raw[: form.layout.size], raw[form.layout.size :]
        return form.make(*form.layout.unpack(body))

    def ask(self, command: Command, *values: Any, data: bytes = b"") -> Any:
        """Send a request and read its answer."""
        self.send(command, *values, data=data)
        return self.answer(command)

    def establish(self) -> "Program":
        """State the version and establish a context."""
        self.ask(Command.VERSION, 4, self.minor)
        self.context = self.ask(Command.ESTABLISH_CONTEXT, 2).context
        return self

    def connect(
        self, *, share: int = Share.SHARED, preferred: int = ANY, reader: str = READER
    ) -> Any:
        """SCardConnect."""
        return self.ask(Command.CONNECT, self.context, reader.encode(), share, preferred)

    def card(self, **how: Any) -> int:
        """Give the handle of a connection that must succeed."""
        connected = self.connect(**how)
        if connected.rv != ReturnCode.SUCCESS:
            raise AssertionError(ReturnCode(connected.rv).name)
        return int(connected.card)

    def transmit(self, card: int, command: bytes = b"\x00\xa4\x04\x0c", **how: Any) -> ReturnCode:
        """SCardTransmit over T=1 (or `protocol`); the answer is in `data`."""
        self.send_transmit(card, command, **how)
        return ReturnCode(self.answer(Command.TRANSMIT).rv)

    def send_transmit(
        self, card: int, command: bytes, *, protocol: int = Protocols.T1, room: int = 65_548
    ) -> None:
        """Send the request of SCardTransmit only."""
        values = (card, protocol, 16, len(command), 0, 16, room)
        self.send(Command.TRANSMIT, *values, data=command)

    def reconnect(
        self,
        card: int,
        how: int = Disposition.LEAVE,
        *,
        share: int = Share.SHARED,
        preferred: int = ANY,
    ) -> ReturnCode:
        """SCardReconnect."""
        return ReturnCode(self.ask(Command.RECONNECT, card, share, preferred, how).rv)

    def disconnect(self, card: int, how: int = Disposition.LEAVE) -> ReturnCode:
        """SCardDisconnect."""
        return ReturnCode(self.ask(Command.DISCONNECT, card, how).rv)

    def status(self, card: int) -> ReturnCode:
        """SCardStatus."""
        return ReturnCode(self.ask(Command.STATUS, card).rv)

    def begin(self, card: int) -> ReturnCode | None:
        """SCardBeginTransaction; None when the answer is still to come."""
        self.send(Command.BEGIN_TRANSACTION, card)
        return self.begun()

    def begun(self) -> ReturnCode | None:
        """Give the answer to SCardBeginTransaction, if there is one by now."""
        if not self.client.output:
            return None
        return ReturnCode(self.answer(Command.BEGIN_TRANSACTION).rv)

    def end(self, card: int, how: int = Disposition.LEAVE) -> ReturnCode:
        """SCardEndTransaction."""
        return ReturnCode(self.ask(Command.END_TRANSACTION, card, how).rv)

    def attribute(self, card: int, number: int, room: int = 264) -> tuple[ReturnCode, bytes]:
        """SCardGetAttrib: return code and value."""
        answer = self.ask(Command.GET_ATTRIB, card, number, bytes(264), room)
        return ReturnCode(answer.rv), answer.value[: answer.length]

    def control(self, card: int, code: int, room: int = 264) -> tuple[ReturnCode, bytes]:
        """SCardControl: return code and what was received."""
        answer = self.ask(Command.CONTROL, card, code, 0, room)
        return ReturnCode(answer.rv), self.data

    def states(self) -> list[ReaderState]:
        """Give the states of the readers there are (as a client below 4:6 asks)."""
        self.send(Command.GET_READERS_STATE)
        return parse_states(self.read())

    def state(self) -> ReaderState:
        """Give the state of the first reader."""
        return self.states()[0]

    def wait(self) -> list[ReaderState]:
        """Begin to wait for a change (as a client below 4:6 does); give the states."""
        self.send(Command.WAIT_READER_STATE_CHANGE)
        return parse_states(self.read())

    def told(self) -> ReturnCode | None:
        """Give what a client that waits was told, if it was."""
        raw = self.read()
        return ReturnCode(StateChange(*STATE_CHANGE.unpack(raw)).rv) if raw else None

    def leave(self) -> None:
        """Die."""
        self.desk.server.close(self.client)


@dataclass
class Desk:
    """A server whose clock is set by hand and whose numbers count up."""

    limits: Limits = field(default_factory=Limits)
    idle_seconds: float = inf
    gate: Gate | None = None
    now: float = 0.0

    def __post_init__(self) -> None:
        self.server = PcscServer(
            clock=lambda: self.now,
            new_number=count(1000).__next__,
            limits=self.limits,
            idle_seconds=self.idle_seconds,
            gate=self.gate,
        )

    def reader(self, name: str = READER, *, card: Any = None) -> Slot:
        """Plug in a reader, with a card in it unless that is None."""
        slot = Slot(name)
        if card is not None:
            slot.insert(card)
        self.server.add_reader(slot)
        slot.subscribe(lambda: self.server.slot_changed(name))
        return slot

    def program(self, minor: int = 4) -> Program:
        """Start a client that has a context."""
        return Program(self, minor).establish()

    def advance(self, seconds: float) -> None:
        """Let time pass, and have done what is due then."""
        self.now += seconds
        if self.server.deadline <= self.now:
            self.server.tick()


def desk_with_card(**how: Any) -> tuple[Desk, Slot, EchoCard]:
    """Give a server with one reader and an echo card in it."""
    desk, card = Desk(**how), EchoCard()
    return desk, desk.reader(card=card), card


def parse_states(raw: bytes) -> list[ReaderState]:
    """Read an array of reader states, leaving out free places."""
    states = [ReaderState(*fields) for fields in READER_STATE.iter_unpack(raw)]
    return [
        state._replace(name=state.name.rstrip(b"\0"), atr=state.atr[: state.atr_length])
        for state in states
        if state.name[0]
    ]


def wait_until(condition: Callable[[], bool], what: str, *, seconds: float = 20.0) -> None:
    """Return once the condition holds; `what` is said when it never does."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"after {seconds} s still waiting for {what}")
        time.sleep(0.005)
