"""What is signed names sha256WithRSAEncryption."""

from jpki import oids
from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.subjects import ALGORITHM, CERTIFICATES, Target
from jpki.lint.view import View, first
from jpki.sources import Grade, Source


def _check(view: View) -> Flaws:
    seen = first(view[ALGORITHM], "AlgorithmIdentifier").oid()
    if seen != oids.SHA256_WITH_RSA:
        yield Flaw(view[ALGORITHM], f"{oids.SHA256_WITH_RSA} (sha256WithRSAEncryption)", seen)


RULE = Rule(
    id="signature-algorithm",
    title="sha256WithRSAEncryption",
    japanese="署名アルゴリズムはsha256WithRSAEncryption",
    targets=CERTIFICATES - {Target.RESPONDER},
    severity=Severity.ERROR,
    clause="RFC 5280 4.1.2.3; RFC 4055 5",
    source=Source("PKI 1.1 signature, 1.5", Grade.MEASURED),
    looks_at=(ALGORITHM,),
    check=_check,
)
