"""A holder's certificate runs five birthdays, six in a renewal: five years and three months."""

from datetime import timedelta

from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.subjects import HOLDERS, VALIDITY
from jpki.lint.view import View
from jpki.profiles.validity import BIRTHDAYS, RENEWAL_MONTHS, birthday_in
from jpki.sources import Grade, Source


def _check(view: View) -> Flaws:
    begins, ends = view.days(VALIDITY)
    months = begins.year * 12 + begins.month - 1 + 12 * BIRTHDAYS + RENEWAL_MONTHS
    # A day more: a month may be longer than the one it is counted from.
    last = birthday_in(months // 12, months % 12 + 1, begins.day) + timedelta(days=1)
    if ends > last:
        yield Flaw(view.times(VALIDITY)[1], f"{last:%F} at the latest", f"{ends:%F}")


RULE = Rule(
    id="validity-length-holder",
    title="no longer than five birthdays and a renewal's three months",
    japanese="有効期間は5回目（更新時は6回目）の誕生日まで",
    targets=HOLDERS,
    severity=Severity.ERROR,
    clause="RFC 5280 4.1.2.5",
    source=Source("PKI 1.8: five birthdays A, renewal B", Grade.RELIED_ON),
    looks_at=(VALIDITY,),
    check=_check,
)
