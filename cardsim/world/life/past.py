"""What happened to a resident of a synthetic country before anything was written of them.

What it is: fate as events. What was drawn of somebody, and the certificates the register has, told
as issue, hand-over and what ended them, each decided by `rules` as any event is; and how they
stand after it. The same seed and the same register tell the same.
What it is not: kept anywhere, or read from anywhere (`drawn`). Which event a reason of the register
came of is drawn where several have it.
PKI profile reference sections 2.1, 3.3. Called by `drawn` and tests.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from types import MappingProxyType
from typing import Any

from cardsim.world.cards import CardStanding
from cardsim.world.citizens import Citizen
from cardsim.world.issuing import card_expiry
from cardsim.world.life.effects import Effect, Enter, Issue, Rewrite, SetPins, Stand
from cardsim.world.life.events import Event, EventKind
from cardsim.world.life.journal import Entry
from cardsim.world.life.lives import Certificate, Life, Token
from cardsim.world.life.residents import Attributes, Resident
from cardsim.world.life.rules import decide
from cardsim.world.population import residents as population
from jpki.profiles.kinds import Kind
from jpki.profiles.reasons import RevocationReason
from jpki.profiles.validity import JST, japanese_date, whole_second
from jpki.sources import Grade, Source

PAST_SOURCE = Source(
    "ours: which event a reason came of, and in what proportion; who was superseded has a new card"
    " and wanted no certificates on it (発行を希望しない)",
    Grade.ASSUMED,
)
_CEASED = (
    (EventKind.DEATH, 50),
    (EventKind.STOP, 70),
    (EventKind.RETURN, 85),
    (EventKind.EMIGRATION, 100),
)
"""What ended the use of certificates: up to which of a hundred."""

_HANDED_OVER_AT = time(10, tzinfo=JST)


@dataclass(frozen=True, slots=True)
class PastCard:
    """One card: what text and face say (`shown`), and whether its PINs were ever set."""

    name: str
    issued: datetime
    shown: Resident = field(repr=False)
    carries: bool
    """Whether it has the certificates; the other one has none."""
    has_pins: bool = False


@dataclass(frozen=True, slots=True)
class Story:
    """Somebody's past: how they stand after it, their cards, and what happened.

    `citizen` is them as they were when their certificates came. The events have no number: no
    journal holds them.
    """

    life: Life
    citizen: Citizen
    cards: tuple[PastCard, ...]
    events: tuple[Entry, ...]


def story(
    drawn: population.Resident,
    country: population.Country,
    citizen: Citizen,
    certificates: Sequence[Certificate],
    lost_at: datetime | None,
) -> Story:
    """Tell somebody's past; `lost_at` is when their fate met them, None when it did not.

    `certificates` are those they were drawn with, as the register has them.
    """
    teller = _Teller(drawn, country, citizen, certificates)
    fate = None if lost_at is None else drawn.fate
    if fate is not RevocationReason.UNSPECIFIED:
        teller.hand_over(drawn.issued, before=lost_at or country.start)
    if lost_at is not None and fate is not None:
        _FATES[fate](teller, lost_at)
    return teller.told()


class _Teller:
    """Lets one thing after the other happen to somebody, on paper."""

    def __init__(
        self,
        drawn: population.Resident,
        country: population.Country,
        citizen: Citizen,
        certificates: Sequence[Certificate],
    ) -> None:
        self.drawn = drawn
        self._country = country
        self._citizen = citizen
        self._certificates = tuple(replace(each, card=citizen.name) for each in certificates)
        self._events: list[Entry] = []
        self._cards: dict[str, PastCard] = {}
        # Nothing had become of the certificates while it happened.
        good = tuple(replace(each, reason=None) for each in self._certificates)
        self._life = Life(citizen.name, resident=Resident.of(citizen), certificates=good)
        self._make_card(citizen.name, drawn.issued, carries=True)

    def told(self) -> Story:
        """Give what was told."""
        last = self._events[-1].moment
        life = replace(self._life, certificates=self._certificates, last=last)
        return Story(life, self._citizen, tuple(self._cards.values()), tuple(self._events))

    def hand_over(self, made: datetime, *, before: datetime) -> datetime:
        """Hand the card over in the morning after it was made, if there was time."""
        day = datetime.combine(japanese_date(made), _HANDED_OVER_AT).astimezone(UTC)
        wanted = day + timedelta(minutes=5 * self._country.of_hundred(self.drawn.number, "hour"))
        moment = wanted if made < wanted < before else whole_second(made + (before - made) / 2)
        self.happen(moment, EventKind.HANDOVER, card=self.drawn.holder)
        return moment

    def happen(
        self,
        moment: datetime,
        kind: EventKind,
        *,
        card: str | None = None,
        attributes: Attributes | None = None,
        every_certificate: bool = False,
    ) -> None:
        """Let an event happen, as the rules have it."""
        event = Event(
            kind=kind,
            who=self._life.who,
            card=card,
            attributes=attributes,
            kinds=self.drawn.kinds if every_certificate else (),
        )
        self._tell(moment, event, decide(self._life, event, moment))

    def move(self, moment: datetime) -> None:
        """Move to where nobody has lived yet."""
        where, address = self._country.moved_to(self.drawn.number)
        given = Attributes(address=address, municipality=where.code)
        self.happen(moment, EventKind.MOVE, attributes=given)

    def replace_card(self, moment: datetime) -> None:
        """Hand over another card, without certificates."""
        since = self._events[-1].moment
        name = f"{self._life.who}-2"
        self._make_card(name, whole_second(since + (moment - since) / 2), carries=False)
        self.happen(moment, EventKind.HANDOVER, card=name)

    def cease(self, moment: datetime) -> None:
        """Die, move abroad, give the card back, or want no more of the certificates."""
        lot = self._country.of_hundred(self.drawn.number, "ceased")
        kind = next(each for each, below in _CEASED if lot < below)
        self.happen(moment, kind, every_certificate=kind is EventKind.STOP)

    def _make_card(self, name: str, moment: datetime, *, carries: bool) -> None:
        expires = card_expiry(self._citizen, issued=japanese_date(moment))
        kinds = self.drawn.kinds if carries else ()
        shown = self._life.resident or Resident.of(self._citizen)
        self._cards[name] = PastCard(name, moment, shown, carries)
        token = Token(name, CardStanding.MADE, expires, has_sign_pin=False)
        self._life = replace(self._life, tokens=(*self._life.tokens, token))
        event = Event(kind=EventKind.ISSUE, who=self._life.who, card=name)
        issue = Issue(0, self._life.who, name, kinds, (), moment.isoformat(), True)
        self._tell(moment, event, (issue,))

    def _tell(self, moment: datetime, event: Event, effects: tuple[Effect, ...]) -> None:
        self._events.append(Entry(0, moment, event, effects, done=True))
        for effect in effects:
            match effect:
                case Enter(resident=entry):
                    self._life = replace(self._life, resident=entry)
                case Stand(card, standing):
                    self._token(card, standing=standing)
                case SetPins(card):
                    self._cards[card] = replace(self._cards[card], has_pins=True)
                    # As it is written: none for signing where there is nothing to sign with.
                    signs = self._cards[card].carries and Kind.SIGN in self.drawn.kinds
                    self._token(card, has_sign_pin=signs)
                case Rewrite(card) if self._life.resident is not None:
                    self._cards[card] = replace(self._cards[card], shown=self._life.resident)

    def _token(self, card: str, **changes: Any) -> None:
        tokens = (
            replace(each, **changes) if each.name == card else each for each in self._life.tokens
        )
        self._life = replace(self._life, tokens=tuple(tokens))


_FATES: Mapping[RevocationReason, Callable[[_Teller, datetime], None]] = MappingProxyType(
    {
        RevocationReason.AFFILIATION_CHANGED: _Teller.move,
        RevocationReason.SUPERSEDED: _Teller.replace_card,
        RevocationReason.CESSATION_OF_OPERATION: _Teller.cease,
        RevocationReason.CERTIFICATE_HOLD: lambda teller, at: teller.happen(at, EventKind.LOSS),
        RevocationReason.UNSPECIFIED: lambda teller, at: teller.happen(at, EventKind.DISCARD),
        RevocationReason.KEY_COMPROMISE: lambda teller, at: teller.happen(
            at, EventKind.COMPROMISE, every_certificate=True
        ),
        # An authority's own doing: nothing happened to the holder.
        RevocationReason.CA_COMPROMISE: lambda _, __: None,
    }
)
"""What happened to those whose certificates were revoked with a reason."""
