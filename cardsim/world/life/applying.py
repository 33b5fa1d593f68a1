"""The steps of an event, done: on the people's register, the authorities and the cards.

What it is: each step such that doing it twice is doing it once. A crash between any two of them, or
in the middle of one, is made good by doing all of them again.
What it is not: a decision (`rules`), or the order of events (`office`).
Called by `office`, under the world's issuing lock.
"""

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa

from cardsim.mynumber import Credential
from cardsim.mynumber.directory import load_image, rewrite_card, set_pins
from cardsim.mynumber.image import CardImage
from cardsim.mynumber.personalise import CardSecrets
from cardsim.world import cards
from cardsim.world.cards import CardEntry, CardKind, CardStanding
from cardsim.world.certifying import REFUSALS, Wanted, discard, issue_together
from cardsim.world.citizens import (
    Citizen,
    draw_my_number,
    draw_resident_code,
    read_citizens,
    write_citizens,
)
from cardsim.world.contents import Variant
from cardsim.world.desk import Desk
from cardsim.world.errors import NameTakenError
from cardsim.world.issuing import CardOrder, issue_card
from cardsim.world.keypool import private_der, public_der
from cardsim.world.life import effects
from cardsim.world.life.drawn import DrawnPeople
from cardsim.world.life.journal import Entry
from cardsim.world.life.pending import Pending
from jpki.ca import CertificateRequest, IssuedCertificate
from jpki.ca.errors import AlreadyExpiredError, AlreadyRevokedError
from jpki.card.layout import PinKind
from jpki.card.layout.text import TextEf
from jpki.profiles.kinds import Kind
from jpki.profiles.validity import japanese_date

CHOSEN_PINS = (PinKind.SIGN, PinKind.AUTH, PinKind.TEXT, PinKind.JUKI)
"""What is set at the counter."""


