"""Where in a file somebody may have signed a part of it that strict parsing does not give.

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

from jpki.verify.any_length import Elements, contents
from jpki.verify.keys import MAX_RSA_BITS
from jpki.verify.serials import serial_octets

MOST_BEGINNINGS = 1 << 12
"""Places of a file that are looked at, at most: each costs a search for a signature."""
_FEW_BEGINNINGS, _OCTETS_EACH = 64, 32
"""So many of any file, and one more for as many octets: files may be many, too."""
_MOST = 16
"""Signatures tried of a file, and so places at most: one is enough unless somebody put more there.
Each is verified under every key that may have made it."""
_BEHIND = 160
"""How far behind the signed part its signature may begin: an algorithm stands between."""
_LEAST_SIGNATURE = 32
_LONGEST_SIGNATURE = MAX_RSA_BITS // 8
"""Of the largest key that is verified with."""
_BIT_STRING = re.compile(rb"\x03(?=[\x21-\x7f\x81-\xff])")
"""One that is not shorter than a signature."""
ANY_LENGTH = (
    rb"(?:[\x00-\x80]|"
    + b"|".join(rb"\x8%d" % count + b"." * count for count in range(1, 9))
    + b")"
)
"""A length of at most nine octets, as a pattern."""
A_NUMBER = rb"\x02(?:[\x81-\x88]\x00{0,7})?\x01."
"""A version, as a pattern."""


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


def most_beginnings(der: bytes) -> int:
    """Give how many places of a file are looked at."""
    return min(MOST_BEGINNINGS, _FEW_BEGINNINGS + len(der) // _OCTETS_EACH)


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


def signatures_behind(elements: Elements, end: int) -> tuple[bytes, ...]:
    """Give what may be the signature of a part that ends here, as many as are tried of a file.

    First the BIT STRING behind one element, an algorithm of any length, as a list has it; then
    each that begins a little behind.
    """
    der, one = elements.der, elements.at(end)
    second = end if one is None else one[2]
    # Searched, not gone through: this is done some thousand times a file, mostly for nothing.
    begin = islice(_BIT_STRING.finditer(der, end, end + _BEHIND + 1), _MOST)
    nearby = (one.start() for one in begin)
    others = (at for at in nearby if at != second)
    return tuple(islice(_bit_strings(der, chain((second,), others)), _MOST))


def _bit_strings(der: bytes, places: Iterable[int]) -> Iterator[bytes]:
    for at in places:
        start, end = (contents(der, at) if _BIT_STRING.match(der, at) else None) or (at, None)
        # The octet in front counts unused bits.
        if end is not None and _LEAST_SIGNATURE < end - start <= 1 + _LONGEST_SIGNATURE:
            yield der[start + 1 : end]
