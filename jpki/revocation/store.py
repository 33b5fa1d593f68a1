"""The index in a directory: one file a CA key, replaced whole, read through a mapping.

A new file is written beside the old one, synced, and renamed over it: whoever reads goes on
reading the old one, a crash at any point leaves it in use, and what it left behind is removed by
the next writer. Writers take turns by a lock that ends with its process.
Not here: what is in a file (`layout`), which list may replace which (`merging`).
Called by `jpki crl index`, `jpki check`, and by whoever verifies much.
"""

import fcntl
import mmap
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from jpki.revocation import layout
from jpki.revocation.errors import DamagedIndexError, ListRefusedError
from jpki.revocation.lookup import CaIndex
from jpki.revocation.merging import Merge
from jpki.revocation.reading import ReadList, read_list
from jpki.verify.anchors import Anchor

SUFFIX = ".crlx"
_UNFINISHED = ".new"
_LOCK = "lock"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one list: taken, there already (`taken` False), or `refused` and why."""

    source: str
    taken: bool
    read: ReadList | None = None
    refused: ListRefusedError | None = None


@dataclass(frozen=True, slots=True)
class IndexDirectory:
    """The directory of an index; it is made by the first list."""

    path: Path

    def parts(self) -> tuple[CaIndex, ...]:
        """Map every part as it is now; raise `DamagedIndexError` for one that is not whole.

        What is given stays as it is, whatever is added later: ask again for what is new.
        """
        return tuple(_mapped(path) for path in sorted(self.path.glob(f"*{SUFFIX}")))

    def add(
        self, sources: Iterable[Path | tuple[str, bytes]], anchors: Sequence[Anchor]
    ) -> Iterator[Outcome]:
        """Read lists (files, or octets with a name) and take those that may serve, all at once.

        An outcome comes when a list was read; when the last has come, what was taken is in use.
        Raises `DamagedIndexError` when a part that should be added to is not whole.
        """
        taken: list[Outcome] = []
        for source in sources:
            outcome = _read(source, anchors)
            if outcome.refused:
                yield outcome
            else:
                taken.append(outcome)
        if not taken:
            return
        self.path.mkdir(parents=True, exist_ok=True)
        with self._writing():
            yield from self._merged(taken)

    def _merged(self, taken: list[Outcome]) -> Iterator[Outcome]:
        merges: dict[Path, Merge] = {}
        for outcome in taken:
            one = outcome.read
            if one is None:
                continue
            issuer = one.issuer.certificate
            path = self.path / file_name(issuer.subject, issuer.public_key_info)
            if path not in merges:
                old = _mapped(path) if path.exists() else None
                merges[path] = Merge(issuer.subject, issuer.public_key_info, old)
            try:
                yield Outcome(outcome.source, merges[path].take(one), one)
            except ListRefusedError as refused:
                yield Outcome(outcome.source, taken=False, refused=refused)
        for path, merge in merges.items():
            if merge.is_needed:
                self._replace(path, merge.result())

    def _replace(self, path: Path, contents: layout.Contents) -> None:
        unfinished = path.with_suffix(_UNFINISHED)
        with unfinished.open("wb") as file:
            layout.write(file, contents)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
        directory = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Be the only writer, and clear away what a writer left that was killed."""
        with (self.path / _LOCK).open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            for left in self.path.glob(f"*{_UNFINISHED}"):
                left.unlink()
            yield


def in_memory(lists: Iterable[ReadList]) -> tuple[CaIndex, ...]:
    """Make the parts of an index that is kept nowhere; older lists of a scope are left out."""
    merges: dict[tuple[bytes, bytes], Merge] = {}
    for one in lists:
        issuer = one.issuer.certificate
        key = (issuer.subject, issuer.public_key_info)
        merge = merges.setdefault(key, Merge(*key, None))
        try:
            merge.take(one)
        except ListRefusedError:
            continue
    return tuple(CaIndex(merge.result()) for merge in merges.values())


def file_name(issuer: bytes, public_key_info: bytes) -> str:
    """Give the name of the file for a CA's name and key."""
    return sha256(issuer + public_key_info).hexdigest()[:40] + SUFFIX


def _read(source: Path | tuple[str, bytes], anchors: Sequence[Anchor]) -> Outcome:
    name = str(source) if isinstance(source, Path) else source[0]
    try:
        with _opened(source) as (stream, size):
            return Outcome(name, taken=True, read=read_list(stream, size, anchors))
    except ListRefusedError as refused:
        return Outcome(name, taken=False, refused=refused)


@contextmanager
def _opened(source: Path | tuple[str, bytes]) -> Iterator[tuple[BinaryIO, int]]:
    if isinstance(source, Path):
        with source.open("rb", buffering=0) as file:
            yield file, os.fstat(file.fileno()).st_size
    else:
        yield BytesIO(source[1]), len(source[1])


def _mapped(path: Path) -> CaIndex:
    try:
        with path.open("rb") as file:
            octets = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except ValueError:
        raise DamagedIndexError(f"{path} is empty") from None
    try:
        return CaIndex(layout.read(memoryview(octets)))
    except DamagedIndexError as damage:
        raise DamagedIndexError(f"{path}: {damage}") from None
