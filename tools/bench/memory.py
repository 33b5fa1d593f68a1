"""What cards cost in memory: one more card, and a million commands to one.

Ours are full cards opened from their directories, as `jpki card run` opens them. The peer's are
empty ISO cards of vsmartcard's vicc, which has no others without a person's data.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from bench.chip import VICC_PATH, debian
from bench.figure import Goal, Row
from cardsim.mynumber import create_card
from tests.support.whole import whole_image

ROOT = Path(__file__).parents[2]
_CARDS = 50
_MEASURE = """
import sys
from pathlib import Path
from resource import getpagesize
def resident():
    return int(Path('/proc/self/statm').read_text().split()[1]) * getpagesize()
{prepare}
kept = [one()]
before = resident()
kept += [one() for _ in range(int(sys.argv[1]))]
print((resident() - before) / int(sys.argv[1]))
"""
_OURS = """
from cardsim.mynumber import open_card
def one():
    card = open_card(Path(sys.argv[2]))
    card.power_on()
    return card
"""
_VICC = """
import logging
logging.disable(logging.CRITICAL)
from virtualsmartcard.CardGenerator import CardGenerator
from virtualsmartcard.VirtualSmartcard import Iso7816OS
def one():
    return Iso7816OS(*CardGenerator('iso7816').getCard())
"""
_MILLION = """
from resource import getpagesize
from tests.support.whole import whole_card
def resident():
    return int(open('/proc/self/statm').read().split()[1]) * getpagesize()
card = whole_card()
card.power_on()
talk = [bytes.fromhex(line) for line in (
    '00A4040C0AD392F000260100000001', '00A4020C02000A', '00B0000004', '00B0000100', '00B0700010',
    '00A4020C020018', '00200080', '00A4040C0AD3921000310001010408', '00B0840000', '0084000010',
)]
def say(times):
    for _ in range(times // len(talk)):
        for command in talk:
            card.transmit(command)
say(10_000)
print(resident())
say(1_000_000)
print(resident())
"""


def per_card() -> list[Row]:
    """Kilobytes of resident memory for each open card."""
    with tempfile.TemporaryDirectory() as directory:
        card = Path(directory) / "card"
        create_card(card, whole_image())
        ours = _growth(_OURS, str(card))
    peer = _growth(_VICC, "", library=VICC_PATH)
    return [
        Row(
            "memory-per-card", "kB", round(ours / 1e3, 1), round(peer / 1e3, 1),
            round(ours / peer, 2), "ours / peer", f"vicc {debian('vsmartcard-vpicc')}, empty card",
        )
    ]  # fmt: skip


def _growth(prepare: str, argument: str, *, library: Path | None = None) -> float:
    """Give the bytes a card costs in a process of its own; the first card is not counted."""
    done = subprocess.run(
        [sys.executable, "-c", _MEASURE.format(prepare=prepare), str(_CARDS), argument],
        env={} if library is None else {"PYTHONPATH": str(library)},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return float(done.stdout)


def over_a_million() -> list[Row]:
    """Resident memory of a process after a million commands to one card, beside its start."""
    done = subprocess.run(
        [sys.executable, "-c", _MILLION], env={"PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    before, after = (int(word) / 1e6 for word in done.stdout.split())
    return [
        Row(
            "memory-million-apdus", "MB", round(after, 2), round(before, 2),
            round(after / before, 3), "after a million / after ten thousand", "itself",
            Goal("ratio", below=1.02),
        )
    ]  # fmt: skip


FIGURES = {"memory-per-card": per_card, "memory-million-apdus": over_a_million}
