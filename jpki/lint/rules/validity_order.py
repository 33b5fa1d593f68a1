"""A certificate begins before it ends."""

from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.subjects import CERTIFICATES, VALIDITY
from jpki.lint.view import View


def _check(view: View) -> Flaws:
    begins, ends = view.period(VALIDITY)
    if begins > ends:
        yield Flaw(view[VALIDITY], "notBefore before notAfter", f"{begins:%F} to {ends:%F}")


RULE = Rule(
    id="validity-order",
    title="notBefore comes before notAfter",
    japanese="有効期間の前後関係",
    targets=CERTIFICATES,
    severity=Severity.ERROR,
    clause="RFC 5280 4.1.2.5",
    source=None,
    looks_at=(VALIDITY,),
    check=_check,
)
