"""Each RDN of the issuer holds one attribute."""

from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.subjects import CERTIFICATES, ISSUER, LISTS
from jpki.lint.view import View
from jpki.sources import Grade, Source


def _check(view: View) -> Flaws:
    for attribute in view.name(ISSUER):
        if not attribute.alone:
            yield Flaw(attribute.value, "one attribute in an RDN", "several")
            return


RULE = Rule(
    id="issuer-single-attributes",
    title="one attribute in each RDN of the issuer",
    japanese="発行者名の各RDNは属性1つ",
    targets=CERTIFICATES | LISTS,
    severity=Severity.ERROR,
    clause="RFC 5280 4.1.2.4",
    source=Source("PKI 1.1 issuer encodings", Grade.MEASURED),
    looks_at=(ISSUER,),
    check=_check,
)
