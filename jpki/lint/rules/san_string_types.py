"""The value of each item is a UTF8String."""

from jpki import oids
from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.subjects import Target
from jpki.lint.view import View
from jpki.sources import Grade, Source
from jpki.verify.der_rules import Tag


def _check(view: View) -> Flaws:
    for other in view.other_names(oids.SUBJECT_ALT_NAME):
        if other.item is not None and other.value.tag != Tag.UTF8_STRING:
            yield Flaw(other.value, "UTF8String", f"tag {other.value.tag:02X}")


RULE = Rule(
    id="san-string-types",
    title="UTF8String in each item",
    japanese="otherNameの値はUTF8String",
    targets=frozenset({Target.SIGN}),
    severity=Severity.ERROR,
    clause="RFC 5280 4.2.1.6",
    source=Source("PKI 1.3: EE-s*", Grade.MEASURED),
    looks_at=(oids.SUBJECT_ALT_NAME,),
    check=_check,
)
