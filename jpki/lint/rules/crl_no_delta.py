"""No list names delta lists: neither do certificates or authorities."""

from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.subjects import LISTS, SHAPE
from jpki.lint.view import View
from jpki.sources import Grade, Source
from jpki.verify.further_extensions import FRESHEST_CRL


def _check(view: View) -> Flaws:
    if FRESHEST_CRL in view.shape:
        yield Flaw(view.shape[FRESHEST_CRL].octets, "complete lists alone", "freshestCRL")


RULE = Rule(
    id="crl-no-delta",
    title="no word of delta lists",
    japanese="差分失効リストへの言及はない",
    targets=LISTS,
    severity=Severity.WARNING,
    clause="RFC 5280 5.2.6",
    source=Source("PKI 2.1: no freshestCRL anywhere", Grade.MEASURED),
    looks_at=(SHAPE,),
    check=_check,
)
