"""An answer says when newer information comes."""

from jpki.lint.answers import single_answers
from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.subjects import RESPONSE, RESPONSES
from jpki.lint.view import View
from jpki.sources import Grade, Source


def _check(view: View) -> Flaws:
    for answer in single_answers(view[RESPONSES]):
        if answer.next_update is None:
            yield Flaw(answer.node, "nextUpdate", "absent")


RULE = Rule(
    id="ocsp-next-update",
    title="an answer says when newer information comes",
    japanese="OCSP応答の次回更新日時",
    targets=RESPONSE,
    severity=Severity.WARNING,
    clause="RFC 5019 2.2.4",
    source=Source("PKI 2.2: data refreshed every 15 minutes", Grade.MEASURED),
    looks_at=(RESPONSES,),
    check=_check,
)
