"""A card that is overheard answers as before; what was heard is whole."""

import errno
import json
import os
import signal
import subprocess
import sys
from itertools import count
from pathlib import Path

import pytest

from cardsim.trace import PowerKind, RecordedCard, TraceFile, event_in_words, load_trace, named
from tests.support.pcsc import wait_until
from tests.support.plain_card import EchoCard
from tests.support.whole import whole_card
from tests.trace.talk import MOMENT, WHOLE_TALK, Listened


def test_every_answer_is_that_of_the_card():
    """Being overheard changes nothing for the program."""
    plain = whole_card()
    listened = Listened()
    plain.power_on()
    # Random numbers and PSS signatures are never the same twice.
    talk = [c for c in WHOLE_TALK if not c.startswith(("0084", "802A05"))]

    answers = [listened.card.transmit(bytes.fromhex(command)) for command in talk]

    assert answers == [plain.transmit(bytes.fromhex(command)) for command in talk]


def test_a_command_that_comes_again_is_told_again():
    """What is remembered for speed is told with the time and state of its own moment."""
    ticks = count()
    heard = []
    card = RecordedCard(whole_card(), heard.append, clock=lambda: MOMENT + next(ticks) * 1_000_000)
    card.power_on()
    for command in WHOLE_TALK + WHOLE_TALK:
        card.transmit(bytes.fromhex(command))
    events = list(named(heard))
    second = events[1 + len(WHOLE_TALK) :]

    assert [e.time for e in events] == sorted({e.time for e in events})
    assert {e.took for e in events} == {1_000_000}
    # The wrong PIN of the second round is told in its own state: verified before, no longer after.
    assert [e.what.name for e in second] == [e.what.name for e in events[1 : 1 + len(WHOLE_TALK)]]


def test_the_contacts_are_overheard_too():
    """Power and resets decide what the card still knows."""
    listened = Listened()
    listened.card.warm_reset()
    listened.card.power_off()

    kinds = [event.what.kind for event in listened.events]
    assert kinds == [PowerKind.ON, PowerKind.WARM_RESET, PowerKind.OFF]
    assert event_in_words(listened.events[0]) == "power on: ATR 3B E0 00 FF 81 31 FE 45 14"


class BrokenCard(EchoCard):
    """A card with a defect."""

    def transmit(self, command):
        raise RuntimeError("defect")


def test_a_card_that_breaks_down_is_told_as_no_answer():
    """The last line says what broke it, and the exception goes where it went before."""
    heard = []
    card = RecordedCard(BrokenCard(), heard.append, clock=lambda: MOMENT)
    card.power_on()

    with pytest.raises(RuntimeError, match="defect"):
        card.transmit(bytes.fromhex("00A4020C02000A"))
    last = list(named(heard))[-1].what
    assert (last.outcome, last.exchange.answered) == ("no answer", None)


_WRITER = """
import sys
import time
from pathlib import Path
from cardsim.trace import RecordedCard, TraceFile
from tests.support.plain_card import EchoCard
card = RecordedCard(EchoCard(), TraceFile(Path(sys.argv[1])), clock=lambda: 0)
card.power_on()
while True:
    card.transmit(bytes.fromhex("00A4020C02000A"))
    print("answered", flush=True)
    # The kernel may cut a write in two when it kills: let it come between two of them.
    time.sleep(0.05)
"""


def test_what_was_answered_a_moment_ago_is_in_the_file_when_the_process_is_killed(tmp_path):
    """Nothing waits for the end of the process; and the last line is whole."""
    path = tmp_path / "trace"
    process = subprocess.Popen(
        [sys.executable, "-c", _WRITER, path],
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
        env={**os.environ, "PYTHONPATH": "."},
    )
    process.stdout.readline()
    wait_until(lambda: path.read_bytes().count(b"\n") > 2, "the first command in the file")
    process.send_signal(signal.SIGKILL)
    process.communicate()

    assert load_trace(path).events[1].what.name == "SELECT file"


def test_a_full_disk_ends_the_trace_and_not_the_card():
    """The program goes on; who asked for the trace can be told."""
    with TraceFile(Path("/dev/full")) as file:
        card = RecordedCard(whole_card(), file, clock=lambda: MOMENT)
        atr = card.power_on()

    assert (atr, file.failure.errno) == (whole_card().atr, errno.ENOSPC)


def test_a_trace_is_lines_of_json(tmp_path):
    """Any tool for JSON Lines reads it."""
    with TraceFile(tmp_path / "trace") as file:
        RecordedCard(whole_card(), file, clock=lambda: MOMENT, name="花子").power_on()
    lines = (tmp_path / "trace").read_text(encoding="utf-8").splitlines()

    assert [json.loads(line).get("card") for line in lines] == [None, "花子"]
