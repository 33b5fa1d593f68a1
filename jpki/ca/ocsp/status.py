"""The protocol's own words for an answer that is none, and the refusal that carries one.

What it is not: the state of a certificate (`jpki.ca.ocsp.standings`).
Standard: RFC 6960 sections 2.3 and 4.2.1.
Called by: every module of `jpki.ca.ocsp`.
"""

from enum import IntEnum, unique

from jpki.ca import der
from jpki.ca.errors import CaError


@unique
class OcspStatus(IntEnum):
    """OCSPResponseStatus; 4 is not used."""

    SUCCESSFUL = 0
    """There is a signed answer."""
    MALFORMED_REQUEST = 1
    """Not strict DER, not the structure, or something critical that is not understood."""
    INTERNAL_ERROR = 2
    """A defect of ours."""
    TRY_LATER = 3
    """The register cannot be asked now."""
    SIG_REQUIRED = 5
    """Only signed requests are answered."""
    UNAUTHORIZED = 6
    """Not for this requestor; or nothing asked about is of an authority we can speak for."""


class RefusedError(CaError):
    """A request gets a status in place of an answer."""

    def __init__(self, status: OcspStatus, why: str) -> None:
        super().__init__(f"{status.name}: {why}")
        self.status = status


REFUSALS: dict[OcspStatus, bytes] = {
    status: der.sequence(der.enumerated(status))
    for status in OcspStatus
    if status is not OcspStatus.SUCCESSFUL
}
"""OCSPResponse without responseBytes: five octets each."""
