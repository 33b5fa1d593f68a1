"""A card for a citizen: keys, both certificates, PINs, and the card they are put on.

What it is: the order of an issue and the dates that belong together: no certificate outlives its
card, no signing certificate the one for logging in.
What it is not: rules of a certificate (`jpki.ca`) or files of a card (`cardsim.mynumber`).
PKI profile reference §1.8, §3.3. Called by `cardsim.world.founding`, `cardsim.world.world` and
`cardsim.world.life`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric import rsa

from cardsim.mynumber import CardImage, Credential
from cardsim.mynumber.personalise import CardSecrets
from cardsim.world.authorities import Authorities
from cardsim.world.cards import CardEntry, CardStanding, add_card
from cardsim.world.certifying import (
    IssuedBefore,
    Wanted,
    discard,
    issue_together,
    nothing_issued,
)
from cardsim.world.citizens import Citizen
from cardsim.world.contents import Press, Variant
from cardsim.world.draw import Draw
from cardsim.world.errors import DamagedWorldError, OrderRefusedError
from cardsim.world.keypool import private_der, public_der
from cardsim.world.licensing import licence_data, require_old_enough
from cardsim.world.media import objection, usual_family
from jpki.ca import CertificateRequest, IssuedCertificate
from jpki.card.layout import AtrFamily, CardRecord, PinKind, TokenKind
from jpki.profiles.certificates import end_entity_profile
from jpki.profiles.kinds import Kind
from jpki.profiles.validity import japanese_date, nth_birthday_after
from jpki.sources import Grade, Source

ADULT_AGE = 18
"""成年: from 2022-04-01; a card issued to an adult lasts longer (PKI profile §1.8, B)."""
BIRTHDAYS_OF_ADULTS_CARD = 10
BIRTHDAYS_OF_MINORS_CARD = 5
CARD_END_SOURCE = Source(
    "PKI 1.8: the 10th birthday for 18+, the 5th for under-18 (B); that both the age and the"
    " birthdays count from the day the card is made, as a certificate's do from its issue, is ours",
    Grade.ASSUMED,
)

PINLESS_SOURCE = Source(
    "PKI 3.3: no PIN is set (C); municipalities say that such a card's signing certificate cannot"
    " be used, and its other one is used without a PIN; that there is none to sign with is deduced",
    Grade.DEDUCED,
)

_SERIAL_PREFIX = "99999"
_SERIAL_DRAWN = 10
"""So that no card in use can be meant: the 製造番号 (the last 13 digits) begins with 999.

The one published serial is 400000012719843 (card reference §3.5), of a test card. If cards are
counted, as it looks, nobody comes to 999 with thirteen digits; how they are numbered is not public.
"""


class KeySource(Protocol):
    """Where keys come from: a pool, or a place where they outlive a crash."""

    def take(self) -> rsa.RSAPrivateKey:
        """Give a key nobody else gets."""
        ...


@dataclass(frozen=True, slots=True)
class CardOrder:
    """What is asked for: for whom, under which name, when, with which PINs.

    `applied` is when the holder asked; certificates come in a later night batch. The PINs are
    those testers in this field know; with None for both the card has no PIN at all
    (顔認証マイナンバーカード). Without `atr` a card shows its contacts, and a phone what a card
    without any does. `renews` are the serial numbers the new certificates replace: those are
    superseded at once. `kinds` are the certificates asked for, `ends` a day the card may not
    outlive (在留期間), `faults` what goes wrong with it (`cardsim.faults`). `licence` puts a
    マイナ免許証 on the card; `long_form` and `older` make it as some older chips are
    (`contents.Variant`). `change` makes another image of the finished one, `use` is done with the
    card's directory before it is handed over.
    """

    citizen: Citizen
    name: str
    moment: datetime
    applied: datetime | None = None
    sign_pin: str | None = field(default="ABC123", repr=False)
    auth_pin: str | None = field(default="1234", repr=False)
    other_pins: CardSecrets = field(default_factory=CardSecrets, repr=False)
    token: TokenKind = TokenKind.CARD
    atr: AtrFamily | None = None
    kinds: tuple[Kind, ...] = tuple(Kind)
    ends: date | None = None
    renews: Mapping[Kind, int] = field(default_factory=dict)
    faults: tuple[str, ...] = ()
    licence: bool = False
    long_form: bool = False
    older: bool = False
    change: Callable[[CardImage], CardImage] | None = field(default=None, repr=False)
    use: Callable[[Path], None] | None = field(default=None, repr=False)
    standing: CardStanding = CardStanding.IN_USE

    def __post_init__(self) -> None:
        # Before a serial number is spent; PinFormatError says the rule and not the PIN.
        for kind, pin in ((PinKind.SIGN, self.sign_pin), (PinKind.AUTH, self.auth_pin)):
            if pin is not None:
                kind.rule.encode(pin)
        why = objection(
            self.token,
            self.family,
            has_pins=self.sign_pin is not None and self.auth_pin is not None,
            has_more=self.licence or self.long_form or self.older,
        )
        if why is not None:
            raise OrderRefusedError(why)
        if self.licence:
            require_old_enough(self.citizen, on=self.day)

    def pinless(self) -> "CardOrder":
        """Give the order of a 顔認証マイナンバーカード: no PINs, and so nothing to sign with."""
        kinds = tuple(kind for kind in self.kinds if kind is not Kind.SIGN)
        return replace(self.without_pins(), kinds=kinds)

    def without_pins(self) -> "CardOrder":
        """Give the order of a card whose PINs are not set, or not yet."""
        none = CardSecrets(text=None, juki=None, licence=None)
        return replace(self, sign_pin=None, auth_pin=None, other_pins=none)

    @property
    def family(self) -> AtrFamily:
        """The answer to reset: the one asked for, else that of such a medium."""
        return self.atr or usual_family(self.token)

    @property
    def day(self) -> date:
        """The day in Japan the card is made and its certificates are issued."""
        return japanese_date(self.moment)

    @property
    def expires(self) -> date:
        """The card's last day."""
        born = card_expiry(self.citizen, issued=self.day)
        return born if self.ends is None else min(born, self.ends)


