"""Read a list once, from beginning to end: entries, digests and signature in the same pass.

Of a large list threads beside this one reckon SHA-256, of the signed part and of the whole list,
while this one reads entries, header and tail: they let go of the interpreter. Memory is the
columns and a few pieces of the list, which are read into the same few buffers in turn: what is
digested and what is scanned are the same octets, be the file written to meanwhile.
A list is taken only if it could ever serve: strict DER, signed by one of the CA certificates
given, and with nothing that forbids using it (`_rules`).
RFC 5280 5.1, 5.2, 5.3, 6.3.3. Called by `store`, and by whoever has a list in memory.
"""

import threading
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from hashlib import sha256
from itertools import chain, cycle
from typing import Protocol

import numpy as np

from jpki import oids
from jpki.revocation.columns import Columns, no_columns
from jpki.revocation.entries import MAX_ENTRY, EntryScanner
from jpki.revocation.errors import ListUnreadableError, ListUntrustedError, ListUnusableError
from jpki.revocation.frames import MOST, Places, find_places
from jpki.revocation.partition import Frame, IndexedList
from jpki.revocation.published import published
from jpki.verify.anchors import Anchor
from jpki.verify.crl import RevocationList
from jpki.verify.crl_objections import authenticity_objections, understanding_objections
from jpki.verify.errors import MalformedError

PIECE = 1 << 20
"""Octets read at a time, at most; and of a list from which on digesting in other threads pays."""
_FRONT = MAX_ENTRY
"""Octets of room in front of a piece: of the last entry before it, what was there of it."""
_PAGE = 1 << 12
_BUFFERS = 3
"""Pieces there are at a time: one is scanned, the others may wait for a digest."""
_V2 = 2


class Readable(Protocol):
    """A file or BytesIO."""

    def readinto(self, buffer: memoryview, /) -> int | None:
        """Fill a buffer as far as may be; say how far."""


@dataclass(frozen=True, slots=True)
class ReadList:
    """A list that may serve: all but its entries, these, and the CA certificate that signed it."""

    parsed: IndexedList
    columns: Columns = field(repr=False)
    issuer: Anchor

    @property
    def frame(self) -> Frame:
        """What an index keeps of it beside the entries."""
        return self.parsed.frame


def read_list(
    stream: Readable,
    size: int,
    anchors: Sequence[Anchor],
    *,
    fast: bool = True,
    with_sha256: bool = False,
) -> ReadList:
    """Read a DER list of `size` octets; raise `ListRefusedError` when it may not serve.

    The SHA-256 of the whole list, by which an auditor finds the file, takes as long as that of the
    signed part. Of a list below `PIECE` octets that can be made again from what is kept
    (`published`) it is reckoned when somebody asks for it; with `with_sha256` at once.
    """
    with _lent_room() as room:
        pieces = _pieces(stream, size, room.buffers)
        first = next(pieces)
        places = find_places(first.octets[:MOST], size)
        begin = bytes(first.octets[: places.entries])
        scanner = EntryScanner(
            places.entries_end - places.entries, offset=places.entries, fast=fast
        )
        is_named = with_sha256 or size >= PIECE
        tail = cut = b""
        with room.digests(size) as (whole, signed):
            for piece in chain([first], pieces):
                if is_named:
                    whole.update(piece.octets)
                signed.update(piece.between(places.tbs, places.tbs_end))
                if piece.between(places.entries, places.entries_end):
                    entries = piece.behind(cut, places.entries, places.entries_end)
                    cut = bytes(entries[scanner.feed(entries) :])
                tail += piece.between(places.entries_end, size)
            columns = scanner.finish() if places.entries_end > places.entries else no_columns()
            parsed = _parsed(places, begin, tail)
            if not is_named and not scanner.is_plain:
                whole.update(first.octets)
                is_named = True
            tbs_sha256 = signed.digest()
            whole_sha256 = whole.digest() if is_named else None
    names = parsed.scope.names if parsed.scope else None
    frame = Frame(parsed.der, tbs_sha256, whole_sha256, len(columns), names)
    found = frame.of(parsed, published=lambda: published(frame, columns))
    issuer = _issuer(found, anchors)
    problems = (*_rules(found), *understanding_objections(found, issuer))
    if problems:
        raise ListUnusableError("; ".join(problems))
    return ReadList(found, columns, issuer)


def _parsed(places: Places, begin: bytes, tail: bytes) -> RevocationList:
    """Read the list without its entries; raise `ListUnreadableError` with the offset in it."""
    try:
        return RevocationList.parse(places.frame(begin, tail))
    except MalformedError as error:
        where = places.offset_in_list(error.offset, begin, tail)
        raise ListUnreadableError(error.problem, where) from None


def _rules(found: IndexedList) -> tuple[str, ...]:
    """Say what RFC 5280 demands of the issuer of a list, and this one does not have."""
    rules = (
        (found.version != _V2, "not version 2 (RFC 5280 5.1.2.1)"),
        (found.next_update is None, "without nextUpdate (5.1.2.5)"),
        (
            found.next_update is not None and found.next_update < found.this_update,
            "nextUpdate lies before thisUpdate",
        ),
        (found.number is None, "without cRLNumber (5.2.3)"),
        (oids.CRL_NUMBER in found.critical, "cRLNumber is critical (5.2.3)"),
        (found.authority_key is None, "without authorityKeyIdentifier (5.2.1)"),
        (
            oids.AUTHORITY_KEY_IDENTIFIER in found.critical,
            "authorityKeyIdentifier is critical (5.2.1)",
        ),
        (
            found.scope is not None and oids.ISSUING_DISTRIBUTION_POINT not in found.critical,
            "issuingDistributionPoint is not critical (5.2.5)",
        ),
    )
    return tuple(words for broken, words in rules if broken)


