"""The few ways this room writes to disk: whole or not at all, private, versioned.

What it is: JSON files with a format name and a version, replaced by rename; a lock between
processes; directories only their owner can enter.
What it is not: the files of a card or of an authority; their own packages write those.
POSIX rename(2), flock(2), fsync(2). Called by the other modules of `cardsim.world`.
"""

import contextlib
import fcntl
import json
import os
import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from cardsim.world.errors import DamagedWorldError, WorldVersionError

PRIVATE_DIRECTORY = 0o700
PRIVATE_FILE = 0o600


def write_json(path: Path, format_name: str, version: int, fields: Mapping[str, Any]) -> None:
    """Write a versioned JSON file (0600) so that a reader sees the old or the new one, whole."""
    document = {"format": format_name, "version": version, **fields}
    text = json.dumps(document, ensure_ascii=False, indent=2) + "\n"
    write_private(path, text.encode("utf-8"))


def write_private(path: Path, content: bytes) -> None:
    """Write a file (0600) so that a reader sees the old or the new one, whole."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    try:
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    sync_directory(path.parent)


def read_json(
    path: Path, format_name: str, version: int, *, older: tuple[int, ...] = ()
) -> dict[str, Any]:
    """Read a versioned JSON file; `older` are versions the caller can read as well.

    Raises `DamagedWorldError` when it is not ours or not whole, `WorldVersionError` when it is
    of another version, and `FileNotFoundError`.
    """
    raw = path.read_bytes()
    try:
        # Decoded here: from bytes, json guesses UTF-16 and UTF-32, which nobody wrote.
        document = json.loads(raw.decode("utf-8"))
    except (ValueError, RecursionError):
        raise DamagedWorldError(path, "not JSON") from None
    if not isinstance(document, dict) or document.get("format") != format_name:
        raise DamagedWorldError(path, f"not a {format_name!r} file")
    # True is 1 in Python, and no version.
    known = [each for each in (version, *older) if document.get("version") == each]
    if not known or isinstance(document["version"], bool):
        raise WorldVersionError(path, document.get("version"), version)
    return document


def make_private_directory(path: Path) -> None:
    """Make a directory that only its owner can enter, whatever the umask."""
    path.mkdir(mode=PRIVATE_DIRECTORY)
    path.chmod(PRIVATE_DIRECTORY)


def sync_directory(path: Path) -> None:
    """Make renames inside a directory survive a loss of power."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold a lock between processes; the file is gone afterwards.

    The lock ends with its process, so one that was killed holds up nobody.
    """
    descriptor = _acquire(path)
    try:
        yield
    finally:
        # Unlinked while held: who waits for this inode then sees that the name has moved on.
        path.unlink(missing_ok=True)
        os.close(descriptor)


def _acquire(path: Path) -> int:
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, PRIVATE_FILE)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            if _is_at(descriptor, path):
                return descriptor
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)


def _is_at(descriptor: int, path: Path) -> bool:
    held = os.fstat(descriptor)
    try:
        named = path.stat()
    except FileNotFoundError:
        return False
    return (held.st_dev, held.st_ino) == (named.st_dev, named.st_ino)
