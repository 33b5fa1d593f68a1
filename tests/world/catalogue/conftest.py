"""A world with the whole catalogue, made once per process; nobody changes it."""

import pytest

from cardsim.world import World
from cardsim.world.catalogue import built_in, make
from tests.world.conftest import START


@pytest.fixture(scope="session")
def peopled(tmp_path_factory):
    """Give an open world in which every entry of the catalogue was made."""
    directory = tmp_path_factory.mktemp("catalogue") / "world"
    with World.create(directory, moment=START) as world:
        make(world, built_in().entries)
        yield world
