"""A signing certificate's subjectAltName holds otherNames alone."""

from jpki import oids
from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.subjects import Target
from jpki.lint.view import View
from jpki.sources import Grade, Source
from jpki.verify.der import context


def _check(view: View) -> Flaws:
    for name in view.inside(oids.SUBJECT_ALT_NAME):
        if name.tag != context(0):
            yield Flaw(name, "an otherName", f"tag {name.tag:02X}")


RULE = Rule(
    id="san-forms",
    title="otherNames alone in subjectAltName",
    japanese="主体者別名はotherNameのみ",
    targets=frozenset({Target.SIGN}),
    severity=Severity.ERROR,
    clause="RFC 5280 4.2.1.6",
    source=Source("PKI 1.3", Grade.RELIED_ON),
    looks_at=(oids.SUBJECT_ALT_NAME,),
    check=_check,
)
