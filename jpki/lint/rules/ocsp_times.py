"""An answer's facts are older than the response, and its nextUpdate is later than they."""

from jpki.lint.answers import single_answers
from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.subjects import PRODUCED, RESPONSE, RESPONSES
from jpki.lint.view import View


def _check(view: View) -> Flaws:
    produced = view[PRODUCED].generalized_time()
    for answer in single_answers(view[RESPONSES]):
        this = answer.this_update.generalized_time()
        if this > produced:
            yield Flaw(answer.this_update, f"{produced:%F %T} at the latest", f"{this:%F %T}")
        if answer.next_update is not None and answer.next_update.generalized_time() <= this:
            seen = f"{answer.next_update.generalized_time():%F %T}"
            yield Flaw(answer.next_update, f"after {this:%F %T}", seen)


RULE = Rule(
    id="ocsp-times",
    title="thisUpdate, producedAt, nextUpdate in order",
    japanese="OCSP応答の日時の前後関係",
    targets=RESPONSE,
    severity=Severity.ERROR,
    clause="RFC 6960 4.2.2.1",
    source=None,
    looks_at=(PRODUCED, RESPONSES),
    check=_check,
)
