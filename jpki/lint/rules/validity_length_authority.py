"""An authority's certificate ends on the day before its tenth anniversary."""

from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.subjects import VALIDITY, Target
from jpki.lint.view import View
from jpki.profiles.certificates import authority_profile
from jpki.profiles.validity import authority_end
from jpki.sources import Grade, Source


def _check(view: View) -> Flaws:
    begins, ends = view.days(VALIDITY)
    expected = authority_end(begins, authority_profile(view.kind).lifetime_years)
    if ends != expected:
        yield Flaw(view.times(VALIDITY)[1], f"{expected:%F}", f"{ends:%F}")


RULE = Rule(
    id="validity-length-authority",
    title="an authority's certificate runs ten years",
    japanese="認証局証明書の有効期間は10年",
    targets=frozenset({Target.AUTHORITY}),
    severity=Severity.WARNING,
    clause="RFC 5280 4.1.2.5",
    source=Source("PKI 1.5: six roots alike; 1.7: one test root is a day off", Grade.MEASURED),
    looks_at=(VALIDITY,),
    check=_check,
)
