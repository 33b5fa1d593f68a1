"""An RSA signature algorithm has NULL for its parameters."""

from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.subjects import ALGORITHM, CERTIFICATES, LISTS
from jpki.lint.view import View, first
from jpki.sources import Grade, Source
from jpki.verify.der_rules import Tag

_PKCS1 = "1.2.840.113549.1.1."


def _check(view: View) -> Flaws:
    rest = [node.tag for node in view[ALGORITHM]][1:]
    if first(view[ALGORITHM], "AlgorithmIdentifier").oid().startswith(_PKCS1) and rest != [
        Tag.NULL
    ]:
        seen = "absent" if not rest else f"tag {rest[0]:02X}"
        yield Flaw(view[ALGORITHM], "NULL parameters", seen)


RULE = Rule(
    id="algorithm-parameters",
    title="NULL parameters of the signature algorithm",
    japanese="署名アルゴリズムのパラメータはNULL",
    targets=CERTIFICATES | LISTS,
    severity=Severity.ERROR,
    clause="RFC 4055 5; RFC 3279 2.2.1",
    source=Source("PKI 1.1 signature", Grade.MEASURED),
    looks_at=(ALGORITHM,),
    check=_check,
)
