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
Not here: why a list falls short (`crl_objections`), an index over lists of millions of entries
(`jpki.revocation`, which asks this source about the few lists that matter), OCSP (`ocsp_source`).
RFC 5280 5.2, 5.3, 6.3.3; PKI profile section 2.1.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from jpki.verify.anchors import Anchor
from jpki.verify.certificate import Certificate
from jpki.verify.crl import RevocationList, Revoked
from jpki.verify.crl_objections import (
    authenticity_objections,
    freshness_objections,
    freshness_window,
    scope_objections,
    understanding_objections,
)
from jpki.verify.crl_unreadable import UnreadableList
from jpki.verify.errors import MalformedError
from jpki.verify.extensions import directory_names
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


@dataclass(frozen=True, slots=True)
class CrlSource:
    """A set of lists of any CAs; `unreadable` is what was given and is no list."""

    lists: tuple[RevocationList, ...] = field(default=(), repr=False)
    unreadable: tuple[UnreadableList, ...] = ()
    _named: list[frozenset[int]] = field(
        default_factory=list, init=False, repr=False, compare=False
    )
    """Made when it is first asked for."""

    @classmethod
    def load(cls, ders: Iterable[bytes]) -> "CrlSource":
        """Read DER lists. One that cannot be read is kept; it never says good or revoked."""
        lists: list[RevocationList] = []
        unreadable: list[UnreadableList] = []
        for der in ders:
            try:
                lists.append(RevocationList.parse(der))
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
            and not understanding_objections(crl, issuer)
            and not authenticity_objections(crl, issuer)
            and (window := freshness_window(crl, crl_rules)) is not None
        ]
        return CrlCover(tuple(windows), self)

    def named(self) -> frozenset[int]:
        """Give the serial numbers that any list names, whosoever it is."""
        if not self._named:
            self._named.append(frozenset(serial for crl in self.lists for serial in crl.entries))
        return self._named[0]

    def status(
        self, certificate: Certificate, issuer: Anchor, *, moment: datetime, crl_rules: CrlRules
    ) -> Finding:
        """Look at every list of this CA; see the module for what counts."""
        seen = _Seen()
        elsewhere: list[Evidence] = []
        for crl in self.lists:
            entry = crl.entries.get(certificate.serial)
            if crl.issuer != issuer.certificate.subject and (
                entry is None or authenticity_objections(crl, issuer)
            ):
                # Another CA's, unless this one's key signed it and it names the serial number.
                continue
            scope = scope_objections(crl, certificate)
            if scope and entry is None:
                # The lists of all other places: a few are shown when there is nothing better.
                if len(elsewhere) < _SHOWN_ELSEWHERE:
                    elsewhere.append(_evidence(crl, scope, None))
                continue
            forged = authenticity_objections(crl, issuer)
            obscure = understanding_objections(crl, issuer)
            gaps = scope + freshness_objections(crl, moment, crl_rules)
            one = _evidence(crl, forged + obscure + gaps, entry)
            seen.evidence.append(one)
            if forged:
                continue
            if entry and obscure:
                seen.unclear.append(one)
            elif entry and _speaks_of(crl, entry, moment):
                seen.revoked.append(one)
            elif not entry and not obscure and not gaps:
                seen.good.append(one)
        seen.unclear.extend(
            one.evidence for one in self.unreadable if one.may_name(certificate, issuer, self.lists)
        )
        if not seen.revoked and (seen.unclear or not seen.good):
            seen.evidence.extend([*elsewhere, *(one.evidence for one in self.unreadable)])
        return _decide(certificate, moment, seen)


@dataclass(frozen=True, slots=True)
class CrlCover:
    """When the lists of one CA and distribution point clear whom no list at all names."""

    windows: tuple[tuple[datetime, datetime], ...]
    source: CrlSource = field(repr=False)

    def clears(self, serial: int, moment: datetime) -> bool:
        """Whether a list that covers it is fresh, and none of any kind may name it."""
        for first, last in self.windows:
            if first <= moment <= last:
                return self.is_silent(serial)
        return False

    def is_silent(self, serial: int) -> bool:
        """Whether no list names it, nor may one that cannot be read."""
        # Numbers of lists that are only looked up are never asked for (`jpki.revocation`).
        if serial in self.source.named():
            return False
        unreadable = self.source.unreadable
        return not unreadable or not any(one.may_mention(serial) for one in unreadable)


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
