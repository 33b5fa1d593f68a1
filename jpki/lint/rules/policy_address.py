"""The address of the CPS is the environment's."""

from jpki import oids
from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.subjects import HOLDERS
from jpki.lint.view import View, two
from jpki.sources import Grade, Source
from jpki.verify.der_rules import Tag


def _check(view: View) -> Flaws:
    for information in view.inside(oids.CERTIFICATE_POLICIES):
        for qualifier in (one for field in list(information)[1:] for one in field):
            value = two(qualifier, "PolicyQualifierInfo")[1]
            if value.tag == Tag.IA5_STRING and value.text() != view.naming.cps_uri:
                yield Flaw(value, view.naming.cps_uri, value.text())


RULE = Rule(
    id="policy-address",
    title="the environment's CPS address",
    japanese="CPSのURI",
    targets=HOLDERS,
    severity=Severity.ERROR,
    clause="RFC 5280 4.2.1.4",
    source=Source(
        "PKI 1.1 CPS URI; 1.7: the test card differs in the policy alone", Grade.MEASURED
    ),
    looks_at=(oids.CERTIFICATE_POLICIES,),
    check=_check,
)
