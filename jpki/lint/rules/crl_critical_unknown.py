"""No extension of a list is critical that verifiers need not know: they must not use the list."""

from jpki import oids
from jpki.lint.criticality import none_critical_but
from jpki.lint.model import Flaws, Rule, Severity
from jpki.lint.subjects import LISTS, SHAPE
from jpki.lint.view import View
from jpki.sources import Grade, Source
from jpki.verify.crl import DELTA_CRL_INDICATOR

_JUDGED_ELSEWHERE = frozenset(
    {
        oids.AUTHORITY_KEY_IDENTIFIER,
        oids.CRL_NUMBER,
        oids.ISSUING_DISTRIBUTION_POINT,
        DELTA_CRL_INDICATOR,
    }
)
"""By `crl-extensions-criticality` and `crl-complete`."""


def _check(view: View) -> Flaws:
    return none_critical_but(_JUDGED_ELSEWHERE, view.shape)


RULE = Rule(
    id="crl-critical-unknown",
    title="no critical extension that makes the list useless",
    japanese="未知のクリティカル拡張領域はない",
    targets=LISTS,
    severity=Severity.ERROR,
    clause="RFC 5280 5.2, 5.2.2, 5.2.6, 5.2.7",
    source=Source("PKI 2.1: unknown, RFC 5280 stands in", Grade.SPECIFIED),
    looks_at=(SHAPE,),
    check=_check,
)
