"""Where things lie in a world's directory."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Paths:
    """The places of one world."""

    directory: Path

    @property
    def world(self) -> Path:
        """Format, version, seed, start: the file that makes a directory a world."""
        return self.directory / "world.json"

    @property
    def clock(self) -> Path:
        """The clock."""
        return self.directory / "clock.json"

    @property
    def citizens(self) -> Path:
        """The people (mode 0600: their numbers are in it)."""
        return self.directory / "citizens.json"

    @property
    def ca(self) -> Path:
        """The authorities."""
        return self.directory / "ca"

    @property
    def ca_faults(self) -> Path:
        """What goes wrong with the authorities' services."""
        return self.ca / "faults.json"

    @property
    def publishing_lock(self) -> Path:
        """Held by the one process that publishes lists when they are due."""
        return self.directory / ".publishing.lock"

    @property
    def cards(self) -> Path:
        """The cards."""
        return self.directory / "cards"

    @property
    def population(self) -> Path:
        """The plan of a synthetic country, where there is one."""
        return self.directory / "population"

    @property
    def life(self) -> Path:
        """What happened to people and cards (mode 0600: names are in it)."""
        return self.directory / "life.jsonl"

    @property
    def pending(self) -> Path:
        """Secrets of what is about to happen; empty when nothing is."""
        return self.directory / "pending"

    @property
    def issuing_lock(self) -> Path:
        """Held while a card is being issued."""
        return self.directory / ".issuing.lock"
