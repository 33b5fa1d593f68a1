"""A list's next update comes after it."""

from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.subjects import LISTS, NEXT_UPDATE, THIS_UPDATE
from jpki.lint.view import View, moment


def _check(view: View) -> Flaws:
    begins, ends = moment(view[THIS_UPDATE]), moment(view[NEXT_UPDATE])
    if ends <= begins:
        yield Flaw(view[NEXT_UPDATE], f"after {begins:%F %T}", f"{ends:%F %T}")


RULE = Rule(
    id="crl-order",
    title="nextUpdate comes after thisUpdate",
    japanese="更新日時の前後関係",
    targets=LISTS,
    severity=Severity.ERROR,
    clause="RFC 5280 5.1.2.5",
    source=None,
    looks_at=(THIS_UPDATE, NEXT_UPDATE),
    check=_check,
)
