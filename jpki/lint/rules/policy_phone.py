"""A phone's policy is a guess of ours: nobody public has read one."""

from jpki import oids
from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.subjects import HOLDERS
from jpki.lint.view import View
from jpki.oids import Policy
from jpki.sources import Grade, Source
from jpki.verify import extensions as ext

_PHONE = frozenset(policy.dotted for policy in Policy if policy.name.endswith("PHONE"))


def _check(view: View) -> Flaws:
    for found in ext.policies(view.inside(oids.CERTIFICATE_POLICIES)):
        if found in _PHONE:
            seen = f"{found}, a phone's by inference"
            yield Flaw(view[oids.CERTIFICATE_POLICIES], "a policy somebody has read", seen)


RULE = Rule(
    id="policy-phone",
    title="a phone's policy, which is inferred",
    japanese="スマホ用電子証明書のポリシー（推定）",
    targets=HOLDERS,
    severity=Severity.NOTICE,
    clause="RFC 5280 4.2.1.4",
    source=Source("PKI 5.3: a search hint and an analogy", Grade.ASSUMED),
    looks_at=(oids.CERTIFICATE_POLICIES,),
    check=_check,
)
