"""An otherName nobody has described is named: the kana of the name may be one, since 2026."""

from jpki import oids
from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.subjects import Target
from jpki.lint.view import View
from jpki.sources import Grade, Source


def _check(view: View) -> Flaws:
    for other in view.other_names(oids.SUBJECT_ALT_NAME):
        if other.item is None:
            yield Flaw(other.node, "the six items", other.oid)


RULE = Rule(
    id="san-unknown-items",
    title="an otherName nobody has described",
    japanese="未知のotherName（振り仮名など）",
    targets=frozenset({Target.SIGN}),
    severity=Severity.NOTICE,
    clause="RFC 5280 4.2.1.6",
    source=Source("PKI 1.3: where kana stands is unknown", Grade.ASSUMED),
    looks_at=(oids.SUBJECT_ALT_NAME,),
    check=_check,
)
