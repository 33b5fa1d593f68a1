"""Both dates are UTCTime through 2049."""

from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.subjects import CERTIFICATES, VALIDITY
from jpki.lint.view import View, moment
from jpki.sources import Grade, Source
from jpki.verify.der_rules import Tag

_LAST_UTC_TIME_YEAR = 2049


def _check(view: View) -> Flaws:
    for node in view.times(VALIDITY):
        if node.tag != Tag.UTC_TIME and moment(node).year <= _LAST_UTC_TIME_YEAR:
            yield Flaw(node, "UTCTime", "GeneralizedTime")


RULE = Rule(
    id="validity-types",
    title="UTCTime for both dates",
    japanese="有効期間はUTCTime",
    targets=CERTIFICATES,
    severity=Severity.ERROR,
    clause="RFC 5280 4.1.2.5",
    source=Source("PKI 1.1 validity", Grade.MEASURED),
    looks_at=(VALIDITY,),
    check=_check,
)
