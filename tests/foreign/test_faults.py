"""Faults at the card as a program sees them, over both transports (pyscard, OpenSC)."""

import queue
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from cardsim.faults import FaultyCard, parse_all
from cardsim.mynumber.directory import open_card
from cardsim.world import World
from tests.support.cards import AUTH_PIN
from tests.support.opensc import AUTH_ID, OpenSC
from tests.support.readers import Reader
from tests.support.scard import ScardProgram
from tests.support.watcher import Watcher

SELECT_JPKI = "00A4040C0AD392F000260100000001"
TRIES = "00200098"
RIGHT = "00200098" + "04" + AUTH_PIN.encode().hex()
WRONG = "00200098" + "04" + "39393939"
TOKEN_LABEL = "00B0860008"
PRESENT_PIN = ("--verify-pin", "--auth-id", AUTH_ID, "--pin", AUTH_PIN)


@dataclass
class Bench:
    """A card in files, a reader it is put into with faults, and a pyscard program that asks it."""

    reader: Reader
    place: Path
    program: ScardProgram
    card: int = 0

    def insert(self, *faults: str, sleep: Callable[[float], None] = time.sleep) -> None:
        """Put the card in, with these faults and no others."""
        self.reader.eject()
        self.reader.insert(
            FaultyCard(
                lambda around: open_card(self.place, around_store=around),
                parse_all(faults),
                surroundings=self.reader.hand(),
                sleep=sleep,
            )
        )

    def connect(self) -> None:
        """Connect to the card and select its JPKI AP."""
        self.card = self.program.connect(self.program.establish(), self.reader.name)
        assert self.ask(SELECT_JPKI) == "9000"

    def ask(self, command: str) -> str:
        """Send a command; nothing comes back when the call fails."""
        return self.program.transmit(self.card, command)[1]


@pytest.fixture
def bench(world: World, empty_reader: Reader, tmp_path: Path) -> Iterator[Bench]:
    """Give a bench; its card is pulled at the end."""
    place = shutil.copytree(world.card("hanako").directory, tmp_path / "card")
    with ScardProgram(empty_reader.environment) as program:
        yield Bench(empty_reader, place, program)
    empty_reader.eject()


@pytest.mark.parametrize(
    ("fault", "answer"),
    [
        ("status 6F00 before read-binary", "6f00"),
        ("status 6581 after read-binary", "6581"),
        ("truncate 4 at read-binary", "4a504b49"),
        ("flip 0.0 at read-binary", "4b504b49415049439000"),
        ("flip -1.7 at read-binary", "4a504b49415049439080"),
    ],
)
def test_a_program_gets_the_damaged_answer(bench: Bench, fault: str, answer: str):
    """Once, and the right one afterwards."""
    bench.insert(fault)
    bench.connect()

    assert [bench.ask(TOKEN_LABEL) for _ in range(2)] == [answer, "4a504b49415049439000"]


def test_the_second_wrong_pin_is_the_one_that_is_meant(bench: Bench):
    """Other commands, and the question for the tries left, are not counted."""
    bench.insert("status 6F00 after verify on auth-pin 2")
    bench.connect()

    said = [bench.ask(command) for command in (WRONG, TRIES, WRONG, TRIES)]

    assert said == ["63c2", "63c2", "6f00", "63c1"]


@pytest.mark.parametrize(
    ("fault", "least", "most"), [("delay 2s at verify", 2.0, 2.0), ("slow nfc-106", 0.04, 0.06)]
)
def test_a_program_waits_for_a_slow_card(bench: Bench, fault: str, least: float, most: float):
    """The answer is held until the time is over."""
    asked: queue.Queue[float] = queue.Queue()
    over = threading.Event()
    over.set()

    def sleep(seconds: float) -> None:
        asked.put(seconds)
        assert over.wait(20)

    bench.insert(fault, sleep=sleep)
    bench.connect()
    while not asked.empty():
        asked.get()
    over.clear()
    waiting = bench.program.begin("SCardTransmit", bench.card, 2, list(bytes.fromhex(RIGHT)))
    slept = asked.get(timeout=20)
    answered_early = waiting.done()
    over.set()

    assert not answered_early
    assert bytes(waiting.result(20)[1]).hex() == "9000"
    assert least <= slept <= most


@pytest.mark.parametrize(
    ("moment", "pin", "tries"),
    [
        ("before-save-of", WRONG, "63c3"),
        ("after-save-of", WRONG, "63c2"),
        ("before-save-of", RIGHT, "63c3"),
        ("after-save-of", RIGHT, "63c2"),
        ("after", RIGHT, "63c3"),
    ],
)
def test_power_lost_in_verify_spends_what_was_saved(
    bench: Bench, moment: str, pin: str, tries: str
):
    """No answer comes; whoever inserts the card again finds what was on its disk."""
    bench.insert(f"cut {moment} verify")
    bench.connect()

    answer = bench.ask(pin)
    bench.insert()
    bench.connect()

    assert (answer, bench.ask(TRIES)) == ("", tries)


def test_opensc_tells_that_the_card_has_lost_its_power(bench: Bench):
    """The command fails; the card is well when it is put in again."""
    bench.insert("cut before verify")
    opensc = OpenSC(bench.reader.environment)

    opensc.pkcs15_tool(*PRESENT_PIN, expect=255)
    bench.insert()
    opensc.pkcs15_tool(*PRESENT_PIN)


@pytest.mark.parametrize(("moment", "answer"), [("before", ""), ("after", "9000")])
def test_a_removed_card_is_missed(bench: Bench, moment: str, answer: str):
    """Before the command it gets no answer, after it the last one; both are told as a removal."""
    with Watcher(bench.reader.environment) as watcher:
        bench.insert(f"remove {moment} verify")
        watcher.next_event()
        bench.connect()
        said = bench.ask(RIGHT)
        told = watcher.next_event().split()[0]

    assert (said, told) == (answer, "removed")


def test_a_card_comes_back(bench: Bench):
    """After the time given it is in the reader again, without anybody's help."""
    with Watcher(bench.reader.environment) as watcher:
        bench.insert("remove 1s after verify")
        watcher.next_event()
        bench.connect()
        bench.ask(RIGHT)
        told = [watcher.next_event().split()[0] for _ in range(2)]

    assert told == ["removed", "inserted"]
