"""A list as it was published, made again of its frame and its columns.

JPKI lists their entries by ascending serial number, each in the one way DER has for it: then
columns and frame hold all of the list, and what is written out again is the list octet for octet.
Nothing is taken on trust for that: the signed part must have the digest that was reckoned when the
list was read, over which the CA's signature was checked. A list in another order, or with entries
that have no shape (`shapes`), cannot be given back.
RFC 5280 5.1, 5.2.6. Called by `reading`, `lookup`, `merging`.
"""

from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from jpki.revocation.columns import NO_DATE, SHORT_LIMIT, Columns
from jpki.revocation.errors import NotKeptError
from jpki.revocation.frames import find_places, sequence
from jpki.revocation.partition import Frame
from jpki.revocation.shapes import BLOCK, SERIAL_OCTETS, Octets, shape_for


def published(frame: Frame, columns: Columns) -> bytes:
    """Give a list as its CA published it, in DER; raise `NotKeptError` when it is not that."""
    if len(columns) != frame.entries:
        raise NotKeptError("not all of its entries are kept")
    entries = sequence(b"".join(_entries(columns))) if len(columns) else b""
    der = frame.der
    places = find_places(der, len(der))
    before, behind = der[places.tbs_contents : places.field], der[places.field : places.tbs_end]
    tbs = sequence(b"".join((before, entries, behind)))
    if sha256(tbs).digest() != frame.tbs_sha256:
        raise NotKeptError("its entries are in another order or form than an index keeps")
    return sequence(tbs + der[places.tbs_end :])


def named(frame: Frame, columns: Columns) -> Frame:
    """Give a frame with the SHA-256 of the whole list; raises as `published` does."""
    if frame.whole_sha256 is not None:
        return frame
    return replace(frame, whole_sha256=sha256(published(frame, columns)).digest())


def _entries(columns: Columns) -> Iterator[bytes]:
    """Write the entries, some thousand at a time: those of 32 bits come first in any order."""
    for at in range(0, len(columns.serial), BLOCK):
        some = slice(at, at + BLOCK)
        serial = columns.serial[some]
        octets = np.zeros((len(serial), SERIAL_OCTETS), np.uint8)
        octets[:, -4:] = serial.astype(">u4").view(np.uint8).reshape(-1, 4)
        yield _written(octets, columns.when[some], columns.code[some])
    for at in range(0, len(columns.long), BLOCK):
        long = columns.long[at : at + BLOCK]
        revoked = long["revoked"]
        if ((revoked < 0) | (revoked >= SHORT_LIMIT) | (long["invalid"] != NO_DATE)).any():
            raise NotKeptError("it has entries with dates of other kinds than an index writes")
        octets = np.ascontiguousarray(long["serial"]).view(np.uint8).reshape(-1, SERIAL_OCTETS)
        yield _written(octets, revoked.astype(np.uint32), long["code"])


def _written(octets: Octets, when: NDArray[np.uint32], code: NDArray[np.uint16]) -> bytes:
    """Write entries of serial numbers above 0, each a row of `SERIAL_OCTETS`, in their order."""
    reason = (code & np.uint16(0xF)).astype(np.uint8)
    first = (octets != 0).argmax(axis=1)
    # An INTEGER whose first octet has the sign bit has a zero before it (X.690 8.3.2).
    padded = octets[np.arange(len(octets)), first] >= 0x80  # noqa: PLR2004
    length = SERIAL_OCTETS - first + padded
    keys = 2 * length + (reason != 0)
    parts = []
    for key in np.flatnonzero(np.bincount(keys)).tolist():
        octets_of, with_reason = divmod(key, 2)
        shape = shape_for(octets_of, with_reason=bool(with_reason))
        if shape is None:
            raise NotKeptError("it has a serial number of more than 20 octets")
        rows = np.flatnonzero(keys == key)
        serials = octets[rows, SERIAL_OCTETS - octets_of :]
        parts.append((rows, shape.written(serials, when[rows], reason[rows])))
    if len(parts) == 1:
        return parts[0][1].tobytes()
    sizes = np.empty(len(keys), np.intp)
    for rows, written in parts:
        sizes[rows] = written.shape[1]
    begins = sizes.cumsum() - sizes
    entries = np.empty(int(sizes.sum()), np.uint8)
    for rows, written in parts:
        entries[begins[rows][:, np.newaxis] + np.arange(written.shape[1])] = written
    return entries.tobytes()
