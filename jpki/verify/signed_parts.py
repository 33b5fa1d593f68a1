"""Where in a file that strict parsing refused somebody may have signed a part of it.

Lists and OCSP answers have this in common: a part, and near behind it what may be its signature.
A part is kept as where it lies and not copied: whoever hands a file on can put what begins like
one round the whole of it, many times. Looking costs about the same however often.
Not here: how such a part begins (`crl_unreadable`, `path.ocsp_unreadable`), and who signed it.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from hashlib import sha256
from itertools import chain, islice
from typing import TypeVar

from jpki.verify.der import header
from jpki.verify.errors import MalformedError
from jpki.verify.keys import MAX_RSA_BITS
from jpki.verify.serials import serial_octets

MOST_BEGINNINGS = 1 << 12
"""Places of a file that are looked at: each costs a search for a signature."""
_MOST = 16
"""Signatures tried of a file, and so places at most: one is enough unless somebody put more there.
Each is verified under every key that may have made it."""
_BEHIND = 160
"""How far behind the signed part its signature may begin: an algorithm stands between."""
_LEAST_SIGNATURE = 32
_LONGEST_SIGNATURE = MAX_RSA_BITS // 8
"""Of the largest key that is verified with."""
_BIT_STRING = re.compile(rb"\x03")
_LONG_FORM = 0x80


@dataclass(frozen=True)
class SignedPart:
    """What somebody may have signed, `der[start:end]`, and what may be its signature."""

    der: bytes = field(repr=False)
    start: int
    end: int
    signatures: tuple[bytes, ...] = field(repr=False)

    @property
    def tbs(self) -> bytes:
        """A copy of the signed part."""
        return self.der[self.start : self.end]

    @cached_property
    def tbs_sha256(self) -> bytes:
        """Of the signed part, reckoned once, when first asked for."""
        return sha256(memoryview(self.der)[self.start : self.end]).digest()


_Part = TypeVar("_Part", bound=SignedPart)


def first_places(found: Iterable[_Part]) -> tuple[_Part, ...]:
    """Give the first places with a signature, and as many behind one as behind any other.

    Together no more than are tried of a file; so nothing behind one place costs another its turn.
    """
    places = tuple(islice((one for one in found if one.signatures), _MOST))
    each = max(
        count
        for count in range(1, _MOST + 1)
        if sum(min(count, len(one.signatures)) for one in places) <= _MOST
    )
    return tuple(replace(one, signatures=one.signatures[:each]) for one in places)


def mentioning(parts: Sequence[_Part], serial: int) -> Iterator[_Part]:
    """Give each part in which a serial number's bytes occur, whoever signed it.

    The parts are of one file, in the order in which they begin: what was searched for one of them
    is not searched again for the next, however they lie within each other.
    """
    octets = serial_octets(serial)
    reach = max((one.end for one in parts), default=0)
    at = -1
    for one in parts:
        if at < one.start:
            at = one.der.find(octets, one.start, reach)
        if at < 0:
            return
        if at + len(octets) <= one.end:
            yield one


def signatures_behind(der: bytes, end: int) -> tuple[bytes, ...]:
    """Give what may be the signature of a part that ends here, as many as are tried of a file.

    First the BIT STRING behind one element, an algorithm of any length, as a list has it; then
    each that begins a little behind.
    """
    second = _behind_one(der, end)
    # Searched, not gone through: this is done some thousand times a file, mostly for nothing.
    nearby = (one.start() for one in _BIT_STRING.finditer(der, end, end + _BEHIND))
    others = (at for at in nearby if at != second)
    return tuple(islice(_bit_strings(der, chain((second,), others)), _MOST))


def _bit_strings(der: bytes, places: Iterable[int]) -> Iterator[bytes]:
    for at in places:
        found = _any_length(der, at) if _BIT_STRING.match(der, at) else None
        # The octet in front counts unused bits.
        if found and _LEAST_SIGNATURE < found[1] - found[0] <= 1 + _LONGEST_SIGNATURE:
            yield der[found[0] + 1 : found[1]]


def _behind_one(der: bytes, at: int) -> int:
    try:
        return header(der, at, len(der))[2]
    except MalformedError:
        return at


def _any_length(der: bytes, at: int) -> tuple[int, int] | None:
    """Give start and end of an element's contents, its length written in any definite form."""
    if at + 2 > len(der):
        return None
    written, start = der[at + 1 : at + 2], at + 2
    if written[0] >= _LONG_FORM:
        start += written[0] - _LONG_FORM
        written = der[at + 2 : start]
    end = start + int.from_bytes(written, "big")
    return (start, end) if written and end <= len(der) else None
