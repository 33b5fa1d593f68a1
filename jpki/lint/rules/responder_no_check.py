"""A responder's certificate says by id-pkix-ocsp-nocheck that nobody need ask about it."""

from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.subjects import OCSP_NO_CHECK, SHAPE, Target
from jpki.lint.view import View
from jpki.sources import Grade, Source


def _check(view: View) -> Flaws:
    if OCSP_NO_CHECK not in view.shape:
        yield Flaw(view[SHAPE], f"{OCSP_NO_CHECK} (id-pkix-ocsp-nocheck)", "absent")


RULE = Rule(
    id="responder-no-check",
    title="id-pkix-ocsp-nocheck in a responder's certificate",
    japanese="id-pkix-ocsp-nocheck",
    targets=frozenset({Target.RESPONDER}),
    severity=Severity.NOTICE,
    clause="RFC 6960 4.2.2.2.1",
    source=Source("PKI 2.2: unknown", Grade.ASSUMED),
    looks_at=(SHAPE,),
    check=_check,
)
