"""A signature of an RSA-2048 key takes 256 octets."""

from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.subjects import CERTIFICATES, LISTS, SIGNATURE, Target
from jpki.lint.view import View
from jpki.profiles.certificates import RSA_BITS
from jpki.sources import Grade, Source


def _check(view: View) -> Flaws:
    octets = len(view[SIGNATURE].whole_bytes())
    if octets != RSA_BITS // 8:
        yield Flaw(view[SIGNATURE], f"{RSA_BITS // 8} octets", f"{octets} octets")


RULE = Rule(
    id="signature-length",
    title="a signature of 256 octets",
    japanese="署名は256オクテット",
    targets=CERTIFICATES - {Target.RESPONDER} | LISTS,
    severity=Severity.ERROR,
    clause="RFC 8017 8.2.1; RFC 5280 4.1.1.3",
    source=Source("PKI 1.5: RSA-2048", Grade.MEASURED),
    looks_at=(SIGNATURE,),
    check=_check,
)
