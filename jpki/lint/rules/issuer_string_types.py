"""In the issuer C is a PrintableString, everything else UTF8String."""

from jpki.lint.model import Flaws, Rule, Severity
from jpki.lint.profile import string_type_flaws
from jpki.lint.subjects import CERTIFICATES, ISSUER, LISTS
from jpki.lint.view import View
from jpki.sources import Grade, Source


def _check(view: View) -> Flaws:
    yield from string_type_flaws(view.name(ISSUER))


RULE = Rule(
    id="issuer-string-types",
    title="string types in the issuer",
    japanese="発行者名の文字列型",
    targets=CERTIFICATES | LISTS,
    severity=Severity.ERROR,
    clause="RFC 5280 4.1.2.4",
    source=Source("PKI 1.1 issuer encodings", Grade.MEASURED),
    looks_at=(ISSUER,),
    check=_check,
)
