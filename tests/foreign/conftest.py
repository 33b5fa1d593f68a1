"""A reader over each transport, with a fresh card in it."""

from collections.abc import Iterator

import pytest

from cardsim.chip import Card
from tests.support.cards import adult_card
from tests.support.opensc import OpenSC
from tests.support.readers import Reader, ServiceReader, VpcdReader

TRANSPORTS = {"service": ServiceReader, "pcscd+vpcd": VpcdReader}


@pytest.fixture(scope="session", params=TRANSPORTS)
def empty_reader(request: pytest.FixtureRequest) -> Iterator[Reader]:
    """Keep a reader without a card for all tests over one transport."""
    with TRANSPORTS[request.param]() as reader:
        yield reader


@pytest.fixture
def card() -> Card:
    """Make an adult's card as it leaves the office."""
    return adult_card()


@pytest.fixture
def reader(empty_reader: Reader, card: Card) -> Iterator[Reader]:
    """Plug the card in."""
    empty_reader.insert(card)
    yield empty_reader
    empty_reader.eject()


@pytest.fixture
def opensc(reader: Reader) -> OpenSC:
    """OpenSC's tools, looking at that reader."""
    return OpenSC(reader.environment)
