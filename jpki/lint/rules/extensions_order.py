"""The extensions of the profile stand in its order."""

from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.profile import extensions_of
from jpki.lint.subjects import CERTIFICATES, SHAPE, Target
from jpki.lint.view import View
from jpki.sources import Grade, Source


def _check(view: View) -> Flaws:
    order = [extension.oid for extension in extensions_of(view)]
    seen = [oid for oid in view.shape if oid in order]
    if seen != [oid for oid in order if oid in view.shape]:
        yield Flaw(view[SHAPE], ", ".join(order), ", ".join(seen))


RULE = Rule(
    id="extensions-order",
    title="extensions in the profile's order",
    japanese="拡張領域の順序",
    targets=CERTIFICATES - {Target.RESPONDER},
    severity=Severity.ERROR,
    clause="RFC 5280 4.1",
    source=Source("PKI 1.1: auth A, sign B; 1.5", Grade.RELIED_ON),
    looks_at=(SHAPE,),
    check=_check,
)
