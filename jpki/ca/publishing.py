"""Put revocation lists where others read them: whole or not at all, and never backwards.

What it is: file names, and the rule that a newer list is not overwritten by an older one when two
processes publish at once. A list is written as a stream, whatever its length.
What it is not: a server, LDAP, or the making of lists.
Standard: RFC 5280 section 5.2.3 (cRLNumber says which list is newer).
Called by: `jpki.ca.nightly`, `cardsim.world.serving`, tests.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from jpki.ca.archive import Archive
from jpki.ca.atomic import Draft, alone, draft, sync_directory
from jpki.ca.errors import ListFileError, NotPublishedError, RegisterError
from jpki.ca.listfile import open_list
from jpki.ca.listing import RevocationList
from jpki.ca.places import Found, Owner, judge
from jpki.ca.reading_lists import WHOLE_SCOPE
from jpki.ca.records import ListRecord, ListRow
from jpki.ca.register import Register
from jpki.profiles.kinds import Kind

_WRITERS = 8
"""At a time: some sign, and a disk is quicker with many wishes than with one after the other."""


def list_file_name(made: ListRecord) -> str:
    """Give `sign-g1-13221.crl`, or `sign-g1-full.crl` for the list of everything."""
    return list_name(made.kind, made.generation, made.municipality)


def list_name(kind: Kind, generation: int, municipality: str | None) -> str:
    """Give the name of a published list; `municipality` is a code, None for everything."""
    return f"{kind.value}-g{generation}-{municipality or 'full'}.crl"


def list_path(directory: Path, kind: Kind, generation: int, municipality: str | None) -> Path:
    """Give where a list is published, in a directory of them."""
    return directory / list_name(kind, generation, municipality)


def lists_of(directory: Path, kind: Kind, generation: int) -> Iterator[Path]:
    """Give the published lists of one generation."""
    return directory.glob(list_name(kind, generation, "*"))


Write = Callable[[BinaryIO], object]
"""Writes a list into a file that is empty."""


def publish_list(
    directory: Path, revocation_list: RevocationList, *, archive: Archive | None = None
) -> Path:
    """Put a list into a directory unless a newer one of its name is there; give the path.

    Raises `NotPublishedError`, and what the disk raises.
    """
    der = revocation_list.der
    wanted = Wanted(revocation_list, lambda out: out.write(der))
    (placed,) = publish_together(directory, [[wanted]], archive=archive)
    if placed.why_not is not None:
        raise NotPublishedError({placed.path: placed.why_not})
    return placed.path


@dataclass(frozen=True, slots=True)
class Wanted:
    """A list that is to be written and put in its place; `owner` is who may publish there."""

    made: ListRecord
    write: Write
    owner: Owner | None = None


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a list belongs, and whether it is there: else a newer one is, or `why_not` says why."""

    path: Path
    is_out: bool
    why_not: str | None = None


def publish_together(
    directory: Path,
    groups: Iterable[Sequence[Wanted]],
    *,
    archive: Archive | None = None,
    register: Register | None = None,
) -> list[Placed]:
    """Have lists written, and put them into a directory as `publish_list` does.

    Those of a group are written one after the other, different groups side by side. All are on
    disk and in the archive before any can be read: no published list is ever missing there.
    One that cannot take its place keeps no other back. Of lists with an owner the register is
    asked whether one that is out with a higher number is to be believed; without one it is.
    """
    with ExitStack() as undone, ThreadPoolExecutor(_WRITERS) as pool:
        begun = [
            [
                _Begun(each, undone.enter_context(draft(directory / list_file_name(each.made))))
                for each in group
            ]
            for group in groups
        ]
        lists = [each for group in begun for each in group]
        _finish(pool.map(_write, begun))
        if archive is not None:
            _finish(pool.map(lambda each: archive.add(each.wanted.made, each.draft.path), lists))
        with alone(directory):
            placed = [_place(each, register) for each in lists]
            sync_directory(directory)
    return placed


@dataclass(frozen=True, slots=True)
class _Begun:
    """A list and the file it is written into."""

    wanted: Wanted
    draft: Draft


def _write(group: Sequence[_Begun]) -> None:
    for each in group:
        each.wanted.write(each.draft.file)
        each.draft.sync()


def _place(each: _Begun, register: Register | None) -> Placed:
    target = each.draft.target
    try:
        found = _found(each, register)
        is_newest = found.obstacle is None and found.number <= each.wanted.made.number
        if is_newest:
            each.draft.take_place()
    except RegisterError as error:
        return Placed(target, is_out=False, why_not=f"{target}: {error}")
    except OSError as error:
        return Placed(target, is_out=False, why_not=f"{target}: {error.strerror or error}")
    return Placed(target, is_newest, found.obstacle)


def _found(each: _Begun, register: Register | None) -> Found:
    """Give what is out where a list belongs; raises `OSError` and `RegisterError`."""
    made, owner, target = each.wanted.made, each.wanted.owner, each.draft.target
    try:
        with open_list(target) as published:
            if register is None or owner is None or published.number < made.number:
                return Found(published.number)
            # Asked after the file was opened: whoever published it is on record.
            return judge(target, published, owner, _last(made, register))
    except (FileNotFoundError, ListFileError):
        return Found()
    except OSError:
        if register is None:
            raise
        # Nobody can tell which it is. None is newer than the last on record.
        return Found(_last(made, register).number)


def _last(made: ListRecord, register: Register) -> ListRow:
    """Give the last list on record of a list's scope and key."""
    scope = WHOLE_SCOPE if made.municipality is None else made.municipality
    with register.reading() as asked:
        return asked.last_lists(made.kind, [scope], [made.generation])[scope, made.generation]


def _finish(results: Iterable[object]) -> None:
    """Wait for all, and raise what one of them raised."""
    for _ in results:
        pass
