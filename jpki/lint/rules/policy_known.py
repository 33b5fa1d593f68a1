"""The policy is one of this kind and environment: production odd, test even."""

from jpki import oids
from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.subjects import HOLDERS
from jpki.lint.view import View
from jpki.oids import Policy
from jpki.sources import Grade, Source
from jpki.verify import extensions as ext


def _check(view: View) -> Flaws:
    known = {
        policy.dotted
        for policy in Policy
        if (view.kind.name in policy.name)
        and _is_test(policy) == _is_test(view.naming.policy(view.kind))
    }
    for found in ext.policies(view.inside(oids.CERTIFICATE_POLICIES)):
        if found not in known:
            yield Flaw(view[oids.CERTIFICATE_POLICIES], " or ".join(sorted(known)), found)


def _is_test(policy: Policy) -> bool:
    """Whether a policy is a test environment's."""
    return policy.name.startswith("TEST")


RULE = Rule(
    id="policy-known",
    title="a policy of this kind and environment",
    japanese="証明書ポリシーOID",
    targets=HOLDERS,
    severity=Severity.ERROR,
    clause="RFC 5280 4.2.1.4",
    source=Source("PKI 1.1, 1.7 certificatePolicies", Grade.RELIED_ON),
    looks_at=(oids.CERTIFICATE_POLICIES,),
    check=_check,
)
