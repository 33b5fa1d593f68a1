"""One door for several authorities: the responder is picked by the issuer asked about.

What it is: kept answers of all first, then one reading of the request, then the first responder
that knows an issuer in it. A request that concerns two authorities gets the answer of the first
named; about the other's it says `unknown`.
What it is not: HTTP.
Standard: RFC 6960 sections 2.3 and 4.1.1.
Called by: whoever serves both authorities at one address.
"""

from collections.abc import Iterable
from datetime import datetime
from itertools import chain

from jpki.ca.ocsp.answers import OcspAnswer, guarded
from jpki.ca.ocsp.requests import CertId, OcspRequest, parse_request
from jpki.ca.ocsp.responder import Responder
from jpki.ca.ocsp.status import OcspStatus, RefusedError
from jpki.profiles.ocsp import ANSWER, AnswerProfile
from jpki.profiles.validity import whole_second


class ResponderFront:
    """Answers for whichever of its responders is asked."""

    def __init__(self, responders: Iterable[Responder], *, profile: AnswerProfile = ANSWER) -> None:
        """Take the responders; `profile` says which requests are too long."""
        self.responders = tuple(responders)
        self._profile = profile

    def answer(self, request: bytes, *, moment: datetime) -> OcspAnswer:
        """Answer a request, DER, as `Responder.answer` does."""
        kept = self.kept(request, moment=moment)
        if kept is not None:
            return kept
        moment = whole_second(moment)
        return guarded(lambda: self._respond(request, moment))

    def kept(self, request: bytes, *, moment: datetime) -> OcspAnswer | None:
        """Give the answer one of them keeps to these very octets, if it may still be given."""
        for responder in self.responders:
            kept = responder.kept(request, moment=moment)
            if kept is not None:
                return kept
        return None

    def _respond(self, request: bytes, moment: datetime) -> OcspAnswer:
        asked: OcspRequest = parse_request(
            request, self._profile, chain.from_iterable(each.issuers for each in self.responders)
        )
        for cert_id in asked.cert_ids:
            responder = self._responder(cert_id, moment)
            if responder is not None:
                return responder.respond(asked, moment=moment, request=request)
        raise RefusedError(OcspStatus.UNAUTHORIZED, "no certificate of these authorities'")

    def _responder(self, cert_id: CertId, moment: datetime) -> Responder | None:
        for responder in self.responders:
            if responder.speaks_for((cert_id,), moment=moment):
                return responder
        return None
