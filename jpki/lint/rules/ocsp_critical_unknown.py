"""No extension of a response is critical that clients need not know: they must not use it."""

from jpki.lint.criticality import none_critical_but
from jpki.lint.model import Flaws, Rule, Severity
from jpki.lint.subjects import NONCE, RESPONSE, SHAPE
from jpki.lint.view import View
from jpki.sources import Grade, Source
from jpki.verify.path.ocsp import EXTENDED_REVOKE

_KNOWN = frozenset({NONCE, EXTENDED_REVOKE})


def _check(view: View) -> Flaws:
    return none_critical_but(_KNOWN, view.shape)


RULE = Rule(
    id="ocsp-critical-unknown",
    title="no critical extension that makes the response useless",
    japanese="OCSP応答に未知のクリティカル拡張領域はない",
    targets=RESPONSE,
    severity=Severity.ERROR,
    clause="RFC 6960 4.4; RFC 5280 4.2",
    source=Source("PKI 2.2: unknown, RFC 6960 stands in", Grade.SPECIFIED),
    looks_at=(SHAPE,),
    check=_check,
)
