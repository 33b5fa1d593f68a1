"""Whether a certificate is revoked, and what says so.

`RevocationSource` is the seam: a set of lists (`crl_source`), OCSP answers (`ocsp_source`), both
(`AllSources`); an index over lists of any size would be another. A source answers with a
`Finding` and its evidence.
Not here: reading lists (`crl`) or deciding which to believe (`crl_source`).
RFC 5280 6.3. Called by `verifier`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum, unique
from typing import Protocol, runtime_checkable

from jpki.profiles.reasons import RevocationReason
from jpki.verify import rules
from jpki.verify.anchors import Anchor
from jpki.verify.certificate import Certificate
from jpki.verify.checks import Check
from jpki.verify.crl import Revoked
from jpki.verify.path_checks import NEEDED_CA, NO_CA
from jpki.verify.policy import CrlRules
from jpki.verify.times import show

HOLD = "certificateHold"


@unique
class Status(Enum):
    """What the evidence says of one certificate."""

    NOT_REVOKED = "not revoked"
    REVOKED = "revoked"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One list or OCSP answer that was looked at, and why it could not be used (`objections`)."""

    source: str
    sha256: bytes
    scope: str
    number: int | None = None
    this_update: datetime | None = None
    next_update: datetime | None = None
    objections: tuple[str, ...] = ()
    entry: Revoked | None = None

    @property
    def description(self) -> str:
        """The list or answer in one line."""
        when = f" of {show(self.this_update)}" if self.this_update else ""
        if self.source == "ocsp":
            return f"OCSP answer {self.scope}{when}"
        return f"CRL {'' if self.number is None else f'no. {self.number} '}{self.scope}{when}"


@dataclass(frozen=True, slots=True)
class Finding:
    """The answer of a source; `basis` is the evidence that decided."""

    status: Status
    basis: Evidence | None = None
    evidence: tuple[Evidence, ...] = ()
    needed: str | None = None
    is_doubtful: bool = False
    """When unknown: the CA may have revoked it, so no other source says "not revoked"."""

    @property
    def reason(self) -> str | None:
        """The CRLReason by its RFC name when revoked."""
        return self._entry.reason if self._entry else None

    @property
    def revoked_at(self) -> datetime | None:
        """The revocation date when revoked, aware UTC."""
        return self._entry.revoked_at if self._entry else None

    @property
    def _entry(self) -> Revoked | None:
        return self.basis.entry if self.status is Status.REVOKED and self.basis else None


def together(findings: Sequence[Finding]) -> Finding:
    """Say what several sources (lists, OCSP answers) come to together.

    Revoked from any wins, for good before a hold; else what any source may have said without
    being understood keeps it unknown; else one source that says not revoked is enough; else each
    says what it lacks.
    """
    evidence = tuple(one for finding in findings for one in finding.evidence)
    by_status = {status: [one for one in findings if one.status is status] for status in Status}
    if by_status[Status.REVOKED]:
        first = min(by_status[Status.REVOKED], key=lambda one: one.reason == HOLD)
        return replace(first, evidence=evidence)
    unknown = by_status[Status.UNKNOWN]
    doubtful = [one for one in unknown if one.is_doubtful]
    if not doubtful and by_status[Status.NOT_REVOKED]:
        return replace(by_status[Status.NOT_REVOKED][0], evidence=evidence)
    needed = " or ".join(one.needed for one in doubtful or unknown if one.needed)
    return Finding(Status.UNKNOWN, None, evidence, needed or None, is_doubtful=bool(doubtful))


class RevocationSource(Protocol):
    """Anything that knows about revocation."""

    def status(
        self, certificate: Certificate, issuer: Anchor, *, moment: datetime, crl_rules: CrlRules
    ) -> Finding:
        """Say whether a certificate of this CA is revoked at a moment (aware UTC, seconds)."""
        ...


