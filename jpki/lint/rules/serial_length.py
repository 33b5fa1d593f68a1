"""A serial number comes from a counter and takes at most four octets."""

from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.subjects import CERTIFICATES, SERIAL, Target
from jpki.lint.view import View
from jpki.sources import Grade, Source

_MOST = 4


def _check(view: View) -> Flaws:
    octets = len(view[SERIAL].value)
    if octets > _MOST:
        yield Flaw(view[SERIAL], f"at most {_MOST} octets", f"{octets} octets")


RULE = Rule(
    id="serial-length",
    title="serial number of at most four octets",
    japanese="シリアル番号は4オクテット以内",
    targets=CERTIFICATES - {Target.RESPONDER},
    severity=Severity.ERROR,
    clause="RFC 5280 4.1.2.2",
    source=Source("PKI 1.1 serialNumber, 1.6", Grade.MEASURED),
    looks_at=(SERIAL,),
    check=_check,
)
