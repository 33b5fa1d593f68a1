"""Where a relying party remembers which challenges it gave out, so that each serves once.

`ChallengeStore` is the seam: a service with several processes puts its database behind it.
What it asks of a store is atomic: of any number of takers of one challenge, one finds it fresh.
Not here: files, clocks. Called by `jpki.verify.login`.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, unique
from threading import Lock
from typing import Protocol

from jpki.verify.errors import ChallengeStoreError


@unique
class Taken(Enum):
    """What the store knew of a challenge at the moment it was taken."""

    FRESH = "fresh"
    """Given out here and not taken before; it is used up now."""
    USED = "used"
    UNKNOWN = "unknown"


class ChallengeStore(Protocol):
    """The memory of challenges; keys are opaque bytes."""

    def put(self, key: bytes, *, expires_at: datetime, moment: datetime) -> None:
        """Remember a challenge given out; raise `ChallengeStoreError` when that fails."""
        ...

    def take(self, key: bytes, *, moment: datetime) -> Taken:
        """Use a challenge up, atomically, and say what was known of it."""
        ...


@dataclass
class MemoryChallengeStore:
    """A store in this process, safe between threads, bounded in size.

    What has expired is forgotten `keep` later, so that a late answer still gets its reason.
    """

    capacity: int = 100_000
    keep: timedelta = timedelta(hours=1)
    _entries: dict[bytes, tuple[datetime, bool]] = field(default_factory=dict, repr=False)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def put(self, key: bytes, *, expires_at: datetime, moment: datetime) -> None:
        """Remember a challenge; refuse when full rather than forget one that is still open."""
        with self._lock:
            if len(self._entries) >= self.capacity:
                self._forget(moment)
            if len(self._entries) >= self.capacity:
                raise ChallengeStoreError(f"{self.capacity} challenges are open")
            if key in self._entries:
                raise ChallengeStoreError("the same challenge twice: the randomness is broken")
            self._entries[key] = (expires_at, False)

    def take(self, key: bytes, *, moment: datetime) -> Taken:
        """Use a challenge up."""
        with self._lock:
            self._forget(moment)
            if key not in self._entries:
                return Taken.UNKNOWN
            expires_at, used = self._entries[key]
            self._entries[key] = (expires_at, True)
            return Taken.USED if used else Taken.FRESH

    def _forget(self, moment: datetime) -> None:
        """Drop what is long expired, oldest first, up to the first that is not."""
        while self._entries:
            oldest = next(iter(self._entries))
            if self._entries[oldest][0] + self.keep >= moment:
                return
            del self._entries[oldest]
