"""A version is not written: v1 is the default."""

from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.subjects import HEAD, RESPONSE
from jpki.lint.view import View


def _check(view: View) -> Flaws:
    yield Flaw(view[HEAD], "no version field (v1)", view[HEAD].der.hex())


RULE = Rule(
    id="ocsp-version",
    title="v1, which is left out",
    japanese="OCSP応答はv1",
    targets=RESPONSE,
    severity=Severity.ERROR,
    clause="RFC 6960 4.2.1; X.690 11.5",
    source=None,
    looks_at=(HEAD,),
    check=_check,
)
