"""The era of a birth date is the date's."""

from jpki import oids
from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.subjects import (
    Target,
)
from jpki.lint.view import View
from jpki.oids import PersonalData
from jpki.people import AttributeFormatError, BirthDate
from jpki.sources import Grade, Source


def _check(view: View) -> Flaws:
    born = view.personal(oids.SUBJECT_ALT_NAME, PersonalData.BIRTH_DATE)
    if born is None:
        return
    try:
        read = BirthDate.parse(born[1])
    except AttributeFormatError:
        return
    if not read.era_agrees:
        yield Flaw(born[0], "the era of the date", f"era {read.era:d} ({read.era.japanese})")


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
