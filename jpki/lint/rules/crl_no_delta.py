"""No delta lists: neither certificates nor authorities name any."""

from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.subjects import LISTS, SHAPE
from jpki.lint.view import View
from jpki.sources import Grade, Source
from jpki.verify.crl import DELTA_CRL_INDICATOR, FRESHEST_CRL

_DELTA = {DELTA_CRL_INDICATOR: "deltaCRLIndicator", FRESHEST_CRL: "freshestCRL"}


def _check(view: View) -> Flaws:
    for oid, word in _DELTA.items():
        if oid in view.shape:
            yield Flaw(view.shape[oid].octets, "complete lists alone", word)


RULE = Rule(
    id="crl-no-delta",
    title="no delta list",
    japanese="差分失効リストはない",
    targets=LISTS,
    severity=Severity.WARNING,
    clause="RFC 5280 5.2.4, 5.2.6",
    source=Source("PKI 2.1: no freshestCRL anywhere", Grade.MEASURED),
    looks_at=(SHAPE,),
    check=_check,
)
