"""A list has authorityKeyIdentifier and cRLNumber."""

from jpki import oids
from jpki.lint.model import Flaw, Flaws, Rule, Severity
from jpki.lint.subjects import LISTS, SHAPE
from jpki.lint.view import View
from jpki.sources import Grade, Source


def _check(view: View) -> Flaws:
    for oid in (oids.AUTHORITY_KEY_IDENTIFIER, oids.CRL_NUMBER):
        if oid not in view.shape:
            yield Flaw(view[SHAPE], f"extension {oid}", "absent")


RULE = Rule(
    id="crl-extensions-present",
    title="authorityKeyIdentifier and cRLNumber are there",
    japanese="失効リストの必須拡張領域",
    targets=LISTS,
    severity=Severity.ERROR,
    clause="RFC 5280 5.2.1, 5.2.3",
    source=Source("PKI 2.1: unknown, RFC 5280 stands in", Grade.SPECIFIED),
    looks_at=(SHAPE,),
    check=_check,
)
