"""A municipality's list names its distribution point and limits nothing else."""

from jpki import oids
from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.profile import full_name
from jpki.lint.subjects import Target
from jpki.lint.view import View
from jpki.sources import Grade, Source
from jpki.verify.der import context


def _check(view: View) -> Flaws:
    fields = list(view.inside(oids.ISSUING_DISTRIBUTION_POINT))
    if [field.tag for field in fields] != [context(0)] or full_name(fields[0]) is None:
        seen = ", ".join(f"[{field.tag & 0x1F}]" for field in fields) or "nothing"
        expected = "one directoryName as full name, no other field"
        yield Flaw(view[oids.ISSUING_DISTRIBUTION_POINT], expected, seen)


RULE = Rule(
    id="crl-scope",
    title="a municipality's list names its place and no other limit",
    japanese="失効リストの範囲",
    targets=frozenset({Target.PARTITION}),
    severity=Severity.ERROR,
    clause="RFC 5280 5.2.5",
    source=Source("PKI 2.1: must match the certificates' point", Grade.DEDUCED),
    looks_at=(oids.ISSUING_DISTRIBUTION_POINT,),
    check=_check,
)
