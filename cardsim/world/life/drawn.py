"""The residents of a synthetic country, one at a time, as people like any other.

What it is: from a name to who that is (`population`), what the register has of them and what
happened (`past`); and, once something shall happen to them, their entry and cards written down:
the certificates they have, with the keys made of the country's primes.
What it is not: a list of them. Whoever nobody asked for costs nothing, and is written nowhere.
Called by `view`, `applying` and `cardsim.world.world`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path

from cardsim.world import cards
from cardsim.world.authorities import Authorities
from cardsim.world.cards import CardEntry, CardStanding
from cardsim.world.citizens import (
    Citizen,
    draw_my_number,
    draw_resident_code,
    read_citizens,
    resident_number,
    write_citizens,
)
from cardsim.world.desk import Desk
from cardsim.world.draw import Draw
from cardsim.world.issuing import CardOrder, write_card
from cardsim.world.life.due import Due, ends, ends_a_card
from cardsim.world.life.journal import Entry
from cardsim.world.life.lives import Life
from cardsim.world.life.past import PastCard, Story, story
from cardsim.world.life.registered import certificate
from cardsim.world.paths import Paths
from cardsim.world.population.plan import KEYS_OF_A_RESIDENT, PLAN, PRIMES, Plan, key_number
from cardsim.world.population.primes import PrimePool
from cardsim.world.population.residents import Country
from cardsim.world.population.residents import Resident as DrawnResident
from jpki.ca import CertificateRecord
from jpki.profiles.kinds import Kind
from jpki.profiles.reasons import RevocationReason
from jpki.profiles.validity import end_of_day

Records = dict[Kind, CertificateRecord]


@dataclass(frozen=True, slots=True)
class Drawn:
    """One resident: what was drawn, the certificates that came of it, and the past told."""

    resident: DrawnResident
    records: Records
    story: Story
    directory: Path

    @property
    def life(self) -> Life:
        """How they stand while nothing is written of them."""
        return self.story.life

    @property
    def citizen(self) -> Citizen:
        """Their entry, as it stands after their past."""
        now = self.life.resident
        return self.story.citizen if now is None else now.onto(self.story.citizen)

    @property
    def cards(self) -> tuple[CardEntry, ...]:
        """Their cards, as they are on record once they are written."""
        return tuple(self._entry(each) for each in self.story.cards)

    def came_due(self, *, since: datetime, until: datetime) -> Iterator[Entry]:
        """Give what time brought while nothing was written of them, in its order.

        It is what the journal has of others: a note each, and of a card that has expired its end.
        """
        records = {kind: (record,) for kind, record in self.records.items()}
        people = {self.citizen.name: self.citizen}
        found = ends(people, self.cards, records, revoked=True)
        for due in sorted(found, key=lambda each: (each.moment, each.event.kind.value)):
            if since <= due.moment <= until and not self._was_revoked(due):
                yield Entry(0, due.moment, due.event, ends_a_card(due.event), done=True)

    def _was_revoked(self, due: Due) -> bool:
        """Whether the certificate a note is about had been revoked before."""
        if due.event.serial is None:
            return False
        [kind] = due.event.kinds
        revocation = self.records[kind].revocation
        return revocation is not None and revocation.revoked_at <= due.moment

    def _entry(self, card: PastCard) -> CardEntry:
        token = self.life.token(card.name)
        if token is None:
            raise AssertionError(f"{card.name} is in no life")  # pragma: no cover
        carried = self.records if card.carries else {}
        return CardEntry(
            name=card.name,
            holder=self.life.who,
            issued=card.issued,
            expires=token.expires,
            serials={kind: record.serial for kind, record in carried.items()},
            directory=self.directory / card.name,
            standing=token.standing,
        )


class DrawnPeople:
    """Whom the world's seed and its plan of a country give; nobody where there is no plan."""

    def __init__(
        self, paths: Paths, authorities: Authorities, draw: Draw, *, started: datetime
    ) -> None:
        self._paths = paths
        self._authorities = authorities
        self._draw = draw
        self._started = started

    def find(self, name: str) -> Drawn | None:
        """Give the resident of that name; None when there is none, or none on record yet."""
        number = resident_number(name)
        if number is None or self._country is None or number >= self._country.residents:
            return None
        resident = self._country.resident(number)
        records = self._records(resident)
        if records.keys() != set(resident.kinds):
            return None
        citizen = Citizen(
            name,
            resident.person,
            resident.municipality,
            draw_my_number(self._draw, name),
            resident_code=draw_resident_code(self._draw, name),
        )
        told = story(
            resident,
            self._country,
            citizen,
            [certificate(kind, record, None) for kind, record in records.items()],
            self._lost_at(resident, records),
        )
        return Drawn(resident, records, told, self._paths.cards)

    def require_keys(self) -> None:
        """Raise `DamagedWorldError` where no card could be made, before anything is begun."""
        _ = self._primes

    def write_down(self, desk: Desk, name: str, *, moment: datetime) -> None:
        """Write somebody's cards, then their entry; what is there already stays as it is.

        So it can be done again after a crash. Nothing is issued, and nothing revoked.
        """
        known = read_citizens(desk.paths.citizens)
        drawn = None if name in known else self.find(name)
        if drawn is None:
            return
        written = cards.card_names(desk.paths.cards)
        for card in drawn.story.cards:
            if card.name not in written:
                self._write_card(desk, drawn, card, moment=moment)
        citizen = replace(drawn.citizen, entered=moment)
        write_citizens(desk.paths.citizens, (known | {name: citizen}).values())

    @cached_property
    def _country(self) -> Country | None:
        plan = Plan.read(self._paths.population / PLAN)
        if plan is None:
            return None
        return Country(self._draw, residents=plan.residents, start=self._started)

    @cached_property
    def _primes(self) -> PrimePool:
        residents = 0 if self._country is None else self._country.residents
        path = self._paths.population / PRIMES
        return PrimePool.read(path, keys=residents * KEYS_OF_A_RESIDENT)

    def _records(self, resident: DrawnResident) -> Records:
        """Give the certificates that were drawn with somebody; later ones are of later events."""
        with self._authorities.register.reading() as asked:
            return {
                kind: record
                for kind in Kind
                for record in asked.certificates_of(kind, [resident.holder])
                if record.not_before == resident.issued and record.der is not None
            }

    def _lost_at(self, resident: DrawnResident, records: Records) -> datetime | None:
        """Give when somebody's fate met them, if the register says so too."""
        end = min(record.not_after for record in records.values())
        moment = resident.lost_at(not_after=end, start=self._started)
        for kind in resident.lost:
            found = records[kind].revocation
            if found is None or found.revoked_at != moment:
                return None
            was_held = resident.fate is RevocationReason.CERTIFICATE_HOLD and found.settled_at
            if found.reason is not resident.fate and not was_held:
                return None
        return moment

    def _write_card(self, desk: Desk, drawn: Drawn, card: PastCard, *, moment: datetime) -> None:
        number = drawn.resident.number
        carried = drawn.records if card.carries else {}
        [entry] = [each for each in drawn.cards if each.name == card.name]
        # Its end came due while nothing was written of it.
        expired = moment > end_of_day(entry.expires)
        order = CardOrder(
            card.shown.onto(drawn.story.citizen),
            card.name,
            moment=card.issued,
            standing=CardStanding.ENDED if expired else entry.standing,
        )
        write_card(
            desk.paths.cards,
            desk.authorities,
            order if card.has_pins else order.without_pins(),
            {kind: desk.authorities[kind].handed_out(each) for kind, each in carried.items()},
            {kind: self._primes.private_key(key_number(number, kind)) for kind in carried},
            press=desk.press,
            draw=desk.draw,
        )
