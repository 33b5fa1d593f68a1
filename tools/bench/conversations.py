"""Whole conversations a second: what a program says to read the attributes, the face, to log in.

Our client holds each once with a full card and is listened to; the same commands are then timed,
so that figures are of card and transport, not of the client. Two rows each: through our PC/SC
service beside pcscd with vpcd, and the chip alone beside our service.
"""

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bench.chip import DIGEST, debian
from bench.figure import Row
from bench.worker_client import Worker
from cardsim.readers.inprocess import InProcessConnection, connect
from jpki.card.client import JpkiSession, TextSession, VisualSession
from jpki.card.connection import CardConnection
from jpki.card.layout import PinKind
from jpki.profiles.kinds import Kind
from tests.support.cards import AUTH_PIN
from tests.support.faces import NUMBER_B
from tests.support.readers import ServiceReader, VpcdReader
from tests.support.whole import TEXT_PIN, whole_card

_ROUNDS, _EACH = 10, 20


class _Listening:
    """A connection that keeps the commands that went over it."""

    def __init__(self, below: InProcessConnection) -> None:
        self._below = below
        self.commands: list[bytes] = []

    @property
    def atr(self) -> bytes:
        """The answer to reset of the card below."""
        return self._below.atr

    def transmit(self, command: bytes) -> bytes:
        """Keep the command and pass it on."""
        self.commands.append(command)
        return self._below.transmit(command)

    def close(self) -> None:
        """Let go of the card."""
        self._below.close()


def read_attributes(connection: CardConnection) -> None:
    """Read 基本4情報: the PIN, then EF 0002 of the text AP."""
    with TextSession(connection) as session:
        session.verify(PinKind.TEXT, TEXT_PIN)
        session.attributes()


def read_face(connection: CardConnection) -> None:
    """Read the front with its photo: 照合番号B, then EF 0002 of the visual AP."""
    with VisualSession(connection) as session:
        session.verify(PinKind.NUMBER_B, NUMBER_B)
        session.front()


def log_in(connection: CardConnection) -> None:
    """Log in: the PIN, the certificate, one signature by the auth key."""
    with JpkiSession(connection) as session:
        session.verify_pin(Kind.AUTH, AUTH_PIN)
        session.read_certificate(Kind.AUTH)
        session.sign_sha256(Kind.AUTH, DIGEST)


CONVERSATIONS = {"read-attributes": read_attributes, "read-face": read_face, "log-in": log_in}


def _measure(name: str) -> Callable[[], list[Row]]:
    def measure() -> list[Row]:
        with _listened(CONVERSATIONS[name]) as (connection, commands):
            lines = [command.hex() for command in commands]
            chip: list[float] = []
            ours: list[float] = []
            peer: list[float] = []
            with ServiceReader() as mine, VpcdReader() as theirs:
                mine.insert(whole_card())
                theirs.insert(whole_card())
                with Worker(mine.environment) as a, Worker(theirs.environment) as b:
                    for _ in range(_ROUNDS):
                        chip += _alone(connection, commands)
                        ours += a.time(lines, repeat=_EACH)
                        peer += b.time(lines, repeat=_EACH)
        version = f"pcscd {debian('pcscd')}, vpcd {debian('vsmartcard-vpcd')}"
        return [
            _a_second(f"{name} ({len(commands)} APDUs)", ours, peer, version),
            _a_second(f"{name}, chip alone", chip, ours, "our PC/SC service"),
        ]

    return measure


@contextmanager
def _listened(
    hold: Callable[[CardConnection], None],
) -> Iterator[tuple[InProcessConnection, list[bytes]]]:
    """Hold a conversation once; give the connection and what was said."""
    connection = connect(whole_card())
    listening = _Listening(connection)
    hold(listening)
    yield connection, listening.commands
    connection.close()


def _alone(connection: InProcessConnection, commands: list[bytes]) -> list[float]:
    clock, seconds = time.perf_counter, []
    for _ in range(_EACH):
        started = clock()
        for command in commands:
            connection.transmit(command)
        seconds.append(clock() - started)
    return seconds


def _a_second(name: str, ours: list[float], peer: list[float], version: str) -> Row:
    mine, theirs = 1 / statistics.median(ours), 1 / statistics.median(peer)
    return Row(
        name, "1/s", round(mine, 1), round(theirs, 1), round(mine / theirs, 2),
        "ours / peer at the median", version,
    )  # fmt: skip


FIGURES = {name: _measure(name) for name in CONVERSATIONS}
