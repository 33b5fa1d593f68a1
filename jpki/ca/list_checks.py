"""Checks of one published list by itself and by its row in the register.

What it is: who signed it, for which place, under which number, and whether its entries rise.
What it is not: a comparison with what is revoked (`jpki.ca.coverage`).
Standard: RFC 5280 sections 5.2.3 and 5.2.5.
Called by: `jpki.ca.coverage`.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import pairwise

from jpki.ca.coverage_report import Fault, Finding
from jpki.ca.generations import Generation
from jpki.ca.listfile import ListFile
from jpki.ca.places import Owner, scope_point
from jpki.ca.records import ListRow
from jpki.ca.serialset import SerialSet
from jpki.profiles.names import DistinguishedName


def authenticity(
    published: ListFile,
    name: str,
    key: Generation,
    *,
    point: DistinguishedName | None,
    moment: datetime,
) -> Iterator[Finding]:
    """Find whose list it is not; `point` is its place's, None for everything."""
    owner = Owner(key.public_key, scope_point(point))
    if not published.is_signed_by(owner.public_key):
        yield Finding(Fault.SIGNATURE, name, f"not signed by the key of generation {key.number}")
    if not owner.is_named_in(published):
        yield Finding(Fault.SCOPE, name, "its distribution point is of another place")
    if moment > published.next_update:
        yield Finding(Fault.STALE, name, f"ended on {published.next_update:%Y-%m-%d %H:%M} UTC")


def numbering(
    published: ListFile, name: str, mine: Sequence[ListRow], scope: Sequence[ListRow]
) -> Iterator[Finding]:
    """Find what its number contradicts: `mine` are its key's rows, `scope` those of all keys."""
    if [row.number for row in scope] != list(range(1, len(scope) + 1)):
        yield Finding(Fault.NUMBER, name, "the numbers on record have a gap")
    known = [row for row in scope if row.state is not None]
    for earlier, later in pairwise(known):
        if _knows_less(later, earlier):
            yield Finding(
                Fault.NUMBER, name, f"list {later.number} knows less than {earlier.number}"
            )
    found = [row for row in mine if row.number == published.number]
    if not found or found[0].this_update != published.this_update:
        yield Finding(Fault.NUMBER, name, f"no list {published.number} of its day is on record")
        return
    if found[0].sha256 is not None and found[0].sha256 != published.sha256():
        yield Finding(Fault.ALTERED, name, "its entries are not those on record")
    if mine[-1].number > published.number:
        yield Finding(
            Fault.BEHIND,
            name,
            f"list {mine[-1].number} is on record, {published.number} is published",
        )


def read_in_order(published: ListFile, into: SerialSet) -> bool:
    """Read the serial numbers; give whether they rise from each to the next, so none is twice."""
    last, rising = 0, True
    for serials in published.serials():
        rising = rising and all(one < other for one, other in pairwise((last, *serials)))
        last = serials[-1] if serials else last
        into.add(serials)
    return rising


def _knows_less(later: ListRow, earlier: ListRow) -> bool:
    if later.state is None or earlier.state is None:
        return False
    return (
        later.state.revoked < earlier.state.revoked or later.state.settled < earlier.state.settled
    )
