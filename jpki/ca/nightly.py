"""A night's lists: every municipality's and the whole, under each key that can sign.

What it is: the run that publishes them, each written as a stream in constant memory. A list whose
scope has not changed is signed anew over the octets of the last one's entries, which the register
knows by their digest; only the frame is new.
What it is not: a clock, or a decision that it is night.
Standard: RFC 5280 section 5; PKI profile reference section 2.1 (once a day).
Called by: `cardsim.world`, `tools/jpki_cli`.
"""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import BinaryIO, cast

from jpki.ca.archive import Archive
from jpki.ca.atomic import sweep
from jpki.ca.authority import Authority
from jpki.ca.errors import ListFileError
from jpki.ca.generations import Generation
from jpki.ca.listfile import open_list
from jpki.ca.lists import write_list
from jpki.ca.numbering import NumberedList, Numbering
from jpki.ca.publishing import list_path, publish_stream
from jpki.ca.records import ListRecord, ListRow
from jpki.ca.spooling import EntryOctets
from jpki.profiles.kinds import Kind
from jpki.profiles.municipalities import Municipality
from jpki.profiles.validity import whole_second


@dataclass(frozen=True, slots=True)
class PublishedList:
    """A list that is out; `rebuilt` when its entries were read from the register anew."""

    record: ListRecord
    path: Path
    rebuilt: bool


@dataclass(frozen=True, slots=True)
class Night:
    """What a run is going to do: one list for each scope and key."""

    places: tuple[Municipality, ...]
    signers: tuple[Generation, ...]

    @property
    def lists(self) -> int:
        """How many lists there will be."""
        return (len(self.places) + 1) * len(self.signers)


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
) -> Iterator[PublishedList]:
    """Make and publish all lists of a day, one after the other.

    What writers who were killed have left in the directory is removed first. Raises what the
    register, a key and the disk raise; every list is then the old or the new one, whole.
    """
    moment = whole_second(moment)
    night = plan_night(authority, moment=moment)
    sweep(directory)
    for where in (*night.places, None):
        with ExitStack() as files:
            numbering = Numbering(
                authority.naming,
                authority.linter,
                authority.kind,
                where,
                moment,
                new_file=partial(_new_file, directory, files),
                earlier=partial(_earlier, directory, authority.kind, where, files),
            )
            with authority.register.writing() as change:
                made = numbering.number(change, night.signers)
            for each in made:
                path = publish_stream(
                    directory, each.record, partial(_write, each), archive=archive
                )
                yield PublishedList(each.record, path, each.rebuilt)


def _new_file(directory: Path, files: ExitStack) -> BinaryIO:
    # Without a name, so that it is gone with the process.
    return cast("BinaryIO", files.enter_context(tempfile.TemporaryFile(dir=directory)))


def _earlier(
    directory: Path, kind: Kind, where: Municipality | None, files: ExitStack, last: ListRow
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
