"""Which pinned CA issued a certificate, and whether that CA is valid at the moment.

The CA is chosen by key: all generations share one name, so the issuer name alone picks none.
JPKI has no intermediate CA. Not here: the steps of path validation under it (`one_step`).
RFC 5280 6.1.3 (a)(4); PKI profile sections 1.5 and 3.2 steps 3 and 6.
Called by `verifier`.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from jpki.verify import rules
from jpki.verify.anchors import Anchor
from jpki.verify.certificate import Certificate
from jpki.verify.checks import Check
from jpki.verify.extensions import AuthorityKeyIdentifier
from jpki.verify.names import describe
from jpki.verify.policy import Policy
from jpki.verify.times import show

NO_CA = "no CA certificate to check with"
NEEDED_CA = "the CA certificate that issued it, pinned"


def choose_issuer(
    certificate: Certificate, store: Sequence[Anchor], policy: Policy
) -> tuple[Anchor | None, Check]:
    """Pick the CA by issuer name (binary), key identifier, and CA issuer and serial number."""
    expected = f"a pinned {policy.kind.japanese} CA of O={policy.organization}, chosen by key"
    rule = rules.CERT_ISSUER
    issuer = describe(certificate.issuer)
    if not store:
        return None, rule.unknown(
            expected=expected,
            seen=f"issuer {issuer}; no CA certificate of this kind is pinned",
            needed=f"the CA certificate of {issuer}",
        )
    problem, anchor = _search(certificate, store, policy)
    if problem or anchor is None:
        return None, rule.failed(expected=expected, seen=f"issuer {issuer}; {problem}")
    seen = f"{anchor.name}, key {anchor.key_identifier.hex()}"
    return anchor, rule.passed(expected=expected, seen=seen)


def ca_validity(anchor: Anchor | None, moment: datetime) -> Check:
    """Check that the CA certificate is valid at the same moment."""
    expected = f"valid at {show(moment)}"
    if anchor is None:
        return rules.CA_VALIDITY.unknown(expected=expected, seen=NO_CA, needed=NEEDED_CA)
    first, last = anchor.certificate.not_before, anchor.certificate.not_after
    return rules.CA_VALIDITY.judged(
        first <= moment <= last, expected=expected, seen=f"{show(first)} to {show(last)}"
    )


def _search(
    certificate: Certificate, store: Sequence[Anchor], policy: Policy
) -> tuple[str | None, Anchor | None]:
    """Narrow the store step by step; give the step at which nothing was left, or the CA."""
    claimed = certificate.authority_key
    if claimed is None or claimed.key_identifier is None:
        return "no authorityKeyIdentifier to choose the CA's generation by", None
    left = store
    for fits, problem in _steps(certificate, claimed, policy):
        left = [anchor for anchor in left if fits(anchor)]
        if not left:
            return problem, None
    return None, left[0]


def _steps(
    certificate: Certificate, claimed: AuthorityKeyIdentifier, policy: Policy
) -> Iterator[tuple[Callable[[Anchor], bool], str]]:
    """Give each condition a CA must meet, with what to say when none does."""
    yield (
        lambda anchor: anchor.certificate.subject == certificate.issuer,
        "no pinned CA has this name",
    )
    yield (
        lambda anchor: anchor.key_identifier == claimed.key_identifier,
        f"no pinned generation has key {(claimed.key_identifier or b'').hex()}",
    )
    facts = (claimed.issuer, claimed.serial)
    yield (
        lambda anchor: (
            claimed.issuer is None
            or (anchor.certificate.issuer, anchor.certificate.serial) == facts
        ),
        "authorityCertIssuer and serial number are not those of that CA",
    )
    yield (
        lambda anchor: policy.organization in anchor.organizations,
        f"the CA is not of O={policy.organization}",
    )
    pinned = policy.anchor_fingerprints
    yield (
        lambda anchor: pinned is None or anchor.certificate.sha256 in pinned,
        "the CA certificate is none of the published ones",
    )
