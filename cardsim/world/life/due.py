"""What comes due while time passes, with its moment: nights, birthdays, notices, ends.

What it is: from a view of the world to what has its time after one moment and up to another.
What it is not: done (`office` does them, and asks again after a night, which makes new ends).
Nights in which there is nothing to publish are passed over, but for the last one: a list that
says nothing new, and that nobody was there to ask for, is not made.
Of residents of a synthetic country who are not written down only what is revoked can fall due, for
the lists; birthdays, notices and ends change nothing, and are told when somebody asks (`drawn`).
Standard: PKI profile reference sections 1.2, 1.8, 2.1.
Called by `office` and `drawn`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from cardsim.world.cards import CardEntry, CardStanding
from cardsim.world.citizens import Citizen, Residence
from cardsim.world.draw import Draw
from cardsim.world.life.effects import Stand
from cardsim.world.life.events import Event, EventKind
from cardsim.world.life.journal import open_applications
from cardsim.world.life.lives import Certificate
from cardsim.world.life.registered import certificate
from cardsim.world.nights import night_of
from jpki.ca import CertificateRecord
from jpki.profiles.certificates import end_entity_profile
from jpki.profiles.kinds import Kind
from jpki.profiles.validity import JST, birthday_in, end_of_day, renewal_opens
from jpki.sources import Grade, Source

if TYPE_CHECKING:
    from cardsim.world.life.view import View

PUBLISHED_AT = time(2, 45, tzinfo=JST)
PUBLISHED_SOURCE = Source(
    "PKI 2.1: once per day, 1.2: certificates until 02:38; the time of the lists is ours",
    Grade.ASSUMED,
)
OFFICE_OPENS = time(9, tzinfo=JST)
_BATCH_BEGINS = time(1, 37)
_SECOND = timedelta(seconds=1)
_DAY = timedelta(days=1)
_EVER = datetime.min.replace(tzinfo=UTC)

Records = Mapping[Kind, Iterable[CertificateRecord]]
"""Certificates of the register, by kind."""


@dataclass(frozen=True, slots=True)
class Due:
    """Something whose time has come."""

    moment: datetime
    event: Event


def all_due(view: "View", draw: Draw, *, since: datetime, until: datetime) -> list[Due]:
    """Give what is due from `since` to `until` and not in the journal yet, in its order."""
    known = {(e.moment, _key(e.event)) for e in view.entries if e.moment >= since}
    # What came due before is told, as it was never anybody's to do.
    entered = {who: each.entered for who, each in view.people.items() if each.entered is not None}
    found = (
        each
        for each in (
            *_nights(view, draw, until),
            *ends(view.people, view.cards, view.records),
        )
        if since <= each.moment <= until
        and (each.moment, _key(each.event)) not in known
        and each.moment > entered.get(each.event.who, _EVER)
    )
    return sorted(found, key=lambda due: (due.moment, due.event.kind.value, due.event.who))


def ends_a_card(event: Event) -> tuple[Stand, ...]:
    """Give what an event of time does to a card: one that has expired ends."""
    if event.kind is not EventKind.CARD_END or event.card is None:
        return ()
    return (Stand(event.card, CardStanding.ENDED),)


def next_night(moment: datetime) -> datetime:
    """Give the moment by which the next night's work is done, lists and all."""
    day = moment.astimezone(JST).date()
    tonight = datetime.combine(day, PUBLISHED_AT).astimezone(UTC)
    return tonight if tonight > moment else tonight + _DAY


def _key(event: Event) -> tuple[object, ...]:
    return (event.kind, event.who, event.card, event.kinds, event.serial, event.application)


def _nights(view: "View", draw: Draw, until: datetime) -> Iterator[Due]:
    owners = {entry.number: entry.event.who for entry in view.entries}
    for asked in open_applications(view.entries):
        local = asked.applied.astimezone(JST)
        day = local.date() if local.time() < _BATCH_BEGINS else local.date() + _DAY
        event = Event(
            kind=EventKind.ISSUE,
            who=owners[asked.number],
            card=asked.card,
            application=asked.number,
        )
        yield Due(night_of(draw, f"application {asked.number}", day), event)
    last = view.last_published
    night = Event(kind=EventKind.NIGHT)
    for change in _changes(view, last):
        yield Due(next_night(change), night)
    final = next_night(until) - _DAY
    if last is None or last < final:
        yield Due(final, night)


def _changes(view: "View", last: datetime | None) -> Iterator[datetime]:
    """Give when something changed that no list says yet."""
    for kind in Kind:
        for record in view.records[kind]:
            # The same second is not before: the list may have come first.
            if last is None or record.not_before >= last:
                yield record.not_before
    yield from view.revoked


def ends(
    people: Mapping[str, Citizen],
    cards: Iterable[CardEntry],
    records: Records,
    *,
    revoked: bool = False,
) -> Iterator[Due]:
    """Give birthdays, notices and ends, past and to come; of revoked certificates if asked."""
    cards = tuple(cards)
    for who, citizen in people.items():
        if citizen.residence is Residence.DEAD:
            continue
        born = citizen.person.birth_date.latest
        least = end_entity_profile(Kind.SIGN).minimum_age
        if born is not None and least is not None:
            day = birthday_in(born.year + least, born.month, born.day)
            yield Due(_begin(day), Event(kind=EventKind.FIFTEEN, who=who))
    for entry in cards:
        if entry.standing is not CardStanding.ENDED:
            event = Event(kind=EventKind.CARD_END, who=entry.holder, card=entry.name)
            yield Due(end_of_day(entry.expires) + _SECOND, event)
    yield from _ends_of_certificates(cards, records, revoked=revoked)


def _ends_of_certificates(
    cards: Iterable[CardEntry], records: Records, *, revoked: bool
) -> Iterator[Due]:
    carriers = {(kind, serial): entry for entry in cards for kind, serial in entry.serials.items()}
    for kind, of_kind in records.items():
        for record in of_kind:
            if record.municipality is None or record.der is None:
                continue
            if record.revocation is not None and not revoked:
                continue
            entry = carriers.get((kind, record.serial))
            found = certificate(kind, record, None if entry is None else entry.name)
            who = record.holder
            yield Due(found.not_after + _SECOND, _of(EventKind.CERTIFICATE_END, who, found))
            if entry is not None and entry.standing is CardStanding.IN_USE:
                opens = datetime.combine(renewal_opens(found.ends), OFFICE_OPENS).astimezone(UTC)
                yield Due(opens, _of(EventKind.NOTICE, who, found))


def _of(kind: EventKind, who: str, found: Certificate) -> Event:
    return Event(kind=kind, who=who, kinds=(found.kind,), serial=found.serial, card=found.card)


def _begin(day: date) -> datetime:
    return datetime.combine(day, time(0), JST).astimezone(UTC)
