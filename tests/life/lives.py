"""An authority, a register and cards that exist on paper only, for the rules alone.

Not here: what is expected of them.
"""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from cardsim.world.cards import CardStanding
from cardsim.world.issuing import BIRTHDAYS_OF_ADULTS_CARD, BIRTHDAYS_OF_MINORS_CARD
from cardsim.world.life import effects as do
from cardsim.world.life.conditions import EventRefusedError
from cardsim.world.life.events import Event, EventKind
from cardsim.world.life.lives import Application, Certificate, Life, Token
from cardsim.world.life.residents import Attributes, Resident
from cardsim.world.life.rules import decide, settle
from jpki.people import FEMALE, BirthDate
from jpki.profiles.kinds import Kind
from jpki.profiles.reasons import RevocationReason
from jpki.profiles.validity import (
    end_entity_end,
    end_of_day,
    japanese_date,
    nth_birthday_after,
)

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
DAY = timedelta(days=1)
ADULT = date(1990, 6, 15)


def attributes(**changes) -> Attributes:
    """Give what is said at a birth; give what shall differ."""
    values = {
        "name": "模擬　花子",
        "kana": "モギ　ハナコ",
        "address": "架空町１番２号",
        "municipality": "13221",
        "birth_date": BirthDate.of(ADULT),
        "gender": FEMALE,
    }
    return Attributes(**(values | changes))


def resident(**changes) -> Resident:
    """Give somebody in the register."""
    return Resident.born(attributes(**changes))


def event(kind: EventKind, **changes) -> Event:
    """Give an event that happens to hanako."""
    return Event(kind=kind, who="hanako", **changes)


