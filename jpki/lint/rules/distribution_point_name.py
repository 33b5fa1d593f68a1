"""A holder's distribution point is named after a municipality."""

from jpki import oids
from jpki.lint.model import Flaws, Rule, Severity
from jpki.lint.profile import full_name, list_name_flaws, string_type_flaws
from jpki.lint.subjects import HOLDERS
from jpki.lint.view import View, read_name
from jpki.sources import Grade, Source


def _check(view: View) -> Flaws:
    for point in view.inside(oids.CRL_DISTRIBUTION_POINTS):
        for field in point:
            name = full_name(field)
            if name is not None:
                yield from list_name_flaws(view, name)
                yield from string_type_flaws(read_name(name))


RULE = Rule(
    id="distribution-point-name",
    title="a municipality's list: C, O, OU, OU, OU, CN",
    japanese="配布点の名前は市区町村",
    targets=HOLDERS,
    severity=Severity.ERROR,
    clause="RFC 5280 4.2.1.13",
    source=Source("PKI 2.1: auth x3 A, sign B", Grade.MEASURED),
    looks_at=(oids.CRL_DISTRIBUTION_POINTS,),
    check=_check,
)
