"""Each extension of the profile has its criticality."""

from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.profile import extensions_of
from jpki.lint.subjects import CERTIFICATES, SHAPE, Target
from jpki.lint.view import View
from jpki.sources import Grade, Source


def _check(view: View) -> Flaws:
    for wanted_one in extensions_of(view):
        seen = view.shape.get(wanted_one.oid)
        if seen is not None and seen.critical != wanted_one.critical:
            words = ("not critical", "critical")
            expected = f"{wanted_one.oid} {words[wanted_one.critical]}"
            yield Flaw(seen.octets, expected, words[seen.critical])


RULE = Rule(
    id="extensions-criticality",
    title="criticality of the extensions",
    japanese="拡張領域のクリティカル指定",
    targets=CERTIFICATES - {Target.RESPONDER},
    severity=Severity.ERROR,
    clause="RFC 5280 4.2",
    source=Source("PKI 1.1, 1.5", Grade.MEASURED),
    looks_at=(SHAPE,),
    check=_check,
)
