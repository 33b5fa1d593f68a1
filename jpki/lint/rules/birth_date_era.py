"""The era of a birth date is the date's."""

from jpki import oids
from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.subjects import Target
from jpki.lint.view import View
from jpki.sources import Grade, Source


def _check(view: View) -> Flaws:
    born = view.birth_date(oids.SUBJECT_ALT_NAME)
    if born is not None and not born[1].era_agrees:
        yield Flaw(born[0], "the era of the date", f"era {born[1].era:d} ({born[1].era.japanese})")


RULE = Rule(
    id="birth-date-era",
    title="the birth date's era is the date's",
    japanese="生年月日の元号",
    targets=frozenset({Target.SIGN}),
    severity=Severity.ERROR,
    clause="",
    source=Source("PKI 1.3 .4", Grade.RELIED_ON),
    looks_at=(oids.SUBJECT_ALT_NAME,),
    check=_check,
)
