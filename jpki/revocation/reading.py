"""Read a list once, from beginning to end: entries, digests and signature in the same pass.

Two threads reckon SHA-256, of the signed part and of the whole list, while this one reads
entries: both let go of the interpreter. Memory is the columns and a few pieces of the list, which
are read into the same few buffers in turn: what is digested and what is scanned are the same
octets, be the file written to meanwhile.
A list is taken only if it could ever serve: strict DER, signed by one of the CA certificates
given, and with nothing that forbids using it (`_rules`).
RFC 5280 5.1, 5.2, 5.3, 6.3.3. Called by `store`, and by whoever has a list in memory.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from hashlib import sha256
from itertools import chain, cycle
from typing import Protocol

from jpki import oids
from jpki.revocation.columns import Columns, no_columns
from jpki.revocation.entries import EntryScanner
from jpki.revocation.errors import ListUnreadableError, ListUntrustedError, ListUnusableError
from jpki.revocation.frames import MOST, find_places
from jpki.revocation.partition import Frame, IndexedList
from jpki.verify.anchors import Anchor
from jpki.verify.crl_objections import authenticity_objections, understanding_objections
from jpki.verify.der import Fields, Node, context, header
from jpki.verify.der_rules import Tag
from jpki.verify.errors import MalformedError
from jpki.verify.extensions import Extension, read_extensions

PIECE = 1 << 20
"""Octets read at a time, at most."""
_SMALL_PIECE = 1 << 18
_PIECES = 8
"""In so many a list is read at least, that digests and entries of it are reckoned side by side."""
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
    stream: Readable, size: int, anchors: Sequence[Anchor], *, fast: bool = True
) -> ReadList:
    """Read a DER list of `size` octets; raise `ListRefusedError` when it may not serve."""
    pieces = _pieces(stream, size)
    _, first = next(pieces, (0, memoryview(b"")))
    begin = bytes(first[:MOST])
    places = find_places(begin, size)
    with _digests(parallel=size > PIECE) as (whole, signed):
        scanner = EntryScanner(
            places.entries_end - places.entries, offset=places.entries, fast=fast
        )
        tail = b""
        for at, piece in chain([(0, first)], pieces):
            whole.update(piece)
            signed.update(_between(piece, at, places.tbs, places.tbs_end))
            entries = _between(piece, at, places.entries, places.entries_end)
            if entries:
                scanner.feed(entries)
            tail += _between(piece, at, places.entries_end, size)
        columns = scanner.finish() if places.entries_end > places.entries else no_columns()
        list_sha256, tbs_sha256 = whole.digest(), signed.digest()
    frame = Frame(places.frame(begin, tail), tbs_sha256, list_sha256, len(columns), None)
    try:
        found = frame.parsed()
        problems = _rules(found)
    except MalformedError as error:
        where = places.offset_in_list(error.offset, begin, tail)
        raise ListUnreadableError(error.problem, where) from None
    issuer = _issuer(found, anchors)
    problems += understanding_objections(found, issuer)
    if problems:
        raise ListUnusableError("; ".join(problems))
    names = found.scope.names if found.scope else None
    return ReadList(replace(found, frame=replace(frame, names=names)), columns, issuer)


def _rules(found: IndexedList) -> tuple[str, ...]:
    """Say what RFC 5280 demands of the issuer of a list, and this one does not have."""
    extensions = _extensions(found)
    number = extensions.get(oids.CRL_NUMBER)
    key = extensions.get(oids.AUTHORITY_KEY_IDENTIFIER)
    point = extensions.get(oids.ISSUING_DISTRIBUTION_POINT)
    rules = (
        (found.version != _V2, "not version 2 (RFC 5280 5.1.2.1)"),
        (found.next_update is None, "without nextUpdate (5.1.2.5)"),
        (
            found.next_update is not None and found.next_update < found.this_update,
            "nextUpdate lies before thisUpdate",
        ),
        (number is None, "without cRLNumber (5.2.3)"),
        (number is not None and number.critical, "cRLNumber is critical (5.2.3)"),
        (key is None, "without authorityKeyIdentifier (5.2.1)"),
        (key is not None and key.critical, "authorityKeyIdentifier is critical (5.2.1)"),
        (
            point is not None and not point.critical,
            "issuingDistributionPoint is not critical (5.2.5)",
        ),
    )
    return tuple(words for broken, words in rules if broken)


def _extensions(found: IndexedList) -> dict[str, Extension]:
    # Known to be DER: it was read by the parser.
    tag, start, end = header(found.tbs, 0, len(found.tbs))
    tbs = Fields(Node(found.tbs, tag, 0, start, end), "TBSCertList")
    while node := tbs.optional(
        Tag.INTEGER, Tag.SEQUENCE, Tag.UTC_TIME, Tag.GENERALIZED_TIME, context(0)
    ):
        if node.tag == context(0):
            return dict(read_extensions(node.only("crlExtensions")))
    return {}


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
    raise ListUntrustedError(told)


def _pieces(stream: Readable, size: int) -> Iterator[tuple[int, memoryview]]:
    """Give the list piece by piece, each with its offset, in `_BUFFERS` buffers in turn."""
    at = 0
    piece = min(PIECE, max(size // _PIECES, _SMALL_PIECE))
    # One octet more than there should be, to see it.
    length = min(piece, size + 1)
    buffers = [memoryview(bytearray(length)) for _ in range(min(size // piece + 1, _BUFFERS))]
    for buffer in cycle(buffers):
        count = stream.readinto(buffer) or 0
        if at + count > size:
            raise ListUnreadableError("the list goes on behind its end", size)
        if not count:
            break
        yield at, buffer[:count]
        at += count
    if at != size:
        raise ListUnreadableError(f"the list needs {size - at} bytes more", at)


def _between(piece: memoryview, at: int, start: int, end: int) -> memoryview:
    """Give what of a piece at offset `at` lies within [start, end)."""
    return piece[max(start - at, 0) : max(end - at, 0)]


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
        self._waiting.append(self._pool.submit(self._hash.update, piece))
        if len(self._waiting) == _BUFFERS:
            self._waiting.popleft().result()

    def digest(self) -> bytes:
        """Give the digest of all of it."""
        for each in self._waiting:
            each.result()
        return self._hash.digest()


@contextmanager
def _digests(*, parallel: bool) -> Iterator[tuple[_Digest, _Digest]]:
    """Give two digests; in parallel, each has a thread of its own and so keeps its order."""
    if not parallel:
        yield _Digest(None), _Digest(None)
        return
    with ThreadPoolExecutor(1) as first, ThreadPoolExecutor(1) as second:
        yield _Digest(first), _Digest(second)
