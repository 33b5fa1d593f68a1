"""A signing certificate ends on a birthday, unless the card or the other certificate ends first."""

from jpki import oids
from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.subjects import VALIDITY, Target
from jpki.lint.view import View
from jpki.profiles.validity import birthday_in
from jpki.sources import Grade, Source


def _check(view: View) -> Flaws:
    found = view.birth_date(oids.SUBJECT_ALT_NAME)
    if found is None or found[1].calendar_date is None:
        return
    born, ends = found[1], view.days(VALIDITY)[1]
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
