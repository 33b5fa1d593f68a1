"""The report of a path: every step with its clause, the path, revocation, and the policies.

Rows read "2 of 3: ..." for the second certificate below the anchor. Not here: deciding anything.
Called by `verifier`; read by everybody.
"""

from dataclasses import dataclass

from jpki.verify.path.certificate import PathCertificate
from jpki.verify.path.inputs import TrustAnchor
from jpki.verify.report import Report
from jpki.verify.report_json import Json, finding_json
from jpki.verify.revocation import Finding, Status
from jpki.verify.serials import serial_hex
from jpki.verify.times import iso, show


@dataclass(frozen=True, slots=True, kw_only=True)
class PathReport(Report):
    """What the best path to a trust anchor came to, or why there is none."""

    anchor: TrustAnchor | None = None
    path: tuple[PathCertificate, ...] = ()
    """From the certificate under the anchor to the target; empty when no path was found."""
    policies: frozenset[str] = frozenset()
    """user-constrained-policy-set (RFC 5280 6.1.6); rely on it only when GOOD."""
    findings: tuple[Finding, ...] = ()
    """What revocation data said of each certificate of the path."""

    @property
    def subject(self) -> str:
        """A path."""
        return "path"

    @property
    def revocation(self) -> Finding | None:
        """The first certificate's that is revoked, else the target's."""
        revoked = [one for one in self.findings if one.status is Status.REVOKED]
        return revoked[0] if revoked else self.findings[-1] if self.findings else None

    def details(self) -> Json:
        """Give anchor, path, policies and revocation evidence."""
        return {
            "anchor": str(self.anchor.name) if self.anchor else None,
            "path": [_certificate_json(one) for one in self.path],
            "policies": sorted(self.policies),
            "revocations": [finding_json(one) for one in self.findings],
        }

    def facts(self) -> tuple[tuple[str, str], ...]:
        """Give the path from anchor to target, and the policies."""
        found = [("anchor", str(self.anchor.name))] if self.anchor else []
        found += [
            (f"{place} of {len(self.path)}", f"{one.subject}, to {show(one.not_after)}")
            for place, one in enumerate(self.path, 1)
        ]
        if self.policies:
            found.append(("policies", ", ".join(sorted(self.policies))))
        return tuple(found)


def _certificate_json(certificate: PathCertificate) -> Json:
    return {
        "serial": serial_hex(certificate.serial),
        "serial_decimal": str(certificate.serial),
        "subject": str(certificate.subject),
        "issuer": str(certificate.issuer),
        "not_before": iso(certificate.not_before),
        "not_after": iso(certificate.not_after),
        "sha256": certificate.fingerprint.hex(),
    }
