"""A signing certificate ends on a birthday, unless the card or the other certificate ends first."""

from jpki import oids
from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.subjects import (
    VALIDITY,
    Target,
)
from jpki.lint.view import View, moment
from jpki.oids import PersonalData
from jpki.people import AttributeFormatError, BirthDate
from jpki.profiles.validity import (
    birthday_in,
    japanese_date,
)
from jpki.sources import Grade, Source


def _check(view: View) -> Flaws:
    found = view.personal(oids.SUBJECT_ALT_NAME, PersonalData.BIRTH_DATE)
    ends = japanese_date(moment(view.times(VALIDITY)[1]))
    if found is None:
        return
    try:
        born = BirthDate.parse(found[1])
    except AttributeFormatError:
        return
    if born.calendar_date is None:
        return
    if ends != birthday_in(ends.year, born.month, born.day):
        yield Flaw(view.times(VALIDITY)[1], "the holder's birthday", "another day")


RULE = Rule(
    id="validity-birthday",
    title="a signing certificate ends on the holder's birthday, or a cap is at work",
    japanese="満了日は誕生日（カード等の期限が先なら別）",
    targets=frozenset({Target.SIGN}),
    severity=Severity.NOTICE,
    clause="RFC 5280 4.1.2.5",
    source=Source("PKI 1.8: birthday A, caps B", Grade.MEASURED),
    looks_at=(VALIDITY, oids.SUBJECT_ALT_NAME),
    check=_check,
)
