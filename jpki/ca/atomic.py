"""Files that are put in place whole or not at all, also by kill -9 or a loss of power.

What it is: a draft beside the file it shall replace; the directory's lock; and the sweep of drafts
whose writers have died. A writer holds a lock on its draft, which ends with the process: so what
can be locked is nobody's.
What it is not: a judgement which file is newer (`jpki.ca.publishing`).
Standard: POSIX rename and fsync; flock(2).
Called by: `jpki.ca.publishing`, `jpki.ca.archive`, `cardsim.world`.
"""

import fcntl
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

_FILE_MODE = 0o644
_DRAFT = re.compile(r"\..+\.[a-z0-9_]{8}")
"""What `tempfile.mkstemp` calls a draft."""


class Draft:
    """A file that is being written; `synced` before it is linked or put in place."""

    def __init__(self, path: Path, target: Path, file: BinaryIO) -> None:
        """Take an open file: use `draft`."""
        self.path = path
        self.file = file
        self.target = target
        self.placed = False

    def sync(self) -> None:
        """Have all of it on disk, readable for everybody."""
        self.file.flush()
        os.fchmod(self.file.fileno(), _FILE_MODE)
        os.fsync(self.file.fileno())

    def put_in_place(self) -> None:
        """Let it take its target's place, for good."""
        self.take_place()
        sync_directory(self.target.parent)

    def take_place(self) -> None:
        """Let it take its target's place; for good once the directory is synced."""
        self.path.replace(self.target)
        self.placed = True


@contextmanager
def draft(target: Path) -> Iterator[Draft]:
    """Begin a file beside its target; unless it is put in place, the block leaves nothing."""
    with alone(target.parent):
        descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
    path = Path(name)
    with os.fdopen(descriptor, "w+b") as file:
        new = Draft(path, target, file)
        try:
            yield new
        finally:
            if not new.placed:
                path.unlink(missing_ok=True)


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file so that readers see the old or the new whole, also after a loss of power."""
    with draft(path) as new:
        new.file.write(content)
        new.sync()
        new.put_in_place()


def sweep(directory: Path) -> list[Path]:
    """Remove the drafts that writers who were killed have left; give what they were called."""
    with alone(directory):
        found = [path for path in sorted(directory.iterdir()) if _DRAFT.fullmatch(path.name)]
        return [path for path in found if _swept(path)]


def _swept(path: Path) -> bool:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    except OSError:
        return False
    try:
        with suppress(BlockingIOError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink(missing_ok=True)
            return True
    finally:
        os.close(descriptor)
    return False


def sync_directory(directory: Path) -> None:
    """Have the names in a directory on disk."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def alone(directory: Path) -> Iterator[None]:
    """Hold the directory's lock; it goes with the process."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
