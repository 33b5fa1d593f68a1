"""The revocation list profiles: one list a municipality, and one of everything.

What it is not: known. The technical specification of the revocation data is disclosed under a
pledge (PKI profile section 2.1, grade U), so these follow RFC 5280 section 5 and the
distribution points that are public; each value can be replaced.
Called by: `jpki.ca.lists` (writes), `jpki.verify` (judges freshness and scope).
"""

from dataclasses import dataclass
from datetime import timedelta

from jpki import oids
from jpki.profiles.certificates import Extension
from jpki.sources import Grade, Source


@dataclass(frozen=True, slots=True)
class ListProfile:
    """What a revocation list of one scope consists of."""

    extensions: tuple[Extension, ...]
    interval: timedelta
    """How often a new one comes out."""
    lifetime: timedelta
    """nextUpdate minus thisUpdate."""
    source: Source


_INTERVAL = timedelta(days=1)  # PKI 2.1: updated once per day, grade A
# Longer than the interval, because yesterday's list is used while the new one is swapped in
# (PKI 2.1, 5 to 10 minutes, B); a second day lets one night's run fail. The length is ours.
_LIFETIME = timedelta(days=2)

PARTITION = ListProfile(
    extensions=(
        Extension(oids.AUTHORITY_KEY_IDENTIFIER),
        Extension(oids.CRL_NUMBER),
        # Critical, or a verifier might take one town's list for the whole country's
        # (RFC 5280 section 5.2.5).
        Extension(oids.ISSUING_DISTRIBUTION_POINT, critical=True),
    ),
    interval=_INTERVAL,
    lifetime=_LIFETIME,
    source=Source("PKI 2.1: RFC 5280 5.2.5 and the certificates' CRLDP", Grade.ASSUMED),
)
"""Certificates issued at one municipality (市区町村ごとの失効リスト)."""

FULL_LIST = ListProfile(
    extensions=(
        Extension(oids.AUTHORITY_KEY_IDENTIFIER),
        Extension(oids.CRL_NUMBER),
    ),
    interval=_INTERVAL,
    lifetime=_LIFETIME,
    source=Source("PKI 2.1: the authority's own CRLDP is its name", Grade.ASSUMED),
)
"""Everything one authority issued, its own certificates too.

No issuingDistributionPoint: the list is complete for its issuer, so it answers for a holder's
certificate as well as for the authority's, whose distribution point is the issuer's own name.
"""
