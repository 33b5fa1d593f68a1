"""Entries have a reasonCode, not critical, and nothing else."""

from jpki import oids
from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.subjects import ENTRIES, LISTS
from jpki.lint.view import View
from jpki.sources import Grade, Source


def _check(view: View) -> Flaws:
    for entry in view.entries(ENTRIES):
        for oid, extension in entry.extensions.items():
            if oid != oids.REASON_CODE or extension.critical:
                seen = f"{oid}{', critical' if extension.critical else ''}"
                yield Flaw(entry.offset, "a reasonCode, not critical", seen)


RULE = Rule(
    id="crl-entry-extensions",
    title="no entry extension but reasonCode",
    japanese="失効エントリの拡張領域",
    targets=LISTS,
    severity=Severity.WARNING,
    clause="RFC 5280 5.3",
    source=Source("PKI 2.1: entry extensions unknown", Grade.ASSUMED),
    looks_at=(ENTRIES,),
    check=_check,
)
