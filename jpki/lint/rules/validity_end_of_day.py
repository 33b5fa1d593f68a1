"""A certificate ends at 23:59:59 in Japan, 14:59:59Z."""

from datetime import time

from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.subjects import CERTIFICATES, VALIDITY, Target
from jpki.lint.view import View
from jpki.sources import Grade, Source

_MIDNIGHT = time(14, 59, 59)


def _check(view: View) -> Flaws:
    ends = view.period(VALIDITY)[1]
    if ends.time() != _MIDNIGHT:
        place = view.times(VALIDITY)[1]
        yield Flaw(place, "…145959Z (23:59:59 in Japan)", f"…{ends:%H%M%S}Z")


RULE = Rule(
    id="validity-end-of-day",
    title="ends with a day in Japan (…145959Z)",
    japanese="満了は日本時間23時59分59秒",
    targets=CERTIFICATES - {Target.RESPONDER},
    severity=Severity.ERROR,
    clause="RFC 5280 4.1.2.5",
    source=Source("PKI 1.1 validity, 1.5", Grade.MEASURED),
    looks_at=(VALIDITY,),
    check=_check,
)
