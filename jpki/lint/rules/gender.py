"""The gender is 1 or 2; for the third value sources disagree between 3 and 9."""

from jpki import oids
from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.subjects import Target
from jpki.lint.view import View
from jpki.oids import PersonalData
from jpki.sources import Grade, Source

_SETTLED = frozenset({"1", "2"})
_DISPUTED = frozenset({"3", "9"})


def _check(view: View) -> Flaws:
    gender = view.personal(oids.SUBJECT_ALT_NAME, PersonalData.GENDER)
    if gender and gender[1] not in _SETTLED:
        seen = gender[1] if gender[1] in _DISPUTED else "a code no source lists"
        yield Flaw(gender[0], "1 (男) or 2 (女)", seen)


RULE = Rule(
    id="gender",
    title="gender 1 or 2; 3 and 9 are not settled",
    japanese="性別コード",
    targets=frozenset({Target.SIGN}),
    severity=Severity.NOTICE,
    clause="",
    source=Source("PKI 1.3 .3: the third value is unknown; 8 item 2", Grade.RELIED_ON),
    looks_at=(oids.SUBJECT_ALT_NAME,),
    check=_check,
)
