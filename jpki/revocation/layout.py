"""One file of the index: all lists of one CA key, as sections of octets.

    0       magic "JPKICRLX", version, number of sections, size of the file
    24      SHA-256 of the 24 octets before and the table behind
    56      table: per section its name (8 octets), offset, size, SHA-256
    …       the sections, each at a multiple of 64

Sections: `ca` (issuer's Name and SubjectPublicKeyInfo), `lists` (one frame a list), `starts`,
`low`, `when`, `code` (the short columns), `long`, `aside` (what lists said that were replaced),
`refused` (lists the CA signed that were not taken). Numbers are little-endian. Short entries are
in the order of their serial numbers. `starts` begins with the upper 16 bits of the first; what
follows at h says in which row serial numbers begin whose upper 16 bits are h more, up to the
last that there are; `low` is the lower 16. A change of any of this is another VERSION.
Not here: where files lie (`store`), looking up (`lookup`).
"""

import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from jpki.revocation.aside import ASIDE, no_records
from jpki.revocation.columns import LONG, Columns
from jpki.revocation.errors import DamagedIndexError
from jpki.revocation.partition import Frame
from jpki.revocation.refusals import Refusal

MAGIC = b"JPKICRLX"
VERSION = 4
SECTIONS = ("ca", "lists", "starts", "low", "when", "code", "long", "aside", "refused")
BUCKETS = 1 << 16
SLOT_SHIFT = 4
"""In `code`, the list's slot is above the CRLReason."""
MOST_LISTS = 1 << 16 - SLOT_SHIFT
"""Lists of one CA key; JPKI has about 1,900 places."""

_HEAD = struct.Struct("<8sIIQ32s")
_UNSIGNED_HEAD = _HEAD.size - 32
_ROW = struct.Struct("<8sQQ32s")
_LIST = struct.Struct("<IQ32s32sIH")
_LENGTH = struct.Struct("<I")
_NO_NAMES = 0xFFFF
_ALIGNMENT = 64
_FEW_IN_A_BUCKET = 8
"""Entries a bucket below which counting them all is quicker than searching for each bucket."""
_KINDS: dict[str, str | np.dtype[np.void]] = {
    "starts": "<u4",
    "low": "<u2",
    "when": "<u4",
    "code": "<u2",
    "long": LONG,
    "aside": ASIDE,
}


@dataclass(frozen=True, slots=True)
class Contents:
    """What one file holds."""

    issuer: bytes
    public_key_info: bytes
    frames: dict[int, Frame]
    """By slot."""
    starts: NDArray[np.uint32]
    """The first bucket, and in which row it and each behind it begin; at the end, how many."""
    low: NDArray[np.uint16]
    when: NDArray[np.uint32]
    code: NDArray[np.uint16]
    long: NDArray[np.void]
    aside: NDArray[np.void] = field(default_factory=no_records)
    """By serial number; the slots are `frames`, too, from `aside.RECENT` on."""
    refused: tuple[Refusal, ...] = ()

    @classmethod
    def of(
        cls,
        issuer: bytes,
        public_key_info: bytes,
        frames: dict[int, Frame],
        columns: Columns,
        *,
        aside: NDArray[np.void] | None = None,
        refused: tuple[Refusal, ...] = (),
    ) -> "Contents":
        """Put sorted columns into the form they have in a file."""
        starts = _starts(columns.serial)
        low = columns.serial.astype(np.uint16)
        aside = no_records() if aside is None else aside
        when, code, long = columns.when, columns.code, columns.long
        return cls(issuer, public_key_info, frames, starts, low, when, code, long, aside, refused)

    @property
    def is_empty(self) -> bool:
        """Whether it holds no list, taken or refused: of such a CA key nothing is known."""
        return not (self.frames or self.refused)

    def columns(self) -> Columns:
        """Give the columns as they were; the serial numbers are made anew."""
        first, rows = self.starts[0], self.starts[1:]
        buckets = np.arange(first, first + len(rows) - 1, dtype=np.uint32)
        high = np.repeat(buckets << np.uint32(16), np.diff(rows))
        high |= self.low
        return Columns(high, self.when, self.code, self.long)


def write(file: BinaryIO, contents: Contents) -> None:
    """Write a file from its beginning; the header, without which it is none, comes last."""
    sections: dict[str, bytes | NDArray[Any]] = {
        "ca": b"".join(_sized((contents.issuer, contents.public_key_info))),
        "lists": b"".join(map(_packed, contents.frames.items())),
        "starts": contents.starts,
        "low": contents.low,
        "when": contents.when,
        "code": contents.code,
        "long": contents.long,
        "aside": contents.aside,
        "refused": b"".join(_sized(_refused_parts(contents.refused))),
    }
    at = _HEAD.size + len(SECTIONS) * _ROW.size
    table = b""
    for name, content in sections.items():
        at += -at % _ALIGNMENT
        octets = _octets(content)
        file.seek(at)
        file.write(octets)
        table += _ROW.pack(name.encode(), at, len(octets), sha256(octets).digest())
        at += len(octets)
    head = _HEAD.pack(MAGIC, VERSION, len(SECTIONS), at, b"")[:_UNSIGNED_HEAD]
    file.truncate(at)
    file.seek(0)
    file.write(head + sha256(head + table).digest() + table)


def read(octets: memoryview) -> Contents:
    """Read a file; raise `DamagedIndexError` unless it is as it was written, to the last octet.

    Frames are parsed when they are asked for. Where somebody made a file, checksums and all, with
    what is no list, it is then that `MalformedError` says so.
    """
    try:
        return _read(octets)
    except (struct.error, ValueError) as error:
        raise DamagedIndexError(f"a section is not of its form: {error}") from None


