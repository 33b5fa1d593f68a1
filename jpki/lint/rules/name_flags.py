"""There is one position flag for each character of the name, the space counted."""

from jpki import oids
from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.subjects import Target
from jpki.lint.view import View
from jpki.oids import PersonalData
from jpki.sources import Grade, Source


def _check(view: View) -> Flaws:
    text = view.personal(oids.SUBJECT_ALT_NAME, PersonalData.NAME)
    flags = view.personal(oids.SUBJECT_ALT_NAME, PersonalData.SUBSTITUTED_NAME)
    if text and flags and len(text[1]) != len(flags[1]):
        yield Flaw(flags[0], f"{len(text[1])} flags", f"{len(flags[1])}")


RULE = Rule(
    id="name-flags",
    title="one flag a character of the name",
    japanese="氏名代替文字の位置情報の桁数",
    targets=frozenset({Target.SIGN}),
    severity=Severity.ERROR,
    clause="",
    source=Source("PKI 1.3 .2: TEST", Grade.RELIED_ON),
    looks_at=(oids.SUBJECT_ALT_NAME,),
    check=_check,
)
