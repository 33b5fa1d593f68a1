"""A card for a citizen: keys, both certificates, PINs, and the card they are put on.

What it is: the order of an issue and the dates that belong together: no certificate outlives its
card, no signing certificate the one for logging in.
What it is not: rules of a certificate (`jpki.ca`) or files of a card (`cardsim.mynumber`).
PKI profile reference §1.8, §3.3. Called by `cardsim.world.founding` and `cardsim.world.world`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from cardsim.mynumber import CardImage, Credential
from cardsim.world.authorities import Authorities
from cardsim.world.cards import CardEntry, add_card
from cardsim.world.citizens import Citizen
from cardsim.world.draw import Draw
from cardsim.world.errors import DamagedWorldError
from cardsim.world.keypool import KeyPool, private_der, public_der
from jpki.ca import CertificateRequest, IssuedCertificate
from jpki.card.layout import AtrFamily, CardRecord, PinKind, TokenKind
from jpki.profiles.certificates import end_entity_profile
from jpki.profiles.kinds import Kind
from jpki.profiles.reasons import RevocationReason
from jpki.profiles.validity import japanese_date, nth_birthday_after

ADULT_AGE = 18
"""成年: from 2022-04-01; a card issued to an adult lasts longer (PKI profile §1.8, B)."""
BIRTHDAYS_OF_ADULTS_CARD = 10
BIRTHDAYS_OF_MINORS_CARD = 5

_SERIAL_PREFIX = "40000"
_SERIAL_DRAWN = 10
"""The one published card serial is 400000012719843 (card reference §3.5): a shape, no rule."""


@dataclass(frozen=True, slots=True)
class CardOrder:
    """What is asked for: for whom, under which name, when, with which PINs.

    `applied` is when the holder asked; certificates come in a later night batch. The PINs are
    those testers in this field know. `renews` are the serial numbers the new certificates
    replace: those are superseded at once.
    """

    citizen: Citizen
    name: str
    moment: datetime
    applied: datetime | None = None
    sign_pin: str = field(default="ABC123", repr=False)
    auth_pin: str = field(default="1234", repr=False)
    token: TokenKind = TokenKind.CARD
    atr: AtrFamily = AtrFamily.CONTACT_E0
    renews: Mapping[Kind, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        # Before a serial number is spent; PinFormatError says the rule and not the PIN.
        PinKind.SIGN.rule.encode(self.sign_pin)
        PinKind.AUTH.rule.encode(self.auth_pin)


def card_expiry(citizen: Citizen, *, issued: date) -> date:
    """Give the last day of a card: the 10th birthday after its issue, the 5th for minors.

    An unknown month or day of birth counts as the first.
    """
    born = citizen.person.birth_date
    age = born.age_on(issued)
    adult = age is not None and age >= ADULT_AGE
    return nth_birthday_after(
        issued,
        BIRTHDAYS_OF_ADULTS_CARD if adult else BIRTHDAYS_OF_MINORS_CARD,
        month=born.month or 1,
        day=born.day or 1,
    )


def may_have(citizen: Citizen, kind: Kind, *, on: date) -> bool:
    """Whether a citizen is old enough on a day for a certificate of this kind."""
    least = end_entity_profile(kind).minimum_age
    if least is None:
        return True
    age = citizen.person.birth_date.age_on(on)
    return age is not None and age >= least


def issue_card(
    cards: Path, authorities: Authorities, order: CardOrder, *, draw: Draw, keys: KeyPool
) -> CardEntry:
    """Issue the certificates a citizen may have and write the card that carries them.

    Raises what `Authority.issue` and `add_card` raise; a certificate that was issued and did
    not come onto a card is revoked as discarded before delivery (交付前に破棄).
    """
    expires = card_expiry(order.citizen, issued=japanese_date(order.applied or order.moment))
    issued: dict[Kind, IssuedCertificate] = {}
    try:
        credentials = {}
        caps: tuple[date, ...] = (expires,)
        # The certificate for logging in comes first: the other may not outlive it.
        for kind in (Kind.AUTH, Kind.SIGN):
            if not may_have(order.citizen, kind, on=japanese_date(order.moment)):
                continue
            key = keys.take()
            issued[kind] = _issue(authorities, order, kind, public_der(key), caps=caps, draw=draw)
            caps = (expires, japanese_date(issued[kind].not_after))
            credentials[kind] = Credential(issued[kind].der, private_der(key))
        image = _image(order, authorities, issued, credentials, expires=expires, draw=draw)
        return add_card(
            cards,
            order.name,
            image,
            holder=order.citizen.name,
            issued=order.moment,
            serials={kind: certificate.serial for kind, certificate in issued.items()},
        )
    except Exception:
        for kind, certificate in issued.items():
            authorities[kind].revoke(
                certificate.serial, RevocationReason.UNSPECIFIED, moment=order.moment
            )
        raise


def _issue(
    authorities: Authorities,
    order: CardOrder,
    kind: Kind,
    public_key: bytes,
    *,
    caps: tuple[date, ...],
    draw: Draw,
) -> IssuedCertificate:
    request = CertificateRequest(
        public_key=public_key,
        person=order.citizen.person,
        municipality=order.citizen.municipality,
        holder=order.citizen.name,
        caps=caps,
        applied=order.applied,
        renews=order.renews.get(kind),
    )
    label = f"card {order.name}/{kind.value}"
    return authorities[kind].issue(request, moment=order.moment, randomness=draw.stream(label))


def _image(
    order: CardOrder,
    authorities: Authorities,
    issued: Mapping[Kind, IssuedCertificate],
    credentials: Mapping[Kind, Credential],
    *,
    expires: date,
    draw: Draw,
) -> CardImage:
    serial = _SERIAL_PREFIX + draw.digits(f"card {order.name}/serial", _SERIAL_DRAWN)
    has_sign = Kind.SIGN in credentials
    return CardImage(
        identifier=order.name,
        record=CardRecord(serial, order.citizen.municipality.code, expires),
        sign=credentials.get(Kind.SIGN),
        auth=credentials.get(Kind.AUTH),
        sign_ca=_ca_certificate(authorities, Kind.SIGN, issued),
        auth_ca=_ca_certificate(authorities, Kind.AUTH, issued),
        # Without a signing certificate its password was never set, and is blocked.
        sign_pin=order.sign_pin if has_sign else None,
        auth_pin=order.auth_pin,
        token=order.token,
        atr=order.atr,
    )


def _ca_certificate(
    authorities: Authorities, kind: Kind, issued: Mapping[Kind, IssuedCertificate]
) -> bytes:
    """Give the CA certificate the card carries: the issuer's, else the newest there is."""
    if kind in issued:
        return issued[kind].issuer
    own = authorities.certificates(kind)
    if not own:
        raise DamagedWorldError(Path("ca"), f"the {kind.value} authority has no certificate")
    return own[-1]
