"""The algorithm inside what is signed is the one outside, octet for octet."""

from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.subjects import ALGORITHM, CERTIFICATES, LISTS, OUTER_ALGORITHM
from jpki.lint.view import View, first
from jpki.sources import Grade, Source


def _check(view: View) -> Flaws:
    if view[ALGORITHM].der != view[OUTER_ALGORITHM].der:
        inner, outer = (
            first(view[part], "AlgorithmIdentifier").oid() for part in (ALGORITHM, OUTER_ALGORITHM)
        )
        yield Flaw(view[OUTER_ALGORITHM], f"the octets inside ({inner})", f"others ({outer})")


RULE = Rule(
    id="algorithms-agree",
    title="one signature algorithm in both places",
    japanese="署名アルゴリズムの一致",
    targets=CERTIFICATES | LISTS,
    severity=Severity.ERROR,
    clause="RFC 5280 4.1.1.2, 5.1.1.2",
    source=Source("PKI 1.1 signature", Grade.MEASURED),
    looks_at=(ALGORITHM, OUTER_ALGORITHM),
    check=_check,
)
