"""Revocation lists given as files, and what they prove.

Three rules decide. To say *revoked*, a list must be authentic (signed by the key that issued the
certificate) and understood (no delta, no indirect list, no unknown critical extension). To say
*good*, it must also cover the certificate (issuingDistributionPoint against its distribution
point) and be fresh at the moment. An authentic list that names the serial number without being
understood says neither, and no other list says *good* against it: the CA said something of this
certificate that could not be checked. So does one that cannot even be read (`crl_unreadable`).
Revocation is final in JPKI, a hold included, so an old list that names the serial number still
counts and any list that does wins over any that does not.

A revocation date after the moment: RFC 5280 6.3.3 never looks at the date, so a list already
out at the moment revokes whoever is on it. A list issued later speaks about the moment only
through an entry whose date (or invalidityDate) lies at or before it; one that is not understood
is taken to speak about every moment.

A list is read when its signer is proven and what it says matters: it covers the certificate, or
the octets of the serial number occur in it. What nobody signed makes nobody wait, however long
it is. Of a list that nobody signed as it stands, or that names another algorithm outside, more is
left to whoever hands it on than there should be; what the CA signed may have been put there, so
it is looked at like one that cannot be read.
Not here: why a list falls short (`crl_objections`), an index over lists of millions of entries
(`jpki.revocation`, which asks this source about the few lists that matter), OCSP (`ocsp_source`).
RFC 5280 5.2, 5.3, 6.3.3; PKI profile section 2.1.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from jpki.verify.anchors import Anchor
from jpki.verify.certificate import Certificate
from jpki.verify.crl import RevocationList, Revoked
from jpki.verify.crl_objections import (
    authenticity_objections,
    freshness_objections,
    freshness_window,
    scope_objections,
    understanding_objections,
    unread_objections,
)
from jpki.verify.crl_unreadable import HOLDS_ANOTHER, SignedLists, UnreadableList
from jpki.verify.errors import MalformedError
from jpki.verify.extensions import directory_names
from jpki.verify.keys import OfKey
from jpki.verify.later import Later
from jpki.verify.names import describe
from jpki.verify.policy import CrlRules
from jpki.verify.revocation import Evidence, Finding, Status
from jpki.verify.times import show

_SHOWN_ELSEWHERE = 3
_NEEDED_PLAIN_LIST = (
    "a plain revocation list (失効リスト) that names this serial number: the CA signed one that "
    "does or may, and it is not understood"
)


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the lists of this CA said, sorted by what it is worth."""

    evidence: list[Evidence] = field(default_factory=list)
    revoked: list[Evidence] = field(default_factory=list)
    unclear: list[Evidence] = field(default_factory=list)
    good: list[Evidence] = field(default_factory=list)
    elsewhere: list[Evidence] = field(default_factory=list)
    """Of the lists of all other places a few, shown when there is nothing better."""
    unreadable: list[UnreadableList] = field(default_factory=list)
    """Lists of the CA whose entries cannot be read."""

    def pass_over(self, crl: RevocationList, scope: tuple[str, ...] | None) -> None:
        """Note a list that says nothing of the certificate: of another place, or CA (None)."""
        if scope is not None and len(self.elsewhere) < _SHOWN_ELSEWHERE:
            self.elsewhere.append(_evidence(crl, scope, None))


@dataclass(frozen=True, slots=True)
class _Heard:
    """Of whom the lists speak that one CA key signed, and of whom they may."""

    named: frozenset[int]
    doubts: tuple[UnreadableList, ...]

    def is_silent(self, serial: int) -> bool:
        """Whether none of them names a serial number, nor may."""
        if serial in self.named:
            return False
        return not self.doubts or not any(one.may_mention(serial) for one in self.doubts)


