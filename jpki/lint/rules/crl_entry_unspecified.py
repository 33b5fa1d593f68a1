"""The reason unspecified is said by giving none."""

from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.subjects import ENTRIES, LISTS
from jpki.lint.view import View
from jpki.profiles.reasons import RevocationReason


def _check(view: View) -> Flaws:
    for entry in view.entries(ENTRIES):
        if entry.reason == RevocationReason.UNSPECIFIED:
            yield Flaw(entry.offset, "no reasonCode", "unspecified (0)")


RULE = Rule(
    id="crl-entry-unspecified",
    title="unspecified is left out",
    japanese="理由unspecifiedは省略",
    targets=LISTS,
    severity=Severity.WARNING,
    clause="RFC 5280 5.3.1",
    source=None,
    looks_at=(ENTRIES,),
    check=_check,
)
