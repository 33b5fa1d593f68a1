"""A reader over each transport, with a fresh card in it: that of a citizen of a test world."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cardsim.chip import Card
from cardsim.mynumber import CardImage
from cardsim.mynumber.directory import load_image, open_card
from cardsim.world import World
from tests.support.opensc import OpenSC
from tests.support.readers import Reader, ServiceReader, VpcdReader

MOMENT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
"""The world's present; certificates are valid then."""

TRANSPORTS = {"service": ServiceReader, "pcscd+vpcd": VpcdReader}


@pytest.fixture(scope="session", params=TRANSPORTS)
def empty_reader(request: pytest.FixtureRequest) -> Iterator[Reader]:
    """Keep a reader without a card for all tests over one transport."""
    with TRANSPORTS[request.param]() as reader:
        yield reader


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Make a world; nobody here changes it."""
    place = tmp_path_factory.mktemp("foreign") / "world"
    with World.create(place, moment=MOMENT) as world:
        yield world


@pytest.fixture(scope="session")
def image(world: World) -> CardImage:
    """Give what is on the card: the certificates and keys of an adult."""
    return load_image(world.card("hanako").directory)


@pytest.fixture
def card(world: World, tmp_path: Path) -> Card:
    """Make a card as it leaves the office, kept in files as a user's card is."""
    copy = shutil.copytree(world.card("hanako").directory, tmp_path / "card")
    return open_card(copy, raise_unexpected=True)


@pytest.fixture
def reader(empty_reader: Reader, card: Card) -> Iterator[Reader]:
    """Plug the card in."""
    empty_reader.insert(card)
    yield empty_reader
    empty_reader.eject()


@pytest.fixture
def opensc(reader: Reader) -> OpenSC:
    """Give OpenSC's tools, looking at that reader."""
    return OpenSC(reader.environment)
