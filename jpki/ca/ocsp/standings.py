"""How certificates stand as of the last refresh.

What it is: the register's facts, read in blocks of neighbours and held until something changes; and
the rule what of a revocation shows at a refresh.
What it is not: an answer, or a decision about revocation. Only revocations wait for the refresh; a
certificate is known from its issue on.
Standard: PKI profile reference section 2.2 (data refreshed every 15 minutes, A). The rule is ours.
Called by: `jpki.ca.ocsp.responder`, and whoever says what it will answer.
"""

from collections import OrderedDict
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from jpki.ca.ocsp.answers import last_refresh
from jpki.ca.records import Revocation, Standing
from jpki.ca.register import Register
from jpki.profiles.certificates import LARGEST_SERIAL
from jpki.profiles.kinds import Kind
from jpki.profiles.reasons import RevocationReason

_BLOCK = 64
_MAX_BLOCKS = 2048


def shown(revocation: Revocation | None, *, refreshed: datetime) -> Revocation | None:
    """Give what an answer says of a revocation: what took effect before the last refresh.

    A hold that was given its final reason since is still a hold.
    """
    if revocation is None or revocation.revoked_at >= refreshed:
        return None
    if revocation.settled_at is not None and revocation.settled_at >= refreshed:
        return replace(revocation, reason=RevocationReason.CERTIFICATE_HOLD, settled_at=None)
    return revocation


def next_change(revocation: Revocation | None, *, refreshed: datetime) -> datetime | None:
    """Give the moment of what is on record and does not show yet, or None."""
    moments = (revocation.revoked_at, revocation.settled_at) if revocation else ()
    return min((each for each in moments if each is not None and each >= refreshed), default=None)


def shows_from(moment: datetime, *, interval: timedelta) -> datetime:
    """Give the first refresh at which what took effect at a moment shows (`shown`)."""
    return last_refresh(moment, interval) + interval


class Standings:
    """The certificates of one authority, as many as were asked about lately."""

    def __init__(self, register: Register, kind: Kind) -> None:
        self._register = register
        self._kind = kind
        self._blocks: OrderedDict[int, dict[int, Standing]] = OrderedDict()

    def of(self, serials: Collection[int]) -> dict[int, Standing]:
        """Give how certificates stand; without those whose serial number was never finished."""
        possible = {serial for serial in serials if 0 < serial <= LARGEST_SERIAL}
        found = {}
        for serial in possible:
            standing = self._blocks.get(serial // _BLOCK, {}).get(serial)
            if standing is not None:
                found[serial] = standing
        # Asked again each time: it may have been issued since.
        missing = sorted(possible - found.keys())
        if len(missing) == 1:
            read = self._read(missing[0] // _BLOCK)
            found |= {serial: read[serial] for serial in missing if serial in read}
        elif missing:
            # One question for all of them, whose neighbours nobody has asked about.
            with self._register.reading() as asked:
                these = asked.standings_of(self._kind, missing)
            found |= {standing.serial: standing for standing in these}
        return found

    def forget(self, serials: Iterable[int]) -> None:
        """Read these again when they are next asked about."""
        for serial in serials:
            self._blocks.pop(serial // _BLOCK, None)

    def clear(self) -> None:
        """Read everything again."""
        self._blocks.clear()

    def _read(self, number: int) -> dict[int, Standing]:
        first = number * _BLOCK
        with self._register.reading() as asked:
            found = asked.standings(self._kind, first=first, last=first + _BLOCK - 1)
        block = {standing.serial: standing for standing in found}
        if block:
            self._blocks[number] = block
        while len(self._blocks) > _MAX_BLOCKS:
            self._blocks.popitem(last=False)
        return block
