"""The subject of a signing certificate is C, L (prefecture), L (municipality), CN."""

from jpki import oids
from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.profile import shown
from jpki.lint.subjects import SUBJECT, Target
from jpki.lint.view import View, texts
from jpki.sources import Grade, Source

_ORDER = (oids.COUNTRY, oids.LOCALITY, oids.LOCALITY, oids.COMMON_NAME)


def _check(view: View) -> Flaws:
    seen = tuple(attribute.oid for attribute in view.name(SUBJECT))
    if seen != _ORDER or texts(view.name(SUBJECT))[0][1] != "JP":
        yield Flaw(view[SUBJECT], "C=JP, L, L, CN", shown(view.name(SUBJECT)))


RULE = Rule(
    id="subject-order-sign",
    title="subject of a signing certificate: C, L, L, CN",
    japanese="署名用の主体者名（C, L, L, CN）",
    targets=frozenset({Target.SIGN}),
    severity=Severity.ERROR,
    clause="RFC 5280 4.1.2.6",
    source=Source("PKI 1.1 subject: EE-s*, TEST", Grade.RELIED_ON),
    looks_at=(SUBJECT,),
    check=_check,
)
