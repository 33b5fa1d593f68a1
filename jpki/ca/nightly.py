"""A night's lists: every municipality's and the whole, under each key that can sign.

What it is: the run that publishes them, each written as a stream in constant memory. A list whose
scope has not changed is signed anew over the octets of the last one's entries, which the register
knows by their digest; only the frame is new.
What it is not: a clock, or a decision that it is night.
Standard: RFC 5280 section 5; PKI profile reference section 2.1 (once a day).
Called by: `cardsim.world`, `tools/jpki_cli`.
"""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import BinaryIO, cast

from jpki.ca.archive import Archive
from jpki.ca.atomic import draft, sweep
from jpki.ca.authority import Authority
from jpki.ca.errors import ListFileError, NotPublishedError, told_with
from jpki.ca.generations import Generation
from jpki.ca.listfile import open_list
from jpki.ca.lists import write_list
from jpki.ca.numbering import NumberedList, Numbering, Place
from jpki.ca.places import Found, Owner, look, scope_point
from jpki.ca.publishing import Wanted, list_path, publish_together
from jpki.ca.records import ListRecord, ListRow, ScopeState
from jpki.ca.spooling import EntryOctets
from jpki.profiles.kinds import Kind
from jpki.profiles.lists import FULL_LIST, PARTITION
from jpki.profiles.municipalities import Municipality
from jpki.profiles.validity import whole_second

TOGETHER = 120
"""Lists on record in one transaction, and out together: each waits for the disk with the others."""

_IN_MEMORY = 1 << 18
"""Octets of entries that need no file, for each place of those together."""


@dataclass(frozen=True, slots=True)
class PublishedList:
    """A list of a run; `rebuilt` when its entries were read from the register anew.

    It `is_out`, unless somebody published a newer one meanwhile.
    """

    record: ListRecord
    path: Path
    rebuilt: bool
    is_out: bool


