"""A revocation list that strict parsing refused, and whether it may still concern a certificate.

What the CA signed and this verifier cannot read may name any serial number whose bytes occur in
it; then nothing is known to be good. What nobody signed for is as if it had not been given.
Whoever hands a list on can bend what is not signed, so the signed part is looked for wherever it
may begin, and its signature behind the element after it, or a little behind it, with lengths
written in any way. What whoever hands it on multiplies is looked at so far and no further.
Not here: lists that can be read (`crl`), what follows (`crl_source`).
RFC 5280 5.1.1; X.690 8.3 (an INTEGER's contents octets are contiguous).
Called by `crl_source`, and by `jpki.revocation`.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import chain, islice
from typing import TypeVar

from jpki.verify.anchors import Anchor
from jpki.verify.certificate import Certificate
from jpki.verify.crl import RevocationList
from jpki.verify.crl_objections import authenticity_objections
from jpki.verify.der import first_parts, header
from jpki.verify.der_rules import Tag
from jpki.verify.errors import MalformedError
from jpki.verify.keys import MAX_RSA_BITS, SignatureProblem
from jpki.verify.revocation import Evidence
from jpki.verify.serials import serial_octets

_Part = TypeVar("_Part")
Signed = tuple[bytes, bytes, bytes]
"""The signed part, the algorithm and the signature's bytes."""
_SEARCHED = 64
"""How far from the front anything that looks like a SEQUENCE is tried; further on, what begins as
a TBSCertList does, with an algorithm of a key."""
_BEGINNING = re.compile(
    rb"(?=\x30(?:[\x00-\x7f]|\x81.|\x82..|\x83...|\x84....)(?:\x02\x01.)?"
    rb"\x30[\x05-\x7f]\x06.(?:\x2a\x86\x48|\x60\x86\x48))",
    re.DOTALL,
)
_BEHIND = 160
"""How far behind the signed part its signature may begin: an algorithm stands between."""
_LEAST_SIGNATURE = 32
_LONGEST_SIGNATURE = MAX_RSA_BITS // 8
"""Of the largest key that is verified with."""
_MOST = 16
"""Signatures tried of a file, and so places at most: one is enough unless somebody put more there.
Each is verified under every key that may have made it."""
MOST_BEGINNINGS = 1 << 12
"""Places further on that are looked at: each costs a search for a signature."""
_BIT_STRING = bytes((Tag.BIT_STRING,))
_LONG_FORM = 0x80


@dataclass(frozen=True, slots=True)
class UnreadableList:
    """What was given as a list and is none; `signed` is None when no signed part was found."""

    evidence: Evidence
    signed: Signed | None = field(repr=False)
    others: tuple[Signed, ...] = field(default=(), repr=False)
    """What else could be signed parts, when the first is not a CA's."""

    @classmethod
    def of(cls, der: bytes, error: MalformedError) -> "UnreadableList":
        """Keep what can be told of a list that `error` says is none."""
        objections = (str(error),)
        evidence = Evidence("crl", sha256(der).digest(), "unreadable", objections=objections)
        found = tuple(_signed(der))
        return cls(evidence, found[0] if found else None, found[1:])

    def mentions(self, serial: int) -> Iterator[Signed]:
        """Give each signed part in which the serial number's bytes occur, whoever signed it."""
        octets = serial_octets(serial)
        for one in (self.signed, *self.others):
            if one is not None and octets in one[0]:
                yield one

    def may_mention(self, serial: int) -> bool:
        """Whether the serial number's bytes occur in it, whoever signed it."""
        return next(self.mentions(serial), None) is not None

    def signed_by(self, issuer: Anchor) -> tuple[bytes, ...]:
        """Give each signed part that this CA key signed, once, whomever it names.

        Who keeps lists for later (`jpki.revocation`) asks this too: what this CA may have said
        is one and the same thing, whether the list is at hand or was put into an index.
        """
        parts = (self.signed, *self.others)
        held = (one[0] for one in parts if one is not None and _holds(one, issuer))
        return tuple(dict.fromkeys(held))

    def may_name(
        self, certificate: Certificate, issuer: Anchor, lists: Sequence[RevocationList] = ()
    ) -> bool:
        """Whether this CA key signed it and the serial number's bytes occur in it.

        Not of a signed part that one of `lists` has, too: read whole, it says no more than that.
        """
        return any(
            _holds(one, issuer) and not _is_read(one[0], issuer, lists)
            for one in self.mentions(certificate.serial)
        )


def _is_read(tbs: bytes, issuer: Anchor, lists: Sequence[RevocationList]) -> bool:
    digest = sha256(tbs).digest()
    return any(
        one.tbs_sha256 == digest and not authenticity_objections(one, issuer) for one in lists
    )


def _holds(signed: Signed, issuer: Anchor) -> bool:
    tbs, algorithm, signature = signed
    try:
        issuer.key.verify(algorithm, signature, tbs)
    except SignatureProblem:
        return False
    return True


def _signed(der: bytes) -> Iterator[Signed]:
    """Give what could be signed, of each place where a part stands with a signature behind it."""
    near = (at for at in range(min(_SEARCHED, len(der))) if der[at] == Tag.SEQUENCE)
    far = (one.start() for one in _BEGINNING.finditer(der, _SEARCHED))
    looked_at = chain(near, islice(far, MOST_BEGINNINGS))
    return shared_out(tuple(_signed_at(der, at)) for at in looked_at)


def _signed_at(der: bytes, at: int) -> Iterator[Signed]:
    """Read a TBSCertList from here on, the algorithm it names, and what may be its signature.

    The algorithm outside is passed over: nobody signed it.
    """
    try:
        _, _, end = header(der, at, len(der))
        first, second = first_parts(der, 2, at=at)
    except MalformedError:
        return
    algorithm = second if first.tag == Tag.INTEGER else first
    if algorithm.tag == Tag.SEQUENCE:
        tbs = der[at:end]
        for signature in signatures_behind(der, end):
            yield tbs, algorithm.der, signature


def shared_out(places: Iterable[tuple[_Part, ...]]) -> Iterator[_Part]:
    """Give what is tried: of each of the first places as many signatures as of any other.

    Together no more than are tried of a file; so nothing behind one place costs another its turn.
    """
    tried = tuple(islice(filter(None, places), _MOST))
    each = max(
        count
        for count in range(1, _MOST + 1)
        if sum(min(count, len(one)) for one in tried) <= _MOST
    )
    return chain.from_iterable(one[:each] for one in tried)


def signatures_behind(der: bytes, end: int) -> Iterator[bytes]:
    """Give what may be the signature of a part that ends here, as many as are tried of a file.

    First the BIT STRING behind one element, an algorithm of any length, as a list has it; then
    each that begins a little behind.
    """
    second = _behind_one(der, end)
    nearby = (at for at in range(end, end + _BEHIND) if at != second)
    return islice(_bit_strings(der, chain((second,), nearby)), _MOST)


def _bit_strings(der: bytes, places: Iterable[int]) -> Iterator[bytes]:
    for at in places:
        found = _any_length(der, at) if der[at : at + 1] == _BIT_STRING else None
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
