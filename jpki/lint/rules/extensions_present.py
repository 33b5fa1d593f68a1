"""Every extension of the profile is there."""

from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.profile import extensions_of
from jpki.lint.subjects import CERTIFICATES, SHAPE, Target
from jpki.lint.view import View
from jpki.sources import Grade, Source


def _check(view: View) -> Flaws:
    for extension in extensions_of(view):
        if extension.oid not in view.shape:
            yield Flaw(view[SHAPE], f"extension {extension.oid}", "absent")


RULE = Rule(
    id="extensions-present",
    title="no extension of the profile is missing",
    japanese="必要な拡張領域",
    targets=CERTIFICATES - {Target.RESPONDER},
    severity=Severity.ERROR,
    clause="RFC 5280 4.2",
    source=Source("PKI 1.1 extensions, 1.5", Grade.RELIED_ON),
    looks_at=(SHAPE,),
    check=_check,
)