def _read(octets: memoryview) -> Contents:
    sections = dict(_sections(octets))
    issuer, public_key_info = _parts(sections["ca"])
    columns = {name: _column(name, sections[name], kind) for name, kind in _KINDS.items()}
    frames, refused = dict(_frames(sections["lists"])), _refusals(sections["refused"])
    found = Contents(issuer, public_key_info, frames, **columns, refused=refused)
    lengths = {len(found.low), len(found.when), len(found.code)}
    first, *rows = found.starts[:2].tolist()
    if not rows or lengths != {int(found.starts[-1])}:
        raise DamagedIndexError("columns of different lengths")
    if first + len(found.starts) - 2 > BUCKETS or rows[0]:
        raise DamagedIndexError("rows of other serial numbers than there can be")
    if (found.starts[2:] < found.starts[1:-1]).any():
        raise DamagedIndexError("rows out of order")
    falls = np.flatnonzero(found.low[1:] < found.low[:-1]) + 1
    if not np.isin(falls, found.starts[1:]).all():
        raise DamagedIndexError("serial numbers out of order")
    return found


def _starts(serial: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Say in which row each bucket begins, from the first with an entry to the last."""
    if not len(serial):
        return np.zeros(2, np.uint32)
    first, last = int(serial[0]) >> 16, int(serial[-1]) >> 16
    buckets = last + 1 - first
    starts = np.empty(buckets + 2, np.uint32)
    starts[:2] = first, 0
    if len(serial) < _FEW_IN_A_BUCKET * buckets:
        in_bucket = np.bincount((serial >> np.uint32(16)) - np.uint32(first), minlength=buckets)
        np.cumsum(in_bucket, out=starts[2:])
    else:
        begins = np.arange(first + 1, last + 1, dtype=np.uint32) << np.uint32(16)
        starts[2:-1], starts[-1] = np.searchsorted(serial, begins), len(serial)
    return starts


def _sections(octets: memoryview) -> Iterator[tuple[str, memoryview]]:
    if len(octets) < _HEAD.size:
        raise DamagedIndexError("too short to be an index")
    magic, version, count, size, digest = _HEAD.unpack_from(octets)
    if magic != MAGIC:
        raise DamagedIndexError("not an index of revocation lists")
    if version != VERSION:
        raise DamagedIndexError(f"format version {version}; this program reads {VERSION}")
    table = octets[_HEAD.size : _HEAD.size + count * _ROW.size]
    if size != len(octets) or sha256(bytes(octets[:_UNSIGNED_HEAD]) + table).digest() != digest:
        raise DamagedIndexError("the header is not as it was written")
    rows = [_ROW.unpack_from(table, at) for at in range(0, len(table), _ROW.size)]
    if tuple(name.rstrip(b"\0").decode() for name, *_ in rows) != SECTIONS:
        raise DamagedIndexError("other sections than this version has")
    end = _HEAD.size + len(table)
    for name, (_, at, length, written) in zip(SECTIONS, rows, strict=True):
        # No checksum is over what fills up between.
        if at != end + -end % _ALIGNMENT or any(octets[end:at]):
            raise DamagedIndexError(f"the section {name} is not where it was written")
        end = at + length
        section = octets[at:end]
        if sha256(section).digest() != written:
            raise DamagedIndexError(f"the section {name} is not as it was written")
        yield name, section


def _octets(content: bytes | NDArray[Any]) -> memoryview:
    if isinstance(content, bytes):
        return memoryview(content)
    return np.ascontiguousarray(content).view(np.uint8).data


def _column(name: str, section: memoryview, kind: str | np.dtype[np.void]) -> NDArray[Any]:
    try:
        return np.frombuffer(section, kind)
    except ValueError as error:
        raise DamagedIndexError(f"the section {name}: {error}") from None


def _sized(parts: Iterable[bytes]) -> Iterator[bytes]:
    for part in parts:
        yield _LENGTH.pack(len(part)) + part


def _parts(section: memoryview) -> Sequence[bytes]:
    found = []
    while len(section):
        (length,) = _LENGTH.unpack_from(section)
        found.append(bytes(section[_LENGTH.size : _LENGTH.size + length]))
        section = section[_LENGTH.size + length :]
    return found


def _refused_parts(refused: Iterable[Refusal]) -> Iterator[bytes]:
    for one in refused:
        yield from (one.sha256, one.why.encode(errors="backslashreplace"), one.der, one.tbs_sha256)


def _refusals(section: memoryview) -> tuple[Refusal, ...]:
    parts = iter(_parts(section))
    return tuple(
        Refusal(digest, why.decode(), der, tbs_sha256)
        for digest, why, der, tbs_sha256 in zip(parts, parts, parts, parts, strict=True)
    )


def _packed(item: tuple[int, Frame]) -> bytes:
    slot, frame = item
    names = frame.names or ()
    rest = b"".join((frame.der, *_sized(names)))
    count = _NO_NAMES if frame.names is None else len(names)
    digests = (frame.tbs_sha256, frame.list_sha256)
    head = _LIST.pack(slot, frame.entries, *digests, len(frame.der), count)
    return _LENGTH.pack(len(head) + len(rest)) + head + rest


def _frames(section: memoryview) -> Iterator[tuple[int, Frame]]:
    for part in _parts(section):
        slot, entries, tbs, whole, length, count = _LIST.unpack_from(part)
        der = part[_LIST.size : _LIST.size + length]
        names = tuple(_parts(memoryview(part)[_LIST.size + length :]))
        yield slot, Frame(der, tbs, whole, entries, None if count == _NO_NAMES else names)