def _issuer(found: IndexedList, anchors: Sequence[Anchor]) -> Anchor:
    """Give the CA certificate whose key signed the list."""
    problems: list[str] = []
    for anchor in anchors:
        if anchor.certificate.subject == found.issuer:
            forged = authenticity_objections(found, anchor)
            if not forged:
                return anchor
            problems += forged
    told = "; ".join(dict.fromkeys(problems)) or "none of the CA certificates has its issuer's name"
    claimed = found.authority_key.key_identifier if found.authority_key else None
    raise ListUntrustedError(told, found.issuer, claimed)


@dataclass(frozen=True, slots=True)
class _Piece:
    """Some octets of the list, from `at` on; in their buffer is room in front of them."""

    at: int
    buffer: memoryview
    size: int

    @property
    def octets(self) -> memoryview:
        """All of them."""
        return self.buffer[_FRONT : _FRONT + self.size]

    def between(self, start: int, end: int) -> memoryview:
        """Give what of them lies within [start, end) of the list."""
        return self.octets[max(start - self.at, 0) : max(end - self.at, 0)]

    def behind(self, cut: bytes, start: int, end: int) -> memoryview:
        """Give the same behind what was left of the piece before, which is put in front of it.

        Nothing of the piece itself is written to, for it may be being digested.
        """
        begin = _FRONT + (0 if cut else max(start - self.at, 0)) - len(cut)
        self.buffer[begin : begin + len(cut)] = cut
        return self.buffer[begin : _FRONT + min(end - self.at, self.size)]


def _pieces(stream: Readable, size: int, buffers: Sequence[memoryview]) -> Iterator[_Piece]:
    """Give the list piece by piece, in these buffers in turn; at least one, if only an empty."""
    at = 0
    for buffer in cycle(buffers):
        # One octet more than there should be, to see it.
        room = buffer[_FRONT : _FRONT + min(PIECE, size + 1 - at)]
        count = _filled(room, stream)
        if at + count > size:
            raise ListUnreadableError("the list goes on behind its end", size)
        if count or not size:
            yield _Piece(at, buffer, count)
        at += count
        if count < len(room):
            break
    if at != size:
        raise ListUnreadableError(f"the list needs {size - at} bytes more", at)


def _filled(room: memoryview, stream: Readable) -> int:
    """Read until there is no room or no more; give how far that is."""
    count = 0
    while count < len(room) and (more := stream.readinto(room[count:])):
        count += more
    return count


@dataclass(eq=False, slots=True)
class _Room:
    """What a thread reads a list with, always the same: to make it costs more than a small list.

    The system's number of the thread tells it from the one it becomes in a forked child, where
    its pools have no threads.
    """

    owner: int = field(default_factory=threading.get_native_id)
    buffers: Sequence[memoryview] = field(
        default_factory=lambda: [_pages(_FRONT + PIECE) for _ in range(_BUFFERS)]
    )
    pools: Sequence[ThreadPoolExecutor] = field(
        default_factory=lambda: [ThreadPoolExecutor(1), ThreadPoolExecutor(1)]
    )

    @contextmanager
    def digests(self, size: int) -> Iterator[list["_Digest"]]:
        """Give two digests for a list of this size.

        Each has one thread, so keeps its order, or none where handing over costs more.
        """
        both = [_Digest(pool if size >= PIECE else None) for pool in self.pools]
        try:
            yield both
        finally:
            for each in both:
                each.end()


class _Rooms(threading.local):
    """The room of each thread."""

    free: _Room | None = None


_ROOMS = _Rooms()


@contextmanager
def _lent_room() -> Iterator[_Room]:
    """Lend this thread its room: should a list be read within a list, that has its own."""
    room, _ROOMS.free = _ROOMS.free, None
    if room is None or room.owner != threading.get_native_id():
        room = _Room()
    try:
        yield room
    finally:
        # What the traceback of a refusal refers to shall keep no thread when this one has ended.
        _ROOMS.free, room.pools = replace(room), ()


def _pages(size: int) -> memoryview:
    """Make a buffer that begins with a page: copying elsewhere may take several times as long."""
    octets = np.empty(size + _PAGE, np.uint8)
    begin = -octets.ctypes.data % _PAGE
    return octets.data[begin : begin + size]


class _Digest:
    """SHA-256 of what is handed over in order, in a thread if there is one.

    Each piece must stay as it is until `_BUFFERS - 1` more have been handed over.
    """

    def __init__(self, pool: ThreadPoolExecutor | None) -> None:
        self._hash = sha256()
        self._pool = pool
        self._waiting: deque[Future[None]] = deque()

    def update(self, piece: memoryview) -> None:
        """Hand over the next octets, or none; waits when too many are waiting."""
        if self._pool is None:
            self._hash.update(piece)
            return
        try:
            self._waiting.append(self._pool.submit(self._hash.update, piece))
        except RuntimeError:
            # No more threads are begun: the main one has ended, or there are too many.
            self.end()
            self._hash.update(piece)
            return
        if len(self._waiting) == _BUFFERS:
            self._waiting.popleft().result()

    def digest(self) -> bytes:
        """Give the digest of all of it."""
        self.end()
        return self._hash.digest()

    def end(self) -> None:
        """Wait for what was handed over, and let go of the thread."""
        while self._waiting:
            self._waiting.popleft().result()
        self._pool = None
