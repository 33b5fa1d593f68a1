"""Each RDN of the subject holds one attribute."""

from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.subjects import CERTIFICATES, SUBJECT, Target
from jpki.lint.view import View
from jpki.sources import Grade, Source


def _check(view: View) -> Flaws:
    for attribute in view.name(SUBJECT):
        if not attribute.alone:
            yield Flaw(attribute.value, "one attribute in an RDN", "several")
            return


RULE = Rule(
    id="subject-single-attributes",
    title="one attribute in each RDN of the subject",
    japanese="主体者名の各RDNは属性1つ",
    targets=CERTIFICATES - {Target.RESPONDER},
    severity=Severity.ERROR,
    clause="RFC 5280 4.1.2.6",
    source=Source("PKI 1.1 subject", Grade.MEASURED),
    looks_at=(SUBJECT,),
    check=_check,
)
