"""In the subject C is a PrintableString, everything else UTF8String."""

from jpki.lint.model import Flaws, Rule, Severity
from jpki.lint.profile import string_type_flaws
from jpki.lint.subjects import CERTIFICATES, SUBJECT, Target
from jpki.lint.view import View
from jpki.sources import Grade, Source


def _check(view: View) -> Flaws:
    yield from string_type_flaws(view.name(SUBJECT))


RULE = Rule(
    id="subject-string-types",
    title="string types in the subject",
    japanese="主体者名の文字列型",
    targets=CERTIFICATES - {Target.RESPONDER},
    severity=Severity.ERROR,
    clause="RFC 5280 4.1.2.6",
    source=Source("PKI 1.1 subject encodings", Grade.MEASURED),
    looks_at=(SUBJECT,),
    check=_check,
)
