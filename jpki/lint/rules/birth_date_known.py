"""A birth date that names no day is named: such certificates exist."""

from jpki import oids
from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.subjects import Target
from jpki.lint.view import View
from jpki.sources import Grade, Source


def _check(view: View) -> Flaws:
    born = view.birth_date(oids.SUBJECT_ALT_NAME)
    if born is not None and born[1].calendar_date is None:
        yield Flaw(born[0], "a day of the calendar", "unknown in part or whole")


RULE = Rule(
    id="birth-date-known",
    title="a birth date that is wholly known",
    japanese="生年月日の一部不明",
    targets=frozenset({Target.SIGN}),
    severity=Severity.NOTICE,
    clause="",
    source=Source("PKI 1.3: unknown and partial dates exist", Grade.ASSUMED),
    looks_at=(oids.SUBJECT_ALT_NAME,),
    check=_check,
)
