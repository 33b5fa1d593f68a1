"""Lists that a CA signed and this index does not take, and what they may say all the same.

A list that is not understood, or cannot even be read, may still name a certificate: then nothing
is known to be good. Each is kept as it was published, of what cannot be read what the CA signed,
and the verifier's own `CrlSource` is asked about it as if it had been given; of one too large to
keep nothing is known but that it may name anybody. What none of the CA certificates signed is as
if it had never been seen, and whoever hands on a list again and again, bent each time in another
way, takes no more room by it.
PKI profile section 2.1; RFC 5280 5.2, 5.3. Called by `store`, `lookup`, `source`, `bulk`.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from jpki.revocation.columns import SHORT_LIMIT
from jpki.revocation.errors import ListRefusedError
from jpki.verify.anchors import Anchor
from jpki.verify.certificate import Certificate
from jpki.verify.crl import RevocationList
from jpki.verify.crl_unreadable import SignedLists, UnreadableList
from jpki.verify.errors import MalformedError
from jpki.verify.keys import PublicKey, SignatureProblem
from jpki.verify.revocation import Evidence
from jpki.verify.signed_parts import SignedPart

MOST_KEPT = 4 << 20
"""Octets of a refused list that is kept."""
_SHORT_OCTETS = 5
"""Most octets of an INTEGER of 32 bits."""
_LONG_BIT_STRING = b"\x03\x84"
"""How one begins whose length has four octets."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """An authentic list that was refused, or what the CA signed in a file that is none.

    `der` is empty when it was too large to keep. `tbs_sha256` is of what the CA signed: should a
    list of that signed part be read whole, it says all there was to say.
    """

    sha256: bytes
    why: str
    der: bytes = field(repr=False)
    tbs_sha256: bytes = field(repr=False)

    @property
    def is_list(self) -> bool:
        """Whether what is kept says whom it names, and not only whom it may."""
        try:
            RevocationList.scan(self.der)
        except MalformedError:
            return False
        return True

    def covers(self, other: "Refusal") -> bool:
        """Whether this says, or leaves open, all that the other does."""
        is_same = bool(self.tbs_sha256) and self.tbs_sha256 == other.tbs_sha256
        return is_same and (self.is_list or not other.is_list)


@dataclass(frozen=True, slots=True)
class LargeList(UnreadableList):
    """A refused list that was not kept: it may name anybody."""

    public_key_info: bytes = field(repr=False, default=b"")
    """Of the CA that signed it, as was checked when it was refused."""

    def may_mention(self, serial: int) -> bool:
        """Whatever the serial number, it may."""
        return serial > 0

    def is_of(self, issuer: Anchor) -> bool:
        """Whether it is this CA key's."""
        return issuer.certificate.public_key_info == self.public_key_info

    def may_name(
        self, certificate: Certificate, issuer: Anchor, lists: Callable[[], SignedLists] = dict
    ) -> bool:
        """Whether it is this CA key's, whatever the certificate."""
        del certificate, lists
        return self.is_of(issuer)


class Doubts:
    """The refused lists of one CA key, read when they are first asked for."""

    def __init__(self, refusals: Sequence[Refusal], public_key_info: bytes) -> None:
        key = PublicKey.load(public_key_info)
        lists: list[RevocationList] = []
        unreadable: list[UnreadableList] = []
        for one in refusals:
            found = _read(one, key) if one.der else _large(one, public_key_info)
            if isinstance(found, RevocationList):
                lists.append(found)
            else:
                unreadable.append(found)
        self.lists = tuple(lists)
        self.unreadable = tuple(unreadable)
        self._hidden = tuple(UnreadableList.hidden_in(one).of_key(key) for one in lists)
        """What else is in the lists, which `CrlSource` finds of itself."""
        self.name_anybody = any(not one.der for one in refusals)

    @property
    def unread(self) -> tuple[UnreadableList, ...]:
        """What of them may name serial numbers without saying so."""
        return (*self.unreadable, *self._hidden)

    def may_mention(self, serial: int) -> bool:
        """Whether one of them names the serial number, or may."""
        return bool(self.mentioning(serial))

    def mentioning(self, serial: int) -> tuple[bytes, ...]:
        """Give the SHA-256 of those that name the serial number, or may."""
        return (
            *(one.sha256 for one in self.lists if serial in one.entries),
            *(one.evidence.sha256 for one in self.unread if one.may_mention(serial)),
        )

    def short_serials(self) -> NDArray[np.uint32]:
        """Give all serial numbers of 32 bits that one of those kept names, or may."""
        named = [serial for one in self.lists for serial in one.entries]
        found = np.array([one for one in named if 0 <= one < SHORT_LIMIT], np.uint32)
        for size in range(1, _SHORT_OCTETS + 1):
            pieces = (piece for one in self.unread for piece in _pieces(one.parts, size))
            of_size = [_mentioned(piece, size) for piece in pieces]
            found = _distinct(np.concatenate((found, *of_size)))
        return found


