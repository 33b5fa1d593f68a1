"""How somebody stands now, put together from where it is kept.

What it is: citizens.json, the cards' directories, the authorities' register and the journal, read
into one `Life`.
What it is not: kept anywhere, so nothing can disagree with it.
Called by `office` and `due`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cardsim.mynumber.directory import load_image
from cardsim.world import cards
from cardsim.world.authorities import Authorities
from cardsim.world.cards import CardEntry, CardKind
from cardsim.world.citizens import Citizen, read_citizens
from cardsim.world.life.journal import Entry, open_applications
from cardsim.world.life.lives import Certificate, Life, Token
from cardsim.world.life.residents import Resident
from cardsim.world.paths import Paths
from jpki.ca import CertificateRecord
from jpki.profiles.kinds import Kind


@dataclass(frozen=True, slots=True)
class View:
    """Everybody, as of one reading of the files."""

    people: dict[str, Citizen]
    entries: Sequence[Entry]
    cards: Sequence[CardEntry]
    records: Mapping[Kind, Sequence[CertificateRecord]]
    last_published: datetime | None

    @classmethod
    def of(cls, directory: Path, authorities: Authorities, entries: Sequence[Entry]) -> "View":
        """Read the world in a directory."""
        paths = Paths(directory)
        found = [cards.read_card(paths.cards, name) for name in cards.card_names(paths.cards)]
        return cls(
            read_citizens(paths.citizens),
            entries,
            found,
            {kind: list(authorities[kind].certificates()) for kind in Kind},
            authorities.last_published(),
        )

    def life(self, who: str) -> Life:
        """Give how somebody stands; an empty life for nobody."""
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


def certificate(kind: Kind, record: CertificateRecord, card: str | None) -> Certificate:
    """Give a record of the authorities' register as a life has it."""
    return Certificate(
        kind,
        record.serial,
        record.not_before,
        record.not_after,
        None if record.revocation is None else record.revocation.reason,
        card,
    )


def _token(entry: CardEntry) -> Token:
    phone = load_image(entry.directory).token.is_phone
    return Token(
        entry.name,
        entry.standing,
        entry.expires,
        is_card=not phone,
        without_pins=entry.without_pins,
    )
