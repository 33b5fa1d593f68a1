"""Catalogue entries made into citizens and cards of a world.

Days count back and forth from the world's time, names and dates that an entry leaves open are
drawn from the world's seed, so the same world gives the same catalogue but for keys.
An entry that is there already is left as it is: made again it would have another certificate.
Not here: what an entry says (`entry`), what must come of it (`rehearsal`).
Called by the command line and by tests of software that meets the card.
"""

import tempfile
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from cardsim.mynumber import CardImage
from cardsim.world import cards
from cardsim.world.authorities import Authorities
from cardsim.world.cards import CardEntry, CardKind
from cardsim.world.catalogue.entry import Entry, HolderSpec, IssueDay
from cardsim.world.catalogue.reading import CatalogueError
from cardsim.world.catalogue.spending import SecretMissingError, spend_tries
from cardsim.world.citizens import Citizen, invent_address, invent_surname, years_before
from cardsim.world.defects import DefectError, spoil
from cardsim.world.desk import Desk
from cardsim.world.draw import Draw
from cardsim.world.errors import OrderRefusedError
from cardsim.world.issuing import CardOrder
from cardsim.world.nights import night_of
from cardsim.world.world import World
from jpki.ca.errors import (
    CaError,
    NoUsableKeyError,
    RequestRefusedError,
    RevocationRefusedError,
)
from jpki.numbers import my_number
from jpki.people import (
    FEMALE,
    MALE,
    NAME_SEPARATOR,
    AttributeFormatError,
    BirthDate,
    Gender,
    Person,
    SubstitutedText,
)
from jpki.profiles.kinds import Kind
from jpki.profiles.lists import FULL_LIST
from jpki.profiles.municipalities import Municipality, municipalities, municipality
from jpki.profiles.validity import JST, japanese_date

_GIVEN_NAMES = {MALE: "一郎", FEMALE: "花代"}
_GIVEN_NAME = "薫"
_RECENT_DAYS = (4, 40)
_AGES = (20, 70)
_OF_THAT_AGE_SINCE = timedelta(days=60)
"""Longer than `_RECENT_DAYS`: whoever is 15 now was 15 when the card was issued."""
_PAYLOAD_DIGITS = 11
_IMPOSTOR_AGE = timedelta(days=400)
_IMPOSTOR_FIRST_SERIAL = 0x0700_0000
_NOON = time(12, tzinfo=JST)

_ENTRY_ERRORS = (
    CatalogueError,
    DefectError,
    NoUsableKeyError,
    OrderRefusedError,
    RequestRefusedError,
    RevocationRefusedError,
    SecretMissingError,
)
"""What is wrong with an entry, not with the world; said with its number."""

Progress = Callable[[Entry, CardEntry], None]


def make(
    world: World, entries: Iterable[Entry], *, progress: Progress | None = None
) -> list[CardEntry]:
    """Make the cards of these entries, in order, and publish the lists that know of them.

    Those a world has already are left alone; where none is missing, such lists come out as are of
    another day or do not name all there is: a call before may have been killed, or could not
    publish. `progress` is called after each. Raises
    `CatalogueError` for an entry that cannot be made, with all before it made and on the lists,
    and what issuing and publishing raise. For entries with `same_as`, the entry they name must be
    there or come before.
    """
    present = {entry.name for entry in world.cards()}
    missing = [entry for entry in entries if entry.name not in present]
    made: list[CardEntry] = []
    try:
        if missing:
            _make(world, missing, made, progress)
    except CatalogueError as wrong:
        try:
            _publish(world, anew=bool(made))
        except (CaError, OSError) as error:
            raise CatalogueError(f"{wrong}; and not every list is out: {error}") from error
        raise
    _publish(world, anew=bool(made))
    return made


def _publish(world: World, *, anew: bool) -> None:
    """Publish all lists, or those that are of another day or do not name all there is."""
    now = world.clock.now()
    since = None if anew else now - FULL_LIST.interval
    world.authorities.publish(moment=now, since=since, clock=world.clock.now)


