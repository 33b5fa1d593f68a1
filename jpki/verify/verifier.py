"""The verifier: a certificate, a kind and a moment in, a report out.

Every check is made even when an earlier one failed, so that a report explains everything at
once; only bytes that are no certificate end it early. Nothing handed in makes it raise.
Not here: the checks themselves, or any trust of its own: anchors, revocation data and policies
are the caller's.
PKI profile section 3.2; RFC 5280 6.1 for a path of one certificate.
"""

from dataclasses import dataclass, field
from datetime import datetime

from jpki import oids
from jpki.profiles.kinds import Kind
from jpki.verify import path_checks, profile_checks, rules
from jpki.verify.anchors import TrustAnchors
from jpki.verify.certificate import Certificate
from jpki.verify.crl_source import CrlSource
from jpki.verify.errors import MalformedError
from jpki.verify.policy import EMULATOR, Policies
from jpki.verify.report import CertificateReport
from jpki.verify.revocation import RevocationSource, revocation
from jpki.verify.times import second_of

_EXPECTED_DER = "one certificate in strict DER"


@dataclass(frozen=True, slots=True)
class Verifier:
    """What a relying party trusts and knows; used again for any number of certificates."""

    anchors: TrustAnchors
    revocation: RevocationSource = field(default_factory=CrlSource)
    policies: Policies = EMULATOR

    def check(self, certificate: bytes, kind: Kind, *, moment: datetime) -> CertificateReport:
        """Judge a DER certificate as this kind at a moment (aware).

        Raises `ValueError` for a moment without a time zone, and nothing else.
        """
        moment = second_of(moment)
        policy = self.policies.of(kind)
        try:
            parsed = Certificate.parse(certificate)
        except MalformedError as error:
            return CertificateReport(
                moment=moment,
                checks=(rules.CERT_DER.malformed(expected=_EXPECTED_DER, error=error),),
                kind=kind,
                environment=policy.environment,
                certificate=None,
            )
        checks = [
            rules.CERT_DER.passed(expected=_EXPECTED_DER, seen=f"{len(parsed.der)} bytes"),
            *profile_checks.profile_checks(parsed, policy),
        ]
        attributes = None
        if policy.carries_attributes:
            attributes, row = profile_checks.attributes(parsed)
            checks.append(row)
        anchor, chosen = path_checks.choose_issuer(parsed, self.anchors.of(kind), policy)
        finding, revoked = revocation(
            parsed, anchor, self.revocation, moment=moment, crl_rules=policy.crl
        )
        checks += [
            chosen,
            path_checks.signature(parsed, anchor),
            path_checks.not_before(parsed, moment),
            path_checks.not_after(parsed, moment),
            path_checks.ca_validity(anchor, moment),
            revoked,
        ]
        return CertificateReport(
            moment=moment,
            checks=tuple(checks),
            kind=kind,
            environment=policy.environment,
            certificate=parsed,
            attributes=attributes,
            finding=finding,
        )


def claimed_kind(certificate: bytes) -> Kind | None:
    """Say which kind a certificate claims to be by its policy, None when it does not say.

    Only to choose what to ask the verifier, never a verdict. Raises `MalformedError`.
    """
    policies = Certificate.parse(certificate).policies or ()
    return next((_KINDS[oid] for oid in policies if oid in _KINDS), None)


_KINDS = {
    policy.dotted: Kind.SIGN if policy.name.removeprefix("TEST_").startswith("SIGN") else Kind.AUTH
    for policy in oids.Policy
}
