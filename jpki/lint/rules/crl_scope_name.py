"""The name of a municipality's list is one that certificates of this authority may name."""

from jpki import oids
from jpki.lint.model import Flaws, Rule, Severity
from jpki.lint.profile import full_name, list_name_flaws, string_type_flaws
from jpki.lint.subjects import Target
from jpki.lint.view import View, read_name
from jpki.sources import Grade, Source


def _check(view: View) -> Flaws:
    for field in view.inside(oids.ISSUING_DISTRIBUTION_POINT):
        name = full_name(field)
        if name is not None:
            yield from list_name_flaws(view, name)
            yield from string_type_flaws(read_name(name))


RULE = Rule(
    id="crl-scope-name",
    title="a municipality's list has the name certificates give it",
    japanese="失効リストの配布点名",
    targets=frozenset({Target.PARTITION}),
    severity=Severity.ERROR,
    clause="RFC 5280 5.2.5, 6.3.3 (b)(2)",
    source=Source("PKI 2.1 CDP", Grade.MEASURED),
    looks_at=(oids.ISSUING_DISTRIBUTION_POINT,),
    check=_check,
)
