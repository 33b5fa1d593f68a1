"""A request for a holder's certificate, and the rules it must meet before a serial is spent.

What it is: the facts that come from a counter or a card, frozen, and the check of them against
the profile: key, age, characters, dates.
What it is not: identity proofing. Who the person is was decided before.
Standard: PKI profile reference sections 1.1, 1.3, 1.8 and 6; RFC 3279 section 2.3.1.
Called by: `jpki.ca.authority`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from jpki.ca.errors import RequestRefusedError
from jpki.ca.records import KeyUse
from jpki.people import BirthDate, GenderMeaning, Person, UnfitTextError, check_text
from jpki.profiles.certificates import RSA_BITS, RSA_EXPONENT, EndEntityProfile
from jpki.profiles.kinds import Kind
from jpki.profiles.municipalities import Municipality
from jpki.profiles.validity import end_entity_end, japanese_date


@dataclass(frozen=True, slots=True)
class CertificateRequest:
    """What a holder asks for.

    `public_key` is a SubjectPublicKeyInfo, DER. `holder` is the caller's handle of the person,
    opaque here, by which certificates of one person are found again. `caps` are the last days of
    the card and, when signing, of the authentication certificate. `applied` is the moment of
    application when it differs from that of issue (certificates come in a night batch): it
    decides whether a renewal comes in time, and stands in the common name; dates of validity
    count from the issue (発行の日から, PKI profile section 1.8, A).
    `renews` is the serial number of the certificate this one takes the place of.
    """

    public_key: bytes = field(repr=False)
    person: Person
    municipality: Municipality
    holder: str
    caps: tuple[date, ...] = ()
    applied: datetime | None = None
    renews: int | None = None


def check_request(request: CertificateRequest, profile: EndEntityProfile, *, on: date) -> None:
    """Hold a request against the profile, as of a day in Japan.

    Raises `RequestRefusedError` naming the rule.
    """
    _check_key(request.public_key)
    _check_birth_date(request.person.birth_date, on=on)
    if profile.minimum_age is None:
        return
    age = request.person.birth_date.age_on(on)
    if age is None:
        raise RequestRefusedError("minimum age", "the birth date does not prove an age of 15")
    if age < profile.minimum_age:
        raise RequestRefusedError(
            "minimum age", "nobody under 15 is given a signing certificate (署名用電子証明書)"
        )
    try:
        check_text("name", request.person.name)
        check_text("address", request.person.address)
    except UnfitTextError as error:
        raise RequestRefusedError(error.rule, str(error)) from None
    if request.person.gender.meaning is GenderMeaning.UNLISTED:
        raise RequestRefusedError("gender", "not one of the values certificates are known to hold")


def check_key_use(uses: Iterable[KeyUse], kind: Kind, holder: str) -> None:
    """Refuse a key that serves anything else than this holder's certificates of this kind.

    An authority's key would make its holder an authority. One key for both kinds would let a
    challenge at log-in be answered with what is a signature under the law, or the other way
    round. With one key in two holders' certificates nobody knows who signed. A new certificate for
    the same key, holder and kind stays possible (RFC 3647 section 4.6).

    Raises `RequestRefusedError`.
    """
    for use in uses:
        if use.municipality is None:
            raise RequestRefusedError("key", "it is an authority's own")
        if use.kind is not kind:
            raise RequestRefusedError("key", "it has a certificate of the other kind")
        if use.holder != holder:
            raise RequestRefusedError("key", "it is another holder's")


def _check_birth_date(born: BirthDate, *, on: date) -> None:
    """Let through a date in its era and past, or one that is unknown from some part on (zeros)."""
    unknown_from = born.day == 0 and born.month in range(13) and not (born.month and not born.year)
    if not (born.era_agrees and (born.calendar_date or unknown_from)):
        raise RequestRefusedError("birth date", "neither a date of its era nor an unknown one")
    if born.earliest is not None and born.earliest > on:
        raise RequestRefusedError("birth date", "it lies in the future")


def _check_key(public_key: bytes) -> None:
    try:
        key = serialization.load_der_public_key(public_key)
    except (ValueError, UnsupportedAlgorithm):
        raise RequestRefusedError("key", "not a SubjectPublicKeyInfo in DER") from None
    if (
        not isinstance(key, rsa.RSAPublicKey)
        or key.key_size != RSA_BITS
        or key.public_numbers().e != RSA_EXPONENT
    ):
        raise RequestRefusedError("key", f"not RSA-{RSA_BITS} with exponent {RSA_EXPONENT}")
    canonical = key.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    if canonical != public_key:
        # These octets go into the certificate as they are.
        raise RequestRefusedError("key", "a SubjectPublicKeyInfo, but not in DER")


def last_day(
    request: CertificateRequest, *, moment: datetime, renewed_end: datetime | None
) -> date:
    """Give the last day of the certificate asked for.

    Raises `RequestRefusedError` when a cap lies before the day of issue.
    """
    born = request.person.birth_date
    today = japanese_date(moment)
    end = end_entity_end(
        today,
        applied=japanese_date(request.applied or moment),
        birth_month=born.month,
        birth_day=born.day,
        previous_end=japanese_date(renewed_end) if renewed_end else None,
        caps=request.caps,
    )
    if end < today:
        raise RequestRefusedError("validity", f"it would end on {end}, before it is issued")
    return end
