"""Read a revocation list of any length from a file, without holding it.

What it is: the few fields that say which list it is, where its entries lie, their serial numbers
in chunks, and whether a key signed it. Only lists in the form the authorities here write.
What it is not: a verifier's view of a list (`jpki.verify.crl`); nobody is told by this whether a
certificate is good.
Standard: RFC 5280 section 5.
Called by: `jpki.ca.publishing`, `jpki.ca.nightly`, `jpki.ca.coverage`.
"""

import errno
import gzip
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from typing import BinaryIO, cast

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa, utils

from jpki import oids
from jpki.ca import der
from jpki.ca.errors import ListFileError
from jpki.ca.spooling import stretch

_HEAD = 4096
"""More than names and times take."""
_TAIL = 1 << 16
"""More than extensions and a signature take."""
_LENGTH_OCTETS = 5
"""Of a length: a terabyte is more than any list has."""
_SEQUENCE, _INTEGER, _UTC_TIME, _GENERALIZED_TIME = 0x30, 0x02, 0x17, 0x18
_LONG = 0x80


@dataclass(frozen=True, slots=True)
class ListFile:
    """An open list. `distribution_point` is the value of issuingDistributionPoint, if any."""

    file: BinaryIO = field(repr=False)
    this_update: datetime
    next_update: datetime
    number: int
    distribution_point: bytes | None
    tbs: tuple[int, int]
    """Where TBSCertList begins, and how long it is."""
    entries: tuple[int, int]
    """Where revokedCertificates' content begins, and how long it is; nothing is 0 octets."""
    signature: bytes = field(repr=False)

    def sha256(self) -> bytes:
        """Give the digest of the entries' octets."""
        digest = sha256()
        for piece in stretch(self.file, *self.entries):
            digest.update(piece)
        return digest.digest()

    def serials(self) -> Iterator[list[int]]:
        """Give the serial numbers in their order, in chunks; raises `ListFileError`."""
        rest = b""
        for piece in stretch(self.file, *self.entries):
            buffer = rest + piece
            serials, end = _serials(buffer)
            yield serials
            rest = buffer[end:]
        if rest:
            raise ListFileError("the entries of the list end within one")

    def is_signed_by(self, public_key: bytes) -> bool:
        """Whether the key (SubjectPublicKeyInfo, DER) signed this list."""
        digest = sha256()
        for piece in stretch(self.file, *self.tbs):
            digest.update(piece)
        key = serialization.load_der_public_key(public_key)
        try:
            cast("rsa.RSAPublicKey", key).verify(
                self.signature,
                digest.digest(),
                padding.PKCS1v15(),
                utils.Prehashed(hashes.SHA256()),
            )
        except InvalidSignature:
            return False
        return True


def _serials(buffer: bytes) -> tuple[list[int], int]:
    """Give the serial numbers of the entries that are whole, and where they end."""
    serials = []
    at, last = 0, len(buffer) - 4
    while at < last:
        after = at + 2 + buffer[at + 1]
        if after > len(buffer):
            break
        if buffer[at] != _SEQUENCE or buffer[at + 2] != _INTEGER or after - at - 2 >= _LONG:
            raise ListFileError("the list has an entry of another form")
        serials.append(int.from_bytes(buffer[at + 4 : at + 4 + buffer[at + 3]], "big"))
        at = after
    return serials, at


def open_plain(path: Path) -> BinaryIO:
    """Open a file to read it; raises `ListFileError` for a pipe or a device, and `OSError`."""
    # A pipe would be waited for until somebody writes into it.
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    mode = os.fstat(descriptor).st_mode
    if S_ISREG(mode):
        return os.fdopen(descriptor, "rb")
    os.close(descriptor)
    if S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    raise ListFileError(f"{path} is a pipe or a device and no file")


@contextmanager
def open_list(path: Path) -> Iterator[ListFile]:
    """Open a list, DER, also one that is gzipped (.gz).

    Raises `ListFileError` when it is none of ours, and `OSError`.
    """
    with open_plain(path) as plain:
        file = cast("BinaryIO", gzip.GzipFile(fileobj=plain)) if path.suffix == ".gz" else plain
        try:
            found = read_list(file)
        except (ValueError, LookupError, EOFError, gzip.BadGzipFile, zlib.error):
            raise ListFileError(f"{path} is no revocation list, or is damaged") from None
        yield found