@dataclass(frozen=True, slots=True)
class CrlSource:
    """A set of lists of any CAs; `unreadable` is what was given and is no list."""

    lists: tuple[RevocationList, ...] = field(default=(), repr=False)
    unreadable: tuple[UnreadableList, ...] = ()
    _heard: OfKey[Later[_Heard]] = field(
        default_factory=OfKey, init=False, repr=False, compare=False
    )
    _suspects: OfKey[dict[int, UnreadableList]] = field(
        default_factory=OfKey, init=False, repr=False, compare=False
    )
    """Lists that had to be looked at like unreadable ones, by their place among `lists`."""
    _signed: OfKey[SignedLists] = field(
        default_factory=OfKey, init=False, repr=False, compare=False
    )

    @classmethod
    def load(cls, ders: Iterable[bytes]) -> "CrlSource":
        """Read DER lists. One that cannot be read is kept; it never says good or revoked.

        Their entries are left for later (`RevocationList.scan`).
        """
        lists: list[RevocationList] = []
        unreadable: list[UnreadableList] = []
        for der in ders:
            try:
                lists.append(RevocationList.scan(der))
            except MalformedError as error:
                unreadable.append(UnreadableList.of(der, error))
        return cls(tuple(lists), tuple(unreadable))

    def cover(self, certificate: Certificate, issuer: Anchor, *, crl_rules: CrlRules) -> "CrlCover":
        """Say once for a CA and distribution point when its lists say *not revoked*."""
        windows = [
            window
            for crl in self.lists
            if crl.issuer == issuer.certificate.subject
            and not scope_objections(crl, certificate)
            and not authenticity_objections(crl, issuer)
            and _is_understood(crl, issuer)
            and (window := freshness_window(crl, crl_rules)) is not None
        ]
        hear = partial(self._hear, issuer)
        return CrlCover(tuple(windows), self._heard.get(issuer.key, lambda: Later(hear)))

    def status(
        self, certificate: Certificate, issuer: Anchor, *, moment: datetime, crl_rules: CrlRules
    ) -> Finding:
        """Look at every list of this CA; see the module for what counts."""
        heard = self._heard.known(issuer.key)
        is_silent = (
            heard is not None and heard.is_read and heard.get().is_silent(certificate.serial)
        )
        question = _Question(self, certificate, issuer, moment, crl_rules, is_silent)
        for place in range(len(self.lists)):
            question.look_at(place)
        return question.answer()

    def suspect(
        self, place: int, issuer: Anchor, error: MalformedError | None = None
    ) -> UnreadableList:
        """Give what this CA key signed in a list beside what is judged of it, if anything.

        All of it, when it cannot be read for this error.
        """
        known = self._suspects.get(issuer.key, dict[int, UnreadableList])
        if place not in known:
            crl = self.lists[place]
            found = UnreadableList.of(crl.der, error) if error else UnreadableList.hidden_in(crl)
            known[place] = found.of_key(issuer.key)
        return known[place]

    def signed_by(self, issuer: Anchor) -> SignedLists:
        """Give the lists that this CA key signed, whether they can be read or not."""
        return self._signed.get(
            issuer.key,
            lambda: {
                one.tbs_sha256: one
                for one in self.lists
                if not authenticity_objections(one, issuer)
            },
        )

    def _hear(self, issuer: Anchor) -> _Heard:
        named: set[int] = set()
        doubts = list(self.unreadable)
        for place, crl in enumerate(self.lists):
            forged = authenticity_objections(crl, issuer)
            try:
                named.update(() if forged else crl.entries)
                error = None
            except MalformedError as problem:
                error = problem
            if error or _is_bent(crl, forged):
                doubts.append(self.suspect(place, issuer, error))
        return _Heard(frozenset(named), tuple(one for one in doubts if one.is_of(issuer)))


@dataclass(frozen=True, slots=True)
class CrlCover:
    """When the lists of one CA and distribution point clear whom no list of that CA names."""

    windows: tuple[tuple[datetime, datetime], ...]
    heard: Later[_Heard] = field(repr=False)
    """For which all lists are read that the CA signed, once, when it is first asked about."""

    def clears(self, serial: int, moment: datetime) -> bool:
        """Whether a list that covers it is fresh, and none of any kind may name it."""
        for first, last in self.windows:
            if first <= moment <= last:
                return self.is_silent(serial)
        return False

    def is_silent(self, serial: int) -> bool:
        """Whether no list of the CA names it, nor may one that cannot be read."""
        # Never asked of lists whose entries are only looked up (`jpki.revocation`).
        return self.heard.get().is_silent(serial)


