"""Whom a list speaks about: RFC 5280 6.3.3 (b), (c) and (d).

Each function says in words why not, or nothing. Not here: whose word the list is
(`crl_signers`), whether it is fresh (`crl_status`). Called by `crl_status`.
"""

from collections.abc import Iterator

from jpki.verify.path.certificate import PathCertificate
from jpki.verify.path.crl import PathCrl
from jpki.verify.path.extensions import ALL_REASONS, Point
from jpki.verify.path.names import Name
from jpki.verify.path.revocation_data import names_of


def implicit_point(issuer: Name) -> Point:
    """Give the point 6.3.3 ends with: the issuer's own name, all reasons, no cRLIssuer."""
    return Point(frozenset(names_of((issuer,))))


def scope_objections(crl: PathCrl, certificate: PathCertificate, point: Point) -> tuple[str, ...]:
    """(b): say why a complete list does not speak about a certificate at a point."""
    return (*_issuer_objections(crl, certificate, point), *_idp_objections(crl, certificate, point))


def _issuer_objections(crl: PathCrl, certificate: PathCertificate, point: Point) -> Iterator[str]:
    """(b)(1): the point's cRLIssuer and an indirect list, or the certificate's own issuer."""
    if point.crl_issuers is None:
        if crl.issuer != certificate.issuer:
            yield "not issued by the certificate's issuer"
        return
    if crl.issuer not in point.crl_issuers:
        yield "not issued by the cRLIssuer"
    if crl.scope is None or not crl.scope.indirect:
        yield "not an indirect list, as one of a cRLIssuer must be"


def _idp_objections(crl: PathCrl, certificate: PathCertificate, point: Point) -> Iterator[str]:
    """(b)(2): what the issuingDistributionPoint leaves out."""
    scope = crl.scope
    if scope is None:
        return
    asked = point.names or names_of(point.crl_issuers or ())
    if scope.names is not None and scope.names.isdisjoint(asked):
        yield "for another distribution point"  # (i)
    if scope.only_user and certificate.is_ca:
        yield "only for certificates that are no CA's"  # (ii)
    if scope.only_ca and not certificate.is_ca:
        yield "only for CA certificates"  # (iii)
    if scope.only_attribute:
        yield "only for attribute certificates"  # (iv)


def interim_reasons(crl: PathCrl, point: Point) -> frozenset[int]:
    """(d): the reasons for revocation that list and point both cover."""
    reasons = ALL_REASONS if point.reasons is None else point.reasons
    if crl.scope is not None and crl.scope.reasons is not None:
        return reasons & crl.scope.reasons
    return reasons


def completes(delta: PathCrl, complete: PathCrl) -> bool:
    """(c) and 5.2.4: whether a delta may be put on top of this complete list."""
    if delta.base_number is None or delta.number is None or complete.number is None:
        return False
    return (
        delta.issuer == complete.issuer  # (c)(1)
        and delta.scope == complete.scope  # (c)(2)
        and delta.authority_key == complete.authority_key  # (c)(3)
        and delta.base_number <= complete.number <= delta.number  # 5.2.4
    )
