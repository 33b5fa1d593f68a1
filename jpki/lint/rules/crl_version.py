"""A list is v2."""

from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.subjects import HEAD, LISTS
from jpki.lint.view import View
from jpki.sources import Grade, Source
from jpki.verify.der_rules import Tag


def _check(view: View) -> Flaws:
    head = view[HEAD]
    if head.tag != Tag.INTEGER or head.integer() != 1:
        yield Flaw(head, "v2", "v1" if head.tag != Tag.INTEGER else f"v{head.integer() + 1}")


RULE = Rule(
    id="crl-version",
    title="version 2",
    japanese="失効リストはv2",
    targets=LISTS,
    severity=Severity.ERROR,
    clause="RFC 5280 5.1.2.1",
    source=Source("PKI 2.1: unknown, RFC 5280 stands in", Grade.SPECIFIED),
    looks_at=(HEAD,),
    check=_check,
)
