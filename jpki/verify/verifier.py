"""The verifier: a certificate, a kind and a moment in, a report or a verdict out.

`check` makes every check even when an earlier one failed, so that a report explains everything
at once; only bytes that are no certificate end it early. `judge` gives the verdict alone and
the report on request: certificates like one it has seen GOOD cost little more than their
signature (`shapes`). Nothing handed in makes either raise.
Not here: the checks themselves (`profile_checks`, `exact_checks`, `one_step`, `path_checks`,
`revocation`), or
any trust of its own: anchors, revocation data and policies are the caller's.
PKI profile section 3.2; RFC 5280 6.1 for a path of one certificate.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from jpki import oids
from jpki.profiles.kinds import Kind
from jpki.verify import one_step, path_checks, profile_checks, rules
from jpki.verify.anchors import Anchor, TrustAnchors
from jpki.verify.certificate import Certificate
from jpki.verify.checks import Verdict
from jpki.verify.crl_source import CrlSource
from jpki.verify.errors import MalformedError
from jpki.verify.exact_checks import exact_checks, within_ca
from jpki.verify.judgement import Judgement
from jpki.verify.places import located
from jpki.verify.policy import EMULATOR, Medium, Policies, Policy
from jpki.verify.report import CertificateReport
from jpki.verify.revocation import QuickSource, RevocationSource, revocation
from jpki.verify.shapes import Shapes
from jpki.verify.times import second_of

_EXPECTED_DER = "one certificate in strict DER"
_GOOD = Verdict.GOOD
"""At hand: to look a member of an enumeration up costs as much as three checks of `judge`."""


@dataclass(frozen=True, slots=True)
class Verifier:
    """What a relying party trusts and knows; used again for any number of certificates."""

    anchors: TrustAnchors
    revocation: RevocationSource = field(default_factory=CrlSource)
    policies: Policies = EMULATOR
    _shapes: list[tuple[Kind, Medium, Shapes]] = field(
        default_factory=list, init=False, repr=False, compare=False
    )
    """What `judge` has learned under just these anchors, this source and these policies."""

    def check(
        self, certificate: bytes, kind: Kind, *, moment: datetime, medium: Medium = Medium.CARD
    ) -> CertificateReport:
        """Judge a DER certificate as this kind at a moment (aware), and explain it.

        Raises `ValueError` for a moment without a time zone, and nothing else.
        """
        return self._examine(certificate, self.policies.of(kind, medium), second_of(moment))

    def judge(
        self, certificate: bytes, kind: Kind, *, moment: datetime, medium: Medium = Medium.CARD
    ) -> Judgement:
        """Give the verdict `check` would give, and its report only when it is asked for.

        Raises `ValueError` for a moment without a time zone, and nothing else.
        """
        moment = second_of(moment)
        if type(certificate) is not bytes:
            certificate = bytes(certificate)
        shapes = None
        # A handful of pairs: looking for them is quicker than an enumeration's own hash.
        for known, held_by, those in self._shapes:
            if known is kind and held_by is medium:
                shapes = those
        shapes = shapes or self._new_shapes(kind, medium)
        if shapes.is_good(certificate, moment):
            return Judgement(_GOOD, moment, self._examine, certificate, shapes.policy, moment)
        policy = shapes.policy
        report = self._examine(certificate, policy, moment)
        if report.verdict is _GOOD and report.certificate and report.anchor:
            self._learn(shapes, report.certificate, report.anchor, policy)
        return Judgement.of(report)

    def _new_shapes(self, kind: Kind, medium: Medium) -> Shapes:
        pinned = (*self.anchors.sign, *self.anchors.auth)
        moduli = frozenset(one.key.rsa_modulus for one in pinned)
        shapes = Shapes(self.policies.of(kind, medium), ca_moduli=moduli)
        self._shapes.append((kind, medium, shapes))
        return shapes

    def _learn(
        self, shapes: Shapes, certificate: Certificate, anchor: Anchor, policy: Policy
    ) -> None:
        source = self.revocation
        if isinstance(source, QuickSource):
            cover = source.cover(certificate, anchor, crl_rules=policy.crl)
            if cover is not None:
                shapes.learn(certificate, anchor, cover)

    def _examine(self, certificate: bytes, policy: Policy, moment: datetime) -> CertificateReport:
        """Make every check."""
        try:
            parsed = Certificate.parse(certificate)
        except MalformedError as error:
            row = rules.CERT_DER.malformed(expected=_EXPECTED_DER, error=error)
            return CertificateReport(moment=moment, checks=(row,), policy=policy, certificate=None)
        checks = [
            rules.CERT_DER.passed(expected=_EXPECTED_DER, seen=f"{len(parsed.der)} bytes"),
            *profile_checks.profile_checks(parsed, policy),
        ]
        attributes = None
        if policy.carries_attributes:
            attributes, row = profile_checks.attributes(parsed)
            checks.append(row)
        anchor, chosen = path_checks.choose_issuer(parsed, self.anchors.of(policy.kind), policy)
        finding, revoked = revocation(
            parsed, anchor, self.revocation, moment=moment, crl_rules=policy.crl
        )
        steps = one_step.validated(parsed, anchor, policy, moment)
        checks = [
            *steps.joined([*checks, chosen]),
            *steps.rows,
            path_checks.ca_validity(anchor, moment),
            *exact_checks(parsed, policy),
            within_ca(parsed, anchor, (*self.anchors.sign, *self.anchors.auth)),
            revoked,
        ]
        return CertificateReport(
            moment=moment,
            checks=located(checks, parsed.der),
            policy=policy,
            certificate=parsed,
            attributes=attributes,
            finding=finding,
            anchor=anchor,
        )


def claimed_kind(certificate: bytes) -> Kind | None:
    """Say which kind a certificate claims to be by its policy, None when it does not say.

    Only to choose what to ask the verifier, never a verdict. Raises `MalformedError`.
    """
    claimed = claims(certificate)
    return claimed[0] if claimed else None


def claims(certificate: bytes) -> tuple[Kind, Medium] | None:
    """Say which kind and medium a certificate claims; for the same use. Raises `MalformedError`."""
    policies = Certificate.parse(certificate).policies or ()
    return next((_CLAIMS[oid] for oid in policies if oid in _CLAIMS), None)


def claimed_medium(certificate: bytes, media: Sequence[Medium]) -> Medium:
    """Give the medium a certificate claims if it is one of these, else the first of them.

    For services that take several: what claims another one fails as the first.
    """
    try:
        claimed = claims(certificate)
    except MalformedError:
        claimed = None
    return claimed[1] if claimed and claimed[1] in media else media[0]


_CLAIMS = {
    policy.dotted: (
        Kind.SIGN if "SIGN" in policy.name else Kind.AUTH,
        Medium.PHONE if policy.name.endswith("PHONE") else Medium.CARD,
    )
    for policy in oids.Policy
}
