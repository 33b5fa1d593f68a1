"""Each of the six items is there once."""

from jpki import oids
from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.subjects import Target
from jpki.lint.view import View
from jpki.oids import PersonalData
from jpki.sources import Grade, Source


def _check(view: View) -> Flaws:
    seen = [other.item for other in view.other_names(oids.SUBJECT_ALT_NAME)]
    for item in PersonalData:
        if seen.count(item) != 1:
            what = f"{item.value.label} ({item.value.japanese}) once"
            yield Flaw(view[oids.SUBJECT_ALT_NAME], what, f"{seen.count(item)} times")


RULE = Rule(
    id="san-items",
    title="each of the six items once",
    japanese="基本4情報と位置情報の6項目",
    targets=frozenset({Target.SIGN}),
    severity=Severity.ERROR,
    clause="RFC 5280 4.2.1.6",
    source=Source("PKI 1.3", Grade.RELIED_ON),
    looks_at=(oids.SUBJECT_ALT_NAME,),
    check=_check,
)
