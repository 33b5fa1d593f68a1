"""What the readers of the index promise for any bytes: their own refusal, or what others read.

Called by `fuzzing` under atheris, and by `test_fuzz_seeds` with some hundred bent seeds.
"""

import io
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256

from jpki.revocation import (
    DamagedIndexError,
    IndexSource,
    ListRefusedError,
    ReadList,
    in_memory,
    layout,
    read_list,
    refusals_of,
)
from jpki.verify import CrlSource
from jpki.verify.certificate import Certificate
from jpki.verify.policy import CrlRules
from jpki.verify.revocation import Status
from tests.revocation import lists
from tests.support import pki
from tests.support.asn1 import bits

Target = Callable[[bytes], None]
HOLDER = Certificate.parse(pki.certificate(lists.CA))
GOOD = pki.crl(lists.CA)


def outcome(der: bytes, *, fast: bool) -> ReadList | ListRefusedError:
    """Read a list, or give why not."""
    try:
        return read_list(io.BytesIO(der), len(der), (lists.ANCHOR,), fast=fast)
    except ListRefusedError as refused:
        return refused


def index_list(data: bytes) -> None:
    """Read a list quickly and slowly alike, and as the verifier does where it is taken."""
    quick, slow = outcome(data, fast=True), outcome(data, fast=False)
    same(type(quick), type(slow))
    if isinstance(quick, ListRefusedError):
        same(str(quick), str(slow))
    if isinstance(quick, ReadList) and isinstance(slow, ReadList):
        (read,) = CrlSource.load([data]).lists
        found = lists.facts(lists.as_dict(quick.columns))
        same(found, lists.facts(lists.as_dict(slow.columns)))
        same(found, lists.facts(read.entries))


def signed_list(data: bytes) -> None:
    """Sign anything as a list: taken or refused, the index is not kinder than the lists."""
    signature = bits(pki.sign(lists.CA.key, data))
    der = lists.seq(data, pki.SHA256_WITH_RSA, signature)
    index_list(der)
    both = [GOOD, der]
    found = [outcome(each, fast=True) for each in both]
    taken = [one for one in found if isinstance(one, ReadList)]
    doubtful = [
        kept
        for each, one in zip(both, found, strict=True)
        if isinstance(one, ListRefusedError)
        for kept in refusals_of(each, one, (lists.ANCHOR,))
    ]
    sources = (CrlSource.load(both), IndexSource(in_memory(taken, doubtful)))
    by_lists, by_index = (
        source.status(HOLDER, lists.ANCHOR, moment=pki.NOW, crl_rules=CrlRules()).status
        for source in sources
    )
    if by_index is not Status.UNKNOWN:
        same(by_index, by_lists)


def index_file(data: bytes) -> None:
    """Read a file as it is, and with its checksums put right."""
    for octets in (data, resealed(data)):
        with suppress(DamagedIndexError):
            layout.read(memoryview(octets)).columns()


def resealed(data: bytes) -> bytes:
    """Put the size and all SHA-256 of a file right, as far as its table can be read."""
    head, row = layout._HEAD, layout._ROW
    count = len(layout.SECTIONS)
    begin = head.size + count * row.size
    if len(data) < begin:
        return data
    rows = [row.unpack_from(data, head.size + number * row.size) for number in range(count)]
    table = b"".join(
        row.pack(name, at, size, sha256(data[at : at + size]).digest())
        for name, at, size, _ in rows
    )
    start = head.pack(layout.MAGIC, layout.VERSION, count, len(data), b"")[:-32]
    return start + sha256(start + table).digest() + table + data[begin:]


def same(one: object, other: object) -> None:
    """Fail when two readers disagree."""
    if one != other:
        raise AssertionError(f"{one!r} is not {other!r}")


TARGETS: tuple[Target, ...] = (index_list, signed_list, index_file)
