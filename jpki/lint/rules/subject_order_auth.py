"""The subject of a user authentication certificate is C, CN: no place, no name."""

from jpki import oids
from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.profile import shown
from jpki.lint.subjects import SUBJECT, Target
from jpki.lint.view import View, texts
from jpki.sources import Grade, Source

_ORDER = (oids.COUNTRY, oids.COMMON_NAME)


def _check(view: View) -> Flaws:
    seen = tuple(attribute.oid for attribute in view.name(SUBJECT))
    if seen != _ORDER or texts(view.name(SUBJECT))[0][1] != "JP":
        yield Flaw(view[SUBJECT], "C=JP, CN", shown(view.name(SUBJECT)))


RULE = Rule(
    id="subject-order-auth",
    title="subject of a user authentication certificate: C, CN",
    japanese="利用者証明用の主体者名（C, CN）",
    targets=frozenset({Target.AUTH}),
    severity=Severity.ERROR,
    clause="RFC 5280 4.1.2.6",
    source=Source("PKI 1.1 subject: EE-a x3", Grade.MEASURED),
    looks_at=(SUBJECT,),
    check=_check,
)