@dataclass(frozen=True, slots=True)
class Applier:
    """Does steps, with everything at hand that they take."""

    desk: Desk
    pending: Pending
    drawn: DrawnPeople

    def apply(self, entry: Entry) -> None:
        """Do all steps of an event, again perhaps.

        Raises one of `REFUSALS` when an authority says no, and `NameTakenError` for a card whose
        name another got meanwhile: nothing of it is left then. After any other `CaError` the
        steps are to be done again.
        """
        for effect in entry.effects:
            _STEPS[type(effect)](self, entry, effect)

    def write_down(self, entry: Entry, effect: effects.WriteDown) -> None:
        """Write down somebody who was drawn until this event, unless they are."""
        self.drawn.write_down(self.desk, effect.who, moment=entry.moment)

    def enter(self, _: Entry, effect: effects.Enter) -> None:
        """Write the entry of the register; somebody new is given numbers."""
        path, draw = self.desk.paths.citizens, self.desk.draw
        known = read_citizens(path)
        resident = effect.resident
        citizen = known.get(effect.who) or Citizen(
            effect.who,
            resident.certified,
            resident.municipality,
            draw_my_number(draw, effect.who),
            resident_code=draw_resident_code(draw, effect.who),
        )
        write_citizens(path, (known | {effect.who: resident.onto(citizen)}).values())

    def renumber(self, entry: Entry, effect: effects.Renumber) -> None:
        """Draw another 個人番号; the event's number in the label makes it the same each time."""
        path = self.desk.paths.citizens
        known = read_citizens(path)
        number = draw_my_number(self.desk.draw, f"{effect.who}/{entry.number}")
        changed = replace(known[effect.who], my_number=number)
        write_citizens(path, (known | {effect.who: changed}).values())

    def revoke(self, entry: Entry, effect: effects.Revoke) -> None:
        """Revoke at the event's moment; OCSP can say so at once, the lists in the night."""
        # Done before a crash, or by somebody else since the event was decided.
        with contextlib.suppress(AlreadyRevokedError, AlreadyExpiredError):
            self.desk.authorities[effect.kind].revoke(
                effect.serial, effect.reason, moment=entry.moment
            )

    def stand(self, _: Entry, effect: effects.Stand) -> None:
        """Put a card's standing on record."""
        cards.write_entry(replace(self._card(effect.card), standing=effect.standing))

    def rewrite(self, _: Entry, effect: effects.Rewrite) -> None:
        """Write text and face anew; the rest of the card stays."""
        card = self._card(effect.card)
        if card.kind is not CardKind.MY_NUMBER:
            return
        image = load_image(card.directory)
        if image.token.is_phone or image.text is None:
            return
        rewrite_card(card.directory, self._rewritten(card, image))

    def set_pins(self, entry: Entry, effect: effects.SetPins) -> None:
        """Set the PINs that wait for this event."""
        card = self._card(effect.card)
        set_pins(card.directory, self.pending.pins(entry.number))
        cards.write_entry(replace(card, without_pins=False))

    def set_sign_pin(self, entry: Entry, effect: effects.SetSignPin) -> None:
        """Set the password for signing; the other PINs stay."""
        chosen = self.pending.pins(entry.number)[PinKind.SIGN]
        set_pins(self._card(effect.card).directory, {PinKind.SIGN: chosen})

    def clear_pins(self, _: Entry, effect: effects.ClearPins) -> None:
        """Take all PINs away."""
        card = self._card(effect.card)
        set_pins(card.directory, dict.fromkeys(CHOSEN_PINS))
        cards.write_entry(replace(card, without_pins=True))

    def issue(self, entry: Entry, effect: effects.Issue) -> None:
        """Settle an application in the night."""
        if effect.new_card:
            self._issue_card(entry, effect)
        else:
            self._issue_onto(entry, effect)

    def add_generation(self, entry: Entry, effect: effects.AddGeneration) -> None:
        """Give an authority its next key, unless it has it."""
        self.desk.authorities.renew_one(
            effect.kind,
            effect.number,
            self.pending.key(entry.number, effect.kind.value),
            moment=entry.moment,
        )

    def publish(self, entry: Entry, _: effects.Publish) -> None:
        """Publish all lists; late, where somebody has published by hand since.

        What is out already, of this night or later, is made again when more is known by now.
        """
        self.desk.authorities.publish(
            moment=entry.moment, since=entry.moment, clock=self.desk.clock
        )

    def nothing(self, _: Entry, __: effects.Effect) -> None:
        """Do nothing: that it is in the journal is all."""

    def _issue_card(self, entry: Entry, effect: effects.Issue) -> None:
        if effect.card in cards.card_names(self.desk.paths.cards):
            there = self._card(effect.card)
            if (there.holder, there.issued) != (effect.who, entry.moment):
                raise NameTakenError(f"there is a card {effect.card!r} already")
            return
        order = CardOrder(
            read_citizens(self.desk.paths.citizens)[effect.who],
            effect.card,
            moment=entry.moment,
            applied=datetime.fromisoformat(effect.applied),
            kinds=effect.kinds,
            standing=CardStanding.MADE,
        )
        issue_card(
            self.desk.paths.cards,
            self.desk.authorities,
            order.without_pins(),
            press=self.desk.press,
            draw=self.desk.draw,
            keys=_Keys(self.pending, entry.number),
            issued_before=self._issued_before,
        )

    def _issue_onto(self, entry: Entry, effect: effects.Issue) -> None:
        card = self._card(effect.card)
        keys = {kind: self.pending.key(entry.number, kind.value) for kind in effect.kinds}
        wanted = {kind: self._wanted(entry, effect, kind, key) for kind, key in keys.items()}
        issued: dict[Kind, IssuedCertificate] = {}
        try:
            issue_together(
                self.desk.authorities,
                wanted,
                issued,
                moment=entry.moment,
                draw=self.desk.draw,
                issued_before=self._issued_before,
            )
        except REFUSALS:
            # Only after a crash, when things have changed since: all of it, or nothing.
            discard(self.desk.authorities, issued, moment=entry.moment)
            raise
        image = load_image(card.directory)
        changes: dict[str, Any] = {
            kind.value: Credential(each.der, private_der(keys[kind]))
            for kind, each in issued.items()
        }
        changes |= {f"{kind.value}_ca": each.issuer for kind, each in issued.items()}
        rewrite_card(card.directory, replace(image, **changes))
        serials = {**card.serials, **{kind: each.serial for kind, each in issued.items()}}
        cards.write_entry(replace(card, serials=serials))

    def _wanted(
        self, entry: Entry, effect: effects.Issue, kind: Kind, key: rsa.RSAPrivateKey
    ) -> Wanted:
        citizen = read_citizens(self.desk.paths.citizens)[effect.who]
        card = self._card(effect.card)
        caps: tuple[date, ...] = (card.expires,)
        if kind is Kind.SIGN and Kind.AUTH not in effect.kinds:
            other = self.desk.authorities[Kind.AUTH].certificate(card.serials[Kind.AUTH])
            caps = (*caps, japanese_date(other.not_after))
        request = CertificateRequest(
            public_key=public_der(key),
            person=citizen.person,
            municipality=citizen.municipality,
            holder=effect.who,
            caps=caps,
            applied=datetime.fromisoformat(effect.applied),
            renews=dict(effect.renews).get(kind),
        )
        return Wanted(request, f"card {card.name}/{kind.value}/{entry.number}")

    def _issued_before(self, kind: Kind, public_key: bytes) -> IssuedCertificate | None:
        """Give the certificate a key of ours has: a crash came before it was on a card."""
        authority = self.desk.authorities[kind]
        with authority.register.reading() as asked:
            serials = [use.serial for use in asked.key_uses(public_key) if use.kind is kind]
        for record in map(authority.certificate, serials):
            if record.der is not None and record.revocation is None:
                return authority.handed_out(record)
        return None

    def _card(self, name: str) -> CardEntry:
        return cards.read_card(self.desk.paths.cards, name)

    def _rewritten(self, card: CardEntry, image: CardImage) -> CardImage:
        """Give the image with the text and face of the holder as the register has them."""
        was = image.text
        long_form = was is not None and was.files[TextEf.ATTRIBUTES][2] == _LONG_FORM
        made = self.desk.press.contents(
            read_citizens(self.desk.paths.citizens)[card.holder],
            image.record,
            issued=japanese_date(card.issued),
            token=image.token,
            draw=self.desk.draw,
            label=f"card {card.name}",
            # Those the holder chose are in the card's state, and stay.
            pins=CardSecrets(text=None if was is None else was.secrets[TextEf.PIN]),
            variant=Variant(long_form=long_form),
        )
        return replace(image, text=made["text"], visual=made["visual"])


_LONG_FORM = 0x82
"""The first byte of an outer length in its long form: after the two of the tag (card §3.2)."""


@dataclass(slots=True)
class _Keys:
    """Keys of an event, one after the other, the same ones every time."""

    pending: Pending
    number: int
    taken: int = 0

    def take(self) -> rsa.RSAPrivateKey:
        """Give the next one."""
        self.taken += 1
        return self.pending.key(self.number, f"card-{self.taken}")


_STEPS: Mapping[type, Callable[[Applier, Entry, Any], None]] = {
    effects.WriteDown: Applier.write_down,
    effects.Enter: Applier.enter,
    effects.Renumber: Applier.renumber,
    effects.Revoke: Applier.revoke,
    effects.Stand: Applier.stand,
    effects.Rewrite: Applier.rewrite,
    effects.SetPins: Applier.set_pins,
    effects.SetSignPin: Applier.set_sign_pin,
    effects.ClearPins: Applier.clear_pins,
    effects.Apply: Applier.nothing,
    effects.Issue: Applier.issue,
    effects.Lapse: Applier.nothing,
    effects.AddGeneration: Applier.add_generation,
    effects.Publish: Applier.publish,
}
