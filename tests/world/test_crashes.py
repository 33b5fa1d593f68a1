"""Several processes, and processes that are killed: a world is whole or not there."""

import multiprocessing
import signal
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor

import pytest

from cardsim.world import World
from jpki.profiles.kinds import Kind
from tests.world.conftest import START

KILLED_AT = """
import os, signal, sys
from datetime import datetime
from pathlib import Path
from unittest import mock
from cardsim.world import World

def die(*_arguments, **_keywords):
    os.kill(os.getpid(), signal.SIGKILL)

with mock.patch(sys.argv[1], die):
    World.create(Path(sys.argv[2]), moment=datetime.fromisoformat(sys.argv[3]))
"""


def open_or_create(place):
    """Give what a process sees of the world it made or found."""
    with World.open_or_create(place, moment=START) as world:
        return world.anchors(Kind.AUTH), [entry.serials for entry in world.cards()]


def test_processes_that_begin_together_share_one_world(tmp_path):
    """Whoever comes second finds the first one's world, keys and all."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(3, mp_context=context) as pool:
        seen = list(pool.map(open_or_create, [tmp_path / "w"] * 3))

    assert seen[0] == seen[1] == seen[2]
    assert [path.name for path in tmp_path.iterdir()] == ["w"]


@pytest.mark.parametrize(
    "step",
    [
        "cardsim.world.founding.citizens.write_citizens",
        "cardsim.world.founding.Authorities.renew",
        "cardsim.world.world.files.write_json",
        "pathlib.Path.rename",
    ],
)
def test_killed_while_making_leaves_nothing_in_place(tmp_path, step):
    """Killed at any step there is no world; the next try makes one and clears away the rest."""
    place = tmp_path / "w"

    killed = subprocess.run(
        [sys.executable, "-c", KILLED_AT, step, place, START.isoformat()], check=False
    )

    assert killed.returncode == -signal.SIGKILL
    assert not place.exists()
    World.open_or_create(place, moment=START).close()
    assert [path.name for path in tmp_path.iterdir()] == ["w"]


def test_failure_while_making_leaves_nothing_at_all(tmp_path, monkeypatch):
    """An error on the way takes the draft with it."""
    monkeypatch.setattr("cardsim.world.founding.Authorities.publish", "not to be called")

    with pytest.raises(TypeError):
        World.create(tmp_path / "w", moment=START)

    assert list(tmp_path.iterdir()) == []


def test_leftovers_of_another_world_are_left_alone(tmp_path):
    """Only drafts of this very world are cleared away."""
    (tmp_path / ".other.new-1").mkdir()
    (tmp_path / "w.new-1").mkdir()

    World.create(tmp_path / "w", moment=START).close()

    assert sorted(path.name for path in tmp_path.iterdir()) == [".other.new-1", "w", "w.new-1"]


ISSUE_KILLED_AT = """
import os, signal, sys
from pathlib import Path
from unittest import mock
from cardsim.world import World

def die(*_arguments, **_keywords):
    os.kill(os.getpid(), signal.SIGKILL)

with World.open(Path(sys.argv[2])) as world, mock.patch(sys.argv[1], die):
    world.issue_card("hanako")
"""


@pytest.mark.parametrize(
    "step",
    [
        "cardsim.world.issuing.add_card",
        "jpki.ca.authority.encoding.signed",
        "pathlib.Path.rename",
    ],
)
def test_killed_while_issuing_leaves_the_cards_as_they_were(place, step):
    """No half card; the lock is free, and the next card is issued under the same name."""
    killed = subprocess.run([sys.executable, "-c", ISSUE_KILLED_AT, step, place], check=False)

    assert killed.returncode == -signal.SIGKILL
    with World.open(place) as world:
        assert [entry.name for entry in world.cards()] == ["hanako", "jiro", "taro"]
        assert world.issue_card("hanako").name == "hanako-2"
        unfinished = [
            record for record in world.authorities[Kind.AUTH].certificates() if record.der is None
        ]
    assert unfinished == []
    assert [path.name for path in (place / "cards").iterdir() if path.name[0] == "."] == []
