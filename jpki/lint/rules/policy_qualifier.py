"""The policy has one qualifier, the address of the CPS as an IA5String."""

from jpki import oids
from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.subjects import HOLDERS
from jpki.lint.view import View, two
from jpki.sources import Grade, Source
from jpki.verify.der_rules import Tag


def _check(view: View) -> Flaws:
    for information in view.inside(oids.CERTIFICATE_POLICIES):
        qualifiers = [one for field in list(information)[1:] for one in field]
        if len(qualifiers) != 1:
            yield Flaw(information, "one CPS qualifier", f"{len(qualifiers)} qualifiers")
            continue
        kind, value = two(qualifiers[0], "PolicyQualifierInfo")
        if (kind.oid(), value.tag) != (oids.CPS_QUALIFIER, Tag.IA5_STRING):
            yield Flaw(
                qualifiers[0], "a CPS address, IA5String", f"{kind.oid()}, tag {value.tag:02X}"
            )


RULE = Rule(
    id="policy-qualifier",
    title="one qualifier: a CPS address",
    japanese="ポリシー修飾子はCPSのURI 1つ",
    targets=HOLDERS,
    severity=Severity.ERROR,
    clause="RFC 5280 4.2.1.4",
    source=Source("PKI 1.1 CPS URI", Grade.MEASURED),
    looks_at=(oids.CERTIFICATE_POLICIES,),
    check=_check,
)
