"""Random events in a real world, with its SQLite register, its cards and its published lists."""

import shutil
import tempfile
from datetime import date
from pathlib import Path

import pytest
from cryptography import x509
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from cardsim.mynumber import load_image
from cardsim.world import World
from cardsim.world.cards import CardStanding
from cardsim.world.citizens import resident_name
from cardsim.world.life import Attributes, EventKind, EventRefusedError
from cardsim.world.life.effects import Apply, Issue, Publish
from jpki.ca.records import CertificateState
from jpki.people import BirthDate
from jpki.profiles.kinds import Kind
from jpki.profiles.reasons import RevocationReason
from tests.life.conftest import Town

CHEAP = st.sampled_from(
    [
        EventKind.LOSS,
        EventKind.FINDING,
        EventKind.CERTIFY,
        EventKind.PIN_RESET,
        EventKind.PINLESS,
        EventKind.RETURN,
        EventKind.HANDOVER,
    ]
)
YOUNG = Attributes(birth_date=BirthDate.of(date(2015, 5, 5)))
MINDS = st.sampled_from(
    [
        (EventKind.STOP, {}),
        (EventKind.PINLESS, {}),
        (EventKind.LOSS, {}),
        (EventKind.EMIGRATION, {}),
        (EventKind.NUMBER, {}),
        (EventKind.CORRECTION, {"attributes": YOUNG}),
    ]
)
RESIDENTS = [resident_name(6), resident_name(3)]
"""Of eight in a synthetic country, drawn from seed 1: whom nothing befell, and who ceased."""


