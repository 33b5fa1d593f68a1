"""A response is signed with SHA-256 or better."""

from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.subjects import OUTER_ALGORITHM, RESPONSE
from jpki.lint.view import View
from jpki.sources import Grade, Source
from jpki.verify.path.keys import signature_name

_GOOD = (
    *(f"sha{size}" for size in (256, 384, 512)),
    *(f"sha{size}withrsaencryption" for size in (256, 384, 512)),
)


def _check(view: View) -> Flaws:
    name = signature_name(view[OUTER_ALGORITHM].der)
    if not name.lower().endswith(_GOOD):
        yield Flaw(view[OUTER_ALGORITHM], "SHA-256 or better", name)


RULE = Rule(
    id="ocsp-signature-algorithm",
    title="signed with SHA-256 or better",
    japanese="OCSP応答の署名アルゴリズム",
    targets=RESPONSE,
    severity=Severity.WARNING,
    clause="RFC 6960 4.3",
    source=Source("PKI 2.2: unknown", Grade.ASSUMED),
    looks_at=(OUTER_ALGORITHM,),
    check=_check,
)
