"""The birth date is EYYYYMMDD: nine digits, the first an era."""

from jpki import oids
from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.subjects import Target
from jpki.lint.view import View
from jpki.oids import PersonalData
from jpki.people import AttributeFormatError, BirthDate
from jpki.sources import Grade, Source


def _check(view: View) -> Flaws:
    born = view.personal(oids.SUBJECT_ALT_NAME, PersonalData.BIRTH_DATE)
    if born is None:
        return
    try:
        BirthDate.parse(born[1])
    except AttributeFormatError as error:
        yield Flaw(born[0], "EYYYYMMDD, E from 0 to 5", str(error))


RULE = Rule(
    id="birth-date-form",
    title="birth date of the form EYYYYMMDD",
    japanese="生年月日の形式",
    targets=frozenset({Target.SIGN}),
    severity=Severity.ERROR,
    clause="",
    source=Source("PKI 1.3 .4: TEST", Grade.RELIED_ON),
    looks_at=(oids.SUBJECT_ALT_NAME,),
    check=_check,
)
