"""authorityKeyIdentifier and cRLNumber are not critical, issuingDistributionPoint is."""

from jpki import oids
from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.subjects import LISTS, SHAPE
from jpki.lint.view import View
from jpki.sources import Grade, Source

_JUDGED = (oids.AUTHORITY_KEY_IDENTIFIER, oids.CRL_NUMBER, oids.ISSUING_DISTRIBUTION_POINT)


def _check(view: View) -> Flaws:
    for oid, extension in view.shape.items():
        wanted_critical = oid == oids.ISSUING_DISTRIBUTION_POINT
        if oid in _JUDGED and extension.critical != wanted_critical:
            words = ("not critical", "critical")
            expected = f"{oid} {words[wanted_critical]}"
            yield Flaw(extension.octets, expected, words[extension.critical])


RULE = Rule(
    id="crl-extensions-criticality",
    title="issuingDistributionPoint alone is critical",
    japanese="失効リストの拡張領域のクリティカル指定",
    targets=LISTS,
    severity=Severity.ERROR,
    clause="RFC 5280 5.2.1, 5.2.3, 5.2.5",
    source=Source("PKI 2.1: unknown, RFC 5280 stands in", Grade.SPECIFIED),
    looks_at=(SHAPE,),
    check=_check,
)