def card_expiry(citizen: Citizen, *, issued: date) -> date:
    """Give the last day of a card: the 10th birthday after it was made, the 5th for minors.

    One on that very day does not count; an unknown month or day of birth counts as the first.
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
    cards: Path,
    authorities: Authorities,
    order: CardOrder,
    *,
    press: Press,
    draw: Draw,
    keys: KeySource,
    issued_before: IssuedBefore = nothing_issued,
) -> CardEntry:
    """Issue the certificates a citizen may have and write the card that carries them.

    Raises what `Authority.issue` and `add_card` raise; a certificate that was issued and did
    not come onto a card is revoked as discarded before delivery (交付前に破棄).
    """
    own_keys: dict[Kind, rsa.RSAPrivateKey] = {}
    for kind in (Kind.AUTH, Kind.SIGN):
        if kind in order.kinds and may_have(order.citizen, kind, on=japanese_date(order.moment)):
            own_keys[kind] = keys.take()
    wanted = {kind: _wanted(order, kind, public_der(key)) for kind, key in own_keys.items()}
    issued: dict[Kind, IssuedCertificate] = {}
    try:
        issue_together(
            authorities,
            wanted,
            issued,
            moment=order.moment,
            draw=draw,
            issued_before=issued_before,
        )
        return write_card(cards, authorities, order, issued, own_keys, press=press, draw=draw)
    except Exception:
        discard(authorities, issued, moment=order.moment)
        raise


def write_card(
    cards: Path,
    authorities: Authorities,
    order: CardOrder,
    issued: Mapping[Kind, IssuedCertificate],
    keys: Mapping[Kind, rsa.RSAPrivateKey],
    *,
    press: Press,
    draw: Draw,
) -> CardEntry:
    """Write the card that carries these certificates, each with its key; raises as `add_card`."""
    credentials = {
        kind: Credential(certificate.der, private_der(keys[kind]))
        for kind, certificate in issued.items()
    }
    image = _image(order, authorities, issued, credentials, press=press, draw=draw)
    return add_card(
        cards,
        order.name,
        image if order.change is None else order.change(image),
        holder=order.citizen.name,
        issued=order.moment,
        expires=order.expires,
        faults=order.faults,
        use=order.use,
        serials={kind: certificate.serial for kind, certificate in issued.items()},
        standing=order.standing,
        without_pins=(
            order.standing is CardStanding.IN_USE
            and order.sign_pin is None
            and order.auth_pin is None
        ),
    )


def _wanted(order: CardOrder, kind: Kind, public_key: bytes) -> Wanted:
    request = CertificateRequest(
        public_key=public_key,
        person=order.citizen.person,
        municipality=order.citizen.municipality,
        holder=order.citizen.name,
        caps=(order.expires,),
        applied=order.applied,
        renews=order.renews.get(kind),
    )
    return Wanted(request, f"card {order.name}/{kind.value}")


def _image(
    order: CardOrder,
    authorities: Authorities,
    issued: Mapping[Kind, IssuedCertificate],
    credentials: Mapping[Kind, Credential],
    *,
    press: Press,
    draw: Draw,
) -> CardImage:
    serial = _SERIAL_PREFIX + draw.digits(f"card {order.name}/serial", _SERIAL_DRAWN)
    record = CardRecord(serial, order.citizen.municipality.code, order.expires)
    has_sign = Kind.SIGN in credentials
    label = f"card {order.name}"
    licence = None
    if order.licence:
        licence = licence_data(order.citizen, issued=order.day, draw=draw, label=label)
    return CardImage(
        identifier=order.name,
        record=record,
        sign=credentials.get(Kind.SIGN),
        auth=credentials.get(Kind.AUTH),
        sign_ca=_ca_certificate(authorities, Kind.SIGN, issued),
        auth_ca=_ca_certificate(authorities, Kind.AUTH, issued),
        # Without a signing certificate its password was never set, and is blocked.
        sign_pin=order.sign_pin if has_sign else None,
        auth_pin=order.auth_pin,
        token=order.token,
        atr=order.family,
        **press.contents(
            order.citizen,
            record,
            issued=order.day,
            token=order.token,
            draw=draw,
            label=label,
            pins=order.other_pins,
            variant=Variant(licence, order.long_form, order.older),
        ),
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
