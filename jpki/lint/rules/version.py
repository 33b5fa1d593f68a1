"""A certificate is v3."""

from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.subjects import CERTIFICATES, HEAD
from jpki.lint.view import View
from jpki.sources import Grade, Source
from jpki.verify.der import context

_V3 = 3


def _check(view: View) -> Flaws:
    head = view[HEAD]
    seen = head.only("version").integer() + 1 if head.tag == context(0) else 1
    if seen != _V3:
        yield Flaw(head, "v3", f"v{seen}")


RULE = Rule(
    id="version",
    title="version 3",
    japanese="バージョン3",
    targets=CERTIFICATES,
    severity=Severity.ERROR,
    clause="RFC 5280 4.1.2.1",
    source=Source("PKI 1.1 version", Grade.MEASURED),
    looks_at=(HEAD,),
    check=_check,
)
