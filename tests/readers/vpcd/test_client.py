"""The client against a vpcd of the test's own: a listening socket that asks like vpcd."""

import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Self

import pytest

from cardsim.readers.vpcd import Backoff, Plug, VpcdClient, VpcdUnreachableError
from tests.support.plain_card import ATR, EchoCard

QUICK = Backoff(first=0.01, longest=0.02, removed=0.01)
APDU = bytes.fromhex("00B0000004")


@dataclass
class Reader:
    """The listening half of a vpcd, one connection at a time."""

    listener: socket.socket
    connection: socket.socket | None = None
    opened: list[socket.socket] = field(default_factory=list)

    @property
    def address(self) -> tuple[str, int]:
        return self.listener.getsockname()[:2]

    def accept(self) -> None:
        self.connection, _ = self.listener.accept()
        self.connection.settimeout(10)
        self.opened.append(self.connection)

    def send(self, octets: bytes) -> None:
        assert self.connection is not None
        self.connection.sendall(octets)

    def ask(self, payload: bytes) -> bytes:
        """Send as Debian's vpcd does, length and payload apart, and wait for the answer."""
        self.send(len(payload).to_bytes(2, "big"))
        self.send(payload)
        length = int.from_bytes(self.take(2), "big")
        return self.take(length)

    def take(self, count: int) -> bytes:
        assert self.connection is not None
        got = b""
        while len(got) < count:
            chunk = self.connection.recv(count - len(got))
            assert chunk, "the card left"
            got += chunk
        return got

    def is_left(self) -> bool:
        assert self.connection is not None
        return self.connection.recv(1) == b""


@pytest.fixture(params=["127.0.0.1", "::1"], ids=["IPv4", "IPv6"])
def reader(request: pytest.FixtureRequest) -> Iterator[Reader]:
    family = socket.AF_INET6 if ":" in request.param else socket.AF_INET
    with socket.create_server((request.param, 0), family=family) as listener:
        listener.settimeout(10)
        reader = Reader(listener)
        yield reader
        [connection.close() for connection in reader.opened]


def test_a_command_travels_to_the_card_and_back(reader: Reader):
    """What the reader sends in two pieces the card gets as one command."""
    with VpcdClient(EchoCard(), *reader.address):
        reader.accept()
        atr = reader.ask(b"\x04")
        reader.send(bytes.fromhex("000101"))
        answer = reader.ask(APDU)

    assert atr == ATR
    assert answer == APDU + b"\x90\x00"


class WatchedSocket:
    """The client's end of a connection, with a note of each option, receive and send."""

    def __init__(self, inner: socket.socket, diary: list[str]) -> None:
        self._inner = inner
        self._diary = diary

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._inner.close()

    def __getattr__(self, name: str) -> object:
        return getattr(self._inner, name)

    def setsockopt(self, level: int, option: int, value: int) -> None:
        if (level, option) == (socket.IPPROTO_TCP, socket.TCP_QUICKACK):
            self._diary.append(f"acknowledge at once: {value}")
        self._inner.setsockopt(level, option, value)

    def recv(self, count: int) -> bytes:
        chunk = self._inner.recv(count)
        self._diary.append("receive")
        return chunk

    def send(self, octets: bytes) -> int:
        self._diary.append(f"send {octets.hex()}")
        return self._inner.send(octets)

    def sendall(self, octets: bytes) -> None:
        self._diary.append(f"send {octets.hex()}")
        self._inner.sendall(octets)


