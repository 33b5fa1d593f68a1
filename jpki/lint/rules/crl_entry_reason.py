"""Entries give reasons the CPS knows: 0 to 6."""

from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.subjects import ENTRIES, LISTS
from jpki.lint.view import View
from jpki.profiles.reasons import RevocationReason
from jpki.sources import Grade, Source
from jpki.verify.crl import REASONS


def _check(view: View) -> Flaws:
    known = set(RevocationReason)
    for entry in view.entries(ENTRIES):
        reason = entry.reason
        if reason is not None and reason not in known:
            seen = f"{reason} ({REASONS.get(reason, 'without a meaning')})"
            yield Flaw(entry.offset, "a reason from 0 to 6", seen)


RULE = Rule(
    id="crl-entry-reason",
    title="reasons the CPS knows",
    japanese="失効理由",
    targets=LISTS,
    severity=Severity.ERROR,
    clause="RFC 5280 5.3.1",
    source=Source("PKI 2.1: both CPSs 4.9.9", Grade.RELIED_ON),
    looks_at=(ENTRIES,),
    check=_check,
)
