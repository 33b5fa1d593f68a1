"""The dates of a list are UTCTime through 2049."""

from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.subjects import LISTS, NEXT_UPDATE, THIS_UPDATE
from jpki.lint.view import View, moment
from jpki.verify.der_rules import Tag

_LAST_UTC_TIME_YEAR = 2049


def _check(view: View) -> Flaws:
    for part in (THIS_UPDATE, NEXT_UPDATE):
        node = view[part]
        if node.tag != Tag.UTC_TIME and moment(node).year <= _LAST_UTC_TIME_YEAR:
            yield Flaw(node, "UTCTime", "GeneralizedTime")


RULE = Rule(
    id="crl-time-types",
    title="UTCTime for thisUpdate and nextUpdate",
    japanese="失効リストの日時はUTCTime",
    targets=LISTS,
    severity=Severity.ERROR,
    clause="RFC 5280 5.1.2.4, 5.1.2.5",
    source=None,
    looks_at=(THIS_UPDATE, NEXT_UPDATE),
    check=_check,
)
