"""A birth date that names no day, or no era, is named: such certificates exist."""

from jpki import oids
from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.subjects import Target
from jpki.lint.view import View
from jpki.people import Era
from jpki.sources import Grade, Source


def _check(view: View) -> Flaws:
    born = view.birth_date(oids.SUBJECT_ALT_NAME)
    if born is None:
        return
    at, date = born
    if not date.is_possible:
        yield Flaw(at, "a day of the calendar", "a day no calendar has")
    elif date.calendar_date is None:
        yield Flaw(at, "a day of the calendar", "unknown in part or whole")
    elif date.era is Era.UNKNOWN:
        yield Flaw(at, "the era of the date", f"era {date.era:d} ({date.era.japanese})")


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
