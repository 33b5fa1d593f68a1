"""Family and given name are set apart by U+3000; how foreign names are written is not known."""

from jpki import oids
from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.subjects import Target
from jpki.lint.view import View
from jpki.oids import PersonalData
from jpki.people import NAME_SEPARATOR
from jpki.sources import Grade, Source


def _check(view: View) -> Flaws:
    name = view.personal(oids.SUBJECT_ALT_NAME, PersonalData.NAME)
    if name and NAME_SEPARATOR not in name[1].strip(NAME_SEPARATOR):
        yield Flaw(name[0], "U+3000 between two names", "none")


RULE = Rule(
    id="name-separator",
    title="U+3000 between family and given name",
    japanese="氏と名の間の全角空白",
    targets=frozenset({Target.SIGN}),
    severity=Severity.NOTICE,
    clause="",
    source=Source("PKI 1.3 .1", Grade.RELIED_ON),
    looks_at=(oids.SUBJECT_ALT_NAME,),
    check=_check,
)
