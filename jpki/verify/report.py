"""What a verification came to: every check with its clause, what was seen, and the verdict.

A report is never a truth value (`bool(report)` raises): read `verdict`, or call
`require_good()`, which raises the typed error of the first failed check. A login or CMS report
contains the report of the certificate it rests on, and counts its checks as its own.
Not here: deciding anything, or text for people (`jpki.verify.render`).
Called by the verifier, login and CMS; read by everybody.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from jpki.profiles.kinds import Kind
from jpki.verify.anchors import Anchor
from jpki.verify.attributes import HolderAttributes
from jpki.verify.certificate import Certificate
from jpki.verify.checks import Check, Outcome, Verdict
from jpki.verify.errors import CannotTellError
from jpki.verify.names import describe
from jpki.verify.policy import Environment, Medium, Policy
from jpki.verify.report_json import (
    JSON_FORMAT,
    Json,
    attributes_json,
    certificate_json,
    check_json,
    finding_json,
    policy_json,
)
from jpki.verify.revocation import Finding
from jpki.verify.serials import serial_text
from jpki.verify.times import iso, show


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The base of all reports: checks made at one moment (aware UTC)."""

    moment: datetime
    checks: tuple[Check, ...]

    def __bool__(self) -> bool:
        raise TypeError("a report is no truth value: read `verdict` or call `require_good()`")

    @property
    def subject(self) -> str:
        """What was verified: `certificate`, `login`, `cms`, `card-face`, `path` or `bundle`."""
        raise NotImplementedError

    @property
    def certificate_report(self) -> "CertificateReport | None":
        """The report of the certificate this one rests on (itself for a certificate)."""
        return None

    @property
    def rests_on(self) -> "Report | None":
        """The report whose checks count as this one's own, None when there is none."""
        other = self.certificate_report
        return None if other is self else other

    @property
    def all_checks(self) -> tuple[Check, ...]:
        """The report's own checks, then those of the report it rests on."""
        other = self.rests_on
        return self.checks if other is None else self.checks + other.all_checks

    @property
    def verdict(self) -> Verdict:
        """BAD if any check failed, else CANNOT_TELL if any could not be made, else GOOD."""
        outcomes = {check.outcome for check in self.all_checks}
        if Outcome.FAIL in outcomes or not outcomes:
            return Verdict.BAD
        return Verdict.CANNOT_TELL if Outcome.CANNOT_TELL in outcomes else Verdict.GOOD

    @property
    def failures(self) -> tuple[Check, ...]:
        """The checks that failed."""
        return tuple(check for check in self.all_checks if check.outcome is Outcome.FAIL)

    @property
    def needed(self) -> tuple[str, ...]:
        """What would have to be supplied to tell, each said once."""
        return tuple(dict.fromkeys(check.needed for check in self.all_checks if check.needed))

    @property
    def not_before(self) -> datetime | None:
        """The certificate's first second of validity, None when it could not be read."""
        facts = self._certificate
        return facts.not_before if facts else None

    @property
    def not_after(self) -> datetime | None:
        """The certificate's last second of validity, None when it could not be read."""
        facts = self._certificate
        return facts.not_after if facts else None

    @property
    def revocation(self) -> Finding | None:
        """What the revocation data said, None when nobody was asked."""
        report = self.certificate_report
        return None if report is None else report.finding

    @property
    def _certificate(self) -> Certificate | None:
        report = self.certificate_report
        return None if report is None else report.certificate

    def check(self, rule_id: str) -> Check:
        """Give the row of one rule; raise `KeyError` when the report has none."""
        for check in self.all_checks:
            if check.rule.id == rule_id:
                return check
        raise KeyError(rule_id)

    def require_good(self) -> Self:
        """Give the report back when it is GOOD.

        Raises the `BadError` of the first failed check, or `CannotTellError`.
        """
        if self.failures:
            first = self.failures[0]
            raise first.rule.error(self, first)
        unsettled = [one for one in self.all_checks if one.outcome is Outcome.CANNOT_TELL]
        if unsettled:
            raise CannotTellError(self, unsettled[0])
        return self

    def to_json(self) -> dict[str, object]:
        """Give the report as plain data for `json.dumps`; bytes are hex, times RFC 3339."""
        other = self.rests_on
        nested = {} if other is None else {f"{other.subject}_report": other.to_json()}
        return {
            "format": JSON_FORMAT,
            "subject": self.subject,
            "verdict": self.verdict.value,
            "moment": iso(self.moment),
            "needed": list(self.needed),
            **self.details(),
            "checks": [check_json(check) for check in self.checks],
            **nested,
        }

    @property
    def proviso(self) -> str:
        """What a person must be told in the line of the verdict; mostly nothing."""
        return ""

    def facts(self) -> tuple[tuple[str, str], ...]:
        """Give what a person wants to know first, as (label, text); for `render`."""
        return ()

    def details(self) -> Json:
        """Give the fields of this kind of report, for `to_json`."""
        return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateReport(Report):
    """The report of one certificate judged by one policy: a kind, a medium, an environment."""

    policy: Policy
    certificate: Certificate | None
    """What the bytes say, None when they are no certificate."""
    attributes: HolderAttributes | None = field(default=None, repr=False)
    """The four attributes of a signing certificate; rely on them only when GOOD."""
    finding: Finding | None = None
    anchor: Anchor | None = None
    """The pinned CA certificate that was chosen by key; None when none fits."""

    @property
    def kind(self) -> Kind:
        """The kind it was judged as."""
        return self.policy.kind

    @property
    def environment(self) -> Environment:
        """Whose certificates were meant."""
        return self.policy.environment

    @property
    def subject(self) -> str:
        """A certificate."""
        return "certificate"

    @property
    def certificate_report(self) -> "CertificateReport":
        """This report."""
        return self

    def details(self) -> Json:
        """Give certificate, attributes and revocation evidence."""
        return {
            "kind": self.kind.value,
            "environment": self.environment.value,
            "policy": policy_json(self.policy),
            "certificate": certificate_json(self.certificate) if self.certificate else None,
            "anchor": certificate_json(self.anchor.certificate) if self.anchor else None,
            "attributes": attributes_json(self.attributes) if self.attributes else None,
            "revocation": finding_json(self.finding) if self.finding else None,
        }

    def facts(self) -> tuple[tuple[str, str], ...]:
        """Give kind, holder, validity and fingerprint, and the four attributes."""
        found = []
        if self.certificate is not None:
            # What cannot be read claims no kind: what it was taken for says nothing of it.
            kind = f"{self.kind.japanese} ({self.kind.value}, {self.environment.value})"
            found.append(("kind", kind))
        if self.policy.medium is not Medium.CARD:
            medium = f"{self.policy.medium.japanese} ({self.policy.medium.value})"
            guess = "; its policy OID is a guess" if self.policy.basis.is_guess else ""
            found.append(("medium", f"{medium}{guess}"))
        if self.certificate is not None:
            found += [
                ("subject", describe(self.certificate.subject)),
                ("serial (発行番号)", serial_text(self.certificate.serial)),
                ("valid from", show(self.certificate.not_before)),
                ("valid to", show(self.certificate.not_after)),
                ("SHA-256", self.certificate.sha256.hex()),
            ]
        if self.attributes is not None:
            # What an unproven certificate says of a person must not read like a fact.
            proof = "" if self.verdict is Verdict.GOOD else ", unproven"
            found += [
                (f"name (氏名){proof}", self.attributes.name or "-"),
                (f"born (生年月日){proof}", self.attributes.birth_date or "-"),
                (f"gender (性別){proof}", self.attributes.gender or "-"),
                (f"address (住所){proof}", self.attributes.address or "-"),
            ]
        return tuple(found)
