"""A list of everything has no issuingDistributionPoint."""

from jpki import oids
from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.subjects import Target
from jpki.lint.view import View
from jpki.sources import Grade, Source


def _check(view: View) -> Flaws:
    yield Flaw(view[oids.ISSUING_DISTRIBUTION_POINT], "no issuingDistributionPoint", "present")


RULE = Rule(
    id="crl-full-scope",
    title="a list of everything names no distribution point",
    japanese="全体の失効リストに配布点の限定はない",
    targets=frozenset({Target.FULL}),
    severity=Severity.WARNING,
    clause="RFC 5280 5.2.5",
    source=Source("PKI 2.1: the authority's own CRLDP is its name", Grade.ASSUMED),
    looks_at=(oids.ISSUING_DISTRIBUTION_POINT,),
    check=_check,
)
