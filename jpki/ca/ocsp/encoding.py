"""The bytes of an answer: statuses in, ResponseData and OCSPResponse out.

What it is: RFC 6960 section 4.2.1 in DER, and nothing that is not constant from one answer to the
next is made twice.
What it is not: a decision (`jpki.ca.ocsp.responder`) or a signature (the key's).
Standard: RFC 6960 sections 4.2 and 4.4; RFC 5019 section 2.2.
Called by: `jpki.ca.ocsp.responder`, `jpki.ca.ocsp.speakers`.
"""

from datetime import datetime

from jpki import oids
from jpki.ca import der
from jpki.ca.certificates import signed
from jpki.ca.ocsp.requests import CertId
from jpki.ca.ocsp.status import OcspStatus
from jpki.ca.records import Revocation
from jpki.profiles.names import DistinguishedName
from jpki.profiles.reasons import RevocationReason

GOOD = b"\x80\x00"
UNKNOWN = b"\x82\x00"
_SUCCESSFUL = der.enumerated(OcspStatus.SUCCESSFUL)
_BASIC = der.object_identifier(oids.OCSP_BASIC)


def revoked(revocation: Revocation) -> bytes:
    """Give CertStatus of a revoked certificate; unspecified is left out, as in lists."""
    reason = (
        b""
        if revocation.reason is RevocationReason.UNSPECIFIED
        else der.tagged(0, der.enumerated(revocation.reason))
    )
    return der.tagged(1, der.generalized_time(revocation.revoked_at) + reason)


def single_response(
    cert_id: CertId,
    status: bytes,
    *,
    this_update: datetime,
    next_update: datetime,
    archive_cutoff: datetime | None,
) -> bytes:
    """Give SingleResponse; the certID comes back octet for octet."""
    extensions = (
        b""
        if archive_cutoff is None
        else der.tagged(
            1,
            der.sequence(
                der.extension(
                    oids.OCSP_ARCHIVE_CUTOFF, der.generalized_time(archive_cutoff), critical=False
                )
            ),
        )
    )
    return der.sequence(
        cert_id.der,
        status,
        der.generalized_time(this_update),
        der.tagged(0, der.generalized_time(next_update)),
        extensions,
    )


def responder_by_key(key_identifier: bytes) -> bytes:
    """Give ResponderID byKey: SHA-1 of the public key."""
    return der.tagged(2, der.octet_string(key_identifier))


def responder_by_name(name: DistinguishedName) -> bytes:
    """Give ResponderID byName."""
    return der.tagged(1, der.name(name))


def response_data(
    responder_id: bytes, singles: list[bytes], *, produced_at: datetime, nonce: bytes | None
) -> bytes:
    """Give ResponseData, which is what gets signed; v1 is the default."""
    extensions = (
        b""
        if nonce is None
        else der.tagged(
            1,
            der.sequence(der.extension(oids.OCSP_NONCE, der.octet_string(nonce), critical=False)),
        )
    )
    return der.sequence(
        responder_id, der.generalized_time(produced_at), der.sequence(*singles), extensions
    )


def response(data: bytes, signature: bytes, certificate: bytes) -> bytes:
    """Give OCSPResponse with the responder's certificate in it."""
    basic = signed(data, signature, der.tagged(0, der.sequence(certificate)))
    return der.sequence(_SUCCESSFUL, der.tagged(0, der.sequence(_BASIC, der.octet_string(basic))))
