"""What one more card costs in memory: the growth of a process that opens fifty, for each.

Ours are full cards opened from their directories, as `jpki card run` opens them. The peer's are
empty ISO cards of vsmartcard's vicc, which has no others without a person's data.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from bench.chip import VICC_PATH, debian
from bench.figure import Row
from cardsim.mynumber import create_card
from tests.support.whole import whole_image

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


FIGURES = {"memory-per-card": per_card}
