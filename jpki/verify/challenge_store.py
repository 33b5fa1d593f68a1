"""Where a relying party remembers which challenges it gave out, so that each serves once.

`ChallengeStore` is the seam: a service with several processes puts its database behind it.
What it asks of a store is atomic: of any number of takers of one challenge, one finds it fresh.
Not here: files, clocks. Called by `jpki.verify.login`.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, unique
from heapq import heappop, heappush
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

    What has expired is forgotten `keep` later, so that a late answer still gets its reason; and
    at once when the room is needed. What is forgotten is unknown, which refuses as well.
    """

    capacity: int = 100_000
    keep: timedelta = timedelta(hours=1)
    _entries: dict[bytes, bool] = field(default_factory=dict, repr=False)
    """Whether each challenge was used."""
    _expiries: list[tuple[datetime, bytes]] = field(default_factory=list, repr=False)
    """A heap (`heapq`) with one item for each entry, first to expire first."""
    _lock: Lock = field(default_factory=Lock, repr=False)

    def put(self, key: bytes, *, expires_at: datetime, moment: datetime) -> None:
        """Remember a challenge; refuse when full rather than forget one that is still open."""
        with self._lock:
            if len(self._entries) >= self.capacity:
                self._forget(expired_before=moment)
            if len(self._entries) >= self.capacity:
                raise ChallengeStoreError(f"{self.capacity} challenges are open")
            if key in self._entries:
                raise ChallengeStoreError("the same challenge twice: the randomness is broken")
            self._entries[key] = False
            heappush(self._expiries, (expires_at, key))

    def take(self, key: bytes, *, moment: datetime) -> Taken:
        """Use a challenge up."""
        with self._lock:
            self._forget(expired_before=moment - self.keep)
            used = self._entries.get(key)
            if used is None:
                return Taken.UNKNOWN
            self._entries[key] = True
            return Taken.USED if used else Taken.FRESH

    def _forget(self, *, expired_before: datetime) -> None:
        while self._expiries and self._expiries[0][0] < expired_before:
            _, key = heappop(self._expiries)
            del self._entries[key]
