"""A list is complete: a delta is no list of the profile, and says nothing alone."""

from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.subjects import LISTS, SHAPE
from jpki.lint.view import View
from jpki.sources import Grade, Source
from jpki.verify.crl import DELTA_CRL_INDICATOR


def _check(view: View) -> Flaws:
    if DELTA_CRL_INDICATOR in view.shape:
        yield Flaw(view.shape[DELTA_CRL_INDICATOR].octets, "a complete list", "deltaCRLIndicator")


RULE = Rule(
    id="crl-complete",
    title="a complete list, no delta",
    japanese="完全な失効リスト（差分ではない）",
    targets=LISTS,
    severity=Severity.ERROR,
    clause="RFC 5280 5.2.4",
    source=Source("PKI 2.1: no freshestCRL anywhere", Grade.MEASURED),
    looks_at=(SHAPE,),
    check=_check,
)
