"""Building paths: from the target up to any anchor, the likeliest issuer first, each once.

An issuer is looked for by name, then by key identifier, and taken when its key signed; who
holds the same name and key as somebody below is no way up. The likeliest has the key identifier
asked for, is valid at the moment, and is the fewest names away from an anchor; what is still alike
is taken in the order of its digest, so no order of files decides. Every certificate looked at is
counted, so hostile cross-certificates end in "cannot tell", never in a hang.
Only when no path is signed from end to end, paths are given in which the likeliest stands where
nobody signed, so that a report can say what is wrong; forgeries never stand before a real path.
Not here: judging paths (`validation`). RFC 5280 6.1, 7.1; RFC 4158 2 and 3. Called by `question`.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from jpki.verify.path.budget import Budget
from jpki.verify.path.certificate import PathCertificate
from jpki.verify.path.inputs import TrustAnchor
from jpki.verify.path.keys import KeyInfo
from jpki.verify.path.names import Name
from jpki.verify.path.signatures import Signatures

Path = tuple[TrustAnchor, tuple[PathCertificate, ...]]
_Issuer = TrustAnchor | PathCertificate
_NOWHERE = 1 << 16
"""The distance of a name no anchor leads to."""


class Pool:
    """Certificates that may help to build a path; none is trusted for being here."""

    def __init__(self, certificates: Iterable[PathCertificate]) -> None:
        self._by_name: dict[Name, list[PathCertificate]] = {}
        self._by_key: dict[bytes, list[PathCertificate]] = {}
        self._below: dict[Name, set[Name]] = {}
        known: set[bytes] = set()
        for one in certificates:
            if one.fingerprint in known:
                continue
            known.add(one.fingerprint)
            self._by_name.setdefault(one.subject, []).append(one)
            self._below.setdefault(one.issuer, set()).add(one.subject)
            if one.subject_key_id is not None:
                self._by_key.setdefault(one.subject_key_id, []).append(one)

    def named(self, name: Name) -> Sequence[PathCertificate]:
        """Give the certificates of this subject."""
        return self._by_name.get(name, ())

    def with_key(self, identifier: bytes) -> Sequence[PathCertificate]:
        """Give the certificates with this subjectKeyIdentifier."""
        return self._by_key.get(identifier, ())

    def distances(self, anchors: Iterable[Name]) -> dict[Name, int]:
        """Give how many certificates each name is below an anchor, going by names alone."""
        found = dict.fromkeys(anchors, 0)
        queue = deque(found)
        while queue:
            name = queue.popleft()
            for below in self._below.get(name, ()):
                if below not in found:
                    found[below] = found[name] + 1
                    queue.append(below)
        return found


class Builder:
    """Finds the paths of one question; `dead_ends` and `was_cut` say why there are no more."""

    def __init__(
        self,
        pool: Pool,
        depth: int,
        budget: Budget,
        signatures: Signatures,
        moment: datetime,
    ) -> None:
        self.dead_ends: list[PathCertificate] = []
        self.was_cut = False
        self._pool = pool
        self._depth = depth
        self._budget = budget
        self._signatures = signatures
        self._moment = moment
        self._distances: dict[Name, int] = {}
        self._takes_unsigned = False
        self._left_unsigned = False

    def paths(self, target: PathCertificate, anchors: Sequence[TrustAnchor]) -> Iterator[Path]:
        """Give path after path, from the anchor's side; raise `OutOfBudgetError`."""
        self._distances = self._pool.distances(one.name for one in anchors)
        found = False
        for self._takes_unsigned in (False, True):
            self.dead_ends.clear()
            for path in self._up((target,), anchors):
                found = True
                yield path
            if found or not self._left_unsigned:
                return

    def _up(
        self, below: tuple[PathCertificate, ...], anchors: Sequence[TrustAnchor]
    ) -> Iterator[Path]:
        """Give every path that ends with `below`, whose first element still lacks an issuer."""
        found = False
        for issuer in self._issuers(below[0], anchors):
            if isinstance(issuer, TrustAnchor):
                found = True
                yield issuer, below
            elif not _is_loop(issuer, below):
                found = True
                if len(below) == self._depth:
                    self.was_cut = True
                    return
                yield from self._up((issuer, *below), anchors)
        if not found:
            self.dead_ends.append(below[0])

    def _issuers(
        self, certificate: PathCertificate, anchors: Sequence[TrustAnchor]
    ) -> Iterator[_Issuer]:
        """Give who may have issued a certificate, those whose key did sign it alone if any."""
        claimed = certificate.authority_key
        identifier = claimed.key_identifier if claimed else None
        candidates: list[_Issuer] = [one for one in anchors if one.name == certificate.issuer]
        candidates += [
            one for one in self._pool.named(certificate.issuer) if not _is_anchor(one, anchors)
        ]
        if not candidates and identifier is not None:
            candidates = [one for one in anchors if one.key_identifier == identifier]
            candidates += self._pool.with_key(identifier)
        self._budget.step(len(candidates))
        candidates.sort(key=lambda one: self._likelihood(one, identifier))
        signed = False
        for one in candidates:
            if self._may_have_signed(one.key, certificate):
                signed = True
                yield one
        if candidates and not signed:
            self._left_unsigned = True
            if self._takes_unsigned:
                yield candidates[0]

    def _likelihood(
        self, issuer: _Issuer, identifier: bytes | None
    ) -> tuple[int, bool, int, bytes]:
        """Give what orders issuers, the likeliest first (RFC 4158 3.5)."""
        if isinstance(issuer, TrustAnchor):
            return _rank(issuer, identifier), False, -1, issuer.key.bits
        is_invalid = not issuer.not_before <= self._moment <= issuer.not_after
        distance = self._distances.get(issuer.issuer, _NOWHERE)
        return _rank(issuer, identifier), is_invalid, distance, issuer.fingerprint

    def _may_have_signed(self, key: KeyInfo, certificate: PathCertificate) -> bool:
        # Whose parameters are inherited is known only once the path is.
        return key.lacks_parameters or self._signatures.objection(certificate, key) is None


def _rank(issuer: _Issuer, identifier: bytes | None) -> int:
    """Key identifiers that match first, then those that say nothing (RFC 4158 3.5)."""
    own = issuer.key_identifier if isinstance(issuer, TrustAnchor) else issuer.subject_key_id
    if identifier is None or own is None:
        return 1
    return 0 if own == identifier else 2


def _is_anchor(certificate: PathCertificate, anchors: Sequence[TrustAnchor]) -> bool:
    """Whether it is an anchor's own self-issued certificate, a detour to that anchor."""
    return certificate.is_self_issued and any(
        one.name == certificate.subject and one.key == certificate.key for one in anchors
    )


def _is_loop(issuer: PathCertificate, below: tuple[PathCertificate, ...]) -> bool:
    """Whether the same name with the same key is below already (RFC 4158 2.4.2)."""
    return any(issuer.subject == one.subject and issuer.key == one.key for one in below)