def _make(
    world: World, missing: Sequence[Entry], made: list[CardEntry], progress: Progress | None
) -> None:
    """Make the cards of entries; `made` is filled as they come."""
    with ExitStack() as stack:
        desk = stack.enter_context(world.desk(keys=sum(map(keys_of, missing))))
        people = _people(world.citizens, missing, desk)
        desk.add_citizens(people.values())
        counter = _Counter(desk, {**world.citizens, **people}, stack)
        for entry in missing:
            try:
                made.append(counter.issue(entry))
            except _ENTRY_ERRORS as error:
                raise CatalogueError(f"{entry.number}: {error}") from error
            if progress is not None:
                progress(entry, made[-1])


def keys_of(entry: Entry) -> int:
    """How many RSA keys an entry takes."""
    card = entry.card
    if card.kind is not CardKind.MY_NUMBER:
        return 0
    of_the_defect = 0 if card.defect is None else card.defect.keys
    return len(card.certificates) + of_the_defect + (len(Kind) if card.impostor else 0)


@dataclass(frozen=True, slots=True)
class _Counter:
    """The desk, who has come to it, and the impostors' authorities once they are needed."""

    desk: Desk
    people: dict[str, Citizen]
    stack: ExitStack
    _impostors: list[Authorities] = field(default_factory=list)

    def issue(self, entry: Entry) -> CardEntry:
        """Make one card and let happen to it what did."""
        citizen = self.people[entry.citizen]
        today = japanese_date(self.desk.now)
        spec = entry.card
        if spec.kind is not CardKind.MY_NUMBER:
            return self.desk.add_odd_card(
                spec.kind,
                citizen,
                expires=today + timedelta(days=365),
                faults=tuple(map(str, spec.faults)),
            )
        applied, moment = self._dates(entry)
        order = CardOrder(
            citizen,
            entry.name,
            moment=moment,
            applied=applied,
            token=spec.token,
            atr=spec.atr,
            kinds=spec.certificates,
            ends=None if spec.ends_in_days is None else today + timedelta(days=spec.ends_in_days),
            faults=tuple(map(str, spec.faults)),
            renews=self._renewed(entry, moment) if spec.renews else {},
            licence=spec.licence,
            long_form=spec.long_form,
            older=spec.older,
            change=self._change(entry),
            use=(lambda place: spend_tries(place, spec.tries_left)) if spec.tries_left else None,
        )
        card = self.desk.issue(
            order if spec.pins else order.without_pins(),
            by=self._impostor() if spec.impostor else None,
        )
        for event in entry.revoked:
            if event.kind not in card.serials:
                raise CatalogueError(f"there is no {event.kind.value} certificate to revoke")
            self.desk.authorities[event.kind].revoke(
                card.serials[event.kind],
                event.reason,
                moment=max(moment, self.desk.now - timedelta(days=event.days_ago)),
            )
        return card

    def _dates(self, entry: Entry) -> tuple[datetime, datetime]:
        """Give the moment of the application, and that of the certificates the night after."""
        draw, label = self.desk.draw, f"{entry.number}/applied"
        day = self._day(entry.card.issued, draw, label)
        applied = datetime.combine(day - timedelta(days=1), _NOON).astimezone(UTC)
        return applied, night_of(draw, label, day)

    def _day(self, issued: IssueDay, draw: Draw, label: str) -> date:
        today = japanese_date(self.desk.now)
        if issued.generation is not None:
            generations = self.desk.authorities[Kind.AUTH].generations
            if issued.generation > len(generations):
                raise CatalogueError(
                    f"the authorities have {len(generations)} generations, not {issued.generation}"
                )
            begins = generations[issued.generation - 1].not_before
            return japanese_date(begins) + timedelta(days=issued.day)
        if issued.days_ahead is not None:
            return today + timedelta(days=issued.days_ahead)
        return today - timedelta(days=issued.days_ago or draw.integer(label, *_RECENT_DAYS))

    def _renewed(self, entry: Entry, moment: datetime) -> dict[Kind, int]:
        """Give what the holder's newest card carries, for the new one to supersede."""
        own = [
            card
            for name in cards.card_names(self.desk.paths.cards)
            if (card := cards.read_card(self.desk.paths.cards, name)).holder == entry.citizen
        ]
        if not own:
            raise CatalogueError(f"{entry.citizen} has no card to renew")
        newest = max(own, key=lambda card: card.issued)
        if newest.issued >= moment:
            raise CatalogueError(f"{newest.name} is newer than its renewal")
        missing = [kind.value for kind in entry.card.certificates if kind not in newest.serials]
        if missing:
            raise CatalogueError(f"{newest.name} has no {' and no '.join(missing)} certificate")
        return {kind: newest.serials[kind] for kind in entry.card.certificates}

    def _change(self, entry: Entry) -> Callable[[CardImage], CardImage] | None:
        defect = entry.card.defect
        if defect is None:
            return None
        return lambda image: spoil(image, defect, self.desk.keys)

    def _impostor(self) -> Authorities:
        """Found authorities under the world's names with keys of their own, nowhere that stays."""
        if not self._impostors:
            place = Path(self.stack.enter_context(tempfile.TemporaryDirectory()))
            authorities = Authorities.found(
                place / "ca",
                keys={kind: self.desk.keys.take() for kind in Kind},
                moment=self.desk.now - _IMPOSTOR_AGE,
                naming=self.desk.authorities[Kind.AUTH].naming,
                first_serials=dict.fromkeys(Kind, _IMPOSTOR_FIRST_SERIAL),
            )
            self._impostors.append(self.stack.enter_context(authorities))
        return self._impostors[0]


