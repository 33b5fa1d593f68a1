"""A world with forty residents, made once, in batches small enough to be interrupted."""

import shutil

import pytest

from cardsim.world import World
from cardsim.world.population import plan
from jpki.profiles import Kind

RESIDENTS = 40
BATCH = 10


@pytest.fixture
def small_batches(monkeypatch):
    """Let four batches be enough for a population."""
    monkeypatch.setattr(plan, "BATCH", BATCH)


@pytest.fixture(scope="session")
def populated_template(template, tmp_path_factory):
    """Give the directory of a populated world nobody changes."""
    directory = shutil.copytree(template, tmp_path_factory.mktemp("populated") / "world")
    with pytest.MonkeyPatch.context() as patch, World.open(directory) as world:
        patch.setattr(plan, "BATCH", BATCH)
        world.populate(RESIDENTS, processes=1)
    return directory


@pytest.fixture
def populated(populated_template, tmp_path):
    """Give a populated world this test may do anything to."""
    with World.open(shutil.copytree(populated_template, tmp_path / "populated")) as world:
        yield world


def residents_records(world) -> dict:
    """Give what the register says of the residents, without keys and signatures."""
    return {
        (kind, record.serial): (
            record.holder,
            record.municipality,
            record.generation,
            record.not_before,
            record.not_after,
            record.revocation,
        )
        for kind in Kind
        for record in world.published[kind].certificates()
        if record.holder.startswith("resident-") and record.der is not None
    }
