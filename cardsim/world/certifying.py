"""Certificates asked for together: all of them hold against the rules, or none is issued.

What it is: the order that keeps a holder from standing there with half of it. Every request is
checked, as far as an authority's key, before the first certificate is issued and what it renews is
superseded by that.
What it is not: rules of a certificate (`jpki.ca`), or a card (`issuing`).
PKI profile reference §1.8. Called by `issuing` and `cardsim.world.life.applying`.
"""

from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass, replace
from datetime import datetime

from cardsim.world.authorities import Authorities
from cardsim.world.draw import Draw
from jpki.ca import CertificateRequest, IssuedCertificate
from jpki.ca.errors import DraftRefusedError, NoUsableKeyError, RequestRefusedError
from jpki.profiles.kinds import Kind
from jpki.profiles.reasons import RevocationReason
from jpki.profiles.validity import japanese_date

REFUSALS = (RequestRefusedError, DraftRefusedError, NoUsableKeyError)
"""What an authority says no with; anything else is a failure, and may pass."""

IssuedBefore = Callable[[Kind, bytes], IssuedCertificate | None]
"""Gives the certificate a key has already, for whoever takes up an issue that was cut short."""

_ORDER = (Kind.AUTH, Kind.SIGN)
"""The certificate for logging in comes first: the other may not outlive it."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One certificate that is asked for; `label` is what its common name is drawn by."""

    request: CertificateRequest
    label: str


def nothing_issued(_kind: Kind, _public_key: bytes) -> IssuedCertificate | None:
    """Answer for keys that are new."""
    return None


def issue_together(
    authorities: Authorities,
    wanted: Mapping[Kind, Wanted],
    issued: MutableMapping[Kind, IssuedCertificate],
    *,
    moment: datetime,
    draw: Draw,
    issued_before: IssuedBefore = nothing_issued,
) -> None:
    """Issue certificates of one holder; `issued` is filled as they come.

    Raises what `Authority.issue` raises: one of `REFUSALS` before anything is issued, unless what
    a killed process left is taken up and things have changed since.
    """
    for kind, each in wanted.items():
        found = issued_before(kind, each.request.public_key)
        if found is not None:
            issued[kind] = found
    left = [kind for kind in _ORDER if kind in wanted and kind not in issued]
    auth = issued.get(Kind.AUTH)
    end = None if auth is None else auth.not_after
    for kind in left:
        each = _within(wanted[kind], kind, end)
        said = authorities[kind].check(
            each.request, moment=moment, randomness=draw.stream(each.label)
        )
        end = said if kind is Kind.AUTH else end
    for kind in left:
        each = _within(wanted[kind], kind, end)
        issued[kind] = authorities[kind].issue(
            each.request, moment=moment, randomness=draw.stream(each.label)
        )


def discard(
    authorities: Authorities, issued: Mapping[Kind, IssuedCertificate], *, moment: datetime
) -> None:
    """Revoke what was issued and comes onto no card (交付前に破棄), unless it is revoked."""
    for kind, certificate in issued.items():
        if authorities[kind].certificate(certificate.serial).revocation is None:
            authorities[kind].revoke(
                certificate.serial, RevocationReason.UNSPECIFIED, moment=moment
            )


def _within(wanted: Wanted, kind: Kind, end: datetime | None) -> Wanted:
    """Give what is wanted with the end of the certificate for logging in as a limit."""
    if kind is Kind.AUTH or end is None:
        return wanted
    caps = (*wanted.request.caps, japanese_date(end))
    return replace(wanted, request=replace(wanted.request, caps=caps))
