"""Whatever happens to somebody, in whatever order: these hold of their certificates."""

from datetime import date, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from cardsim.world.cards import CardStanding
from cardsim.world.citizens import Residence
from cardsim.world.life.conditions import EventRefusedError
from cardsim.world.life.events import OF_A_CARD, EventKind
from cardsim.world.life.residents import Attributes
from cardsim.world.life.rules import decide
from jpki.people import BirthDate
from jpki.profiles.kinds import Kind
from jpki.profiles.reasons import RevocationReason
from tests.life.lives import ADULT, DAY, NOW, Paper, attributes, event, said

BIRTHS = st.sampled_from([ADULT, date(1950, 2, 28), date(2012, 2, 29), date(2023, 4, 1)])
SPANS = st.sampled_from([1, 2, 30, 80, 365])
CARD_EVENTS = st.sampled_from(sorted(OF_A_CARD, key=lambda kind: kind.value))
KINDS = st.sampled_from([(), (Kind.SIGN,), (Kind.AUTH,), (Kind.SIGN, Kind.AUTH)])
STOPS = {
    EventKind.STOP: None,
    EventKind.COMPROMISE: None,
    EventKind.LOSS: tuple(Kind),
    EventKind.RETURN: tuple(Kind),
    EventKind.PINLESS: (Kind.SIGN,),
}
"""What ends the use of certificates on a card, and of which kinds; None for those named."""
CHANGES_OF_MIND = st.sampled_from(
    [*STOPS, EventKind.CORRECTION, EventKind.EMIGRATION, EventKind.NUMBER]
)
CHANGES = st.sampled_from(
    [
        (EventKind.MOVE, Attributes(address="架空町３番４号", municipality="14104")),
        (EventKind.MOVE, Attributes(address="架空町５番６号")),
        (EventKind.RENAME, Attributes(name="髙見　花子")),
        (EventKind.RENAME, Attributes(name="模擬　花子")),
        (EventKind.MARRIAGE, Attributes(name="例示　花子")),
        (EventKind.MARRIAGE, None),
        (EventKind.CORRECTION, Attributes(birth_date=BirthDate.of(date(1988, 1, 8)))),
        (EventKind.CORRECTION, Attributes(birth_date=BirthDate.of(date(2014, 5, 5)))),
        (EventKind.CORRECTION, Attributes(kana="モハン　ハナコ")),
    ]
)
ENDS = st.sampled_from(
    [EventKind.EMIGRATION_WITH_CARD, EventKind.NUMBER, EventKind.EMIGRATION, EventKind.DEATH]
)


