"""A list's algorithm is the certificates'; that it must be so nobody public says."""

from jpki import oids
from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.subjects import ALGORITHM, LISTS
from jpki.lint.view import View, first
from jpki.sources import Grade, Source


def _check(view: View) -> Flaws:
    seen = first(view[ALGORITHM], "AlgorithmIdentifier").oid()
    if seen != oids.SHA256_WITH_RSA:
        yield Flaw(view[ALGORITHM], f"{oids.SHA256_WITH_RSA} (sha256WithRSAEncryption)", seen)


RULE = Rule(
    id="crl-signature-algorithm",
    title="a list signed as certificates are",
    japanese="失効リストの署名アルゴリズム",
    targets=LISTS,
    severity=Severity.NOTICE,
    clause="RFC 5280 5.1.2.2",
    source=Source("PKI 2.1: unknown; as 1.1", Grade.ASSUMED),
    looks_at=(ALGORITHM,),
    check=_check,
)
