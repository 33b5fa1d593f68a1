"""The frame of a list: where its entries begin and end, and all the rest as a list of its own.

A revocation list of any size is a header of some hundred octets, the entries, and a tail with
extensions and signature. Header and tail put together without the entries are a CertificateList
again, which the verifier's parser reads; lengths that hold the entries are checked here.
RFC 5280 5.1; X.690 10.1. Called by `reading`, `published`.
"""

from dataclasses import dataclass

from jpki.revocation.errors import ListUnreadableError
from jpki.verify.der import context, header
from jpki.verify.der_rules import Tag
from jpki.verify.errors import MalformedError

MOST = 1 << 16
"""Octets that header and tail may each have; those of JPKI have some hundred."""
_TIMES = (Tag.UTC_TIME, Tag.GENERALIZED_TIME)
_LONG_FORM = 0x80


@dataclass(frozen=True, slots=True)
class Places:
    """Offsets within a list: TBSCertList, its contents, and the entries (empty without any)."""

    tbs: int
    tbs_contents: int
    tbs_end: int
    field: int
    """Where revokedCertificates begins, or would."""
    entries: int
    entries_end: int
    size: int

    def frame(self, begin: bytes, tail: bytes) -> bytes:
        """Give the list without its entries; `tail` is all behind them."""
        within = begin[self.tbs_contents : self.field] + tail[: self.tbs_end - self.entries_end]
        rest = tail[self.tbs_end - self.entries_end :]
        return sequence(sequence(within) + rest)

    def offset_in_list(self, offset: int, begin: bytes, tail: bytes) -> int:
        """Say where in the list an offset within its frame is."""
        before = len(self.frame(begin, tail)) - len(tail)
        if offset >= before:
            return offset - before + self.entries_end
        return max(offset - before + self.field, 0)


def find_places(begin: bytes | memoryview, size: int) -> Places:
    """Find the entries of a list of `size` octets that begins so."""
    try:
        return _places(begin, size)
    except MalformedError as error:
        raise ListUnreadableError(error.problem, error.offset) from None
    except IndexError:
        is_cut = len(begin) < min(MOST, size)
        what = (
            "the list ends within its header" if is_cut else f"a header of more than {MOST} octets"
        )
        raise ListUnreadableError(what, len(begin)) from None


def _places(begin: bytes | memoryview, size: int) -> Places:
    tag, tbs, end = header(begin, 0, size)
    _require(tag, Tag.SEQUENCE, "CertificateList", 0)
    if end != size:
        raise MalformedError(f"{size - end} bytes left over", end)
    tag, contents, tbs_end = header(begin, tbs, end)
    _require(tag, Tag.SEQUENCE, "TBSCertList", tbs)
    at = contents
    for wanted in ((Tag.INTEGER,), (Tag.SEQUENCE,), (Tag.SEQUENCE,), _TIMES, _TIMES):
        if at < tbs_end:
            tag, _, after = header(begin, at, tbs_end)
            if tag in wanted:
                at = after
    field = at
    if at < tbs_end:
        tag, start, after = header(begin, at, tbs_end)
        if tag == Tag.SEQUENCE:
            if start == after:
                # RFC 5280 5.1.2.6: without entries the field is left out.
                raise MalformedError("revokedCertificates is empty", at)
            return _within_limits(Places(tbs, contents, tbs_end, field, start, after, size))
        _require(tag, context(0), "TBSCertList", at)
    return _within_limits(Places(tbs, contents, tbs_end, field, at, at, size))


def _within_limits(found: Places) -> Places:
    if found.entries > MOST or found.size - found.entries_end > MOST:
        raise MalformedError(f"header or tail of more than {MOST} octets", found.entries)
    return found


def _require(tag: int, wanted: int, what: str, at: int) -> None:
    if tag != wanted:
        raise MalformedError(f"{what}: tag {tag:02X} where {wanted:02X} belongs", at)


def sequence(contents: bytes) -> bytes:
    """Write a SEQUENCE of these contents."""
    size = len(contents)
    if size < _LONG_FORM:
        return bytes((Tag.SEQUENCE, size)) + contents
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((Tag.SEQUENCE, _LONG_FORM | len(octets))) + octets + contents
