"""What being overheard costs a program: the same card in our service, traced into a file or not."""

import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench.chip import SELECT_AUTH_CERTIFICATE, SELECT_JPKI
from bench.figure import Goal, Row
from bench.roundtrip import ours
from bench.worker_client import Worker
from cardsim.trace import RecordedCard, TraceFile
from tests.support.cards import adult_card, certificate
from tests.support.readers import ServiceReader

_PREPARE = (SELECT_JPKI.hex(), SELECT_AUTH_CERTIFICATE.hex())
_A_TENTH = Goal("ratio", below=1.1)
_NEW = 1400
"""Different commands in a row: more than a recorder remembers, so each is new to it again."""


def select_ef() -> list[Row]:
    """SELECT EF, the shortest round trip there is."""
    return [_compare("tracing-select-ef", [SELECT_AUTH_CERTIFICATE.hex()], each=400)]


def read_certificate() -> list[Row]:
    """Read the authentication certificate by short reads, as OpenSC does."""
    size = len(certificate("auth", 0x061F + 4))
    reads = [f"00B0{at:04X}{min(256, size - at) & 0xFF:02X}" for at in range(0, size, 256)]
    return [_compare("tracing-read-certificate", reads, each=60)]


def never_heard_before() -> list[Row]:
    """Commands of which none was said before, which have to be found out about each."""
    reads = [f"00B0{at:04X}01" for at in range(_NEW)]
    return [_compare("tracing-new-commands", reads, each=1, goal=None)]


@contextmanager
def traced() -> Iterator[Worker]:
    """Give a client of our card in our service, overheard into a file."""
    with (
        tempfile.TemporaryDirectory() as place,
        TraceFile(Path(place) / "trace") as file,
        ServiceReader() as reader,
    ):
        reader.insert(RecordedCard(adult_card(), file, clock=lambda: time.time_ns() // 1000))
        with Worker(reader.environment) as worker:
            yield worker


def _compare(name: str, commands: Sequence[str], *, each: int, goal: Goal | None = _A_TENTH) -> Row:
    mine: list[float] = []
    theirs: list[float] = []
    with traced() as overheard, ours() as alone:
        for _ in range(20):
            mine += overheard.time(commands, repeat=each, prepare=_PREPARE)
            theirs += alone.time(commands, repeat=each, prepare=_PREPARE)
    with_trace, without = (
        statistics.median(times) * 1e6 / len(commands) for times in (mine, theirs)
    )
    return Row(
        name, "µs", round(with_trace, 2), round(without, 2), round(with_trace / without, 3),
        "traced / not, a command at the median", "the same card, not traced", goal,
    )  # fmt: skip


FIGURES = {
    "tracing-select-ef": select_ef,
    "tracing-read-certificate": read_certificate,
    "tracing-new-commands": never_heard_before,
}