@dataclass(frozen=True, slots=True)
class _Question:
    """A certificate of a CA and a moment, and what was found out about it so far."""

    source: CrlSource
    certificate: Certificate
    issuer: Anchor
    moment: datetime
    crl_rules: CrlRules
    is_silent: bool
    """Whether it is known that none of the CA's lists names it, nor may."""
    seen: _Seen = field(default_factory=_Seen)

    def look_at(self, place: int) -> None:
        """Look at a list; what nobody signed is not read, nor what does not matter."""
        crl, seen = self.source.lists[place], self.seen
        is_own = crl.issuer == self.issuer.certificate.subject
        scope = scope_objections(crl, self.certificate)
        covers = is_own and not scope
        if not covers and not self._may_name(crl):
            seen.pass_over(crl, scope if is_own else None)
            return
        forged = authenticity_objections(crl, self.issuer)
        try:
            entry = None if forged else crl.entries.get(self.certificate.serial)
            obscure = (unread_objections if forged else understanding_objections)(crl, self.issuer)
        except MalformedError as error:
            seen.unreadable.append(self.source.suspect(place, self.issuer, error))
            return
        is_doubt = _is_bent(crl, forged) and self._may_hold(place)
        if not covers and not entry and not is_doubt:
            seen.pass_over(crl, scope if is_own else None)
            return
        gaps = scope + freshness_objections(crl, self.moment, self.crl_rules)
        holds = (HOLDS_ANOTHER,) if is_doubt else ()
        one = _evidence(crl, forged + obscure + gaps + holds, entry)
        seen.evidence.append(one)
        if is_doubt or (entry and obscure):
            seen.unclear.append(one)
        elif entry and _speaks_of(crl, entry, self.moment):
            seen.revoked.append(one)
        elif not (entry or forged or obscure or gaps):
            seen.good.append(one)

    def _may_name(self, crl: RevocationList) -> bool:
        return not self.is_silent and crl.may_mention(self.certificate.serial)

    def _may_hold(self, place: int) -> bool:
        """Whether something was put into a list that the CA signed, and that may name it."""
        if not self._may_name(self.source.lists[place]):
            return False
        suspect = self.source.suspect(place, self.issuer)
        return suspect.may_name(self.certificate, self.issuer, self._signed_lists)

    def _signed_lists(self) -> SignedLists:
        return self.source.signed_by(self.issuer)

    def answer(self) -> Finding:
        """Say what it comes to."""
        seen = self.seen
        unreadable = (*self.source.unreadable, *seen.unreadable)
        seen.unclear.extend(
            one.evidence
            for one in unreadable
            if one.may_name(self.certificate, self.issuer, self._signed_lists)
        )
        if not seen.revoked and (seen.unclear or not seen.good):
            seen.evidence.extend([*seen.elsewhere, *(one.evidence for one in unreadable)])
        return _decide(self.certificate, self.moment, seen)


def _is_bent(crl: RevocationList, forged: tuple[str, ...]) -> bool:
    """Whether there is room in a list for what is not signed with it."""
    return bool(forged) or crl.inner_algorithm != crl.outer_algorithm


def _is_understood(crl: RevocationList, issuer: Anchor) -> bool:
    try:
        return not understanding_objections(crl, issuer)
    except MalformedError:
        return False


def _speaks_of(crl: RevocationList, entry: Revoked, moment: datetime) -> bool:
    return crl.this_update <= moment or entry.effective <= moment


def _decide(certificate: Certificate, moment: datetime, seen: _Seen) -> Finding:
    evidence = tuple(seen.evidence)
    if seen.revoked:
        first = min(seen.revoked, key=lambda one: one.entry.revoked_at if one.entry else moment)
        return Finding(Status.REVOKED, first, evidence)
    if seen.unclear:
        return Finding(Status.UNKNOWN, None, evidence, _NEEDED_PLAIN_LIST, is_doubtful=True)
    if seen.good:
        newest = max(seen.good, key=lambda one: one.this_update or moment)
        return Finding(Status.NOT_REVOKED, newest, evidence)
    points = certificate.distribution_points or ()
    names = [describe(name) for point in points for name in point.directory_names]
    needed = f"the revocation list (失効リスト) of {' or '.join(names) or 'the CA'}"
    return Finding(
        Status.UNKNOWN, None, evidence, f"{needed}, issued and not stale at {show(moment)}"
    )


def _evidence(crl: RevocationList, objections: tuple[str, ...], entry: Revoked | None) -> Evidence:
    names = crl.scope.names if crl.scope else None
    named = ", ".join(describe(name) for name in directory_names(names or ()))
    return Evidence(
        source="crl",
        sha256=crl.sha256,
        scope=named or f"{describe(crl.issuer)}, whole CA",
        number=crl.number,
        this_update=crl.this_update,
        next_update=crl.next_update,
        objections=objections,
        entry=entry,
    )
