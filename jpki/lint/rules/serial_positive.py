"""A serial number is positive."""

from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.subjects import CERTIFICATES, SERIAL
from jpki.lint.view import View
from jpki.sources import Grade, Source


def _check(view: View) -> Flaws:
    serial = view[SERIAL].integer()
    if serial <= 0:
        yield Flaw(view[SERIAL], "a positive number", str(serial))


RULE = Rule(
    id="serial-positive",
    title="serial number is positive",
    japanese="シリアル番号は正の整数",
    targets=CERTIFICATES,
    severity=Severity.ERROR,
    clause="RFC 5280 4.1.2.2",
    source=Source("PKI 1.1 serialNumber", Grade.MEASURED),
    looks_at=(SERIAL,),
    check=_check,
)
