"""RFC 5280 section 6.1 for a JPKI certificate: a path of one step, validated by the path room.

A JPKI policy is a set of parameters of the RFC (its one policy required, no mapping, no
anyPolicy, one certificate, its algorithms, its purpose); the exact profile comes on top. Each
step of the RFC whose subject has a row of the profile speaks in that row: the row fails when
either does. The steps without such a row share `cert.path`.
Not here: the profile (`profile_checks`), which CA (`path_checks`), revocation (`revocation`,
since JPKI never lifts a hold and its sources are the caller's).
RFC 5280 6.1. Called by `verifier`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from jpki.verify import rules
from jpki.verify.anchors import Anchor
from jpki.verify.certificate import Certificate
from jpki.verify.checks import Check, Outcome, Rule
from jpki.verify.errors import AnchorError, MalformedError
from jpki.verify.keys import SignatureProblem
from jpki.verify.path import Algorithms, Limits, Parameters, TrustAnchor, basic
from jpki.verify.path import rules as steps
from jpki.verify.path.anchor_limits import AnchorLimits
from jpki.verify.path.budget import Budget
from jpki.verify.path.certificate import PathCertificate
from jpki.verify.path.extensions import NameConstraints
from jpki.verify.path.keys import RSA
from jpki.verify.path.signatures import Signatures
from jpki.verify.path.state import Surroundings
from jpki.verify.path.validation import validate
from jpki.verify.path_checks import NEEDED_CA, NO_CA
from jpki.verify.policy import Policy
from jpki.verify.times import show

_ROW_OF_STEP = {
    steps.SIGNATURE: rules.CERT_SIGNATURE,
    steps.ALGORITHM: rules.CERT_ALGORITHM,
    steps.NOT_BEFORE: rules.CERT_NOT_BEFORE,
    steps.NOT_AFTER: rules.CERT_NOT_AFTER,
    steps.NAME_CHAINING: rules.CERT_ISSUER,
    steps.POLICY: rules.CERT_KIND,
    steps.KEY: rules.CERT_KEY,
    steps.CRITICAL: rules.CERT_CRITICAL,
    steps.USER_POLICY: rules.CERT_KIND,
    steps.PURPOSE: rules.CERT_EXTENDED_KEY_USAGE,
}
"""A step of the RFC, and the row of a JPKI report that speaks of the same thing."""
_PLACE = "1 of 1: "
_EXPECTED = "every step of path validation holds for a path of one certificate"
_EXPECTED_SIGNATURE = "verifies with the CA's key"


@dataclass(frozen=True, slots=True)
class Steps:
    """What path validation came to: `rows` of its own, and `others` for rows of the profile."""

    rows: tuple[Check, ...]
    others: tuple[Check, ...] = ()

    def joined(self, rows: Iterable[Check]) -> tuple[Check, ...]:
        """Give the profile's rows; one that holds gives way to a step under it that does not."""
        failed = {one.rule: one for one in self.others if one.outcome is Outcome.FAIL}
        return tuple(
            failed.get(row.rule, row) if row.outcome is Outcome.PASS else row for row in rows
        )


def parameters(policy: Policy) -> Parameters:
    """Give what a JPKI policy is to RFC 5280 6.1.1."""
    return Parameters(
        initial_policies=policy.policy_oids,
        initial_explicit_policy=True,
        initial_policy_mapping_inhibit=True,
        initial_any_policy_inhibit=True,
        purposes=policy.extended_key_usage,
        algorithms=Algorithms(policy.signature_algorithms, {RSA: min(policy.rsa_bits)}),
        crl=policy.crl,
        limits=Limits(depth=1, paths=1, signatures=1),
    )


def validated(
    certificate: Certificate, anchor: Anchor | None, policy: Policy, moment: datetime
) -> Steps:
    """Take every step of 6.1 for this certificate under this CA, as far as there is one."""
    try:
        found = PathCertificate.parse(certificate.der)
        trusted = None if anchor is None else trust_anchor(anchor)
    except (AnchorError, MalformedError) as error:
        return _unreadable(error, certificate, anchor, moment)
    limits = parameters(policy).limits
    budget = Budget(
        paths=limits.paths,
        signatures=limits.signatures,
        steps=limits.steps,
        comparisons=limits.comparisons,
    )
    around = Surroundings(parameters(policy), moment, budget, Signatures(budget))
    if trusted is None:
        return _without_anchor(found, around)
    (checks,) = validate(trusted, (found,), around).checks
    own, others, rest = [], [], []
    for check in checks:
        rule = _ROW_OF_STEP.get(check.rule)
        if rule in _OWN_ROWS:
            own.append(_as(check, rule))
        elif rule is not None:
            others.append(_as(check, rule))
        else:
            rest.append(check)
    return Steps((*own, _rest(rest, len(checks))), tuple(others))


