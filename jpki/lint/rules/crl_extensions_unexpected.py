"""A list has no extension that nobody has seen in one."""

from jpki import oids
from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.subjects import LISTS, SHAPE
from jpki.lint.view import View
from jpki.sources import Grade, Source
from jpki.verify.crl import DELTA_CRL_INDICATOR
from jpki.verify.further_extensions import FRESHEST_CRL

_KNOWN = frozenset(
    {
        oids.AUTHORITY_KEY_IDENTIFIER,
        oids.CRL_NUMBER,
        oids.ISSUING_DISTRIBUTION_POINT,
        DELTA_CRL_INDICATOR,
        FRESHEST_CRL,
    }
)
"""The last two have rules of their own."""


def _check(view: View) -> Flaws:
    for oid, extension in view.shape.items():
        if oid not in _KNOWN and not extension.critical:
            yield Flaw(extension.octets, "the extensions of RFC 5280 that lists need", oid)


RULE = Rule(
    id="crl-extensions-unexpected",
    title="no further extension in a list",
    japanese="失効リストの想定外の拡張領域",
    targets=LISTS,
    severity=Severity.NOTICE,
    clause="RFC 5280 5.2",
    source=Source("PKI 2.1: unknown, RFC 5280 stands in", Grade.SPECIFIED),
    looks_at=(SHAPE,),
    check=_check,
)
