"""The index in a directory: one file a CA key, replaced whole, read through a mapping.

A new file is written beside the old one, synced, and renamed over it: whoever reads goes on
reading the old one, a crash at any point leaves it in use, and what it left behind is removed by
the next writer. Each file for itself: between two, one CA key's is new and another's still old.
Writers take turns by a lock that ends with its process.
Not here: what is in a file (`layout`), which list may replace which (`merging`).
Called by `jpki crl index`, `jpki check`, and by whoever verifies much.
"""

import fcntl
import mmap
import os
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path

from jpki.revocation import layout
from jpki.revocation.errors import DamagedIndexError, ListRefusedError
from jpki.revocation.lookup import CaIndex
from jpki.revocation.merging import Merge
from jpki.revocation.reading import Readable, ReadList, read_list
from jpki.revocation.refusals import Refusal, refusals_of
from jpki.verify.anchors import Anchor

SUFFIX = ".crlx"
_UNFINISHED = ".new"
_LOCK = "lock"
_ANEW = "; make the index anew, in another directory, of all its lists"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one list: taken, there already (`taken` False), or `refused` and why.

    `remembered`: refused, but one of the CAs signed it, and what it says or may say counts.
    """

    source: str
    taken: bool
    read: ReadList | None = None
    refused: ListRefusedError | None = None
    remembered: bool = False


@dataclass(frozen=True, slots=True)
class IndexDirectory:
    """The directory of an index; it is made by the first list."""

    path: Path

    def parts(self) -> tuple[CaIndex, ...]:
        """Map every part as it is now; raise `DamagedIndexError` for one that is not whole.

        What is given stays as it is, whatever is added later: ask again for what is new.
        """
        found = []
        for path in sorted(self.path.glob(f"*{SUFFIX}")):
            try:
                found.append(_mapped(path))
            except FileNotFoundError:
                # All of it was forgotten since; a link to nowhere is no such thing.
                if path.is_symlink():
                    raise
        return tuple(part for part in found if not part.contents.is_empty)

    def add(
        self, sources: Iterable[Path | tuple[str, bytes]], anchors: Sequence[Anchor]
    ) -> Iterator[Outcome]:
        """Read lists (files, or octets with a name) and take those that may serve, all at once.

        One that is refused is remembered if one of these CAs signed it: what it may say counts.
        What is no regular file is refused without being read, and so is what cannot be read.

        An outcome comes when a list was read; when the last has come, what was taken is in use.
        Raises `DamagedIndexError` when a part that should be added to is not whole.
        """
        taken: list[Outcome] = []
        doubtful: list[tuple[Anchor, Refusal]] = []
        for source in sources:
            outcome, found = _read(source, anchors)
            if outcome.refused:
                doubtful += found
                yield outcome
            else:
                taken.append(outcome)
        if not taken and not doubtful:
            return
        self.path.mkdir(parents=True, exist_ok=True)
        with self._writing():
            yield from self._merged(taken, doubtful)

    def forget(
        self, digests: Collection[bytes] = (), *, before: datetime | None = None
    ) -> tuple[bytes, ...]:
        """Let refused lists of these SHA-256 count no longer, nor lists replaced that are so old.

        The lists of their scopes stay, and what they say; a part of which nothing is left goes.
        Gives the SHA-256 of what was forgotten. Raises `DamagedIndexError`.
        """
        found: list[bytes] = []
        with self._writing():
            for path in sorted(self.path.glob(f"*{SUFFIX}")):
                old = _mapped(path)
                merge = Merge(old.issuer, old.public_key_info, old)
                found += merge.forget(digests, before)
                if merge.is_needed or old.contents.is_empty:
                    self._replace(path, merge.result())
        return tuple(found)

    def _merged(
        self, taken: list[Outcome], doubtful: list[tuple[Anchor, Refusal]]
    ) -> Iterator[Outcome]:
        merges: dict[Path, Merge] = {}

        def merge_of(issuer: Anchor) -> Merge:
            name, key = issuer.certificate.subject, issuer.certificate.public_key_info
            path = self.path / file_name(name, key)
            if path not in merges:
                merges[path] = Merge(name, key, _mapped(path) if path.exists() else None)
            return merges[path]

        for issuer, refusal in doubtful:
            merge_of(issuer).refuse(refusal)
        for outcome in taken:
            one = outcome.read
            if one is None:
                continue
            try:
                yield Outcome(outcome.source, merge_of(one.issuer).take(one), one)
            except ListRefusedError as refused:
                yield replace(outcome, taken=False, read=None, refused=refused, remembered=True)
        for path, merge in merges.items():
            if merge.is_needed:
                self._replace(path, merge.result())

    def _replace(self, path: Path, contents: layout.Contents) -> None:
        if contents.is_empty:
            path.unlink()
        else:
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


def in_memory(
    lists: Iterable[ReadList], refused: Iterable[tuple[Anchor, Refusal]] = ()
) -> tuple[CaIndex, ...]:
    """Make the parts of an index that is kept nowhere, of lists and of what was refused."""
    merges: dict[tuple[bytes, bytes], Merge] = {}

    def merge_of(issuer: Anchor) -> Merge:
        key = (issuer.certificate.subject, issuer.certificate.public_key_info)
        return merges.setdefault(key, Merge(*key, None))

    for issuer, refusal in refused:
        merge_of(issuer).refuse(refusal)
    for one in lists:
        with suppress(ListRefusedError):
            merge_of(one.issuer).take(one)
    return tuple(CaIndex(merge.result()) for merge in merges.values())


def file_name(issuer: bytes, public_key_info: bytes) -> str:
    """Give the name of the file for a CA's name and key."""
    return sha256(issuer + public_key_info).hexdigest()[:40] + SUFFIX


def _read(
    source: Path | tuple[str, bytes], anchors: Sequence[Anchor]
) -> tuple[Outcome, list[tuple[Anchor, Refusal]]]:
    """Read one list; give with it what is to be remembered of one that is refused."""
    name = str(source) if isinstance(source, Path) else source[0]
    try:
        if not _is_octets(source):
            return _unread(name, "no regular file"), []
        try:
            with _opened(source) as (stream, size):
                read = read_list(stream, size, anchors, with_sha256=True)
                return Outcome(name, taken=True, read=read), []
        except ListRefusedError as why:
            der = source.read_bytes() if isinstance(source, Path) else source[1]
            found = refusals_of(der, why, anchors)
            return Outcome(name, taken=False, refused=why, remembered=bool(found)), found
    except OSError as error:
        return _unread(name, error.strerror or str(error)), []


def _unread(name: str, why: str) -> Outcome:
    return Outcome(name, taken=False, refused=ListRefusedError(f"not read: {why}"))


def _is_octets(source: Path | tuple[str, bytes]) -> bool:
    """Whether there are octets to read: pipes may never end, devices neither."""
    return not isinstance(source, Path) or source.is_file()


@contextmanager
def _opened(source: Path | tuple[str, bytes]) -> Iterator[tuple[Readable, int]]:
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
        raise DamagedIndexError(f"{path} is empty{_ANEW}") from None
    try:
        contents = layout.read(memoryview(octets))
    except DamagedIndexError as damage:
        raise DamagedIndexError(f"{path}: {damage}{_ANEW}") from None
    named = file_name(contents.issuer, contents.public_key_info)
    if path.name != named:
        raise DamagedIndexError(f"{path} holds another CA's lists; its name should be {named}")
    return CaIndex(contents)
