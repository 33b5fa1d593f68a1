"""One world is made for all tests here; each test gets a copy, and `jpki` looking at it."""

import shutil
from datetime import UTC, datetime

import pytest

from cardsim.world import World
from jpki.profiles.kinds import Kind
from tests.cli.calling import Jpki, secrets_of

START = datetime(2026, 11, 23, 3, 4, 5, tzinfo=UTC)
"""The time at which the worlds of these tests stand."""


@pytest.fixture(scope="session")
def template(tmp_path_factory):
    """Give the directory of a world nobody changes."""
    directory = tmp_path_factory.mktemp("template") / "world"
    World.create(directory, moment=START).close()
    return directory


@pytest.fixture
def jpki(template, tmp_path):
    """Give `jpki` with a world of this test's own, whose clock stands at START."""
    return Jpki(shutil.copytree(template, tmp_path / "world"))


@pytest.fixture
def homeless(tmp_path):
    """Give `jpki` where no world is yet."""
    return Jpki(tmp_path / "nowhere" / "world")


@pytest.fixture
def files(jpki, tmp_path):
    """Give a directory with what a relying party has: trust/ and Hanako's certificates."""
    place = tmp_path / "files"
    with World.open(jpki.home) as world:
        (place / "trust").mkdir(parents=True)
        for kind in Kind:
            current = world.anchors(kind)[-1]
            (place / "trust" / f"{kind.value}-ca.cer").write_bytes(current)
            (place / f"{kind.value}.cer").write_bytes(world.certificate("hanako", kind).der)
            newest = max(world.authorities.lists_directory.glob(f"{kind.value}-g*-full.crl"))
            shutil.copy(newest, place / "trust" / f"{kind.value}.crl")
    return place


@pytest.fixture
def letter(tmp_path):
    """Give a file to sign."""
    path = tmp_path / "letter.txt"
    path.write_text("架空町へ引っ越します。\n")
    return path


@pytest.fixture
def hanako(jpki):
    """Give Hanako as the world knows her: what her card must say."""
    with World.open(jpki.home) as world:
        return world.citizen("hanako")


@pytest.fixture
def secrets(jpki):
    """Give the secrets of Hanako's text and face, where `jpki` looks for them."""
    return secrets_of(jpki, "hanako")
