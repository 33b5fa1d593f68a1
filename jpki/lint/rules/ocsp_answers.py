"""A response answers for at least one certificate; the light profile has one alone."""

from jpki.lint.answers import single_answers
from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.subjects import RESPONSE, RESPONSES
from jpki.lint.view import View


def _check(view: View) -> Flaws:
    count = len(list(single_answers(view[RESPONSES])))
    if count != 1:
        yield Flaw(view[RESPONSES], "one answer", str(count))


RULE = Rule(
    id="ocsp-answers",
    title="one answer in a response",
    japanese="OCSP応答は1件",
    targets=RESPONSE,
    severity=Severity.WARNING,
    clause="RFC 5019 2.2.1",
    source=None,
    looks_at=(RESPONSES,),
    check=_check,
)
