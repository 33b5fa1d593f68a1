"""There is one distribution point: a directoryName, without reasons and cRLIssuer."""

from jpki import oids
from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.profile import full_name
from jpki.lint.subjects import CERTIFICATES, Target
from jpki.lint.view import View
from jpki.sources import Grade, Source


def _check(view: View) -> Flaws:
    points = list(view.inside(oids.CRL_DISTRIBUTION_POINTS))
    inside = [list(point) for point in points]
    if len(points) != 1 or len(inside[0]) != 1 or full_name(inside[0][0]) is None:
        seen = f"{len(points)} points, {sum(map(len, inside))} fields"
        yield Flaw(view[oids.CRL_DISTRIBUTION_POINTS], "one point by directoryName", seen)


RULE = Rule(
    id="distribution-point",
    title="one distribution point by directoryName",
    japanese="失効リスト配布点はdirectoryName 1つ",
    targets=CERTIFICATES - {Target.RESPONDER},
    severity=Severity.ERROR,
    clause="RFC 5280 4.2.1.13",
    source=Source("PKI 2.1 CDP", Grade.MEASURED),
    looks_at=(oids.CRL_DISTRIBUTION_POINTS,),
    check=_check,
)
