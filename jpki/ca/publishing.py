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
from jpki.ca.reading_lists import WHOLE_SCOPE
from jpki.ca.records import ListRecord
from jpki.ca.register import Register
from jpki.profiles.kinds import Kind

_WRITERS = 8
"""At a time: some sign, and a disk is quicker with many wishes than with one after the other."""


def list_file_name(made: ListRecord) -> str:
    """Give `sign-g1-13221.crl`, or `sign-g1-full.crl` for the list of everything."""
    return list_path(Path(), made.kind, made.generation, made.municipality).name


def list_path(directory: Path, kind: Kind, generation: int, municipality: str | None) -> Path:
    """Give where a list is published; `municipality` is a code, None for everything."""
    return directory / f"{kind.value}-g{generation}-{municipality or 'full'}.crl"


def lists_of(directory: Path, kind: Kind, generation: int) -> Iterator[Path]:
    """Give the published lists of one generation."""
    return directory.glob(list_path(Path(), kind, generation, "*").name)


Write = Callable[[BinaryIO], object]
"""Writes a list into a file that is empty."""


def publish_list(
    directory: Path, revocation_list: RevocationList, *, archive: Archive | None = None
) -> Path:
    """Put a list into a directory unless a newer one of its name is there; give the path.

    Raises `NotPublishedError`, and what the disk raises.
    """
    der = revocation_list.der
    group = [(revocation_list, lambda out: out.write(der))]
    (placed,) = publish_together(directory, [group], archive=archive)
    if placed.why_not is not None:
        raise NotPublishedError([placed.why_not])
    return placed.path


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a list belongs, and whether it is there: else a newer one is, or `why_not` says why."""

    path: Path
    is_out: bool
    why_not: str | None = None


def publish_together(
    directory: Path,
    groups: Iterable[Sequence[tuple[ListRecord, Write]]],
    *,
    archive: Archive | None = None,
    register: Register | None = None,
) -> list[Placed]:
    """Have lists written, and put them into a directory as `publish_list` does.

    Those of a group are written one after the other, different groups side by side. All are on
    disk and in the archive before any can be read: no published list is ever missing there.
    One that cannot take its place keeps no other back. The register is asked where a published
    list does not say whether it is newer; without one, such a list stays.
    """
    with ExitStack() as undone, ThreadPoolExecutor(_WRITERS) as pool:
        begun = [
            [
                _Begun(made, write, undone.enter_context(draft(directory / list_file_name(made))))
                for made, write in group
            ]
            for group in groups
        ]
        lists = [each for group in begun for each in group]
        _finish(pool.map(_write, begun))
        if archive is not None:
            _finish(pool.map(lambda each: archive.add(each.made, each.draft.path), lists))
        with alone(directory):
            placed = [_place(each, register) for each in lists]
            sync_directory(directory)
    return placed


@dataclass(frozen=True, slots=True)
class _Begun:
    """A list and the file it is written into."""

    made: ListRecord
    write: Write
    draft: Draft


def _write(group: Sequence[_Begun]) -> None:
    for each in group:
        each.write(each.draft.file)
        each.draft.sync()


def _place(each: _Begun, register: Register | None) -> Placed:
    target = each.draft.target
    try:
        is_newest = _is_newest(each.made, target, register)
        if is_newest:
            each.draft.take_place()
    except RegisterError as error:
        return Placed(target, is_out=False, why_not=f"{target}: {error}")
    except OSError as error:
        return Placed(target, is_out=False, why_not=f"{target}: {error.strerror or error}")
    return Placed(target, is_newest)


def _is_newest(made: ListRecord, target: Path, register: Register | None) -> bool:
    """Whether a list is newer than the one in its place; raises `OSError` and `RegisterError`."""
    try:
        with open_list(target) as published:
            if published.number <= made.number or register is None:
                return published.number <= made.number
            # Asked after the file was opened: whoever published it is on record.
            last, public_key = _on_record(made, register)
            if published.number <= last:
                return False
            if not published.is_signed_by(public_key):
                return True  # Its number is damaged.
            raise RegisterError(
                f"list {published.number} is out, signed, and the register ends with list {last}:"
                " it is older than what was published; restore a newer copy of it"
            )
    except (FileNotFoundError, ListFileError):
        return True
    except OSError:
        if register is None:
            raise
        # Nobody can tell which it is. None is newer than the last on record.
        return _on_record(made, register)[0] == made.number


def _on_record(made: ListRecord, register: Register) -> tuple[int, bytes]:
    """Give the last number of a list's scope and key, and that key."""
    scope = WHOLE_SCOPE if made.municipality is None else made.municipality
    with register.reading() as asked:
        lasts = asked.last_lists(made.kind, [scope], [made.generation])
        keys = {row.number: row.public_key for row in asked.generations(made.kind)}
    return lasts[scope, made.generation].number, keys[made.generation]


def _finish(results: Iterable[object]) -> None:
    """Wait for all, and raise what one of them raised."""
    for _ in results:
        pass


def is_taken(path: Path) -> bool:
    """Whether something lies in a list's place that no file can replace."""
    return path.is_dir() and not path.is_symlink()


def published_number(path: Path) -> int:
    """Give a published list's cRLNumber, 0 for none; what cannot be read is older than any."""
    try:
        with open_list(path) as published:
            return published.number
    except (OSError, ListFileError):
        return 0
