"""The CN of a signing certificate is expected to be 28 digits; no genuine one was ever seen."""

from jpki import oids
from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.subjects import SUBJECT, Target
from jpki.lint.view import View
from jpki.sources import Grade, Source

_DIGITS = 28


def _check(view: View) -> Flaws:
    for attribute in view.name(SUBJECT):
        text = attribute.value.text() if attribute.oid == oids.COMMON_NAME else None
        if text is not None and not (len(text) == _DIGITS and text.isascii() and text.isdigit()):
            yield Flaw(attribute.value, f"{_DIGITS} digits", f"{len(text)} characters")


RULE = Rule(
    id="subject-identifier-sign",
    title="CN of a signing certificate: 28 digits",
    japanese="署名用のCN（28桁の数字）",
    targets=frozenset({Target.SIGN}),
    severity=Severity.NOTICE,
    clause="RFC 5280 4.1.2.6",
    source=Source("PKI 1.2: a dummy modelled on a real one", Grade.ASSUMED),
    looks_at=(SUBJECT,),
    check=_check,
)