@dataclass(frozen=True, slots=True)
class AllSources:
    """Several sources, asked about every certificate; see `together` for what that comes to."""

    sources: tuple[RevocationSource, ...]

    def status(
        self, certificate: Certificate, issuer: Anchor, *, moment: datetime, crl_rules: CrlRules
    ) -> Finding:
        """Ask each."""
        return together(
            [
                one.status(certificate, issuer, moment=moment, crl_rules=crl_rules)
                for one in self.sources
            ]
        )

    def cover(
        self, certificate: Certificate, issuer: Anchor, *, crl_rules: CrlRules
    ) -> "AllCovers | None":
        """Put the sources' covers together, None when one of them has none."""
        covers: list[Cover] = []
        for one in self.sources:
            if not isinstance(one, QuickSource):
                return None
            found = one.cover(certificate, issuer, crl_rules=crl_rules)
            if found is None:
                return None
            covers.append(found)
        return AllCovers(tuple(covers))


@dataclass(frozen=True, slots=True)
class AllCovers:
    """What several covers say together, as `together` would of their findings."""

    covers: "tuple[Cover, ...]"

    def clears(self, serial: int, moment: datetime) -> bool:
        """Whether one clears it, and none of the others has anything to say of it."""
        cleared = [one.clears(serial, moment) for one in self.covers]
        return any(cleared) and all(
            said or one.is_silent(serial) for said, one in zip(cleared, self.covers, strict=True)
        )

    def is_silent(self, serial: int) -> bool:
        """Whether none has anything to say of it."""
        return all(one.is_silent(serial) for one in self.covers)


class Cover(Protocol):
    """The answer of a source for all certificates of one CA and distribution point."""

    def clears(self, serial: int, moment: datetime) -> bool:
        """Whether `status` would say *not revoked* of this serial number; False says nothing."""
        ...

    def is_silent(self, serial: int) -> bool:
        """Whether nothing in the source names this serial number, or may: no word against it."""
        ...


@runtime_checkable
class QuickSource(Protocol):
    """A source that can say of a serial number alone what it would say of the certificate.

    Only for sources whose data do not change, or whose covers see the change.
    """

    def cover(
        self, certificate: Certificate, issuer: Anchor, *, crl_rules: CrlRules
    ) -> Cover | None:
        """Give the answer for all certificates with the CA and distribution point of this one."""
        ...


def revocation(
    certificate: Certificate,
    anchor: Anchor | None,
    source: RevocationSource,
    *,
    moment: datetime,
    crl_rules: CrlRules,
) -> tuple[Finding | None, Check]:
    """Ask the source and make the row; without evidence for "good" it cannot tell."""
    expected = f"shown not to be revoked at {show(moment)}"
    rule = rules.CERT_REVOCATION
    if anchor is None:
        return None, rule.unknown(expected=expected, seen=NO_CA, needed=NEEDED_CA)
    finding = source.status(certificate, anchor, moment=moment, crl_rules=crl_rules)
    basis = finding.basis
    if finding.status is Status.REVOKED:
        return finding, rule.failed(expected=expected, seen=_revoked(basis))
    if finding.status is Status.NOT_REVOKED and basis:
        return finding, rule.passed(expected=expected, seen=not_revoked(basis))
    seen = "; ".join(
        f"{one.description}{' names it' if one.entry else ''}: {', '.join(one.objections)}"
        for one in finding.evidence
        if one.objections
    )
    return finding, rule.unknown(
        expected=expected,
        seen=seen or "no revocation list of this CA",
        needed=finding.needed or "a usable revocation list (失効リスト)",
    )


def not_revoked(basis: Evidence) -> str:
    """Say which list or answer shows it."""
    if basis.source == "ocsp":
        return f"good in {basis.description}"
    return f"not on {basis.description}"


def _revoked(basis: Evidence | None) -> str:
    if basis is None or basis.entry is None:
        return "revoked, says a source that gives no evidence"
    when, why = show(basis.entry.revoked_at), explain(basis.entry.reason)
    return f"revoked {when}, {why}; {basis.description}"


def explain(reason: str) -> str:
    """Write a CRLReason with what JPKI means by it."""
    known = {one.rfc_name: one for one in RevocationReason}
    return f"{reason} ({known[reason].japanese})" if reason in known else reason
