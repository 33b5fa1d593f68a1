"""A list says when the next one comes."""

from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.subjects import LISTS, THIS_UPDATE
from jpki.lint.view import View
from jpki.sources import Grade, Source
from jpki.verify.der_rules import Tag


def _check(view: View) -> Flaws:
    node = view[THIS_UPDATE]
    following = node.document[node.end]
    if following not in {Tag.UTC_TIME, Tag.GENERALIZED_TIME}:
        yield Flaw(node.end, "nextUpdate", "absent")


RULE = Rule(
    id="crl-next-update",
    title="a list says when the next one comes",
    japanese="次回更新日時",
    targets=LISTS,
    severity=Severity.ERROR,
    clause="RFC 5280 5.1.2.5",
    source=Source("PKI 2.1: updated daily", Grade.MEASURED),
    looks_at=(THIS_UPDATE,),
    check=_check,
)
