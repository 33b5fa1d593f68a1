"""The answer is a basic one."""

from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.subjects import BASIC_RESPONSE, RESPONSE, RESPONSE_TYPE
from jpki.lint.view import View


def _check(view: View) -> Flaws:
    if view[RESPONSE_TYPE].oid() != BASIC_RESPONSE:
        yield Flaw(view[RESPONSE_TYPE], f"{BASIC_RESPONSE} (basic)", view[RESPONSE_TYPE].oid())


RULE = Rule(
    id="ocsp-type",
    title="a basic response",
    japanese="基本OCSP応答",
    targets=RESPONSE,
    severity=Severity.ERROR,
    clause="RFC 6960 4.2.1; RFC 5019 2.2.1",
    source=None,
    looks_at=(RESPONSE_TYPE,),
    check=_check,
)
