"""What lies in a revocation list's place, and how far it is taken at its word.

What it is: whose lists belong there, and what has to go before another can: a directory, or a list
that the register should know and does not.
What it is not: a check of what a list holds (`jpki.ca.coverage`), or publishing.
Standard: RFC 5280 sections 5.2.3 (a number tells which list is newer) and 5.2.5 (its scope).
Called by: `jpki.ca.publishing`, `jpki.ca.nightly`, `cardsim.world`.
"""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from jpki.ca import der
from jpki.ca.errors import ListFileError
from jpki.ca.listfile import ListFile, open_list
from jpki.ca.records import ListRow
from jpki.profiles.names import DistinguishedName


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose lists belong into a place: a key (SubjectPublicKeyInfo, DER) and a scope.

    `point` is the value of issuingDistributionPoint, None for the list of everything.
    """

    public_key: bytes = field(repr=False)
    point: bytes | None

    def has_made(self, published: ListFile) -> bool:
        """Whether a list is of that scope and signed by that key; reads all of it."""
        return self.is_named_in(published) and published.is_signed_by(self.public_key)

    def is_named_in(self, published: ListFile) -> bool:
        """Whether a list says it is of that scope."""
        return published.distribution_point == self.point


def scope_point(point: DistinguishedName | None) -> bytes | None:
    """Give issuingDistributionPoint's value for a place's name, None for everything."""
    return None if point is None else der.sequence(der.distribution_point_name(point))


@dataclass(frozen=True, slots=True)
class Found:
    """What lies in a place: number and thisUpdate of a list that counts, else 0 and None.

    `obstacle` says why no list of the register may take the place, and what to do.
    """

    number: int = 0
    this_update: datetime | None = None
    obstacle: str | None = None


def look(path: Path, owner: Owner, last: ListRow | None) -> Found:
    """Look at a place for which `last` is the owner's latest list on record."""
    try:
        with open_list(path) as published:
            return judge(path, published, owner, last)
    except (OSError, ListFileError):
        return Found(obstacle=f"{path} is a directory: take it away" if is_taken(path) else None)


def judge(path: Path, published: ListFile, owner: Owner, last: ListRow | None) -> Found:
    """Say what a list in a place is; raises `OSError`.

    One that the register does not know is proven by its signature: it is the register that is
    older, and would take back what was published. Else it is damaged, or another place's.
    """
    is_unknown = last is None or (
        published.number > last.number
        or (published.number == last.number and published.this_update != last.this_update)
    )
    if not is_unknown:
        if not owner.is_named_in(published):
            return Found()
        return Found(published.number, published.this_update)
    if not owner.has_made(published):
        return Found()
    ends = "has none" if last is None else f"ends with list {last.number} of {_told(last)}"
    obstacle = (
        f"{path}: list {published.number} is out, signed, of {_told(published)}, and the register"
        f" {ends}: it is older than what was published; restore a newer copy of it"
    )
    return Found(published.number, published.this_update, obstacle)


def is_taken(path: Path) -> bool:
    """Whether something lies in a list's place that no file can replace."""
    return path.is_dir() and not path.is_symlink()


def _told(made: ListFile | ListRow) -> str:
    return f"{made.this_update:%Y-%m-%d %H:%M:%S} UTC"
