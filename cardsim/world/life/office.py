"""The office (窓口) of a world: what happens is put on record here, and its steps are done.

What it is: the one way in. It first finishes what a killed process left, then lets everything
happen that came due, then the event that was asked for. An event is in the journal before its
first step.
What it is not: a rule (`rules`), a step (`applying`) or a clock: moments come in.
Called by `cardsim.world.world` and, through it, the command line.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from cardsim.world.cards import card_names
from cardsim.world.certifying import REFUSALS
from cardsim.world.citizens import Citizen, check_name
from cardsim.world.desk import Desk
from cardsim.world.errors import NameTakenError
from cardsim.world.life.applying import CHOSEN_PINS, Applier
from cardsim.world.life.conditions import EventRefusedError, may_have_card, not_in_register
from cardsim.world.life.drawn import DrawnPeople
from cardsim.world.life.due import Due, all_due, ends_a_card
from cardsim.world.life.effects import (
    AddGeneration,
    Effect,
    Lapse,
    Publish,
    SetPins,
    SetSignPin,
    WriteDown,
)
from cardsim.world.life.events import OF_NOBODY, Event, EventKind
from cardsim.world.life.journal import Entry, Journal, cards_on_their_way, lived_until
from cardsim.world.life.lives import Life
from cardsim.world.life.pending import Pending
from cardsim.world.life.rules import decide, settle
from cardsim.world.life.view import View
from jpki.ca.errors import NotPublishedError
from jpki.card.layout import PinKind
from jpki.profiles.kinds import Kind
from jpki.profiles.validity import JST

USUAL_PINS: Mapping[PinKind, str] = {
    PinKind.SIGN: "ABC123",
    PinKind.AUTH: "1234",
    PinKind.TEXT: "1234",
    PinKind.JUKI: "1234",
}
"""As testers in this field know them (docs/decisions.md 7)."""


class Office:
    """An office that is open: the world's issuing lock is held meanwhile."""

    def __init__(self, desk: Desk, *, started: datetime) -> None:
        """Open it, and finish what a killed process left. `started` is the world's."""
        self._desk = desk
        self._started = started
        self._pending = Pending(desk.paths.pending)
        self._journal = Journal(desk.paths.life)
        self._drawn = DrawnPeople(desk.paths, desk.authorities, desk.draw, started=started)
        self._applier = Applier(desk, self._pending, self._drawn)
        left = self._journal.unfinished()
        self._pending.sweep(entry.number for entry in left)
        for entry in left:
            self._finish(entry)

    @property
    def now(self) -> datetime:
        """The world's time since it was opened."""
        return self._desk.now

    def life(self, who: str) -> Life:
        """Give how somebody stands now."""
        return self._view().life(who)

    def write_down(self, who: str) -> None:
        """Write down a resident of a synthetic country with their cards, unless they are.

        As they stand now, or when the world has lived until, should its clock have been set back
        since: what came due by then comes due no second time.
        """
        moment = max(self._desk.now, lived_until(self._journal.entries(), self._started))
        self._drawn.write_down(self._desk, who, moment=moment)

    def catch_up(self) -> list[Entry]:
        """Let everything happen that came due by now, in the order of its time."""
        return list(self._passing())

    def happen(self, event: Event, pins: Mapping[PinKind, str] | None = None) -> Entry:
        """Let something happen now, after all that came due before.

        `pins` are those to be set, where the event sets any. Raises `EventRefusedError`, before
        anything was changed, `PinFormatError`, and what a step raises: the event stands then, and
        its steps are done the next time the office opens.
        """
        self.catch_up()
        now = self._desk.now
        entries = self._journal.entries()
        if entries and now < entries[-1].moment:
            last = entries[-1].moment.astimezone(JST)
            raise EventRefusedError(
                "time", f"this world has lived until {last:%Y-%m-%d %H:%M} JST: set the clock on"
            )
        event = self._complete(event)
        effects = self._decide(event, now)
        number = len(entries) + 1
        if any(isinstance(effect, SetPins | SetSignPin) for effect in effects):
            self._pending.keep_pins(number, checked_pins(pins or {}))
        return self._do(number, now, event, effects)

    def _decide(self, event: Event, now: datetime) -> tuple[Effect, ...]:
        if event.kind is EventKind.AUTHORITIES:
            return tuple(
                AddGeneration(kind, len(self._desk.authorities[kind].generations) + 1)
                for kind in Kind
            )
        if event.kind in OF_NOBODY:
            raise EventRefusedError("clock", f"{event.kind.value} comes with the clock alone")
        view = self._view()
        drawn = view.drawn_life(event.who)
        if drawn is None:
            return decide(view.life(event.who), event, now)
        # Written down and changed by one event, whole or not at all.
        steps = (WriteDown(event.who), *decide(drawn, event, now))
        self._drawn.require_keys()
        return steps

    def holder_of_further_card(self, who: str) -> Citizen:
        """Give the entry of somebody in the register who may have one more card.

        Raises `EventRefusedError` for the dead, and for who is abroad and kept no card.
        """
        view = self._view()
        life = view.life(who)
        if life.resident is None:
            raise not_in_register(who)
        may_have_card(life, life.resident)
        return view.people[who]

    def free_card_name(self, who: str, name: str | None) -> str:
        """Give a new card of somebody its name: the one asked for, or NAME-2 and so on.

        Raises `NameTakenError`, also for that of a card which only comes in the night.
        """
        view = self._view()
        drawn = view.drawn_life(who)
        theirs = () if drawn is None else [token.name for token in drawn.tokens]
        kept = [*theirs, *cards_on_their_way(view.entries)]
        return self._desk.free_name(who, name, view.people, kept=kept)

    def _complete(self, event: Event) -> Event:
        """Check a new name, and give a new card one; raises `NameTakenError`."""
        if event.kind is EventKind.BIRTH:
            check_name(event.who)
            entries = self._journal.entries()
            if event.who in {*card_names(self._desk.paths.cards), *cards_on_their_way(entries)}:
                raise NameTakenError(f"{event.who!r} is a card: a citizen needs another name")
        if event.kind is not EventKind.CARD:
            return event
        return replace(event, card=self.free_card_name(event.who, event.card))

    def _passing(self) -> Iterator[Entry]:
        """Do what is due, and look again after whatever changed something."""
        while all_of_it := self._due():
            number = len(self._journal.entries())
            for due in all_of_it:
                number += 1
                effects = self._effects_of(due)
                yield self._do(number, due.moment, due.event, effects)
                if effects:
                    break

    def _due(self) -> list[Due]:
        view = self._view()
        since = lived_until(view.entries, self._started)
        return all_due(view, self._desk.draw, since=since, until=self._desk.now)

    def _effects_of(self, due: Due) -> tuple[Effect, ...]:
        if due.event.kind is EventKind.NIGHT:
            return (Publish(),)
        if due.event.kind is not EventKind.ISSUE:
            return ends_a_card(due.event)
        life = self._view().life(due.event.who)
        [asked] = [each for each in life.applications if each.number == due.event.application]
        try:
            return (settle(life, asked, due.moment),)
        except EventRefusedError as refused:
            return (Lapse(asked.number, str(refused)),)

    def _do(
        self, number: int, moment: datetime, event: Event, effects: tuple[Effect, ...]
    ) -> Entry:
        entry = self._journal.begin(number, moment, event, effects)
        return entry if entry.done else self._finish(entry)

    def _finish(self, entry: Entry) -> Entry:
        why = None
        try:
            self._applier.apply(entry)
        except (*REFUSALS, NotPublishedError, NameTakenError) as error:
            if entry.event.kind not in {EventKind.ISSUE, EventKind.NIGHT}:
                raise
            # Nobody waits for what cannot be issued or published, or has no place to come out in.
            why = str(error)
        except OSError as error:
            if entry.event.kind is not EventKind.NIGHT:
                raise
            # Life goes on: the lists are due until they are out.
            why = f"{error.filename}: {error.strerror or error}"
        finished = self._journal.finish(entry, why)
        self._pending.forget(entry.number)
        return finished

    def _view(self) -> View:
        entries = self._journal.entries()
        return View.of(self._desk.paths, self._desk.authorities, entries, self._drawn)


def checked_pins(pins: Mapping[PinKind, str]) -> dict[PinKind, str]:
    """Give all PINs of a counter, the usual ones where none is named; raises `PinFormatError`."""
    chosen = {kind: pins.get(kind, USUAL_PINS[kind]) for kind in CHOSEN_PINS}
    return {kind: kind.rule.encode(pin).decode("ascii") for kind, pin in chosen.items()}
