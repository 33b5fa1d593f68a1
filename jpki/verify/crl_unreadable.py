"""A revocation list that strict parsing refused, and whether it may still concern a certificate.

Or one that can be read, of which more is not signed than there should be: what the CA signed may
have been put into it.

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
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from itertools import chain, islice

from jpki.verify.anchors import Anchor
from jpki.verify.any_length import Elements, contents
from jpki.verify.certificate import Certificate
from jpki.verify.crl import RevocationList
from jpki.verify.der import header
from jpki.verify.der_rules import Tag
from jpki.verify.errors import MalformedError
from jpki.verify.keys import PublicKey, SignatureProblem
from jpki.verify.revocation import Evidence
from jpki.verify.signed_parts import (
    A_NUMBER,
    ANY_LENGTH,
    SignedPart,
    first_places,
    mentioning,
    most_beginnings,
    signatures_behind,
)

SignedLists = Mapping[bytes, RevocationList]
"""Lists that one CA key signed, by the SHA-256 of their signed part."""
HOLDS_ANOTHER = "another list may stand where nobody signs it"
_SEARCHED = 64
"""How far from the front anything that looks like a SEQUENCE is tried; further on, what begins as
a TBSCertList does, with an algorithm of a key."""
_LONGEST_ALGORITHM = 0x7F
"""Octets in it. Longer is none; it could be nearly as long as the file, at every place."""
_OF_A_KEY = re.compile(rb"\x86\x48(?<=[\x2a\x60]\x86\x48)")
"""In how the OBJECT IDENTIFIER of such an algorithm begins: what is rare is searched for first, and
the rarer two octets of it before the other."""
_BEGINNING = re.compile(
    rb"\x30(?=%b(?:%b)?\x30%b\x06%b\Z)" % (ANY_LENGTH, A_NUMBER, ANY_LENGTH, ANY_LENGTH),
    re.DOTALL,
)
"""A TBSCertList, up to there."""
_LONGEST_BEGINNING = 48
_SEQUENCE, _INTEGER, _OID, _NULL = (
    bytes([tag]) for tag in (Tag.SEQUENCE, Tag.INTEGER, Tag.OID, Tag.NULL)
)


@dataclass(frozen=True)
class ListPart(SignedPart):
    """What could be a TBSCertList, with the algorithm that it names."""

    algorithm: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class UnreadableList:
    """What was given as a list and is none, and the parts of it that somebody may have signed."""

    evidence: Evidence
    parts: tuple[ListPart, ...] = field(default=(), repr=False)

    @classmethod
    def of(cls, der: bytes, error: MalformedError) -> "UnreadableList":
        """Keep what can be told of a list that `error` says is none."""
        objections = (str(error),)
        evidence = Evidence("crl", sha256(der).digest(), "unreadable", objections=objections)
        return cls(evidence, first_places(_parts(der)))

    @classmethod
    def hidden_in(cls, crl: RevocationList) -> "UnreadableList":
        """Give what else somebody may have signed in a list that can be read, and is judged."""
        parts = hidden_parts(crl.der, crl.tbs, crl.signature)
        return cls.bent(crl.sha256, parts) if parts else _NOTHING

    @classmethod
    def bent(cls, sha256: bytes, parts: tuple[ListPart, ...]) -> "UnreadableList":
        """Keep such parts of a list of this SHA-256."""
        return cls(Evidence("crl", sha256, "unreadable", objections=(HOLDS_ANOTHER,)), parts)

    def mentions(self, serial: int) -> Iterator[ListPart]:
        """Give each part in which the serial number's bytes occur, whoever signed it."""
        return mentioning(self.parts, serial)

    def may_mention(self, serial: int) -> bool:
        """Whether the serial number's bytes occur in it, whoever signed it."""
        return next(self.mentions(serial), None) is not None

    def is_of(self, issuer: Anchor) -> bool:
        """Whether this CA key signed a part of it, whomever that names."""
        return any(_is_signed_by(one, issuer.key) for one in self.parts)

    def of_key(self, key: PublicKey) -> "UnreadableList":
        """Leave out what this key did not sign."""
        return replace(self, parts=tuple(one for one in self.parts if _is_signed_by(one, key)))

    def signed_by(self, issuer: Anchor) -> tuple[ListPart, ...]:
        """Give each part that this CA key signed, once, with the signature that shows it.

        Who keeps lists for later (`jpki.revocation`) asks this too: what this CA may have said
        is one and the same thing, whether the list is at hand or was put into an index.
        """
        held: dict[bytes, ListPart] = {}
        for part in self.parts:
            made = [one for one in part.signatures if _made(one, part, issuer.key)]
            if made:
                held.setdefault(part.tbs_sha256, replace(part, signatures=(made[0],)))
        return tuple(held.values())

    def may_name(
        self, certificate: Certificate, issuer: Anchor, lists: Callable[[], SignedLists] = dict
    ) -> bool:
        """Whether this CA key signed it and the serial number's bytes occur in it.

        Not of a signed part that one of `lists` has, too: read whole, it says no more than that.
        """
        return any(
            _is_signed_by(one, issuer.key) and not _is_read(one, lists())
            for one in self.mentions(certificate.serial)
        )