def _people(known: Iterable[str], entries: Iterable[Entry], desk: Desk) -> dict[str, Citizen]:
    """Give everybody who moves in; who shares an entry's holder is there or moves in before."""
    people: dict[str, Citizen] = {}
    for entry in entries:
        if entry.holder.same_as is None:
            people[entry.citizen] = _citizen(entry, desk.draw, japanese_date(desk.now))
        elif entry.citizen not in people and entry.citizen not in known:
            raise CatalogueError(f"{entry.number} needs {entry.holder.same_as}; make that as well")
    return people


def _citizen(entry: Entry, draw: Draw, today: date) -> Citizen:
    """Give the holder; what the entry leaves open is drawn."""
    spec, label = entry.holder, entry.number
    place = _place(spec, draw, label)
    gender = Gender(spec.gender or draw.one_of(f"{label}/gender", (MALE.value, FEMALE.value)))
    name = (
        spec.name
        or f"{invent_surname(draw, label)}{NAME_SEPARATOR}{_GIVEN_NAMES.get(gender, _GIVEN_NAME)}"
    )
    address = spec.address or invent_address(draw, label, place)
    try:
        person = Person(
            name=_substituted(name, spec.name_flags),
            address=_substituted(address, spec.address_flags),
            birth_date=_birth_date(spec, draw, label, today),
            gender=gender,
        )
    except (AttributeFormatError, ValueError) as error:
        raise CatalogueError(f"{entry.number} holder: {error}") from None
    return Citizen(
        entry.citizen,
        person,
        place,
        my_number(draw.digits(f"{label}/my number", _PAYLOAD_DIGITS), valid=spec.valid_number),
        face_name=spec.face_name,
        face_address=spec.face_address,
        is_foreign=spec.foreign,
    )


def _place(spec: HolderSpec, draw: Draw, label: str) -> Municipality:
    if spec.municipality is None:
        return draw.one_of(f"{label}/municipality", list(municipalities().values()))
    try:
        return municipality(spec.municipality)
    except KeyError:
        known = ", ".join(municipalities())
        raise CatalogueError(
            f"{label} holder.municipality: {spec.municipality} is not in the table: {known}"
        ) from None


def _substituted(text: str, flags: str | None) -> SubstitutedText:
    return SubstitutedText(text) if flags is None else SubstitutedText.parse(text, flags)


def _birth_date(spec: HolderSpec, draw: Draw, label: str, today: date) -> BirthDate:
    if spec.born is not None:
        if spec.born.isdigit():
            return BirthDate.parse(spec.born)
        return BirthDate.of(date.fromisoformat(spec.born))
    age = draw.integer(f"{label}/age", *_AGES) if spec.age is None else spec.age
    first = years_before(today, age + 1) + timedelta(days=1)
    last = years_before(today, age) - _OF_THAT_AGE_SINCE
    return BirthDate.of(draw.day(f"{label}/birth date", first, last))
