"""Round trips through pyscard and libpcsclite: our PC/SC service beside pcscd with vpcd."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

from bench.chip import SELECT_AUTH_CERTIFICATE, SELECT_JPKI, VICC_PATH, debian
from bench.figure import Goal, Row, times_faster
from bench.worker_client import Worker
from tests.support.cards import adult_card, certificate
from tests.support.pcscd import PrivatePcscd
from tests.support.readers import ServiceReader, VpcdReader

_SELECT = SELECT_AUTH_CERTIFICATE.hex()
_PREPARE = (SELECT_JPKI.hex(), _SELECT)
_VICC_SELECT = "00A4000C023F00"
"""SELECT MF: the file every card of vicc has."""
_SHORT_CHUNK = 256


def against_pcscd() -> list[Row]:
    """SELECT EF, the same card in our service and in pcscd with vpcd."""
    return [_compare("select-ef", [_SELECT], rounds=10, each=300, goal=Goal("ratio", at_least=3))]


def against_vicc() -> list[Row]:
    """SELECT, our card in our service and vsmartcard's own card in pcscd with vpcd."""
    with ours() as mine, vicc() as theirs:
        my_times: list[float] = []
        their_times: list[float] = []
        for _ in range(10):
            my_times += mine.time([_SELECT], repeat=300, prepare=_PREPARE)
            their_times += theirs.time([_VICC_SELECT], repeat=30)
    version = f"vicc {debian('vsmartcard-vpicc')}, pcscd {debian('pcscd')}"
    return [times_faster("select-ef-vicc", my_times, their_times, peer_version=version)]


def read_certificate() -> list[Row]:
    """Read the authentication certificate whole, by short and by extended reads."""
    size = len(certificate("auth", 0x061F + 4))
    short = [
        f"00B0{offset:04X}{min(_SHORT_CHUNK, size - offset) & 0xFF:02X}"
        for offset in range(0, size, _SHORT_CHUNK)
    ]
    extended = [f"00B0000000{size:04X}"]
    return [
        _compare("read-certificate-short", short, rounds=10, each=40),
        _compare("read-certificate-extended", extended, rounds=10, each=100),
    ]


@contextmanager
def ours() -> Iterator[Worker]:
    """Give a client of our card in our service."""
    with ServiceReader() as reader:
        reader.insert(adult_card())
        with Worker(reader.environment) as worker:
            yield worker


@contextmanager
def pcscd_with_our_card() -> Iterator[Worker]:
    """Give a client of our card in pcscd with vpcd."""
    with VpcdReader() as reader:
        reader.insert(adult_card())
        with Worker(reader.environment) as worker:
            yield worker


@contextmanager
def vicc() -> Iterator[Worker]:
    """Give a client of the ISO 7816 card of vicc, in pcscd with vpcd."""
    with ExitStack() as stack:
        pcscd = stack.enter_context(PrivatePcscd())
        process = subprocess.Popen(
            [sys.executable, "/usr/bin/vicc", "--type", "iso7816", "--hostname", "localhost",
             "--port", str(pcscd.port)],
            env={"PYTHONPATH": str(VICC_PATH), "PATH": "/usr/bin:/bin"},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        stack.callback(process.wait)
        stack.callback(process.kill)
        pcscd.wait_card(1)
        yield stack.enter_context(Worker(pcscd.environment))


def _compare(
    name: str, commands: Sequence[str], *, rounds: int, each: int, goal: Goal | None = None
) -> Row:
    my_times: list[float] = []
    their_times: list[float] = []
    with ours() as mine, pcscd_with_our_card() as theirs:
        for _ in range(rounds):
            my_times += mine.time(commands, repeat=each, prepare=_PREPARE)
            their_times += theirs.time(commands, repeat=each, prepare=_PREPARE)
    version = f"pcscd {debian('pcscd')}, vpcd {debian('vsmartcard-vpcd')}"
    return times_faster(name, my_times, their_times, peer_version=version, goal=goal)


FIGURES = {
    "select-ef": against_pcscd,
    "select-ef-vicc": against_vicc,
    "read-certificate": read_certificate,
}
