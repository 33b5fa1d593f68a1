"""Why a revocation list falls short, in words: one function a question, none decides.

A list nothing is objected to answers its question with yes. What follows from an objection is
`crl_source`'s to say. Not here: reading lists (`crl`).
RFC 5280 5.2, 5.3, 6.3.3; PKI profile section 2.1. Called by `crl_source`.
"""

from datetime import datetime

from jpki.verify.anchors import Anchor
from jpki.verify.certificate import Certificate
from jpki.verify.crl import RevocationList
from jpki.verify.keys import SignatureProblem
from jpki.verify.policy import CrlRules
from jpki.verify.times import show


def authenticity_objections(crl: RevocationList, issuer: Anchor) -> tuple[str, ...]:
    """Say why a list is not this CA key's own word; only the signature tells."""
    try:
        crl.authenticate(issuer.key)
    except SignatureProblem as problem:
        return (f"signature: {problem}",)
    return ()


def understanding_objections(crl: RevocationList, issuer: Anchor) -> tuple[str, ...]:
    """Say why it is not known what a list means, be it ever so authentic (RFC 5280 5.2, 5.3).

    For that its entries are read; raises `MalformedError` when they cannot be.
    """
    return (*_whose(crl, issuer), *crl.not_understood)


def unread_objections(crl: RevocationList, issuer: Anchor) -> tuple[str, ...]:
    """Say the same as far as it is known without the entries, of a list nobody will read."""
    return (*_whose(crl, issuer), *sorted(crl.unknown))


def _whose(crl: RevocationList, issuer: Anchor) -> tuple[str, ...]:
    claimed = crl.authority_key
    found: list[str] = []
    if crl.issuer != issuer.certificate.subject:
        found.append("issued under another name")
    if claimed and claimed.key_identifier not in {None, issuer.key_identifier}:
        found.append("names the key of another generation of the CA")
    if crl.inner_algorithm != crl.outer_algorithm:
        found.append("signature algorithm differs inside and outside")
    if crl.is_delta:
        found.append("a delta list")
    if crl.scope and crl.scope.indirect:
        found.append("an indirect list")
    return tuple(found)


def scope_objections(crl: RevocationList, certificate: Certificate) -> tuple[str, ...]:
    """Say why a list does not cover a holder's certificate (RFC 5280 6.3.3 (b))."""
    scope = crl.scope
    if scope is None:
        return ()
    found: list[str] = []
    if scope.only_ca:
        found.append("only for CA certificates")
    if scope.only_attribute:
        found.append("only for attribute certificates")
    if scope.some_reasons:
        found.append("only for some reasons")
    points = certificate.distribution_points or ()
    asked = {name for point in points for name in point.names}
    if scope.names is not None and asked.isdisjoint(scope.names):
        found.append("for another distribution point")
    return tuple(found)


def freshness_objections(
    crl: RevocationList, moment: datetime, crl_rules: CrlRules
) -> tuple[str, ...]:
    """Say why a list does not tell the state of the moment."""
    found: list[str] = []
    if crl.this_update > moment:
        found.append(f"issued only {show(crl.this_update)}")
    if crl.next_update is None:
        found.append("without nextUpdate")
    elif crl.next_update < moment:
        found.append(f"stale since {show(crl.next_update)}")
    if crl_rules.max_age is not None and moment - crl.this_update > crl_rules.max_age:
        found.append(f"older than {crl_rules.max_age.days} days")
    if crl_rules.require_number and crl.number is None:
        found.append("without cRLNumber")
    return tuple(found)


def freshness_window(crl: RevocationList, crl_rules: CrlRules) -> tuple[datetime, datetime] | None:
    """Give the first and the last moment `freshness_objections` has none, None when there is none.

    Kept beside it: the two must say the same of every moment.
    """
    if crl.next_update is None or (crl_rules.require_number and crl.number is None):
        return None
    last = crl.next_update
    if crl_rules.max_age is not None:
        last = min(last, crl.this_update + crl_rules.max_age)
    return crl.this_update, last
