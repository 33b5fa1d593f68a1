"""An answer is good, revoked (since when, and why by a known reason) or unknown."""

from jpki.lint.answers import single_answers
from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.subjects import RESPONSE, RESPONSES
from jpki.lint.view import View
from jpki.profiles.reasons import RevocationReason
from jpki.sources import Grade, Source
from jpki.verify.der import Fields, context
from jpki.verify.der_rules import Tag


def _check(view: View) -> Flaws:
    for answer in single_answers(view[RESPONSES]):
        status = answer.status
        if status.tag in {context(0, constructed=False), context(2, constructed=False)}:
            if status.start != status.end:
                yield Flaw(status, "NULL", status.der.hex())
            continue
        fields = Fields(status, "RevokedInfo", context(1))
        since, explicit = fields.take(), fields.optional(context(0))
        fields.end()
        reason = explicit.only("revocationReason").integer(Tag.ENUMERATED) if explicit else None
        if since.generalized_time() > answer.this_update.generalized_time():
            yield Flaw(since, "before thisUpdate", f"{since.generalized_time():%F %T}")
        if reason is not None and reason not in set(RevocationReason):
            yield Flaw(status, "a reason from 0 to 6", str(reason))


RULE = Rule(
    id="ocsp-certificate-status",
    title="good, revoked with a known reason, or unknown",
    japanese="証明書の状態と失効理由",
    targets=RESPONSE,
    severity=Severity.ERROR,
    clause="RFC 6960 4.2.1, 2.2",
    source=Source("PKI 2.1: both CPSs 4.9.9", Grade.RELIED_ON),
    looks_at=(RESPONSES,),
    check=_check,
)