def _read(one: Refusal, key: PublicKey) -> RevocationList | UnreadableList:
    """Read a list that was kept; into one nobody signed as it stands another may have been put."""
    try:
        return _list_of(one.der, key)
    except MalformedError as error:
        problem = error
    except SignatureProblem:
        problem = MalformedError(one.why, 0)
    found = UnreadableList.of(one.der, problem)
    return replace(found, evidence=replace(found.evidence, sha256=one.sha256))


def _list_of(der: bytes, key: PublicKey) -> RevocationList:
    """Read a list of this key; raise `MalformedError` or `SignatureProblem`."""
    found = RevocationList.scan(der)
    found.authenticate(key)
    found.read()
    return found


def refusals_of(
    der: bytes, why: ListRefusedError, anchors: Sequence[Anchor]
) -> list[tuple[Anchor, Refusal]]:
    """Give what is kept of a refused list, for each CA key and each part that it signed.

    Whatever else is wrong with it, the name it says it is of included. Who signed it is asked of
    the verifier's `UnreadableList`, which looks past whatever nobody signed, and finds all that
    its strict parser does: what counts as a list there counts here.
    """
    found = UnreadableList.of(der, MalformedError(str(why), 0))
    refusals = []
    for anchor in anchors:
        for part in found.signed_by(anchor):
            kept = der if _is_read(der, part, anchor.key) else _excerpt(part)
            one = Refusal(found.evidence.sha256, str(why), kept, part.tbs_sha256)
            refusals.append((anchor, one))
    return refusals


def _is_read(der: bytes, part: SignedPart, key: PublicKey) -> bool:
    """Whether this is a list of this key, small enough to keep, and that its signed part."""
    try:
        return len(der) <= MOST_KEPT and _list_of(der, key).tbs_sha256 == part.tbs_sha256
    except (MalformedError, SignatureProblem):
        return False


def _excerpt(part: SignedPart) -> bytes:
    """Give a signed part with its signature behind it, which makes no list; empty when too large.

    What was no list shall not be one here: it is in doubt as it would be at hand.
    """
    if part.end - part.start > MOST_KEPT:
        return b""
    (signature,) = part.signatures
    return part.tbs + _LONG_BIT_STRING + (1 + len(signature)).to_bytes(4, "big") + b"\0" + signature


def _large(one: Refusal, public_key_info: bytes) -> LargeList:
    objections = (one.why, "too large to keep: it may name any serial number")
    evidence = Evidence("crl", one.sha256, "refused", objections=objections)
    return LargeList(evidence, public_key_info=public_key_info)


def _pieces(parts: Sequence[SignedPart], size: int) -> Iterator[NDArray[np.uint8]]:
    """Give what is to be searched for so many octets that stand within one of these parts.

    The parts are in the order in which they begin, so what begins before `reach` and ends there
    or before lies in one that was searched; they may lie within each other as often as they like.
    """
    reach = 0
    for one in parts:
        start = max(one.start, reach - size + 1)
        if one.end - start >= size:
            yield np.frombuffer(one.der, np.uint8, one.end - start, start)
        reach = max(reach, one.end)


def _mentioned(each: NDArray[np.uint8], size: int) -> NDArray[np.uint32]:
    """Give the serial numbers whose INTEGER has so many octets and stands in these, no fewer."""
    found = np.zeros(len(each) - size + 1, np.uint64)
    for place in range(size):
        found <<= np.uint64(8)
        found |= each[place : place + len(found)]
    lowest, highest = (1 << 8 * size - 9 if size > 1 else 0), 1 << 8 * size - 1
    fits = (found >= lowest) & (found < min(highest, SHORT_LIMIT))
    return _distinct(found[fits].astype(np.uint32))


def _distinct(serials: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Sort them in place and give each once: `np.unique` hashes, and takes many times as long."""
    serials.sort()
    is_new = np.ones(len(serials), np.bool_)
    np.not_equal(serials[1:], serials[:-1], out=is_new[1:])
    return serials[is_new]
