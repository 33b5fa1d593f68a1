"""The world's clock: it follows the system, stands still, or runs ahead or behind.

This is the only module below the tools that may ask for the system's time. Everything else
(authorities, cards, lists, the verifier) is given a moment.

Not here: time zones and birthdays (`jpki.profiles.validity`). Moments are aware, in UTC and in
whole seconds, as certificates have them. Called by `cardsim.world.world` and the command line.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum, unique
from pathlib import Path
from typing import Any, Self

from cardsim.world import files
from cardsim.world.errors import ClockError, DamagedWorldError

_FORMAT = "jpki-emu clock"
_VERSION = 1

SystemTime = Callable[[], datetime]


def system_time() -> datetime:
    """Give the system's time: aware, UTC, whole seconds."""
    return datetime.now(UTC).replace(microsecond=0)


def system_microseconds() -> int:
    """Give the system's time in microseconds since 1970, for what is over sooner than a second."""
    return time.time_ns() // 1000


@unique
class ClockMode(Enum):
    """How the clock runs."""

    SYSTEM = "system"
    """With the system's clock."""
    FIXED = "fixed"
    """Stands still until it is set or advanced."""
    OFFSET = "offset"
    """With the system's clock, a constant time ahead or behind."""


@dataclass(frozen=True, slots=True)
class ClockSetting:
    """What clock.json says."""

    mode: ClockMode = ClockMode.SYSTEM
    fixed: datetime | None = None
    offset: timedelta = timedelta(0)

    @classmethod
    def standing_at(cls, moment: datetime) -> Self:
        """Stand still at a moment."""
        return cls(ClockMode.FIXED, fixed=checked(moment))

    def now(self, system: SystemTime) -> datetime:
        """Give the world's time, the system's time being what `system` says."""
        return system() + self.offset if self.fixed is None else self.fixed

    def advanced(self, by: timedelta) -> Self:
        """Give the setting that is ahead of this one; a running clock goes on running."""
        if self.fixed is not None:
            return type(self)(ClockMode.FIXED, fixed=self.fixed + by)
        return type(self)(ClockMode.OFFSET, offset=self.offset + by)


class Clock:
    """The clock in a file, read at every question so that all processes agree."""

    def __init__(self, path: Path, *, system: SystemTime = system_time) -> None:
        self._path = path
        self._system = system

    @property
    def setting(self) -> ClockSetting:
        """What the file says now."""
        try:
            return _parse(files.read_json(self._path, _FORMAT, _VERSION))
        except FileNotFoundError:
            raise DamagedWorldError(self._path, "missing") from None
        except (KeyError, TypeError, ValueError, OverflowError):
            raise DamagedWorldError(self._path, "no clock setting") from None

    def now(self) -> datetime:
        """Give the world's time: aware, UTC, whole seconds."""
        return self.setting.now(self._system)

    def set(self, moment: datetime, *, running: bool = False) -> None:
        """Set the time; the clock stands there, or with `running` goes on from it."""
        moment = checked(moment)
        if running:
            self.write(ClockSetting(ClockMode.OFFSET, offset=moment - self._system()))
        else:
            self.write(ClockSetting.standing_at(moment))

    def advance(self, by: timedelta) -> datetime:
        """Move the time on (or back, by a negative step); give the new time."""
        try:
            setting = self.setting.advanced(by)
            now = setting.now(self._system)
        except OverflowError:
            raise ClockError("that is beyond the years 1 to 9999") from None
        self.write(setting)
        return now

    def follow_system(self) -> None:
        """Run with the system's clock again."""
        self.write(ClockSetting())

    def write(self, setting: ClockSetting) -> None:
        """Save a setting."""
        fields: dict[str, Any] = {"mode": setting.mode.value}
        if setting.mode is ClockMode.FIXED and setting.fixed is not None:
            fields["now"] = setting.fixed.isoformat()
        if setting.mode is ClockMode.OFFSET:
            fields["seconds"] = int(setting.offset.total_seconds())
        files.write_json(self._path, _FORMAT, _VERSION, fields)


def checked(moment: datetime) -> datetime:
    """Give an aware moment in UTC and whole seconds; raises `ClockError` for a naive one."""
    if moment.tzinfo is None:
        raise ClockError("a moment needs a time zone")
    return moment.astimezone(UTC).replace(microsecond=0)


def _parse(document: dict[str, Any]) -> ClockSetting:
    mode = ClockMode(document["mode"])
    if mode is ClockMode.FIXED:
        moment = datetime.fromisoformat(document["now"])
        if moment.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return ClockSetting(mode, fixed=moment.astimezone(UTC))
    if mode is ClockMode.OFFSET:
        return ClockSetting(mode, offset=timedelta(seconds=int(document["seconds"])))
    return ClockSetting(mode)
