"""Entries ascend by serial number: ours do; what the real lists do nobody public says."""

from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.subjects import ENTRIES, LISTS
from jpki.lint.view import View
from jpki.sources import Grade, Source


def _check(view: View) -> Flaws:
    before = -1
    for entry in view.entries(ENTRIES):
        serial = entry.serial
        if serial < before:
            yield Flaw(entry.offset, "ascending serial numbers", "a smaller one")
            return
        before = serial


RULE = Rule(
    id="crl-entry-order",
    title="entries ascend by serial number",
    japanese="失効エントリの順序",
    targets=LISTS,
    severity=Severity.NOTICE,
    clause="",
    source=Source("PKI 2.1: unknown; ours", Grade.ASSUMED),
    looks_at=(ENTRIES,),
    check=_check,
)
