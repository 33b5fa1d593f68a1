"""When an OCSP answer may serve, as frozen data: ages, clocks, nonces, responders of one's own.

Strict by default: no clock skew, nextUpdate must be there (RFC 5019 4), an answer is good for seven
days at most. Change a value with `dataclasses.replace`.
Not here: judging answers (`ocsp_status`). RFC 6960 3.2 and 4.2.2.1. Called by `inputs`.
"""

from dataclasses import dataclass
from datetime import timedelta

from jpki.verify.errors import AnchorError, MalformedError
from jpki.verify.path.certificate import PathCertificate
from jpki.verify.path.keys import KeyInfo
from jpki.verify.path.names import Name


@dataclass(frozen=True, slots=True)
class Responder:
    """A name and a key the caller trusts for the status of any certificate.

    RFC 6960 4.2.2.2, first of the three ways to be authorized. It has no validity and nobody
    revokes it but the caller.
    """

    name: Name
    key: KeyInfo

    @classmethod
    def of(cls, der: bytes) -> "Responder":
        """Take name and key of a certificate; raise `AnchorError` for what is none."""
        try:
            found = PathCertificate.parse(der)
        except MalformedError as error:
            raise AnchorError(f"not a certificate in strict DER: {error}") from error
        if found.key.lacks_parameters:
            raise AnchorError(f"{found.subject}: a key without parameters, and no issuer to ask")
        return cls(found.subject, found.key)


@dataclass(frozen=True, slots=True)
class OcspRules:
    """When an OCSP answer may serve to call a certificate not revoked."""

    max_age: timedelta | None = timedelta(days=7)
    """Age of thisUpdate beyond which nextUpdate does not help; None leaves it to nextUpdate."""
    clock_skew: timedelta = timedelta(0)
    """How far the responder's clock and the moment asked about may differ."""
    require_next_update: bool = True
    """RFC 5019 4 rejects an answer without it; RFC 6960 4.2.2.1 means "ask again at any time"."""
    nonces: frozenset[bytes] = frozenset()
    """Those of the requests sent; when any is given, an answer without one of them is a replay."""
    hold_is_final: bool = False
    """Whether a newer answer cannot lift a certificateHold: so it is in JPKI."""
    responders: tuple[Responder, ...] = ()
    """Trusted for any certificate, beside each CA and those it delegated to."""
