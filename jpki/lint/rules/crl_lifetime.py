"""A list outlives the day until the next one, and no more than a week: daily lists are the rule."""

from datetime import timedelta

from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.subjects import LISTS, NEXT_UPDATE, THIS_UPDATE
from jpki.lint.view import View, moment
from jpki.sources import Grade, Source

_SHORTEST, _LONGEST = timedelta(days=1), timedelta(days=7)


def _check(view: View) -> Flaws:
    begins, ends = moment(view[THIS_UPDATE]), moment(view[NEXT_UPDATE])
    if not _SHORTEST <= ends - begins <= _LONGEST:
        yield Flaw(view[NEXT_UPDATE], "one to seven days after thisUpdate", str(ends - begins))


RULE = Rule(
    id="crl-lifetime",
    title="a list lasts from one day to seven",
    japanese="失効リストの有効期間",
    targets=LISTS,
    severity=Severity.NOTICE,
    clause="RFC 5280 5.1.2.5",
    source=Source("PKI 2.1: daily A, length of nextUpdate unknown", Grade.ASSUMED),
    looks_at=(THIS_UPDATE, NEXT_UPDATE),
    check=_check,
)