def read_list(file: BinaryIO) -> ListFile:
    """Find the parts of a list; raises `ValueError` or `LookupError` when it is none of ours."""
    head = file.read(_HEAD)
    outer = _Element.at(head, 0, _SEQUENCE)
    tbs = _Element.at(head, outer.start, _SEQUENCE)
    version = _Element.at(head, tbs.start, _INTEGER)
    algorithm = _Element.at(head, version.end, _SEQUENCE)
    issuer = _Element.at(head, algorithm.end, _SEQUENCE)
    this_update = _Element.at(head, issuer.end, _UTC_TIME, _GENERALIZED_TIME)
    next_update = _Element.at(head, this_update.end, _UTC_TIME, _GENERALIZED_TIME)
    entries = (next_update.end, 0)
    after = next_update.end
    if head[after] == _SEQUENCE:
        revoked = _Element.at(head, after, _SEQUENCE)
        entries = (revoked.start, revoked.size)
        after = revoked.end
    if outer.end < after:
        raise ValueError("the list ends before its entries do")
    if outer.end - after > _TAIL:
        raise ValueError("what follows the entries is longer than it can be")
    file.seek(after)
    tail = file.read(outer.end - after + 1)
    if len(tail) != outer.end - after:
        raise ValueError("octets are missing or left over")
    extensions = _Element.at(tail, 0, 0xA0)
    signed_with = _Element.at(tail, tbs.end - after, _SEQUENCE)
    signature = _Element.at(tail, signed_with.end, 0x03)
    if extensions.end != tbs.end - after or signature.end != len(tail):
        raise ValueError("a part ends elsewhere than the list says")
    values = _extensions(tail[extensions.start : extensions.end])
    number = _Element.at(values[der.object_identifier(oids.CRL_NUMBER)], 0, _INTEGER)
    return ListFile(
        file=file,
        this_update=_moment(head, this_update),
        next_update=_moment(head, next_update),
        number=int.from_bytes(
            values[der.object_identifier(oids.CRL_NUMBER)][number.start : number.end], "big"
        ),
        distribution_point=values.get(der.object_identifier(oids.ISSUING_DISTRIBUTION_POINT)),
        tbs=(outer.start, tbs.end - outer.start),
        entries=entries,
        signature=tail[signature.start + 1 : signature.end],
    )


@dataclass(frozen=True, slots=True)
class _Element:
    """Where one element's content lies."""

    tag: int
    start: int
    size: int

    @property
    def end(self) -> int:
        return self.start + self.size

    @classmethod
    def at(cls, octets: bytes, at: int, *tags: int) -> "_Element":
        tag, first = octets[at], octets[at + 1]
        if tag not in tags:
            raise ValueError(f"tag {tag:02X} is not expected here")
        if first < _LONG:
            return cls(tag, at + 2, first)
        start = at + 2 + (first & 0x7F)
        if start > at + 2 + _LENGTH_OCTETS:
            raise ValueError("a length is longer than that of any list")
        return cls(tag, start, int.from_bytes(octets[at + 2 : start], "big"))


def _extensions(content: bytes) -> dict[bytes, bytes]:
    """Give the value of each extension by its identifier, DER."""
    whole = _Element.at(content, 0, _SEQUENCE)
    values = {}
    at = whole.start
    while at < whole.end:
        extension = _Element.at(content, at, _SEQUENCE)
        identifier = _Element.at(content, extension.start, 0x06)
        value = identifier.end
        if content[value] == 0x01:
            value = _Element.at(content, value, 0x01).end
        inner = _Element.at(content, value, 0x04)
        values[content[extension.start : identifier.end]] = content[inner.start : inner.end]
        at = extension.end
    return values


def _moment(octets: bytes, element: _Element) -> datetime:
    text = octets[element.start : element.end].decode("ascii")
    if element.tag == _UTC_TIME:
        text = ("19" if text[:2] >= "50" else "20") + text  # RFC 5280 section 4.1.2.5.1
    return datetime.strptime(text, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC)
