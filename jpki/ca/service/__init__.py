"""The authorities over HTTP: OCSP, revocation lists, CA certificates, health, metrics.

    offer          the seam: what is offered, and by whom it is disturbed
    reading        RFC 6960 appendix A: the OCSP request in an HTTP request
    ocsp           RFC 5019 over HTTP; the path that must be fast
    conditional    RFC 9110 section 13: what who asks has already
    documents      lists and certificates, as files
    app            all of it as one ASGI application
    metrics, log   what an operator reads
    running        the server's processes

`make_app(offer)` needs no socket; `running.serve` opens one.
Not here: answers (`jpki.ca.ocsp`), lists (`jpki.ca.listing`), worlds and their faults (`cardsim`).
"""

from jpki.ca.service.app import make_app
from jpki.ca.service.offer import (
    Disturbance,
    Document,
    Health,
    Limits,
    Offer,
    OutOfServiceError,
)

__all__ = ["Disturbance", "Document", "Health", "Limits", "Offer", "OutOfServiceError", "make_app"]
