"""Without entries revokedCertificates is left out."""

from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.subjects import ENTRIES, LISTS
from jpki.lint.view import View


def _check(view: View) -> Flaws:
    if view[ENTRIES].start == view[ENTRIES].end:
        yield Flaw(view[ENTRIES], "no revokedCertificates", "an empty one")


RULE = Rule(
    id="crl-empty",
    title="an empty list leaves revokedCertificates out",
    japanese="失効がないとき省略",
    targets=LISTS,
    severity=Severity.ERROR,
    clause="RFC 5280 5.1.2.6",
    source=None,
    looks_at=(ENTRIES,),
    check=_check,
)
