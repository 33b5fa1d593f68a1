"""Nothing is revoked after the list that names it was made."""

from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.subjects import ENTRIES, LISTS, THIS_UPDATE
from jpki.lint.view import View, moment


def _check(view: View) -> Flaws:
    made = moment(view[THIS_UPDATE])
    for entry in view.entries(ENTRIES):
        if entry.date > made:
            yield Flaw(entry.offset, f"{made:%F %T} at the latest", f"{entry.date:%F %T}")


RULE = Rule(
    id="crl-entry-date",
    title="revoked before the list was made",
    japanese="失効日時は発行日時以前",
    targets=LISTS,
    severity=Severity.WARNING,
    clause="RFC 5280 5.1.2.4, 5.1.2.6",
    source=None,
    looks_at=(THIS_UPDATE, ENTRIES),
    check=_check,
)
