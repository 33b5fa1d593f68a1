"""The object is strict DER of the structure it claims: everything else rests on it."""

from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.subjects import EVERYTHING
from jpki.lint.view import View


def _check(view: View) -> Flaws:
    if view.flaw is not None:
        yield Flaw(view.flaw.offset, "strict DER of this structure", view.flaw.problem)


RULE = Rule(
    id="strict-der",
    title="strict DER, of the structure it claims to be",
    japanese="厳密なDER符号化",
    targets=EVERYTHING,
    severity=Severity.ERROR,
    clause="X.690 10, 11; RFC 5280 4.1, 5.1; RFC 6960 4.2.1",
    source=None,
    looks_at=(),
    check=_check,
)