@pytest.fixture
def diary(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note what the client does with its connection, in order."""
    notes: list[str] = []
    connect = socket.create_connection
    monkeypatch.setattr(
        socket, "create_connection", lambda *given: WatchedSocket(connect(*given), notes)
    )
    return notes


def test_every_receive_acknowledges_at_once(reader: Reader, diary: list[str]):
    """The kernel forgets TCP_QUICKACK, and without it each APDU of vpcd's two sends costs 44 ms."""
    with VpcdClient(EchoCard(), *reader.address) as client:
        reader.accept()
        reader.send(bytes.fromhex("000101"))
        # What is sent before this was received may come with it, in one receive.
        client.wait_inserted(10)
        for command in (APDU, APDU + b"\x00"):
            reader.ask(command)

    steps = [note for note in diary if not note.startswith("send")]
    assert diary.count("receive") >= 3
    assert steps == ["acknowledge at once: 1", "receive"] * diary.count("receive")


def test_every_batch_of_answers_is_one_send(reader: Reader, diary: list[str]):
    """Lengths and answers of all commands that came together leave together."""
    two = bytes.fromhex("000101 0005") + APDU + bytes.fromhex("0005") + APDU
    answer = bytes.fromhex("0007") + APDU + b"\x90\x00"
    with VpcdClient(EchoCard(), *reader.address):
        reader.accept()
        reader.send(two)
        reader.take(2 * len(answer))
        reader.ask(APDU)

    sent = [note for note in diary if note.startswith("send")]
    assert sent == [f"send {(2 * answer).hex()}", f"send {answer.hex()}"]


def test_stopping_pulls_the_card(reader: Reader):
    """The reader sees the connection end, the card loses its power."""
    card = EchoCard()
    client = VpcdClient(card, *reader.address)
    client.start()
    reader.accept()
    reader.send(bytes.fromhex("000101"))
    client.wait_inserted(10)

    client.stop()
    client.stop()

    assert reader.is_left()
    assert card.diary[-1] == "power off"


def test_a_card_comes_back_when_the_reader_does(reader: Reader):
    """A pcscd may be restarted: the card plugs itself in again, without its old power."""
    card = EchoCard()
    with VpcdClient(card, *reader.address, backoff=QUICK):
        reader.accept()
        reader.send(bytes.fromhex("000101"))
        reader.ask(b"\x04")
        reader.connection.close()
        reader.accept()
        atr = reader.ask(b"\x04")

    assert atr == ATR
    assert card.diary == ["power on", "power off"] * 3


@pytest.mark.parametrize("bad", ["0000", "0001FF"], ids=["empty", "unknown control"])
def test_nonsense_closes_the_connection_and_not_the_client(reader: Reader, bad: str):
    """One bad peer must not end the card's life in other readers to come."""
    with VpcdClient(EchoCard(), *reader.address, backoff=QUICK):
        reader.accept()
        reader.send(bytes.fromhex(bad))
        left = reader.is_left()
        reader.accept()
        atr = reader.ask(b"\x04")

    assert left
    assert atr == ATR


def test_changes_are_told_in_order(reader: Reader):
    """A program that shows the card's place hears of each change once."""
    heard: list[Plug] = []
    with VpcdClient(EchoCard(), *reader.address, on_change=heard.append) as client:
        reader.accept()
        reader.ask(b"\x04")
        reader.ask(b"\x04")
        client.wait_inserted(10)

    assert [plug.inserted for plug in heard] == [False, True, False]


def test_a_reader_that_never_asks_does_not_have_the_card(reader: Reader):
    """A vpcd accepts a second card's connection too, and leaves it waiting."""
    with VpcdClient(EchoCard(), *reader.address) as client:
        reader.accept()

        with pytest.raises(VpcdUnreachableError, match="asks for nothing"):
            client.wait_inserted(0.2)


def test_nobody_there_is_told_by_name_and_cause():
    """The message says where it was tried and what stood in the way."""
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]

    with (
        VpcdClient(EchoCard(), "127.0.0.1", port, backoff=QUICK) as client,
        pytest.raises(VpcdUnreachableError, match=rf"127\.0\.0\.1 port {port}: Connection refused"),
    ):
        client.wait_inserted(0.5)


class BrokenCardError(Exception):
    """The card could not save its state."""


class BrokenCard(EchoCard):
    def transmit(self, command: bytes) -> bytes:
        raise BrokenCardError


def test_a_failing_card_ends_the_client_and_is_heard_of(reader: Reader):
    """Nothing is known of such a card's state: it is not plugged in again, and not hidden."""
    client = VpcdClient(BrokenCard(), *reader.address, backoff=QUICK)
    client.start()
    reader.accept()
    reader.send(bytes.fromhex("000101 0004 00200080"))
    left = reader.is_left()

    with pytest.raises(BrokenCardError):
        client.stop()

    assert left


def test_run_serves_in_the_callers_thread(reader: Reader):
    """A program whose only work this is needs no second thread."""
    client = VpcdClient(EchoCard(), *reader.address)
    foreground = threading.Thread(target=client.run)
    foreground.start()
    reader.accept()
    atr = reader.ask(b"\x04")

    client.stop()
    foreground.join(10)

    assert atr == ATR
    assert not foreground.is_alive()


@pytest.mark.parametrize(
    ("failures", "seconds"), [(1, 0.1), (2, 0.2), (5, 1.6), (7, 5.0), (10_000, 5.0)]
)
def test_attempts_become_rarer_up_to_a_limit(failures: int, seconds: float):
    """A reader away for long is not asked ten times a second, and not forgotten either."""
    delay = Backoff().delay(failures)

    assert delay == pytest.approx(seconds)


def test_a_card_that_was_in_stays_out_longer_than_pcscd_looks_away():
    """Pcscd looks every 0.4 seconds; it must see the removal to know that the power is gone."""
    pause = Backoff().delay(0)

    assert pause > 2 * 0.4
