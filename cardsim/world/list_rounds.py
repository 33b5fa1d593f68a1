"""What a service that looks at its lists now and then finds wrong, and what it does about it.

What it is: the lists that ought to be out by the register and are not, or cannot be read; a run
that makes them; and patience with those for which that fails.
What it is not: the nights themselves (`life`), or what is published and how (`jpki.ca.nightly`).
Called by: `cardsim.world.serving`.
"""

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from cardsim.world.authorities import Authorities
from cardsim.world.world import World
from jpki.ca.errors import KeyTokenError, NotPublishedError
from jpki.ca.places import is_taken

PAUSE = 3600.0
"""Seconds until a run is tried again that failed: each may spend numbers."""

_Stamp = tuple[tuple[int, ...] | None, ...]


@dataclass(frozen=True, slots=True)
class _Refused:
    """Lists that could not be made, all of them where `names` is None."""

    names: frozenset[str] | None
    stamp: _Stamp
    until: float


@dataclass(slots=True)
class ListRounds:
    """The lists of one directory from look to look; numbers are by file name, 0 for unreadable."""

    directory: Path
    _on_record: dict[str, int] | None = None
    _behind: dict[str, int] = field(default_factory=dict)
    _ahead: dict[str, int] = field(default_factory=dict)
    _refused: _Refused | None = None

    def look(
        self, authorities: Authorities, out: Mapping[str, int], *, moment: datetime
    ) -> set[str]:
        """Give the lists that want making, when so much was out a moment ago."""
        on_record = authorities.numbers_of_lists(moment=moment)
        behind = {name: last for name, last in on_record.items() if 0 < out.get(name, 0) < last}
        # Whoever publishes just now has numbered them, and they will be out by the next look.
        stuck = {name for name, last in behind.items() if self._behind.get(name) == last}
        # What was out when the register was asked is on record: such a number is damaged, or the
        # register has been restored.
        self._ahead = {name: out[name] for name, n in on_record.items() if out.get(name, 0) > n}
        gone = {name for name in on_record if not out.get(name)}
        self._on_record, self._behind = on_record, behind
        taken = {name for name in gone if is_taken(self.directory / name)}
        return (gone | stuck | set(self._ahead)) - taken

    def wrong(
        self, authorities: Authorities, out: Mapping[str, int], *, moment: datetime
    ) -> dict[str, list[str]]:
        """Name the lists that are not as they were on record at the last look, by what is wrong."""
        if self._on_record is None:
            self.look(authorities, out, moment=moment)
        on_record = sorted((self._on_record or {}).items())
        found = {
            "missing lists": [name for name, _ in on_record if name not in out],
            "lists not out": [name for name, last in on_record if 0 < out.get(name, 0) < last],
            "lists not on record": [
                n for n, was in sorted(self._ahead.items()) if out.get(n) == was
            ],
        }
        return {what: names for what, names in found.items() if names}

    def publish(self, world: World, wanted: set[str]) -> None:
        """Make lists that want making, and those that are due; raises what publishing raises."""
        now, paused = world.clock.now(), self._paused()
        if paused is None:
            return
        due = wanted - paused or world.published.lists_are_due(moment=now, apart_from=paused)
        if not due:
            return
        try:
            world.authorities.publish(moment=now, only_due=True, clock=world.clock.now)
        except NotPublishedError as error:
            self._pause(frozenset(path.name for path in error.why))
            raise
        except (OSError, KeyTokenError):
            self._pause(None)
            raise
        self._refused = None

    def _paused(self) -> frozenset[str] | None:
        """Name the lists that are left alone for now, None for all."""
        refused = self._refused
        if (
            refused is None
            or time.monotonic() >= refused.until
            or self._stamp(refused.names) != refused.stamp
        ):
            return frozenset()
        return refused.names

    def _pause(self, names: frozenset[str] | None) -> None:
        self._refused = _Refused(names, self._stamp(names), time.monotonic() + PAUSE)

    def _stamp(self, names: frozenset[str] | None) -> _Stamp:
        """Give what changes when somebody sees to it, and not by another's attempt at it."""
        paths = [self.directory / name for name in sorted(names or ())]
        return (_of(self.directory), *(_of(path, changes=True) for path in paths))


def _of(path: Path, *, changes: bool = False) -> tuple[int, ...] | None:
    try:
        found = os.lstat(path)
    except OSError:
        return None
    identity = (found.st_dev, found.st_ino, found.st_mode, found.st_uid, found.st_gid)
    return (*identity, found.st_ctime_ns) if changes else identity
