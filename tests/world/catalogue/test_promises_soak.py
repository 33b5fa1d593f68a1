"""The catalogue keeps its promises whatever the seed and the day it is made on."""

from datetime import UTC, datetime, timedelta

import pytest

from cardsim.world import World
from cardsim.world.catalogue import built_in, make
from cardsim.world.catalogue.rehearsal import Rehearsal

DAYS = [
    datetime(2024, 2, 29, 1, tzinfo=UTC),
    datetime(2026, 12, 31, 15, 30, tzinfo=UTC),
    datetime(2028, 2, 29, tzinfo=UTC),
    *(datetime(2025, 3, 1, tzinfo=UTC) + timedelta(days=97 * step) for step in range(30)),
]


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(len(DAYS)))
def test_the_promises_hold_on_every_day(tmp_path, seed):
    """Leap days, year ends, and birthdays wherever they fall."""
    with World.create(tmp_path / "world", seed=seed, moment=DAYS[seed]) as world:
        make(world, built_in().entries)
        rehearsal = Rehearsal(world)
        findings = [found for entry in built_in().entries for found in rehearsal.play(entry)]

    assert [found for found in findings if not found.holds] == []
