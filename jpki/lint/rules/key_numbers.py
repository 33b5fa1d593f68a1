"""The key has 2048 bits and the exponent 65537."""

from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.subjects import CERTIFICATES, KEY, Target
from jpki.lint.view import View, two
from jpki.profiles.certificates import RSA_BITS, RSA_EXPONENT
from jpki.sources import Grade, Source
from jpki.verify.der import decode
from jpki.verify.der_rules import Tag
from jpki.verify.keys import RSA_ENCRYPTION


def _check(view: View) -> Flaws:
    algorithm, bits = two(view[KEY], "SubjectPublicKeyInfo")
    if algorithm.der != RSA_ENCRYPTION:
        return
    bits.whole_bytes()
    # Node.integer refuses what is longer than a serial number: the numbers are read as octets.
    modulus, exponent = (
        int.from_bytes(node.expect(Tag.INTEGER, "RSAPublicKey").value, "big", signed=True)
        for node in two(decode(bits.document, bits.start + 1, bits.end), "RSAPublicKey")
    )
    if (modulus.bit_length(), exponent) != (RSA_BITS, RSA_EXPONENT) or modulus <= 0:
        seen = f"{modulus.bit_length()} bits, exponent {exponent}"
        yield Flaw(bits, f"{RSA_BITS} bits, exponent {RSA_EXPONENT}", seen)


RULE = Rule(
    id="key-numbers",
    title="2048 bits, exponent 65537",
    japanese="鍵長2048、公開指数65537",
    targets=CERTIFICATES - {Target.RESPONDER},
    severity=Severity.ERROR,
    clause="RFC 8017 3.1",
    source=Source("PKI 1.1 key, 1.5", Grade.MEASURED),
    looks_at=(KEY,),
    check=_check,
)
