"""Answers signed before anybody asks, for all that is on record or a range of it.

What it is: optional. An answer lasts an hour here, and as many are kept as the responder was told.
What it is not: a thread. Whoever wants answers ahead calls this, and again before they end.
Standard: RFC 5019 section 2.2 (pre-produced responses).
Called by: whoever serves.
"""

from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime

from jpki.ca.errors import NoUsableKeyError
from jpki.ca.ocsp.requests import OcspRequest
from jpki.ca.ocsp.responder import Responder
from jpki.ca.ocsp.speakers import CertIdHash, cert_id, issuer_octets
from jpki.ca.records import Standing
from jpki.profiles.validity import whole_second

_PAGE = 500


def presign(
    responder: Responder,
    *,
    moment: datetime,
    serials: range | None = None,
    algorithms: Iterable[CertIdHash] = (CertIdHash.SHA1,),
    progress: Callable[[int, int], None] | None = None,
) -> int:
    """Sign and keep the answers about certificates that have not ended; give how many are kept.

    `serials` are those of the authority's counter unless given, in steps of 1. `progress` hears
    how many numbers are done, of how many. What is kept already is not signed again.

    Raises `RegisterError`; a generation that nobody can speak for any more is passed over.
    """
    moment = whole_second(moment)
    authority = responder.authority
    with authority.register.reading() as asked:
        generations = authority.known_generations(asked)
        # An authority's own certificate takes the first number of the counter.
        spent = range(generations[0].serial, asked.next_serial(authority.kind))
    wanted = spent if serials is None else serials
    issuers = {
        generation.number: [issuer_octets(generation, each) for each in algorithms]
        for generation in generations
        if generation.not_before <= moment <= generation.not_after
    }
    kept = 0
    for first in range(wanted.start, wanted.stop, _PAGE):
        last = min(first + _PAGE, wanted.stop) - 1
        with authority.register.reading() as asked:
            page = asked.standings(authority.kind, first=first, last=last)
        for standing in page:
            # More than there is room for would push out those that were signed first.
            if standing.not_after >= moment and kept < responder.room:
                kept += _presign(responder, standing, issuers.get(standing.generation, ()), moment)
        if progress is not None:
            progress(last + 1 - wanted.start, len(wanted))
        if kept >= responder.room:
            break
    return kept


def _presign(
    responder: Responder, standing: Standing, issuers: Iterable[bytes], moment: datetime
) -> int:
    """Give how many answers about one certificate are kept now."""
    count = 0
    for issuer in issuers:
        asked = OcspRequest((cert_id(issuer, standing.serial),), None, None)
        with suppress(NoUsableKeyError):
            count += responder.respond_unchecked(asked, moment=moment).cacheable
    return count
