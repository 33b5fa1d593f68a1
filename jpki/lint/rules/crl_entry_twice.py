"""No serial number is listed twice."""

from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.subjects import ENTRIES, LISTS
from jpki.lint.view import View
from jpki.verify.serials import serial_text


def _check(view: View) -> Flaws:
    seen: set[int] = set()
    for entry in view.entries(ENTRIES):
        serial = entry.serial
        if serial in seen:
            yield Flaw(entry.offset, "each serial number once", f"{serial_text(serial)} again")
        seen.add(serial)


RULE = Rule(
    id="crl-entry-twice",
    title="no serial number twice",
    japanese="失効エントリの重複",
    targets=LISTS,
    severity=Severity.ERROR,
    clause="RFC 5280 5.1.2.6, 5.3",
    source=None,
    looks_at=(ENTRIES,),
    check=_check,
)
