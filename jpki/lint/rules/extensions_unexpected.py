"""No extension is there that the profile does not have."""

from jpki import oids
from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.profile import extensions_of
from jpki.lint.subjects import CERTIFICATES, SHAPE, Target
from jpki.lint.view import View
from jpki.sources import Grade, Source


def _check(view: View) -> Flaws:
    known = {extension.oid for extension in extensions_of(view)} | {oids.BASIC_CONSTRAINTS}
    for oid, extension in view.shape.items():
        if oid not in known:
            yield Flaw(extension.octets, "the profile's extensions alone", oid)


RULE = Rule(
    id="extensions-unexpected",
    title="no extension the profile does not have",
    japanese="規定外の拡張領域",
    targets=CERTIFICATES - {Target.RESPONDER},
    severity=Severity.ERROR,
    clause="RFC 5280 4.2",
    source=Source("PKI 1.1 extensions, 1.5: no AKI, policies, AIA", Grade.RELIED_ON),
    looks_at=(SHAPE,),
    check=_check,
)
