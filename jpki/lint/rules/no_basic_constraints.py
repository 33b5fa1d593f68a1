"""A holder's certificate has no basicConstraints."""

from jpki import oids
from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.subjects import HOLDERS
from jpki.lint.view import View
from jpki.sources import Grade, Source


def _check(view: View) -> Flaws:
    yield Flaw(view[oids.BASIC_CONSTRAINTS], "no basicConstraints", "present")


RULE = Rule(
    id="no-basic-constraints",
    title="no basicConstraints in a holder's certificate",
    japanese="利用者の証明書にbasicConstraintsはない",
    targets=HOLDERS,
    severity=Severity.ERROR,
    clause="RFC 5280 4.2.1.9",
    source=Source("PKI 1.1 basicConstraints", Grade.MEASURED),
    looks_at=(oids.BASIC_CONSTRAINTS,),
    check=_check,
)
