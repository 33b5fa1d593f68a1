"""Revocation lists given as files, and what they prove.

Two rules decide. To say *revoked*, a list must be authentic (signed by the key that issued the
certificate) and understood (no delta, no indirect list, no unknown critical extension). To say
*good*, it must also cover the certificate (issuingDistributionPoint against its distribution
point) and be fresh at the moment. Revocation is final in JPKI, a hold included, so an old list
that names the serial number still counts and any list that does wins over any that does not.

A revocation date after the moment: RFC 5280 6.3.3 never looks at the date, so a list already
out at the moment revokes whoever is on it. A list issued later speaks about the moment only
through an entry whose date (or invalidityDate) lies at or before it.
Not here: an index over lists of millions of entries, OCSP.
RFC 5280 5.2.5, 6.3.3; PKI profile section 2.1.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from jpki.verify.anchors import Anchor
from jpki.verify.certificate import Certificate
from jpki.verify.crl import RevocationList, Revoked
from jpki.verify.errors import MalformedError
from jpki.verify.extensions import directory_names
from jpki.verify.keys import SignatureProblem
from jpki.verify.names import describe
from jpki.verify.policy import CrlRules
from jpki.verify.revocation import Evidence, Finding, Status
from jpki.verify.times import show

_SHOWN_ELSEWHERE = 3


@dataclass(frozen=True, slots=True)
class CrlSource:
    """A set of lists of any CAs; `unreadable` is what was given and is no list."""

    lists: tuple[RevocationList, ...] = field(default=(), repr=False)
    unreadable: tuple[Evidence, ...] = ()

    @classmethod
    def load(cls, ders: Iterable[bytes]) -> "CrlSource":
        """Read DER lists. One that cannot be read is kept as evidence, and proves nothing."""
        lists: list[RevocationList] = []
        unreadable: list[Evidence] = []
        for der in ders:
            try:
                lists.append(RevocationList.parse(der))
            except MalformedError as error:
                digest = sha256(der).digest()
                unreadable.append(Evidence("crl", digest, "unreadable", objections=(str(error),)))
        return cls(tuple(lists), tuple(unreadable))

    def status(
        self, certificate: Certificate, issuer: Anchor, *, moment: datetime, crl_rules: CrlRules
    ) -> Finding:
        """Look at every list of this CA; see the module for what counts."""
        evidence: list[Evidence] = []
        revoked: list[Evidence] = []
        good: list[Evidence] = []
        elsewhere: list[Evidence] = []
        for crl in self.lists:
            if crl.issuer != issuer.certificate.subject:
                continue
            entry = crl.entries.get(certificate.serial)
            scope = scope_objections(crl, certificate)
            if scope and entry is None:
                # The lists of all other places: a few are shown when there is nothing better.
                if len(elsewhere) < _SHOWN_ELSEWHERE:
                    elsewhere.append(_evidence(crl, scope, None))
                continue
            doubts = trust_objections(crl, issuer)
            gaps = scope + freshness_objections(crl, moment, crl_rules)
            one = _evidence(crl, doubts + gaps, entry)
            evidence.append(one)
            if entry and not doubts and _speaks_of(crl, entry, moment):
                revoked.append(one)
            elif not entry and not doubts and not gaps:
                good.append(one)
        if not revoked and not good:
            evidence += [*elsewhere, *self.unreadable]
        return _decide(certificate, moment, evidence=evidence, revoked=revoked, good=good)


def trust_objections(crl: RevocationList, issuer: Anchor) -> tuple[str, ...]:
    """Say why a list may not be believed at all."""
    claimed = crl.authority_key
    found: list[str] = []
    if claimed and claimed.key_identifier not in {None, issuer.key_identifier}:
        found.append("signed with the key of another generation of the CA")
    if crl.inner_algorithm != crl.outer_algorithm:
        found.append("signature algorithm differs inside and outside")
    try:
        issuer.key.verify(crl.inner_algorithm, crl.signature, crl.tbs)
    except SignatureProblem as problem:
        found.append(f"signature: {problem}")
    if crl.is_delta:
        found.append("a delta list")
    if crl.scope and crl.scope.indirect:
        found.append("an indirect list")
    return (*found, *crl.not_understood)


def scope_objections(crl: RevocationList, certificate: Certificate) -> tuple[str, ...]:
    """Say why a list does not cover a holder's certificate (RFC 5280 6.3.3 (b))."""
    scope = crl.scope
    if scope is None:
        return ()
    found: list[str] = []
    if scope.only_ca:
        found.append("only for CA certificates")
    if scope.only_attribute:
        found.append("only for attribute certificates")
    if scope.some_reasons:
        found.append("only for some reasons")
    points = certificate.distribution_points or ()
    asked = {name for point in points for name in point.names}
    if scope.names is not None and asked.isdisjoint(scope.names):
        found.append("for another distribution point")
    return tuple(found)


def freshness_objections(
    crl: RevocationList, moment: datetime, crl_rules: CrlRules
) -> tuple[str, ...]:
    """Say why a list does not tell the state of the moment."""
    found: list[str] = []
    if crl.this_update > moment:
        found.append(f"issued only {show(crl.this_update)}")
    if crl.next_update is None:
        found.append("without nextUpdate")
    elif crl.next_update < moment:
        found.append(f"stale since {show(crl.next_update)}")
    if crl_rules.max_age is not None and moment - crl.this_update > crl_rules.max_age:
        found.append(f"older than {crl_rules.max_age.days} days")
    if crl_rules.require_number and crl.number is None:
        found.append("without cRLNumber")
    return tuple(found)


def _speaks_of(crl: RevocationList, entry: Revoked, moment: datetime) -> bool:
    return crl.this_update <= moment or entry.effective <= moment


def _decide(
    certificate: Certificate,
    moment: datetime,
    *,
    evidence: list[Evidence],
    revoked: list[Evidence],
    good: list[Evidence],
) -> Finding:
    if revoked:
        first = min(revoked, key=lambda one: one.entry.revoked_at if one.entry else moment)
        return Finding(Status.REVOKED, first, tuple(evidence))
    if good:
        newest = max(good, key=lambda one: one.this_update or moment)
        return Finding(Status.NOT_REVOKED, newest, tuple(evidence))
    points = certificate.distribution_points or ()
    names = [describe(name) for point in points for name in point.directory_names]
    needed = f"the revocation list (失効リスト) of {' or '.join(names) or 'the CA'}"
    return Finding(
        Status.UNKNOWN, None, tuple(evidence), f"{needed}, issued and not stale at {show(moment)}"
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
