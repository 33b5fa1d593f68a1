"""KeyUsage has exactly the profile's bits, in the shortest form."""

from jpki import oids
from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.profile import key_usage_octet
from jpki.lint.subjects import CERTIFICATES, Target
from jpki.lint.view import View
from jpki.sources import Grade, Source
from jpki.verify.der_rules import Tag


def _check(view: View) -> Flaws:
    octet = key_usage_octet(view)
    unused = (octet & -octet).bit_length() - 1
    expected = bytes((unused, octet))
    seen = view.inside(oids.KEY_USAGE).expect(Tag.BIT_STRING, "KeyUsage")
    if seen.value != expected:
        yield Flaw(seen, f"03 02 {expected.hex(' ').upper()}", seen.der.hex(" ").upper())


RULE = Rule(
    id="key-usage",
    title="exactly the profile's key usage",
    japanese="鍵用途",
    targets=CERTIFICATES - {Target.RESPONDER},
    severity=Severity.ERROR,
    clause="RFC 5280 4.2.1.3; X.690 11.2.2",
    source=Source("PKI 1.1 keyUsage, 1.5", Grade.MEASURED),
    looks_at=(oids.KEY_USAGE,),
    check=_check,
)
