"""Who may ask: everybody, whoever signs, or whoever is on a list.

What it is: the check of a request's signature, which is made whenever there is one.
What it is not: known of the real service, where access is by contract (PKI profile section 2.2, U).
Signatures are sha256WithRSAEncryption, as everywhere here.
Standard: RFC 6960 sections 4.1.2 and 2.3.
Called by: `jpki.ca.ocsp.responder`.
"""

from dataclasses import dataclass, field
from datetime import datetime

from jpki.ca.ocsp.requests import RequestSignature
from jpki.ca.ocsp.status import OcspStatus, RefusedError
from jpki.verify.certificate import Certificate
from jpki.verify.errors import MalformedError
from jpki.verify.keys import PublicKey, SignatureProblem

_MAX_CERTIFICATES = 8
"""More than this in one request is work we are made to do."""


@dataclass(frozen=True, slots=True)
class Requestors:
    """Whose requests are answered.

    `allowed` are certificates (DER): with them, only requests that one of these keys has signed
    are answered, whether or not the certificate comes along. None allows everybody. Nobody builds
    a path here: a certificate outside the list says only that its key has signed.
    """

    signature_required: bool = False
    allowed: frozenset[bytes] | None = field(default=None, repr=False)

    def check(self, signature: RequestSignature | None, *, moment: datetime) -> None:
        """Raise `RefusedError` (sigRequired, unauthorized) unless the request may be answered."""
        if signature is None:
            if self.signature_required or self.allowed is not None:
                raise RefusedError(OcspStatus.SIG_REQUIRED, "the request is not signed")
            return
        candidates = signature.certificates[:_MAX_CERTIFICATES]
        if self.allowed is not None:
            candidates = tuple(self.allowed)
        if not any(_has_signed(each, signature, moment) for each in candidates):
            raise RefusedError(OcspStatus.UNAUTHORIZED, "no acceptable certificate's key signed it")


def _has_signed(certificate: bytes, signature: RequestSignature, moment: datetime) -> bool:
    try:
        parsed = Certificate.parse(certificate)
        if not parsed.not_before <= moment <= parsed.not_after:
            return False
        key = PublicKey.load(parsed.public_key_info)
        key.verify(signature.algorithm, signature.signature, signature.tbs)
    except (MalformedError, SignatureProblem):
        return False
    return True