@lru_cache(maxsize=64)
def _trust_anchor(der: bytes) -> TrustAnchor:
    # Its period and key usage have rows of the profile; its policies are not those it issues under.
    return replace(TrustAnchor.of(der), limits=AnchorLimits())


def trust_anchor(anchor: Anchor) -> TrustAnchor:
    """Give a pinned CA as the path room knows anchors; raise `AnchorError`."""
    return _trust_anchor(anchor.certificate.der)


def is_unconstrained(anchor: Anchor) -> bool:
    """Whether nothing in the CA certificate limits which names it may certify."""
    return trust_anchor(anchor).constraints == NameConstraints()


_OWN_ROWS = (rules.CERT_SIGNATURE, rules.CERT_NOT_BEFORE, rules.CERT_NOT_AFTER)
"""The rows that are nothing but a step of the RFC."""


def _as(check: Check, rule: Rule | None) -> Check:
    """Give a step's row under the rule of a JPKI report."""
    if rule is None:
        raise ValueError(f"{check.rule.id} has no row of its own")
    return Check(
        rule,
        check.outcome,
        expected=_EXPECTED_SIGNATURE if rule is rules.CERT_SIGNATURE else check.expected,
        seen=check.seen.removeprefix(_PLACE),
        needed=check.needed,
        offset=check.offset,
    )


def _rest(checks: Sequence[Check], total: int) -> Check:
    failed = [one for one in checks if one.outcome is not Outcome.PASS]
    shown = failed or checks
    seen = "; ".join(f"{one.rule.title}: {one.seen.removeprefix(_PLACE)}" for one in shown)
    return Check(
        rules.CERT_PATH,
        Outcome.FAIL if failed else Outcome.PASS,
        expected=_EXPECTED,
        seen=seen if failed else f"{seen}; the other {total - len(checks)} steps in their rows",
        offset=failed[0].offset if failed else None,
    )


def _without_anchor(found: PathCertificate, around: Surroundings) -> Steps:
    """Take the two steps that need no CA."""
    unknown = [
        rule.unknown(expected=expected, seen=NO_CA, needed=NEEDED_CA)
        for rule, expected in (
            (rules.CERT_SIGNATURE, _EXPECTED_SIGNATURE),
            (rules.CERT_PATH, _EXPECTED),
        )
    ]
    first = _as(basic.not_before(found, around), rules.CERT_NOT_BEFORE)
    last = _as(basic.not_after(found, around), rules.CERT_NOT_AFTER)
    return Steps((unknown[0], first, last, unknown[1]))


def _unreadable(
    error: AnchorError | MalformedError,
    certificate: Certificate,
    anchor: Anchor | None,
    moment: datetime,
) -> Steps:
    """Tell what the profile's reader found; that the RFC's own refuses it is bad."""
    offset = error.offset if isinstance(error, MalformedError) else None
    row = rules.CERT_PATH.failed(expected=_EXPECTED, seen=str(error), offset=offset)
    first = rules.CERT_NOT_BEFORE.judged(
        certificate.not_before <= moment,
        expected=f"at or before {show(moment)}",
        seen=show(certificate.not_before),
    )
    last = rules.CERT_NOT_AFTER.judged(
        moment <= certificate.not_after,
        expected=f"at or after {show(moment)}",
        seen=show(certificate.not_after),
    )
    return Steps((_signature(certificate, anchor), first, last, row))


def _signature(certificate: Certificate, anchor: Anchor | None) -> Check:
    rule, expected = rules.CERT_SIGNATURE, _EXPECTED_SIGNATURE
    if anchor is None:
        return rule.unknown(expected=expected, seen=NO_CA, needed=NEEDED_CA)
    try:
        anchor.key.verify(certificate.outer_algorithm, certificate.signature, certificate.tbs)
    except SignatureProblem as problem:
        return rule.failed(expected=expected, seen=str(problem))
    return rule.passed(expected=expected, seen="verified")
