"""One world is made for all tests here; each test that changes one gets a copy."""

import shutil
from datetime import UTC, datetime

import pytest

from cardsim.world import World

START = datetime(2026, 11, 23, 3, 4, 5, tzinfo=UTC)
"""The start of the worlds of these tests; their clocks stand at it."""


@pytest.fixture(scope="session")
def template(tmp_path_factory):
    """Give the directory of a world nobody changes."""
    directory = tmp_path_factory.mktemp("template") / "world"
    World.create(directory, moment=START).close()
    return directory


@pytest.fixture
def place(template, tmp_path):
    """Give the directory of a world this test may do anything to."""
    return shutil.copytree(template, tmp_path / "world")


@pytest.fixture
def world(place):
    """Give an open world this test may do anything to."""
    with World.open(place) as opened:
        yield opened


@pytest.fixture
def snapshot():
    """Give a function that notes every file of a directory: name, mode and content."""

    def note(directory):
        return {
            path.relative_to(directory): (
                path.stat().st_mode,
                path.read_bytes() if path.is_file() else None,
            )
            for path in directory.rglob("*")
        }

    return note
