"""A certificate is named by SHA-1 or SHA-256; which of them the real responder takes is unknown."""

from jpki.lint.answers import single_answers
from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.subjects import RESPONSE, RESPONSES
from jpki.lint.view import View, first
from jpki.sources import Grade, Source

_KNOWN = frozenset({"1.3.14.3.2.26", "2.16.840.1.101.3.4.2.1"})


def _check(view: View) -> Flaws:
    for answer in single_answers(view[RESPONSES]):
        seen = first(answer.hash_algorithm, "AlgorithmIdentifier").oid()
        if seen not in _KNOWN:
            yield Flaw(answer.hash_algorithm, "SHA-1 or SHA-256", seen)


RULE = Rule(
    id="ocsp-hash",
    title="a certificate named by SHA-1 or SHA-256",
    japanese="CertIDのハッシュ",
    targets=RESPONSE,
    severity=Severity.NOTICE,
    clause="RFC 6960 4.1.1; RFC 5019 2.1.1",
    source=Source("PKI 2.2: unknown", Grade.ASSUMED),
    looks_at=(RESPONSES,),
    check=_check,
)
