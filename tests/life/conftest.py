"""One world is made for all tests here; each test that changes one gets a copy."""

import shutil
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from cardsim.world import World
from cardsim.world.life import Entry, Event, EventKind
from cardsim.world.population import residents
from jpki.profiles.kinds import Kind
from tests.world.conftest import START

RESIDENTS = 48
"""Of a small country."""


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
def many_fates(monkeypatch):
    """Let nearly everybody of a country meet a fate, and each fate as many."""
    monkeypatch.setattr(residents, "_FATES", [(*fate[:2], 1_250) for fate in residents._FATES])


@pytest.fixture(scope="session")
def country_template(template, tmp_path_factory):
    """Give the directory of a world with such a country, of whom nothing is written down."""
    directory = shutil.copytree(template, tmp_path_factory.mktemp("country") / "world")
    with pytest.MonkeyPatch.context() as patch, World.open(directory) as world:
        patch.setattr(residents, "_FATES", [(*fate[:2], 1_250) for fate in residents._FATES])
        world.populate(RESIDENTS, processes=1)
    return directory


@dataclass
class Town:
    """A world with words for what these tests do to it."""

    world: World

    def happen(self, kind: EventKind, who: str = "hanako", pins=None, **what) -> Entry:
        """Let something happen now."""
        with self.world.office() as office:
            return office.happen(Event(kind=kind, who=who, **what), pins)

    def pass_time(self, **step) -> list[Entry]:
        """Let time pass, and what comes due happen."""
        self.world.clock.advance(timedelta(**step))
        with self.world.office() as office:
            return office.catch_up()

    def lock_away(self, kind: Kind) -> None:
        """Take an authority's keys out of reach: it refuses everything until they are back."""
        self._move_keys(f"{kind.value}-g*.key", self.world.paths.ca, self._safe)

    def bring_back(self) -> None:
        """Put all keys back."""
        self._move_keys("*.key", self._safe, self.world.paths.ca)

    @property
    def _safe(self) -> Path:
        safe = self.world.directory.with_name("safe")
        safe.mkdir(exist_ok=True)
        return safe

    def _move_keys(self, pattern: str, away: Path, to: Path) -> None:
        # Keys are loaded when the authorities are opened.
        self.world.close()
        for path in away.glob(pattern):
            path.rename(to / path.name)

    def state(self, kind: Kind, card: str = "hanako") -> tuple[str, str | None]:
        """Give state and reason of the certificate that is on a card."""
        record = self.world.certificate(card, kind)
        reason = record.revocation.reason.rfc_name if record.revocation else None
        return record.state(self.world.clock.now()).value, reason


@pytest.fixture
def town(place):
    """Give a town this test may do anything to."""
    with World.open(place) as world:
        yield Town(world)
