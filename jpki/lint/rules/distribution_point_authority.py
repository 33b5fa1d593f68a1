"""An authority's distribution point is its own name."""

from jpki import oids
from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.profile import full_name, shown
from jpki.lint.subjects import SUBJECT, Target
from jpki.lint.view import View, read_name
from jpki.sources import Grade, Source


def _check(view: View) -> Flaws:
    for point in view.inside(oids.CRL_DISTRIBUTION_POINTS):
        for field in point:
            name = full_name(field)
            if name is not None and name.der != view[SUBJECT].der:
                yield Flaw(name, "the subject's octets", shown(read_name(name)))


RULE = Rule(
    id="distribution-point-authority",
    title="an authority's distribution point is its name",
    japanese="認証局の配布点は自身の名前",
    targets=frozenset({Target.AUTHORITY}),
    severity=Severity.ERROR,
    clause="RFC 5280 4.2.1.13",
    source=Source("PKI 1.5, 2.1", Grade.MEASURED),
    looks_at=(oids.CRL_DISTRIBUTION_POINTS, SUBJECT),
    check=_check,
)