@dataclass
class Paper:
    """One person, kept on paper. It does what the steps say, and complains of what cannot be."""

    life: Life = field(default_factory=lambda: Life("hanako"))
    number: int = 0
    serial: int = 100
    shown: dict[int, tuple] = field(default_factory=dict)
    """What each signing certificate says of its holder, by serial number."""
    auth_end: dict[int, datetime | None] = field(default_factory=dict)
    """The end of the certificate for logging in beside it when it was issued."""
    card_end: dict[int, date] = field(default_factory=dict)
    age: dict[int, int | None] = field(default_factory=dict)
    renewed: dict[int, int] = field(default_factory=dict)
    asked: dict[int, tuple[int, str]] = field(default_factory=dict)
    """The application each certificate came of, and the card it was for."""
    told: list[tuple[do.Issue, set[Kind]]] = field(default_factory=list)
    """What was decided to be issued, and the kinds that were."""

    def happen(self, what: Event, moment: datetime) -> tuple[do.Effect, ...]:
        """Let an event happen; raises `EventRefusedError`."""
        steps = decide(self.life, what, moment)
        self.number += 1
        for step in steps:
            self._do(step, moment)
        self.life = replace(self.life, last=moment)
        return steps

    def night(self, moment: datetime) -> list[str]:
        """Settle what was applied for; give why something was not issued."""
        lapsed = []
        for asked in self.life.applications:
            try:
                self._issue(settle(self.life, asked, moment), moment)
            except EventRefusedError as refused:
                lapsed.append(str(refused))
        self.life = replace(self.life, applications=(), last=moment)
        return lapsed

    def _do(self, step: do.Effect, moment: datetime) -> None:
        match step:
            case do.Enter(resident=entry):
                self.life = replace(self.life, resident=entry)
            case do.Revoke():
                self._revoke(step, moment)
            case do.Stand(card, standing):
                self._token(card, standing=standing)
            case do.SetPins(card):
                self._token(card, without_pins=False)
            case do.ClearPins(card):
                self._token(card, without_pins=True)
            case do.Apply(card, kinds, new_card):
                asked = Application(self.number, card, kinds, new_card, moment)
                self.life = replace(self.life, applications=(*self.life.applications, asked))
            case do.Lapse(number, _, kinds):
                self._lapse(number, kinds or tuple(Kind))

    def _lapse(self, number: int, kinds: tuple[Kind, ...]) -> None:
        rest = (
            replace(each, kinds=tuple(k for k in each.kinds if k not in kinds))
            if each.number == number
            else each
            for each in self.life.applications
        )
        self.life = replace(self.life, applications=tuple(each for each in rest if each.kinds))

    def _revoke(self, step: do.Revoke, moment: datetime) -> None:
        [found] = [c for c in self.life.of_kind(step.kind) if c.serial == step.serial]
        if found.reason not in {None, RevocationReason.CERTIFICATE_HOLD}:
            raise AssertionError(f"{step.serial} is revoked already")
        if not found.not_before <= moment <= found.not_after:
            raise AssertionError(f"{step.serial} does not hold")
        self._certificate(found, reason=step.reason)

    def _issue(self, step: do.Issue, moment: datetime) -> None:
        today = japanese_date(moment)
        person = self.life.resident
        issued = set()
        born = person.certified.birth_date
        if step.new_card:
            adult = (person.age_on(today) or 0) >= 18
            count = BIRTHDAYS_OF_ADULTS_CARD if adult else BIRTHDAYS_OF_MINORS_CARD
            ends = nth_birthday_after(today, count, month=born.month or 1, day=born.day or 1)
            token = Token(step.card, CardStanding.MADE, ends)
            self.life = replace(self.life, tokens=(*self.life.tokens, token))
        ends = self.life.token(step.card).expires
        caps = (ends,)
        for kind in (k for k in (Kind.AUTH, Kind.SIGN) if k in step.kinds):
            if kind is Kind.SIGN and person.age_on(today) in {None, *range(15)}:
                # The authority's own rule; a corrected birth date comes in between.
                continue
            old = dict(step.renews).get(kind)
            auth = self.life.on(step.card, Kind.AUTH)
            if kind is Kind.SIGN:
                caps = (ends, auth.ends)
            previous = next((c for c in self.life.of_kind(kind) if c.serial == old), None)
            last = end_entity_end(
                today,
                applied=japanese_date(datetime.fromisoformat(step.applied)),
                birth_month=born.month,
                birth_day=born.day,
                previous_end=previous.ends if previous else None,
                caps=caps,
            )
            self.serial += 1
            self._new(kind, step.card, moment, end_of_day(last), old)
            self.asked[self.serial] = (step.application, step.card)
            issued.add(kind)
        self.told.append((step, issued))

    def _new(self, kind, card, moment, not_after, old) -> None:
        before = self.life.on(card, kind)
        if before is not None:
            self._certificate(before, card=None)
        if old is not None:
            self.renewed[old] = self.serial
            [renewed] = [c for c in self.life.of_kind(kind) if c.serial == old]
            if renewed.is_good(moment):
                self._certificate(renewed, reason=RevocationReason.SUPERSEDED)
        new = Certificate(kind, self.serial, moment, not_after, None, card)
        if kind is Kind.SIGN:
            auth = self.life.on(card, Kind.AUTH)
            person = self.life.resident
            self.shown[self.serial] = said(person)
            self.auth_end[self.serial] = auth.not_after if auth.is_good(moment) else None
            self.card_end[self.serial] = self.life.token(card).expires
            self.age[self.serial] = person.age_on(japanese_date(moment))
        self.life = replace(self.life, certificates=(*self.life.certificates, new))

    def _certificate(self, which: Certificate, **changes) -> None:
        self.life = replace(
            self.life,
            certificates=tuple(
                replace(c, **changes) if (c.kind, c.serial) == (which.kind, which.serial) else c
                for c in self.life.certificates
            ),
        )

    def _token(self, name: str, **changes) -> None:
        tokens = (replace(t, **changes) if t.name == name else t for t in self.life.tokens)
        self.life = replace(self.life, tokens=tuple(tokens))


def said(person: Resident) -> tuple:
    """Give what a certificate says of somebody, to compare it by."""
    return (person.name, person.address, person.certified)


def holder(card: str = "hanako", born: date = ADULT) -> Paper:
    """Give an adult (or who was born then) with a card in use since yesterday."""
    paper = Paper()
    begin = NOW - 4 * DAY
    given = attributes(birth_date=BirthDate.of(born))
    paper.happen(event(EventKind.BIRTH, attributes=given), begin)
    paper.happen(event(EventKind.CARD, card=card), begin)
    paper.night(begin + DAY)
    paper.happen(event(EventKind.HANDOVER), begin + 2 * DAY)
    return paper
