"""How somebody stands now, put together from where it is kept.

What it is: citizens.json, the cards' directories, the authorities' register and the journal, read
into one `Life`. Of the register only what concerns the people of citizens.json, however many
others it has; a resident of a synthetic country who is not written down is `drawn`.
What it is not: kept anywhere, so nothing can disagree with it.
Called by `office` and `due`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from cardsim.mynumber.directory import load_image, was_set
from cardsim.world import cards
from cardsim.world.authorities import Authorities
from cardsim.world.cards import CardEntry, CardKind
from cardsim.world.citizens import Citizen, read_citizens
from cardsim.world.life.drawn import DrawnPeople
from cardsim.world.life.journal import Entry, open_applications
from cardsim.world.life.lives import Certificate, Life, Token
from cardsim.world.life.registered import certificate
from cardsim.world.life.residents import Resident
from cardsim.world.paths import Paths
from jpki.ca import CertificateRecord
from jpki.card.layout import PinKind
from jpki.profiles.kinds import Kind

_THE_AUTHORITIES = ""
"""Whom the register names as the holder of their own certificates."""
_EVER = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True, slots=True)
class View:
    """Everybody who is written down, as of one reading of the files.

    `records` are their certificates and the authorities' own; `revoked` is when anything at all
    was revoked that no list knows.
    """

    people: dict[str, Citizen]
    entries: Sequence[Entry]
    cards: Sequence[CardEntry]
    records: Mapping[Kind, Sequence[CertificateRecord]]
    revoked: Sequence[datetime]
    last_published: datetime | None
    drawn: DrawnPeople

    @classmethod
    def of(
        cls, paths: Paths, authorities: Authorities, entries: Sequence[Entry], drawn: DrawnPeople
    ) -> "View":
        """Read a world."""
        people = read_citizens(paths.citizens)
        found = [cards.read_card(paths.cards, name) for name in cards.card_names(paths.cards)]
        with authorities.register.reading() as asked:
            holders = [_THE_AUTHORITIES, *people]
            records = {kind: asked.certificates_of(kind, holders) for kind in Kind}
        last = authorities.last_published()
        revoked = authorities.revoked_since(last or _EVER)
        return cls(people, entries, found, records, revoked, last, drawn)

    def drawn_life(self, who: str) -> Life | None:
        """Give how somebody stands who is drawn and not written down, None for anybody else."""
        found = None if who in self.people else self.drawn.find(who)
        return None if found is None else found.life

    def life(self, who: str) -> Life:
        """Give how somebody stands; an empty life for nobody."""
        drawn = self.drawn_life(who)
        if drawn is not None:
            return drawn
        citizen = self.people.get(who)
        own = [each for each in self.cards if each.holder == who]
        return Life(
            who,
            resident=None if citizen is None else Resident.of(citizen),
            tokens=tuple(_token(each) for each in own if each.kind is CardKind.MY_NUMBER),
            certificates=tuple(self._certificates(who, own)),
            applications=tuple(open_applications(self.entries, who)),
            last=max((e.moment for e in self.entries if e.event.who == who), default=None),
        )

    def _certificates(self, who: str, own: Iterable[CardEntry]) -> Iterable[Certificate]:
        carriers = {(kind, serial): c.name for c in own for kind, serial in c.serials.items()}
        return (
            certificate(kind, record, carriers.get((kind, record.serial)))
            for kind in Kind
            for record in self.records[kind]
            if record.holder == who and record.municipality is not None and record.der is not None
        )


def _token(entry: CardEntry) -> Token:
    phone = load_image(entry.directory).token.is_phone
    return Token(
        entry.name,
        entry.standing,
        entry.expires,
        is_card=not phone,
        without_pins=entry.without_pins,
        has_sign_pin=was_set(entry.directory, PinKind.SIGN),
    )
