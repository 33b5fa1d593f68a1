"""The octets of a list's entries in a file: written once, signed under as many keys as there are.

What it is: a stretch of a file with its length and digest, and how one is spooled from rows.
What it is not: a list; a stretch may lie in one (`jpki.ca.listfile`), which is then signed anew
without being made anew.
Called by: `jpki.ca.lists`, `jpki.ca.numbering`, `jpki.ca.listfile`.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import BinaryIO

from jpki.ca.entries import RevokedRow, encode_entries
from jpki.ca.errors import ListFileError

_PIECE = 1 << 18


@dataclass(frozen=True, slots=True)
class EntryOctets:
    """Entries, DER, one after the other: `size` octets of a file from `start` on."""

    file: BinaryIO = field(repr=False)
    start: int
    size: int
    entries: int
    sha256: bytes

    def pieces(self) -> Iterator[bytes]:
        """Give the octets, a piece at a time.

        Raises `ListFileError` after the last when they are not those that were spooled: of a file
        that was changed in its place nothing must be signed.
        """
        digest = sha256()
        for piece in stretch(self.file, self.start, self.size):
            digest.update(piece)
            yield piece
        if digest.digest() != self.sha256:
            raise ListFileError("the entries of a list have changed while it was being signed")


def stretch(file: BinaryIO, start: int, size: int) -> Iterator[bytes]:
    """Give so many octets of a file, a piece at a time; fewer where it ends before."""
    file.seek(start)
    left = size
    while left and (piece := file.read(min(left, _PIECE))):
        left -= len(piece)
        yield piece


def spool(chunks: Iterable[Sequence[RevokedRow]], file: BinaryIO) -> EntryOctets:
    """Write the entries of all rows into a file that is empty; give where they are."""
    digest = sha256()
    size = entries = 0
    for rows in chunks:
        octets = encode_entries(rows)
        digest.update(octets)
        file.write(octets)
        size += len(octets)
        entries += len(rows)
    return EntryOctets(file, 0, size, entries, digest.digest())
