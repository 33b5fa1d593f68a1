"""The issuer is the environment's authority of this kind: C, O, OU, OU."""

from jpki.lint.model import Flaws, Rule, Severity
from jpki.lint.profile import compared
from jpki.lint.subjects import CERTIFICATES, ISSUER, LISTS
from jpki.lint.view import View
from jpki.sources import Grade, Source


def _check(view: View) -> Flaws:
    yield from compared(view[ISSUER], view.name(ISSUER), view.naming.authority(view.kind))


RULE = Rule(
    id="issuer-name",
    title="issuer is the authority's name, in its order",
    japanese="発行者名（C, O, OU, OUの順）",
    targets=CERTIFICATES | LISTS,
    severity=Severity.ERROR,
    clause="RFC 5280 4.1.2.4, 5.1.2.3",
    source=Source("PKI 1.1 issuer, 1.7", Grade.MEASURED),
    looks_at=(ISSUER,),
    check=_check,
)
