"""An authority's basicConstraints is cA TRUE without a path length."""

from jpki import oids
from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.subjects import Target
from jpki.lint.view import View
from jpki.sources import Grade, Source
from jpki.verify import extensions as ext


def _check(view: View) -> Flaws:
    found = ext.basic_constraints(view.inside(oids.BASIC_CONSTRAINTS))
    if not found.ca or found.path_length is not None:
        seen = f"cA {found.ca}, pathLen {found.path_length}"
        yield Flaw(view[oids.BASIC_CONSTRAINTS], "cA TRUE, no pathLen", seen)


RULE = Rule(
    id="authority-constraints",
    title="cA TRUE and no path length",
    japanese="cA=TRUE、pathLenなし",
    targets=frozenset({Target.AUTHORITY}),
    severity=Severity.ERROR,
    clause="RFC 5280 4.2.1.9",
    source=Source("PKI 1.5", Grade.MEASURED),
    looks_at=(oids.BASIC_CONSTRAINTS,),
    check=_check,
)