def machine(template: Path):
    """Give a machine over copies of a world."""

    class RandomTown(RuleBasedStateMachine):
        def __init__(self):
            super().__init__()
            self.directory = Path(tempfile.mkdtemp())
            self.world = World.open(shutil.copytree(template, self.directory / "world"))
            self.town = Town(self.world)
            self.last_night = None
            self.abroad = set()
            self.stopped = []

        def teardown(self):
            self.world.close()
            shutil.rmtree(self.directory)

        def try_to(self, kind, who, **what):
            try:
                self.town.happen(kind, who, **what)
            except EventRefusedError:
                return False
            if kind in {EventKind.EMIGRATION, EventKind.MOVE}:
                (self.abroad.add if kind is EventKind.EMIGRATION else self.abroad.discard)(who)
            return True

        @rule(kind=CHEAP, who=st.sampled_from(["hanako", "taro", *RESIDENTS]))
        def happen(self, kind, who):
            self.try_to(kind, who)

        @rule(house=st.integers(1, 9), who=st.sampled_from(["hanako", "jiro", *RESIDENTS]))
        def move(self, house, who):
            given = Attributes(address=f"架空町{house}番", municipality="13221")
            self.try_to(EventKind.MOVE, who, attributes=given)

        @rule(kind=st.sampled_from(list(Kind)))
        def compromise(self, kind):
            self.end_use(EventKind.COMPROMISE, (kind,))

        def end_use(self, kind, kinds):
            """End the use of Taro's certificates, and note which ones his card had then."""
            there = {CardStanding.IN_USE, CardStanding.SUSPENDED}
            cards = [c for c in self.world.cards() if c.holder == "taro" and c.standing in there]
            if self.try_to(kind, "taro", kinds=kinds):
                number = len(self.world.events())
                [card] = cards
                self.stopped += [(number, card.name, k, card.serials.get(k)) for k in kinds]

        @rule(new_card=st.booleans(), mind=MINDS)
        def think_again(self, new_card, mind):
            """Let something come between an application and its night."""
            self.end_use(EventKind.STOP, tuple(Kind))
            kind, what = mind
            if self.try_to(EventKind.CARD if new_card else EventKind.CERTIFY, "taro"):
                if kind is EventKind.STOP:
                    self.end_use(kind, tuple(Kind))
                else:
                    self.try_to(kind, "taro", **what)
                self.pass_time(24)
                self.try_to(EventKind.HANDOVER, "taro")

        @initialize(kind=st.sampled_from(list(Kind)), new_card=st.booleans())
        def begin_in_vain(self, kind, new_card):
            self.ask_in_vain(kind, new_card)

        @rule(kind=st.sampled_from(list(Kind)), new_card=st.booleans())
        def ask_in_vain(self, kind, new_card):
            """Let an authority refuse what was asked for, in the night."""
            self.end_use(EventKind.STOP, tuple(Kind))
            self.try_to(EventKind.CARD if new_card else EventKind.CERTIFY, "taro")
            self.town.lock_away(kind)
            self.pass_time(24)
            self.town.bring_back()

        @rule(hours=st.integers(2, 40))
        def pass_time(self, hours):
            passed = self.town.pass_time(hours=hours)
            nights = [e.moment for e in passed if Publish() in e.effects]
            self.last_night = max(nights, default=self.last_night)

        @invariant()
        def lists_of_the_night_name_what_is_revoked_and_nothing_else(self):
            if self.last_night is None:
                return
            for kind in Kind:
                assert self.named(kind) == {
                    record.serial
                    for record in self.world.published[kind].certificates()
                    if record.revocation and record.revocation.revoked_at <= self.last_night
                }

        def named(self, kind):
            newest = max(self.world.published.lists_directory.glob(f"{kind.value}-g*-full.crl"))
            return {e.serial_number for e in x509.load_der_x509_crl(newest.read_bytes())}

        @invariant()
        def a_card_carries_what_the_register_knows(self):
            for entry in self.world.cards():
                image = load_image(entry.directory)
                for kind, serial in entry.serials.items():
                    record = self.world.published[kind].certificate(serial)
                    assert getattr(image, kind.value).certificate == record.der

        @invariant()
        def one_signing_certificate_is_good_and_says_what_the_register_says(self):
            now = self.world.clock.now()
            for name, citizen in self.world.citizens.items():
                good = [
                    record
                    for record in self.world.certificates_of(name, Kind.SIGN)
                    if record.state(now) is CertificateState.GOOD
                ]
                waiting = [c for c in self.world.cards() if c.standing is CardStanding.MADE]
                assert len(good) <= 1 + sum(c.holder == name for c in waiting)
                assert all(citizen.person.address.text.encode() in r.der for r in good)

        @invariant()
        def nothing_signs_without_pins_and_nothing_is_good_abroad(self):
            now = self.world.clock.now()
            signing = [
                self.world.published[Kind.SIGN].certificate(entry.serials[Kind.SIGN])
                for entry in self.world.cards()
                if entry.without_pins and Kind.SIGN in entry.serials
            ]
            left = [
                record
                for who in self.abroad
                for kind in Kind
                for record in self.world.certificates_of(who, kind)
            ]
            found = {record.state(now) for record in (*signing, *left)}
            assert CertificateState.GOOD not in found

        @invariant()
        def whose_use_was_ended_has_none_until_asking_again(self):
            for number, card, kind, serial in self.stopped:
                later = [
                    step
                    for entry in self.world.events()[number:]
                    for step in entry.effects
                    if isinstance(step, Apply) and step.card == card and kind in step.kinds
                ]
                assert later or self.world.card(card).serials.get(kind) == serial

        @invariant()
        def the_journal_says_what_the_register_has(self):
            # What an authority refused is not told, and left nothing.
            for entry in self.world.events():
                if entry.event.kind is not EventKind.ISSUE:
                    continue
                told = {kind for e in entry.effects if isinstance(e, Issue) for kind in e.kinds}
                assert told == {
                    kind
                    for kind in Kind
                    for record in self.world.certificates_of(entry.event.who, kind)
                    if record.not_before == entry.moment
                }

        @invariant()
        def a_hold_stands(self):
            for kind in Kind:
                for record in self.world.published[kind].certificates():
                    if record.revocation is not None:
                        held = record.revocation.reason is RevocationReason.CERTIFICATE_HOLD
                        assert record.state(self.world.clock.now()) is CertificateState.REVOKED
                        assert not held or record.revocation.settled_at is None

        @invariant()
        def every_event_is_done_and_none_runs_backwards(self):
            entries = self.world.events()
            moments = [entry.moment for entry in entries]
            assert moments == sorted(moments)
            assert all(entry.done for entry in entries)

    return RandomTown


def lives(place, *, examples, steps):
    """Run the machine so often and so long, in a world with a small country."""
    with World.open(place) as world:
        world.populate(8, processes=1)
    run_state_machine_as_test(
        machine(place),
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )


def test_register_lists_and_cards_agree_whatever_happens(place):
    """A few short lives."""
    lives(place, examples=3, steps=6)


@pytest.mark.soak
@pytest.mark.timeout(900)
def test_register_lists_and_cards_agree_for_longer(place):
    """Many longer ones."""
    lives(place, examples=60, steps=25)
