"""The lists of past days, so that what could be known on a day can be shown later.

    auth/g2/13221/0000000017-20261123T030000Z.crl      one municipality's, number 17
    auth/g2/full/0000000017-20261123T030000Z.crl.gz    everything's, compressed

What it is: a directory that keeps every list that was signed, found by its moment without the
register. A plain list is a second name of the published file and takes no room of its own until
that is replaced.
What it is not: published; nor a judgement of what a list proves (`jpki.verify`).
Standard: none; RFC 5280 section 5.2.3 for the order of lists.
Called by: `jpki.ca.publishing`, `cardsim.world`, `tools/jpki_cli`.
"""

import errno
import gzip
import os
import re
import shutil
import stat
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO, cast

from jpki.ca.atomic import draft, sync_directory
from jpki.ca.records import ListRecord
from jpki.profiles.kinds import Kind

_NAME = re.compile(r"\d{10,}-(\d{8}T\d{6}Z)\.crl(\.gz)?")
_MOMENT = "%Y%m%dT%H%M%SZ"
_FULL = "full"
_NOT_HERE = {errno.EXDEV, errno.EPERM, errno.EOPNOTSUPP, errno.EMLINK}
"""What link(2) says where files cannot have a second name."""


@dataclass(frozen=True, slots=True)
class ArchivedList:
    """A list of a past day. `municipality` is the code of its scope, None for everything."""

    kind: Kind
    generation: int
    municipality: str | None
    number: int
    this_update: datetime
    path: Path

    @property
    def published_name(self) -> str:
        """The name of the file it was published in."""
        return f"{self.kind.value}-g{self.generation}-{self.municipality or _FULL}.crl"

    def read(self) -> bytes:
        """Give the list, DER."""
        return _octets(self.path)


class Archive:
    """A directory of past lists; made when the first is kept."""

    def __init__(
        self, directory: Path, *, compressed: bool = False, keep: timedelta | None = None
    ) -> None:
        """Keep lists for `keep` after their day, for ever by default."""
        self._directory = directory
        self._compressed = compressed
        self._keep = keep

    def add(self, made: ListRecord, file: Path) -> Path:
        """Keep a list that is written and on disk; give where.

        Raises `FileExistsError` where another list of its number and date is kept: nothing is
        taken away here, and no register numbers twice.
        """
        place = self._place(made.kind, made.generation, made.municipality)
        _make_directory(place)
        path = place / f"{made.number:010}-{made.this_update.astimezone(UTC):{_MOMENT}}.crl"
        if self._compressed:
            path = path.with_name(f"{path.name}.gz")
        if path.exists():
            _must_be_the_same(file, path)
        elif self._compressed:
            _copy(file, path, compressed=True)
        else:
            _link(file, path)
        return path

    def make_room(self, kind: Kind, generation: int, scope: str | None) -> None:
        """Make the directory of a scope's lists (None for everything) under one key, on disk."""
        _make_directory(self._place(kind, generation, scope))

    def lists(self, kind: Kind, scope: str | None, *, generation: int) -> list[ArchivedList]:
        """Give every list of a scope (None for everything) under one key, by number."""
        place = self._place(kind, generation, scope)
        found = sorted(place.iterdir()) if place.is_dir() else []
        return [
            ArchivedList(
                kind=kind,
                generation=generation,
                municipality=scope,
                number=int(path.name.partition("-")[0]),
                this_update=this_update,
                path=path,
            )
            for path in found
            if (this_update := _moment(path.name)) is not None
        ]

    def archived_list(
        self, kind: Kind, scope: str | None, *, at: datetime, generation: int | None = None
    ) -> ArchivedList | None:
        """Give the latest list of a scope that there was at a moment, or None.

        Without `generation` the newest that had one. Where the clock was set back, the latest is
        the one with the latest thisUpdate.
        """
        wanted = self._generations(kind) if generation is None else [generation]
        for number in sorted(wanted, reverse=True):
            there = [
                each
                for each in self.lists(kind, scope, generation=number)
                if each.this_update <= at
            ]
            if there:
                return max(there, key=lambda each: (each.this_update, each.number))
        return None

    def scopes(self, kind: Kind) -> list[tuple[int, str | None]]:
        """Give the generations and scopes (None for everything) that have lists here."""
        found = sorted(self._directory.glob(f"{kind.value}/g[0-9]*/*"))
        return [
            (int(place.parent.name[1:]), None if place.name == _FULL else place.name)
            for place in found
        ]

    def prune(self, *, moment: datetime) -> list[Path]:
        """Remove the lists whose time is over, never a scope's latest; give them."""
        if self._keep is None:
            return []
        gone: list[Path] = []
        for place in sorted(self._directory.glob("*/g*/*")):
            found = [(path, _moment(path.name)) for path in sorted(place.iterdir())]
            lists = [(path, made) for path, made in found if made is not None]
            gone += [path for path, made in lists[:-1] if made < moment - self._keep]
        for path in gone:
            path.unlink()
        return gone

    def _place(self, kind: Kind, generation: int, scope: str | None) -> Path:
        return self._directory / kind.value / f"g{generation}" / (scope or _FULL)

    def _generations(self, kind: Kind) -> list[int]:
        return [int(path.name[1:]) for path in self._directory.glob(f"{kind.value}/g[0-9]*")]


def _moment(name: str) -> datetime | None:
    """Give thisUpdate of the list in a file of this name; None for a file that is not one."""
    match = _NAME.fullmatch(name)
    return None if match is None else datetime.strptime(match[1], _MOMENT).replace(tzinfo=UTC)


def _must_be_the_same(file: Path, path: Path) -> None:
    if file.read_bytes() != _octets(path):
        raise FileExistsError(
            errno.EEXIST,
            "another list of this number and date is in the archive: the register is older than"
            " that; restore a newer copy of it",
            str(path),
        )


def _octets(path: Path) -> bytes:
    octets = path.read_bytes()
    return gzip.decompress(octets) if path.suffix == ".gz" else octets


def _link(file: Path, path: Path) -> None:
    try:
        os.link(file, path)
    except OSError as error:
        if error.errno not in _NOT_HERE:
            raise
        _copy(file, path, compressed=False)
    else:
        sync_directory(path.parent)


def _copy(file: Path, path: Path, *, compressed: bool) -> None:
    with file.open("rb") as source, draft(path) as new:
        if compressed:
            # The same list gives the same file: no name and no time of ours in it.
            with gzip.GzipFile("", "wb", fileobj=new.file, mtime=0) as packed:
                shutil.copyfileobj(source, cast("BinaryIO", packed))
        else:
            shutil.copyfileobj(source, new.file)
        new.sync()
        new.put_in_place()


def _make_directory(place: Path) -> None:
    """Make a directory and those above it that are missing, on disk, open to the same people."""
    if place.is_dir():
        return
    _make_directory(place.parent)
    place.mkdir(stat.S_IMODE(place.parent.stat().st_mode), exist_ok=True)
    sync_directory(place.parent)
