"""The OCSP responder of the test authorities: bytes and a moment in, an answer out.

What it is: `Responder` for one authority, `ResponderFront` for several, `OcspAnswer` for whoever
serves them.
What it is not: HTTP, a clock, a judge of answers. `docs/use/ocsp.md` says which choices are ours.
Standard: RFC 6960, RFC 5019, RFC 9654; PKI profile reference section 2.2.
Called by: `cardsim.world`, `tools/jpki_cli`, tests.
"""

from jpki.ca.ocsp.answers import OcspAnswer
from jpki.ca.ocsp.front import ResponderFront
from jpki.ca.ocsp.presigning import presign
from jpki.ca.ocsp.requestors import Requestors
from jpki.ca.ocsp.responder import Responder
from jpki.ca.ocsp.speakers import CertIdHash
from jpki.ca.ocsp.status import OcspStatus

__all__ = [
    "CertIdHash",
    "OcspAnswer",
    "OcspStatus",
    "Requestors",
    "Responder",
    "ResponderFront",
    "presign",
]
