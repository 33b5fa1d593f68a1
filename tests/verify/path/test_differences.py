"""Differential runs: chains judged by us, OpenSSL and pyHanko's validator, from the same bytes.

Each reason of each disagreement has exactly one explanation in `differences`, and no explanation
is there without a chain that needs it. `make soak` runs thousands of seeds.
"""

import logging
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.verify.path.asked import Chain, disagreements
from tests.verify.path.differences import DIFFERENCES, Difference, explanations, figures, table

EXAMPLES = sorted({seed for one in DIFFERENCES for seed in one.seeds})
SEEDS = [f"drawn {seed}" for seed in range(220)]
SEEDS += [f"bent {seed}" for seed in range(190)] + [f"bent twice {seed}" for seed in range(30)]
DOTTED = [f"dotted {seed}" for seed in range(1, 3000, 4)]
SEEDS += DOTTED[:60]
MANY = [f"drawn {seed}" for seed in range(3000)]
MANY += [f"bent {seed}" for seed in range(3000)] + [f"bent twice {seed}" for seed in range(1500)]
EVERY_CLASS = {(peer, one.what) for one in DIFFERENCES for peer in one.peers}
PAGE = Path(__file__).parents[3] / "docs" / "paths.md"


@dataclass
class Run:
    """What came of judging many chains."""

    chains: int = 0
    disagreements: int = 0
    unexplained: list[str] = field(default_factory=list)
    counted: Counter[tuple[str, str]] = field(default_factory=Counter)
    seen: dict[str, set[tuple[str, str]]] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.chains} chains, {self.disagreements} disagreements\n{figures(self.counted)}"


def run(seeds: Iterable[str], directory: Path) -> Run:
    """Judge chains and sort the disagreements."""
    done = Run()
    for seed in seeds:
        done.chains += 1
        for found in disagreements(Chain.of(seed), directory):
            done.disagreements += 1
            for reason, classes in explanations(found, directory).items():
                if len(classes) != 1:
                    done.unexplained.append(f"{found}: {reason}: {len(classes)} classes")
                keys = {(found.peer, one.what) for one in classes}
                done.counted.update(keys)
                done.seen.setdefault(seed, set()).update(keys)
    return done


@pytest.fixture(scope="module", autouse=True)
def quiet():
    """PyHanko logs a traceback for each path that is not valid."""
    logger = logging.getLogger("pyhanko_certvalidator")
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    yield
    logger.setLevel(before)


@pytest.fixture(scope="module")
def judged_chains(tmp_path_factory):
    return run(dict.fromkeys([*SEEDS, *EXAMPLES]), tmp_path_factory.mktemp("peers"))


def test_every_disagreement_has_one_explanation(judged_chains):
    """Stricter or more thorough on purpose: each has its sentence, and only one."""
    assert judged_chains.unexplained == []


def test_every_explanation_is_needed(judged_chains):
    """A class that no longer occurs is a row to take out."""
    assert EVERY_CLASS - judged_chains.counted.keys() == set()


@pytest.mark.parametrize("one", DIFFERENCES, ids=lambda one: one.what)
def test_an_example_shows_its_class(one: Difference, judged_chains):
    """The seeds of a row are chains that it explains, for each of its peers."""
    shown = [judged_chains.seen.get(seed, set()) for seed in one.seeds]

    assert {(peer, one.what) for peer in one.peers} <= set().union(*shown)
    assert all(any(what == one.what for _, what in seen) for seen in shown)


@pytest.mark.parametrize("peer_is_stricter", [False, True])
def test_the_page_has_the_table(peer_is_stricter):
    """`docs/paths.md`, as `differences.table` writes it."""
    rows = PAGE.read_text(encoding="utf-8").splitlines()
    expected = table(peer_is_stricter).splitlines()
    start = rows.index(expected[2]) - 2

    assert rows[start : start + len(expected) + 1] == [*expected, ""]


@pytest.mark.soak
def test_thousands_of_chains_are_explained(tmp_path):
    """The same for every seed; with `-s` it shows how often each class occurred."""
    done = run(dict.fromkeys([*MANY, *DOTTED, *EXAMPLES]), tmp_path)
    print(f"\n{done}")

    assert done.unexplained == []
    assert EVERY_CLASS - done.counted.keys() == set()
