"""An authority's certificate is self-issued: subject and issuer are one name, octet for octet."""

from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.profile import shown
from jpki.lint.subjects import ISSUER, SUBJECT, Target
from jpki.lint.view import View
from jpki.sources import Grade, Source


def _check(view: View) -> Flaws:
    if view[SUBJECT].der != view[ISSUER].der:
        yield Flaw(view[SUBJECT], "the issuer's octets", shown(view.name(SUBJECT)))


RULE = Rule(
    id="subject-authority",
    title="an authority's subject is its issuer",
    japanese="認証局証明書は自己発行",
    targets=frozenset({Target.AUTHORITY}),
    severity=Severity.ERROR,
    clause="RFC 5280 3.2, 4.1.2.6",
    source=Source("PKI 1.5: no intermediate", Grade.MEASURED),
    looks_at=(SUBJECT, ISSUER),
    check=_check,
)