_NOTHING = UnreadableList.bent(b"", ())


def hidden_parts(der: bytes, tbs: bytes, signature: bytes) -> tuple[ListPart, ...]:
    """Give what somebody may have signed of a list beside its signed part by its signature.

    Another place, or that part by another signature: whoever hands the list on chose them all.
    """
    _, start, _ = header(der, 0, len(der))
    end = start + len(tbs)

    def others(part: ListPart) -> ListPart:
        if (part.start, part.end) != (start, end):
            return part
        return replace(part, signatures=tuple(one for one in part.signatures if one != signature))

    return first_places(map(others, _parts(der)))


def _is_read(part: ListPart, lists: SignedLists) -> bool:
    try:
        lists[part.tbs_sha256].read()
    except (KeyError, MalformedError):
        return False
    return True


def _is_signed_by(part: ListPart, key: PublicKey) -> bool:
    return any(_made(one, part, key) for one in part.signatures)


def _made(signature: bytes, part: ListPart, key: PublicKey) -> bool:
    try:
        key.verify_digest(part.algorithm, signature, part.tbs_sha256)
    except SignatureProblem:
        return False
    return True


def _parts(der: bytes) -> Iterator[ListPart]:
    """Give what could be a signed part, in order, with or without a signature behind it."""
    elements = Elements(der)
    near = (at for at in range(min(_SEARCHED, len(der))) if der[at] == Tag.SEQUENCE)
    looked_at = chain(near, islice(_far(der), most_beginnings(der)))
    return chain.from_iterable(_part_at(elements, at) for at in looked_at)


def _far(der: bytes) -> list[int]:
    """Give where what is further on begins like a TBSCertList, in order."""
    found: set[int] = set()
    for key in islice(_OF_A_KEY.finditer(der, _SEARCHED), most_beginnings(der)):
        end = key.start() - 1
        first = max(_SEARCHED, end - _LONGEST_BEGINNING)
        found.update(one.start() for one in _BEGINNING.finditer(der, first, end))
    return sorted(found)


def _part_at(elements: Elements, at: int) -> Iterator[ListPart]:
    """Read a TBSCertList from here on, the algorithm it names, and what may be its signature.

    The algorithm outside is passed over: nobody signed it.
    """
    found = contents(elements.der, at)
    algorithm = _algorithm(elements, *found) if found else None
    whole = elements.at(at) if algorithm else None
    if algorithm and whole:
        _, _, end = whole
        yield ListPart(elements.der, at, end, signatures_behind(elements, end), algorithm)


def _algorithm(elements: Elements, at: int, within: int | None) -> bytes | None:
    """Give the algorithm that is first, or behind a version, in DER, as algorithms are known."""
    der = elements.der
    if der.startswith(_INTEGER, at):
        version = elements.at(at)
        at = version[2] if version else len(der)
    found = elements.at(at) if der.startswith(_SEQUENCE, at) else None
    if found is None or found[1] - found[0] > _LONGEST_ALGORITHM:
        return None
    if within is not None and found[2] > within:
        return None
    start, end, _ = found
    name = elements.at(start) if der.startswith(_OID, start) else None
    if name is None or name[2] > end:
        return der[at:end]
    parameters = der[name[2] : end]
    if parameters.startswith(_NULL) and contents(parameters, 0) == (len(parameters),) * 2:
        parameters = _NULL + b"\0"
    of_name = der[name[0] : name[1]]
    short = _OID + bytes([len(of_name)]) + of_name + parameters
    return _SEQUENCE + bytes([len(short)]) + short
