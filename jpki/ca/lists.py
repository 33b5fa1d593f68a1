"""The bytes of revocation lists: a scope and its entries in, a TBSCertList out.

What it is: RFC 5280 section 5 for a list of one municipality or of everything.
What it is not: a choice of entries (the register's) or a signature (the key's).
Standard: RFC 5280 section 5; PKI profile reference section 2.1, where the form is unknown.
Called by: `jpki.ca.listing`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from jpki import oids
from jpki.ca import der
from jpki.ca.certificates import IssuerFacts, authority_key_identifier, extension_list
from jpki.profiles.lists import ListProfile
from jpki.profiles.names import DistinguishedName
from jpki.profiles.reasons import RevocationReason

_V2 = der.integer(1)

# unspecified is left out (RFC 5280 section 5.3.1: SHOULD be absent instead).
_REASONS: dict[RevocationReason, bytes] = {
    reason: der.sequence(der.extension(oids.REASON_CODE, der.enumerated(reason), critical=False))
    for reason in RevocationReason
    if reason is not RevocationReason.UNSPECIFIED
}


@dataclass(frozen=True, slots=True)
class ListEntry:
    """One revoked certificate."""

    serial: int
    revoked_at: datetime
    reason: RevocationReason


def list_tbs(
    profile: ListProfile,
    *,
    issuer_name: DistinguishedName,
    issuer: IssuerFacts,
    distribution_point: DistinguishedName | None,
    number: int,
    this_update: datetime,
    entries: Iterable[ListEntry],
) -> bytes:
    """Give a TBSCertList, DER.

    `distribution_point` is the scope's name, None for a list of everything. Entries come in the
    order given; an empty list leaves revokedCertificates out (RFC 5280 section 5.1.2.6).
    """
    revoked = der.join(_entry(entry) for entry in entries)
    values = {
        oids.AUTHORITY_KEY_IDENTIFIER: authority_key_identifier(issuer_name, issuer),
        oids.CRL_NUMBER: der.integer(number),
    }
    if distribution_point is not None:
        values[oids.ISSUING_DISTRIBUTION_POINT] = der.sequence(
            der.distribution_point_name(distribution_point)
        )
    return der.sequence(
        _V2,
        der.algorithm(oids.SHA256_WITH_RSA),
        der.name(issuer_name),
        der.time(this_update),
        der.time(this_update + profile.lifetime),
        der.element(0x30, revoked) if revoked else b"",
        der.tagged(0, extension_list(profile.extensions, values)),
    )


def _entry(entry: ListEntry) -> bytes:
    return der.sequence(
        der.integer(entry.serial), der.time(entry.revoked_at), _REASONS.get(entry.reason, b"")
    )
