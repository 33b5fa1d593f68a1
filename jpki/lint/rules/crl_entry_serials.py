"""Entries name serial numbers an authority gives: positive, at most four octets."""

from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.subjects import ENTRIES, LISTS
from jpki.lint.view import View
from jpki.sources import Grade, Source

_MOST = 4


def _check(view: View) -> Flaws:
    for entry in view.entries(ENTRIES):
        if entry.octets > _MOST or entry.serial <= 0:
            yield Flaw(entry.offset, "positive, at most four octets", f"{entry.octets} octets")


RULE = Rule(
    id="crl-entry-serials",
    title="serial numbers of entries are an authority's",
    japanese="失効エントリのシリアル番号",
    targets=LISTS,
    severity=Severity.WARNING,
    clause="RFC 5280 5.1.2.6",
    source=Source("PKI 1.1 serialNumber", Grade.MEASURED),
    looks_at=(ENTRIES,),
    check=_check,
)
