"""Whether a certificate of a path is revoked: RFC 5280 6.3.3 over all lists at hand.

The RFC takes one list a distribution point; people hand over directories of files, in any order.
So every list that applies is looked at, and: an entry for good in any list that is authentic,
understood and in scope means *revoked*, fresh or not, a delta's without the list it rests on
included; a hold is lifted by a newer list of the same scope; *not revoked* needs fresh lists that
cover every reason; and what a proven signer said of the certificate in a list nobody here
understands keeps it undetermined.
Not here: (b) to (d) in `crl_scope`, (f) to (h) in `crl_signers`. Called by `question`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from jpki.verify.crl import REMOVE_FROM_CRL, Revoked
from jpki.verify.errors import MalformedError
from jpki.verify.path.budget import Budget, unless_spent
from jpki.verify.path.crl import PathCrl
from jpki.verify.path.crl_scope import (
    completes,
    implicit_point,
    interim_reasons,
    scope_objections,
)
from jpki.verify.path.crl_signers import Found, Signers, Standing
from jpki.verify.path.extensions import ALL_REASONS, REASON_FLAGS, Point
from jpki.verify.path.keys import KeyInfo
from jpki.verify.path.revocation_data import RevocationData
from jpki.verify.policy import CrlRules
from jpki.verify.revocation import HOLD, Evidence, Finding, Status
from jpki.verify.times import show

_SHOWN_ELSEWHERE = 3
_SPARE = "a delta, of use only on the very list it rests on"


@dataclass(frozen=True, slots=True, eq=False)
class _Word:
    """What one list, with its delta, says of the certificate."""

    crl: PathCrl
    newest: PathCrl
    entry: Revoked | None
    reasons: frozenset[int]
    evidence: Evidence
    is_fresh: bool
    """Whether it tells the state of the moment: in time, and by a key that may clear."""


@dataclass(slots=True, eq=False)
class _Seen:
    """What all lists said, sorted by what it is worth."""

    words: list[_Word] = field(default_factory=list)
    unclear: list[Evidence] = field(default_factory=list)
    useless: list[Evidence] = field(default_factory=list)
    elsewhere: list[Evidence] = field(default_factory=list)
    forged: dict[bytes, None] = field(default_factory=dict)
    """Lists that nobody proven signed as they stand, by fingerprint."""
    met: set[bytes] = field(default_factory=set)
    """Deltas that have been heard, by fingerprint."""

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        return _once((*(one.evidence for one in self.words), *self.unclear, *self.useless))


@dataclass(frozen=True, slots=True, eq=False)
class CrlStatus:
    """Answers for certificates at one moment."""

    data: RevocationData
    signers: Signers
    crl_rules: CrlRules
    moment: datetime
    budget: Budget

    def of(self, standing: Standing) -> Finding:
        """Look at every list that concerns a certificate; raise `OutOfBudgetError`."""
        seen = _Seen()
        # What is revoked for good needs no more words, whatever else was put beside it.
        unless_spent(
            lambda: self._look_at_all(standing, seen),
            or_enough=lambda: any(map(self._is_final, seen.words)),
        )
        return self._decide(standing, seen)

    def _look_at_all(self, standing: Standing, seen: _Seen) -> None:
        certificate = standing.certificate
        points = (*(certificate.points or ()), implicit_point(certificate.issuer))
        for point in points:
            for crl in self.data.lists_for(point, certificate.issuer, self.budget):
                self._consider(point)
                self._look_at(crl, point, standing, seen)
        for point in points:
            self._look_at_deltas(point, standing, seen)
        if not any(map(self._is_final, seen.words)):
            # Whatever may stand in them.
            seen.unclear.extend(self._unreadable(points, standing, seen.forged))

    def _consider(self, point: Point) -> None:
        """Count a list, and the names it is held against: a certificate may have thousands."""
        self.budget.step()
        self.budget.compare(len(point.crl_issuers or ()) + len(point.names or ()))

    def _look_at(self, crl: PathCrl, point: Point, standing: Standing, seen: _Seen) -> None:
        certificate = standing.certificate
        outside = scope_objections(crl, certificate, point)
        if outside:
            if len(seen.elsewhere) < _SHOWN_ELSEWHERE:
                seen.elsewhere.append(_evidence(crl, outside))
            return
        signer = self.signers.find(crl, point, standing)
        if signer.key is None:
            _forgery(crl, signer, standing, seen)
            return
        if not self._reads(crl, standing, seen):
            return
        entry = crl.entry(certificate.issuer, certificate.serial)
        obscure = self._obscurities(crl, standing)
        if obscure:
            one = _evidence(crl, obscure, entry)
            (seen.unclear if _names(crl, standing) else seen.useless).append(one)
            return
        # Every delta that fits, not the newest alone: what any of them revokes for good stays.
        for delta in self._deltas(crl, signer.key, standing, seen) or (None,):
            seen.words.append(self._word(crl, delta, point, standing, signer.bound))

    def _reads(self, crl: PathCrl, standing: Standing, seen: _Seen) -> bool:
        """Read a list whose signer is proven; what cannot be read may be about the certificate."""
        try:
            crl.read()
        except MalformedError as error:
            one = Evidence("crl", crl.fingerprint, "unreadable", objections=(str(error),))
            mentions = crl.may_mention(standing.certificate.serial)
            (seen.unclear if mentions else seen.useless).append(one)
            return False
        return True

    def _look_at_deltas(self, point: Point, standing: Standing, seen: _Seen) -> None:
        """Look at the deltas that rest on no list at hand: one that revokes is the CA's word.

        None of them says *not revoked*, nor lifts a hold: for that the list is needed.
        """
        certificate = standing.certificate
        issuers = point.crl_issuers or (certificate.issuer,)
        self.budget.compare(len(issuers))
        for name in issuers:
            for delta in self.data.deltas.get(name, ()):
                self._consider(point)
                if delta.fingerprint in seen.met:
                    continue
                if delta.may_mention(certificate.serial):
                    self._look_at_delta(delta, point, standing, seen)
                elif len(seen.elsewhere) < _SHOWN_ELSEWHERE:
                    seen.elsewhere.append(_evidence(delta, (_SPARE,)))

    def _look_at_delta(self, delta: PathCrl, point: Point, standing: Standing, seen: _Seen) -> None:
        outside = scope_objections(delta, standing.certificate, point)
        if outside:
            seen.elsewhere.append(_evidence(delta, outside))
            return
        seen.met.add(delta.fingerprint)
        signer = self.signers.find(delta, point, standing)
        if signer.key is None:
            _forgery(delta, signer, standing, seen)
            return
        if not self._reads(delta, standing, seen):
            return
        if not _names(delta, standing):
            seen.elsewhere.append(_evidence(delta, (_SPARE,)))
            return
        entry = delta.entry(standing.certificate.issuer, standing.certificate.serial)
        obscure = self._obscurities(delta, standing)
        if obscure:
            seen.unclear.append(_evidence(delta, obscure, entry))
        elif entry is None or entry.reason == REMOVE_FROM_CRL:
            seen.useless.append(_evidence(delta, (_SPARE,), entry))
        else:
            seen.words.append(self._word(delta, None, point, standing, signer.bound))

    def _word(
        self,
        crl: PathCrl,
        delta: PathCrl | None,
        point: Point,
        standing: Standing,
        bound: str | None,
    ) -> _Word:
        """(i) to (k): what list and delta together say, and whether it may clear or hold."""
        certificate = standing.certificate
        entry = crl.entry(certificate.issuer, certificate.serial)
        newest = crl
        if delta is not None:
            entry = _changed(entry, delta.entry(certificate.issuer, certificate.serial))
            newest = delta
        stale = _freshness(newest, self.moment, self.crl_rules)
        if crl.this_update > self.moment and crl is not newest:
            stale += (f"on a list issued only {show(crl.this_update)}",)
        stale += (bound,) if bound else ()
        evidence = _evidence(newest, stale, entry)
        return _Word(crl, newest, entry, interim_reasons(crl, point), evidence, not stale)

    def _deltas(self, crl: PathCrl, key: KeyInfo, standing: Standing, seen: _Seen) -> list[PathCrl]:
        """(c) and (h): the deltas out by now that this key put on top of the list."""
        fitting: list[PathCrl] = []
        for one in self.data.deltas.get(crl.issuer, ()):
            self.budget.step()
            if not completes(one, crl) or self.signers.signatures.objection(one, key):
                continue
            if not self._reads(one, standing, seen):
                seen.met.add(one.fingerprint)
                continue
            if one.inner_algorithm != one.outer_algorithm or self._obscurities(one, standing):
                seen.met.add(one.fingerprint)
                if _names(one, standing):
                    seen.unclear.append(_evidence(one, self._obscurities(one, standing)))
                continue
            if one.this_update <= self.moment:
                seen.met.add(one.fingerprint)
                fitting.append(one)
        return fitting

    def _obscurities(self, crl: PathCrl, standing: Standing) -> tuple[str, ...]:
        """Why a list must not be used, be it ever so authentic (5.2, 5.3)."""
        certificate = standing.certificate
        further = (
            (self.crl_rules.require_number and crl.number is None, "without cRLNumber"),
            (
                crl.may_name(certificate.issuer, certificate.serial),
                "names this serial number of a CA whose name cannot be compared",
            ),
        )
        return (*crl.not_understood, *(words for is_so, words in further if is_so))

    def _unreadable(
        self, points: Sequence[Point], standing: Standing, forged: Iterable[bytes]
    ) -> list[Evidence]:
        """Find lists nobody can read that one whose lists count signed and that may name it.

        And what may be such in others, or one of these whose signature was moved.
        """
        found: list[Evidence] = []
        otherwise = self.data.otherwise_signed
        moved = (otherwise[one] for one in forged if one in otherwise)
        for one in (*self.data.unreadable, *self.data.hidden, *moved):
            self.budget.step()
            self.budget.compare(sum(len(point.crl_issuers or ()) for point in points))
            if self.signers.signed_raw(one, points, standing):
                found.append(one.evidence)
        return found

    def _decide(self, standing: Standing, seen: _Seen) -> Finding:
        final = [one for one in seen.words if self._is_final(one)]
        if final:
            first = min(final, key=lambda one: one.entry.revoked_at if one.entry else self.moment)
            return Finding(Status.REVOKED, first.evidence, seen.evidence)
        held = [one for one in seen.words if one.entry and one.entry.reason == HOLD]
        holding = [one for one in held if not _is_superseded(one, seen.words)]
        if any(one.is_fresh for one in holding):
            first = next(one for one in holding if one.is_fresh)
            return Finding(Status.REVOKED, first.evidence, seen.evidence)
        if holding or seen.unclear:
            needed = _needed(standing, self.moment)
            return Finding(Status.UNKNOWN, None, seen.evidence, needed, is_doubtful=True)
        good = [one for one in seen.words if one.is_fresh and one.entry is None]
        covered = frozenset[int]().union(*(one.reasons for one in good))
        if covered == ALL_REASONS:
            newest = max(good, key=lambda one: one.newest.this_update)
            return Finding(Status.NOT_REVOKED, newest.evidence, seen.evidence)
        unreadable = tuple(one.evidence for one in self.data.unreadable[:_SHOWN_ELSEWHERE])
        looked_at = (*map(_partial, seen.words), *seen.unclear, *seen.useless, *seen.elsewhere)
        evidence = _once((*looked_at, *unreadable))
        return Finding(Status.UNKNOWN, None, evidence, _needed(standing, self.moment))

    def _is_final(self, word: _Word) -> bool:
        """Whether a list says revoked, not held, of this moment; being stale does not undo it.

        6.3.3 never looks at the entry's date, so a list out by now counts whole; a later one
        speaks of the moment only through entries dated before it.
        """
        entry = word.entry
        if entry is None or entry.reason == HOLD:
            return False
        return word.newest.this_update <= self.moment or entry.effective <= self.moment


def _once(found: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """Give each once: a list is looked at for every point, and often comes to the same."""
    return tuple(dict.fromkeys(found))


def _partial(word: _Word) -> Evidence:
    """Say which reasons a list speaks of, where it does not speak of all (6.3.3 (d))."""
    if word.reasons == ALL_REASONS:
        return word.evidence
    spoken = ", ".join(REASON_FLAGS[one] for one in sorted(word.reasons)) or "none"
    objection = f"only for some reasons: {spoken}"
    return replace(word.evidence, objections=(*word.evidence.objections, objection))


def _forgery(crl: PathCrl, signer: Found, standing: Standing, seen: _Seen) -> None:
    """Put away a list nobody proven signed as it stands: bent outside, it may still be known."""
    seen.forged[crl.fingerprint] = None
    is_doubt = signer.is_bent and crl.may_mention(standing.certificate.serial)
    (seen.unclear if is_doubt else seen.useless).append(_evidence(crl, signer.problems))


def _changed(entry: Revoked | None, change: Revoked | None) -> Revoked | None:
    """(i) to (k): a delta's entry replaces the list's; only a hold can be taken back (5.3.1)."""
    if change is None or change.reason != REMOVE_FROM_CRL:
        return change or entry
    return None if entry is None or entry.reason == HOLD else entry


def _is_superseded(word: _Word, words: Sequence[_Word]) -> bool:
    """Whether a newer fresh list of the same scope no longer holds the certificate."""
    return any(
        one.is_fresh
        and one.entry is None
        and one.crl.issuer == word.crl.issuer
        and one.crl.scope == word.crl.scope
        and one.newest.this_update > word.newest.this_update
        for one in words
    )


def _freshness(crl: PathCrl, moment: datetime, crl_rules: CrlRules) -> tuple[str, ...]:
    """Say why a list does not tell the state of the moment (6.3.3 (a))."""
    found: list[str] = []
    if crl.this_update > moment:
        found.append(f"issued only {show(crl.this_update)}")
    if crl.next_update is None:
        found.append("without nextUpdate")
    elif crl.next_update < moment:
        found.append(f"stale since {show(crl.next_update)}")
    if crl_rules.max_age is not None and moment - crl.this_update > crl_rules.max_age:
        found.append(f"older than {crl_rules.max_age.days} days (max-age)")
    return tuple(found)


def _names(crl: PathCrl, standing: Standing) -> bool:
    """Whether a list that is not understood mentions the serial number, of whatever issuer."""
    return any(standing.certificate.serial in serials for serials in crl.entries.values())


def _needed(standing: Standing, moment: datetime) -> str:
    certificate = standing.certificate
    points = [
        str(name)
        for point in certificate.points or ()
        for name in sorted(map(str, point.names or ()))
    ]
    place = f" for {' or '.join(points)}" if points else ""
    return (
        f"the revocation list (失効リスト) of {certificate.issuer}{place}, "
        f"complete, understood and fresh at {show(moment)}, with its signer's certificate"
    )


def _evidence(crl: PathCrl, objections: Sequence[str], entry: Revoked | None = None) -> Evidence:
    names = crl.scope.names if crl.scope and crl.scope.names else ()
    places = ", ".join(sorted(map(str, names)))
    scope = f"{crl.issuer}, {places or 'whole CA'}{', delta' if crl.is_delta else ''}"
    return Evidence(
        source="crl",
        sha256=crl.fingerprint,
        scope=scope,
        number=crl.number,
        this_update=crl.this_update,
        next_update=crl.next_update,
        objections=tuple(objections),
        entry=entry,
    )
