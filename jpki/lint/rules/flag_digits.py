"""Position flags are 0 and 1."""

from jpki import oids
from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.subjects import Target
from jpki.lint.view import View
from jpki.oids import PersonalData
from jpki.sources import Grade, Source


def _check(view: View) -> Flaws:
    for item in (PersonalData.SUBSTITUTED_NAME, PersonalData.SUBSTITUTED_ADDRESS):
        flags = view.personal(oids.SUBJECT_ALT_NAME, item)
        if flags and set(flags[1]) - {"0", "1"}:
            yield Flaw(flags[0], "0 and 1 alone", "other characters")


RULE = Rule(
    id="flag-digits",
    title="position flags are 0 or 1",
    japanese="位置情報は0と1",
    targets=frozenset({Target.SIGN}),
    severity=Severity.ERROR,
    clause="",
    source=Source("PKI 1.3 .2, .6", Grade.RELIED_ON),
    looks_at=(oids.SUBJECT_ALT_NAME,),
    check=_check,
)