@dataclass(frozen=True, slots=True)
class Night:
    """What a run is going to do: one list for each scope and key."""

    places: tuple[Municipality, ...]
    signers: tuple[Generation, ...]

    @property
    def lists(self) -> int:
        """How many lists there will be."""
        return (len(self.places) + 1) * len(self.signers)

    def batches(self) -> Iterator[Sequence[Place]]:
        """Give the places whose lists are made together, and everything by itself."""
        at_once = max(1, TOGETHER // max(1, len(self.signers)))
        for first in range(0, len(self.places), at_once):
            yield self.places[first : first + at_once]
        yield (None,)


def plan_night(authority: Authority, *, moment: datetime) -> Night:
    """Give the scopes there are and the keys that can sign at a moment."""
    with authority.register.reading() as asked:
        return Night(
            places=tuple(asked.municipalities(authority.kind)),
            signers=tuple(g for g in authority.known_generations(asked) if g.can_sign(moment)),
        )


def publish_night(
    authority: Authority,
    directory: Path,
    *,
    moment: datetime,
    archive: Archive | None = None,
    only_due: bool = False,
    since: datetime | None = None,
    clock: Callable[[], datetime] | None = None,
) -> Iterator[PublishedList]:
    """Make and publish all lists of a day, some places at a time; give each when it is out.

    With `only_due` those alone of which none of the last day is out: the rest of a night that was
    cut short. With `since` all but those of which one of then or later is out that names all there
    is: of a night that is begun again none is made twice. `clock` says the present, for a night
    that is made good after others published.
    What writers who were killed have left in the directory is removed first.
    Raises what the register, a key and the disk raise; every list is then the old or the new one,
    whole. Raises `NotPublishedError` at the end when all are out but some that could not take
    their places.
    """
    moment = whole_second(moment)
    night = plan_night(authority, moment=moment)
    choice = _Choice(authority, directory, night.signers, only_due, since)
    sweep(directory)
    with told_with(choice.why_not):
        for places in night.batches():
            with ExitStack() as files:
                numbering = Numbering(
                    authority.naming,
                    authority.linter,
                    authority.kind,
                    moment,
                    new_file=partial(_new_file, directory, files),
                    earlier=partial(_earlier, directory, authority.kind, files),
                    due=choice.wants,
                    out=choice.out,
                    clock=clock,
                )
                with authority.register.writing() as change:
                    _have_room(directory, archive, authority.kind, places, night.signers)
                    made = numbering.number(change, places, night.signers)
                placed = publish_together(
                    directory,
                    [[choice.to_place(each) for each in group] for group in made],
                    archive=archive,
                    register=authority.register,
                )
            lists = [each for group in made for each in group]
            for each, there in zip(lists, placed, strict=True):
                if there.why_not is None:
                    yield PublishedList(each.record, there.path, each.rebuilt, there.is_out)
                else:
                    choice.why_not[there.path] = there.why_not
    if choice.why_not:
        raise NotPublishedError(choice.why_not)


def is_due(found: Found, where: Place, last: ListRow | None, moment: datetime) -> bool:
    """Whether the latest list of a scope and key is of another day, or did not come out.

    Not where none can come out: whoever asks now and then would go through a night for nothing.
    """
    if found.obstacle is not None:
        return False
    profile = FULL_LIST if where is None else PARTITION
    if last is None or not last.this_update <= moment < last.this_update + profile.interval:
        return True
    return found.number < last.number


class _Choice:
    """Which lists a run makes; where none can come out that is noted, and no number is spent."""

    def __init__(
        self,
        authority: Authority,
        directory: Path,
        signers: Sequence[Generation],
        only_due: bool,  # noqa: FBT001
        since: datetime | None,
    ) -> None:
        self._authority = authority
        self._directory = directory
        self._keys = {signer.number: signer.public_key for signer in signers}
        self._only_due = only_due
        self._since = since
        self._owners: dict[tuple[int, str | None], Owner] = {}
        self._found: dict[tuple[int, str | None], Found] = {}
        self.why_not: dict[Path, str] = {}

    def wants(
        self,
        where: Place,
        signer: Generation,
        last: ListRow | None,
        state: ScopeState,
        moment: datetime,
    ) -> bool:
        """Look at what is out, and say whether another list is to be made."""
        kind, code = self._authority.kind, None if where is None else where.code
        point = None if where is None else self._authority.naming.distribution_point(kind, where)
        owner = Owner(self._keys[signer.number], scope_point(point))
        path = list_path(self._directory, kind, signer.number, code)
        found = look(path, owner, last)
        self._owners[signer.number, code], self._found[signer.number, code] = owner, found
        if found.obstacle is not None:
            self.why_not[path] = found.obstacle
            return False
        if self._only_due:
            return is_due(found, where, last, moment)
        if last is None or self._since is None:
            return True
        is_of_now = self._since <= last.this_update <= moment and last.state == state
        return not is_of_now or found.number < last.number

    def out(self, where: Place, last: ListRow) -> datetime | None:
        """Give thisUpdate of what is out, None for what is not there or does not count."""
        return self._found[last.generation, None if where is None else where.code].this_update

    def to_place(self, made: NumberedList) -> Wanted:
        """Give a list with what it takes to publish it."""
        record = made.record
        owner = self._owners[record.generation, record.municipality]
        return Wanted(record, partial(_write, made), owner)


def _have_room(
    directory: Path,
    archive: Archive | None,
    kind: Kind,
    places: Sequence[Place],
    signers: Sequence[Generation],
) -> None:
    """Try what a disk may refuse before numbers are spent on it; raises `OSError`."""
    with draft(directory / "room"):
        if archive is None:
            return
        for where in places:
            for signer in signers:
                archive.make_room(kind, signer.number, None if where is None else where.code)


def _new_file(directory: Path, files: ExitStack) -> BinaryIO:
    # In memory while it is short; then without a name, so that it is gone with the process.
    return cast(
        "BinaryIO",
        files.enter_context(tempfile.SpooledTemporaryFile(_IN_MEMORY, dir=str(directory))),
    )


def _earlier(
    directory: Path, kind: Kind, files: ExitStack, where: Place, last: ListRow
) -> EntryOctets | None:
    """Give the entries of a published list, if it is the one on record and undamaged."""
    path = list_path(directory, kind, last.generation, where.code if where else None)
    try:
        published = files.enter_context(open_list(path))
        found = EntryOctets(published.file, *published.entries, last.entries, published.sha256())
    except (ListFileError, OSError):
        # It is made anew.
        return None
    return found if (published.number, found.sha256) == (last.number, last.sha256) else None


def _write(numbered: NumberedList, out: BinaryIO) -> None:
    write_list(out, numbered.frame, numbered.entries, sign_digest=numbered.sign)
