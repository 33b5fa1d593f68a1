"""Whether a certificate may be revoked, and what the register will say of it then.

What it is: one pure rule. Revoked is for good: JPKI never releases a hold (一時保留), and nothing
else was ever releasable. One change is left: a hold may be given its final reason, which keeps the
date of the hold, since that is when the certificate stopped counting.
What it is not: known in that last point. The CPS as relayed says only that a hold is not lifted;
keeping the date follows RFC 5280 section 5.3.2 (revocationDate) and X.509, grade D.
Called by: `jpki.ca.authority`.
"""

from dataclasses import replace
from datetime import datetime

from jpki.ca.errors import AlreadyExpiredError, AlreadyRevokedError, RevocationRefusedError
from jpki.ca.records import CertificateRecord, Revocation
from jpki.profiles.reasons import RevocationReason
from jpki.sources import Grade, Source

SETTLING_SOURCE = Source("PKI 2.1: a hold is never released; the rest is ours", Grade.DEDUCED)

SETTLES_A_HOLD = frozenset(
    {
        RevocationReason.KEY_COMPROMISE,
        RevocationReason.CA_COMPROMISE,
        RevocationReason.AFFILIATION_CHANGED,
        RevocationReason.SUPERSEDED,
        RevocationReason.CESSATION_OF_OPERATION,
    }
)
"""Reasons that may take a hold's place; not "discarded before delivery", which cannot follow."""


def revocation_of(
    record: CertificateRecord, reason: RevocationReason, *, moment: datetime
) -> Revocation:
    """Give the revocation that the register shall hold from now on.

    Raises `RevocationRefusedError` or one of its kinds.
    """
    if record.der is None:
        raise RevocationRefusedError(
            record.serial, f"certificate {record.serial} was never finished; recover instead"
        )
    if moment < record.not_before:
        raise RevocationRefusedError(
            record.serial, f"certificate {record.serial} begins on {record.not_before:%Y-%m-%d}"
        )
    if moment > record.not_after:
        raise AlreadyExpiredError(record.serial, record.not_after)
    standing = record.revocation
    if standing is None:
        return Revocation(record.serial, reason, moment)
    if standing.reason is RevocationReason.CERTIFICATE_HOLD and reason in SETTLES_A_HOLD:
        return replace(standing, reason=reason, settled_at=moment)
    raise AlreadyRevokedError(record.serial, standing.revoked_at)