class Lives(RuleBasedStateMachine):
    """One person, the clock, and everything that can be asked for."""

    def __init__(self):
        super().__init__()
        self.paper = Paper()
        self.now = NOW
        self.held = set()
        self.cards = 0
        self.stopped = []
        self.left = False

    @initialize(born=BIRTHS)
    def birth(self, born):
        given = attributes(birth_date=BirthDate.of(born))
        self.paper.happen(event(EventKind.BIRTH, attributes=given), self.now)
        self.try_to(event(EventKind.CARD, card="first"))
        self.pass_time(1)
        self.try_to(event(EventKind.HANDOVER))

    def try_to(self, what) -> bool:
        before = self.paper.life
        try:
            self.paper.happen(what, self.now)
        except EventRefusedError:
            assert self.paper.life == before
            return False
        if what.kind in {EventKind.EMIGRATION, EventKind.MOVE}:
            self.left = what.kind is EventKind.EMIGRATION
        if what.kind in STOPS:
            there = {CardStanding.IN_USE, CardStanding.SUSPENDED}
            card = what.card or next(t.name for t in before.tokens if t.standing in there)
            kinds = STOPS[what.kind] or what.kinds
            self.stopped += [(self.paper.number, self.paper.serial, card, k) for k in kinds]
        return True

    @rule(days=SPANS)
    def pass_time(self, days):
        self.paper.night(self.now + timedelta(hours=14))
        self.now += days * DAY

    @rule(kind=CARD_EVENTS, kinds=KINDS, which=st.integers(0, 3))
    def happen_to_a_card(self, kind, kinds, which):
        tokens = self.paper.life.tokens
        card = tokens[which].name if which < len(tokens) else None
        if kind is EventKind.CARD:
            self.cards += 1
            card = f"card-{self.cards}"
        self.try_to(event(kind, card=card, kinds=kinds))

    @rule(change=CHANGES)
    def change(self, change):
        kind, given = change
        auth = good(self.paper, Kind.AUTH, self.now)

        self.try_to(event(kind, attributes=given))

        assert good(self.paper, Kind.AUTH, self.now) == auth

    @rule(kind=ENDS, luck=st.integers(0, 40))
    def end(self, kind, luck):
        # Not too soon, or most lives would be short.
        if luck in {17, 23}:
            self.try_to(event(kind))

    @rule()
    def get_new_certificates(self):
        """For what is not good."""
        if self.try_to(event(EventKind.CERTIFY)):
            self.pass_time(1)

    @rule()
    def get_a_new_card(self):
        """Back from abroad first, where that is so."""
        if self.paper.life.resident.residence is Residence.ABROAD:
            self.try_to(event(EventKind.MOVE, attributes=Attributes(address="架空町７番８号")))
        self.ask_for_a_card()
        self.pass_time(1)
        self.try_to(event(EventKind.HANDOVER))

    def ask_for_a_card(self) -> bool:
        self.cards += 1
        return self.try_to(event(EventKind.CARD, card=f"card-{self.cards}"))

    @rule(new_card=st.booleans(), then=CHANGES_OF_MIND, kinds=KINDS)
    def think_again_before_the_night(self, new_card, then, kinds):
        """Something comes between an application and its night, and is put right by day."""
        old = Attributes(birth_date=BirthDate.of(date(1988, 1, 8)))
        self.try_to(event(EventKind.CORRECTION, attributes=old))
        if new_card:
            asked = self.ask_for_a_card()
        else:
            self.try_to(event(EventKind.STOP, kinds=(Kind.SIGN, Kind.AUTH)))
            asked = self.try_to(event(EventKind.CERTIFY))
        if asked:
            young = Attributes(birth_date=BirthDate.of(date(2014, 5, 5)))
            self.try_to(event(then, attributes=young, kinds=kinds))
            self.try_to(event(EventKind.FINDING))
            self.pass_time(1)
            if then is EventKind.EMIGRATION:
                self.ask_for_a_card()
                self.pass_time(1)
            self.try_to(event(EventKind.HANDOVER))

    @rule(waits=st.booleans())
    def renew_when_the_time_has_come(self, waits):
        """Chance alone would hardly ever meet the three months."""
        ends = [c.not_after for c in self.paper.life.certificates if c.is_good(self.now)]
        if ends and not self.paper.life.applications:
            self.paper.night(self.now + timedelta(hours=14))
            self.now = max(self.now + DAY, min(ends) - 40 * DAY)
            self.try_to(event(EventKind.RENEWAL))
            if not waits:
                self.pass_time(1)

    @rule()
    def come_late(self):
        """As well for what has ended."""
        ends = [c.not_after for c in self.paper.life.certificates if c.is_good(self.now)]
        if ends and not self.paper.life.applications:
            self.now = max(ends) + DAY
            self.try_to(event(EventKind.LATE_RENEWAL))
            self.pass_time(1)

    @invariant()
    def nothing_happens_before_what_has_happened(self):
        before = self.paper.life
        if before.last is not None:
            with pytest.raises(EventRefusedError, match="before it"):
                decide(before, event(EventKind.DEATH), before.last - timedelta(seconds=1))

    @invariant()
    def one_signing_certificate_is_good_on_a_card(self):
        cards = [c.card for c in self.paper.life.of_kind(Kind.SIGN) if c.is_good(self.now)]
        assert len(cards) == len(set(cards))

    @invariant()
    def a_good_signing_certificate_says_what_the_register_says(self):
        person = self.paper.life.resident
        said_now = [self.paper.shown[s] for s in good(self.paper, Kind.SIGN, self.now)]
        assert all(each == said(person) for each in said_now)

    @invariant()
    def what_was_held_is_never_good_again(self):
        for each in self.paper.life.certificates:
            if each.reason is RevocationReason.CERTIFICATE_HOLD:
                self.held.add((each.kind, each.serial))
        good_now = {(c.kind, c.serial) for c in self.paper.life.certificates if c.reason is None}
        assert not self.held & good_now

    @invariant()
    def nothing_is_good_after_death(self):
        person = self.paper.life.resident
        if person is not None and person.residence is Residence.DEAD:
            assert not any(c.is_good(self.now) for c in self.paper.life.certificates)

    @invariant()
    def nothing_signs_on_a_card_without_pins(self):
        bare = {token.name for token in self.paper.life.tokens if token.without_pins}
        signing = self.paper.life.of_kind(Kind.SIGN)
        assert not any(c.card in bare for c in signing if c.is_good(self.now))

    @invariant()
    def nothing_is_good_abroad_without_a_card_that_was_kept(self):
        if self.left:
            assert not any(c.is_good(self.now) for c in self.paper.life.certificates)

    @invariant()
    def whose_use_was_ended_has_none_until_asking_again(self):
        for number, serial, card, kind in self.stopped:
            new = [c.serial for c in self.paper.life.of_kind(kind) if c.serial > serial]
            asked = [self.paper.asked[each] for each in new]
            assert all(application > number for application, place in asked if place == card)

    @invariant()
    def what_is_said_to_be_issued_is(self):
        assert all(set(step.kinds) == issued for step, issued in self.paper.told)

    @invariant()
    def a_signing_certificate_ends_with_card_and_the_other_one_at_the_latest(self):
        for each in self.paper.life.of_kind(Kind.SIGN):
            assert each.ends <= self.paper.card_end[each.serial]
            assert self.paper.auth_end[each.serial] is not None
            assert each.not_after <= self.paper.auth_end[each.serial]

    @invariant()
    def nobody_under_15_was_given_a_signing_certificate(self):
        assert all(age is not None and age >= 15 for age in self.paper.age.values())

    @invariant()
    def whatever_is_superseded_has_a_successor(self):
        for kind in Kind:
            row = sorted(c.serial for c in self.paper.life.of_kind(kind))
            for each in self.paper.life.of_kind(kind):
                if each.reason is RevocationReason.SUPERSEDED:
                    assert each.serial < row[-1]

    @invariant()
    def renewals_form_chains(self):
        renewing = list(self.paper.renewed.values())
        assert len(set(renewing)) == len(renewing)
        assert all(old < new for old, new in self.paper.renewed.items())


def good(paper, kind, moment):
    """Give the serial numbers of what is good, of one kind."""
    return [c.serial for c in paper.life.of_kind(kind) if c.is_good(moment)]


Lives.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestLives = Lives.TestCase


@pytest.mark.soak
@pytest.mark.timeout(900)
class TestManyLives(Lives.TestCase):
    """The same, for longer."""

    settings = settings(max_examples=1_500, stateful_step_count=60, deadline=None)
