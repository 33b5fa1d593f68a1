"""The key is under rsaEncryption with NULL."""

from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.subjects import CERTIFICATES, KEY, Target
from jpki.lint.view import View, first
from jpki.sources import Grade, Source
from jpki.verify.keys import RSA_ENCRYPTION


def _check(view: View) -> Flaws:
    algorithm = first(view[KEY], "SubjectPublicKeyInfo")
    if algorithm.der != RSA_ENCRYPTION:
        yield Flaw(algorithm, "rsaEncryption with NULL", algorithm.der.hex())


RULE = Rule(
    id="key-algorithm",
    title="an RSA key (rsaEncryption with NULL)",
    japanese="公開鍵アルゴリズムはRSA",
    targets=CERTIFICATES - {Target.RESPONDER},
    severity=Severity.ERROR,
    clause="RFC 5280 4.1.2.7; RFC 3279 2.3.1",
    source=Source("PKI 1.1 key, 1.5", Grade.MEASURED),
    looks_at=(KEY,),
    check=_check,
)
