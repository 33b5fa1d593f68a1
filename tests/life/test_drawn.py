"""Residents of a synthetic country: fate as events, and lives like any other from the first event.

`test_crashes` kills a process in the middle of somebody's first event.
"""

import shutil
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_der_private_key

from cardsim.mynumber import load_image
from cardsim.mynumber.directory import load_state
from cardsim.world import World, WorldError
from cardsim.world.authorities import Authorities
from cardsim.world.cards import CardStanding
from cardsim.world.citizens import Citizen, resident_name
from cardsim.world.draw import Draw
from cardsim.world.keypool import public_der
from cardsim.world.life import TABLE, Attributes, EventKind, EventRefusedError
from cardsim.world.life.due import next_night
from cardsim.world.life.effects import Enter, Revoke, SetPins, WriteDown
from cardsim.world.life.events import OF_THE_CLOCK
from cardsim.world.life.lives import Certificate
from cardsim.world.life.past import story
from cardsim.world.population.residents import Country
from jpki.ca import reading
from jpki.card.layout import JpkiEf, PinKind
from jpki.card.layout.text import TextAttributes, TextEf
from jpki.profiles.kinds import Kind
from jpki.profiles.reasons import RevocationReason
from jpki.profiles.validity import end_entity_end, end_of_day, japanese_date
from tests.life.conftest import RESIDENTS, Town
from tests.world.conftest import START

pytestmark = pytest.mark.usefixtures("many_fates")

MOVE = Attributes(address="架空町1-2-3", municipality="13221")
NAMES = [resident_name(number) for number in range(RESIDENTS)]
STANDS_AFTER = {
    EventKind.HANDOVER: "in use",
    EventKind.MOVE: "in use",
    EventKind.COMPROMISE: "in use",
    EventKind.STOP: "in use",
    EventKind.LOSS: "suspended",
    EventKind.DISCARD: "ended",
    EventKind.RETURN: "ended",
    EventKind.DEATH: "ended",
    EventKind.EMIGRATION: "ended",
}
"""How somebody's newest card stands after what happened last."""


@pytest.fixture
def country(country_template, tmp_path):
    """Give a town in such a country that this test may do anything to."""
    with World.open(shutil.copytree(country_template, tmp_path / "country")) as world:
        yield Town(world)


def one_of_each_fate():
    """Give a resident for each fate that met somebody, and one whom none met."""
    drawn = Country(Draw(1), residents=RESIDENTS, start=START)
    found = {}
    for number in range(RESIDENTS):
        resident = drawn.resident(number)
        young = number > RESIDENTS // 2
        if young and (resident.lost or resident.fate is None):
            found.setdefault(resident.fate, resident.holder)
    return found


def on_paper(seed, number, residents=400):
    """Give a resident, the story of their past, and when their fate met them."""
    country = Country(Draw(seed), residents=residents, start=START)
    drawn = country.resident(number)
    born = drawn.person.birth_date
    last = end_entity_end(japanese_date(drawn.issued), birth_month=born.month, birth_day=born.day)
    end = end_of_day(last)
    at = drawn.lost_at(not_after=end, start=START)
    certificates = [
        Certificate(kind, 7, drawn.issued, end, drawn.fate if kind in drawn.lost and at else None)
        for kind in drawn.kinds
    ]
    citizen = Citizen(drawn.holder, drawn.person, drawn.municipality, "0" * 12)
    return drawn, story(drawn, country, citizen, certificates, at), at


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_fate_is_told_as_what_the_rules_would_have_done(seed):
    """What the events revoke, when and why, is what `populate` revokes; no more and no less."""
    seen = Counter()
    for number in range(400):
        drawn, told, at = on_paper(seed, number)
        moments = [each.moment for each in told.events]
        last = told.events[-1]
        revoked = {
            (step.kind, step.reason, each.moment)
            for each in told.events
            for step in each.effects
            if isinstance(step, Revoke)
        }
        told_of = () if drawn.fate is RevocationReason.CA_COMPROMISE else drawn.lost

        assert moments == sorted(moments)
        assert (moments[0], told.events[0].event.kind) == (drawn.issued, EventKind.ISSUE)
        assert moments[-1] < START
        assert revoked == {(kind, drawn.fate, at) for kind in told_of if at}
        assert told.life.tokens[-1].standing.value == STANDS_AFTER[last.event.kind]
        row = TABLE[last.event.kind]
        assert all({Kind.SIGN: row.sign, Kind.AUTH: row.auth}[k] is r for k, r, _ in revoked)
        moved = told.life.resident.address != drawn.person.address.text
        assert moved is (last.event.kind in {EventKind.MOVE, EventKind.EMIGRATION})
        pins = {s.card for e in told.events for s in e.effects if isinstance(s, SetPins)}
        assert pins == {card.name for card in told.cards if card.has_pins}
        seen[last.event.kind] += 1

    assert set(seen) == set(STANDS_AFTER)


def test_the_past_is_what_the_register_says(country):
    """Every resident: what their events revoke is on record, and of reasons only the CA's own."""
    told, on_record = set(), set()
    for name in NAMES:
        told |= {
            (step.kind, step.serial, step.reason, entry.moment)
            for entry in country.world.past(name)
            for step in entry.effects
            if isinstance(step, Revoke)
        }
        on_record |= {
            (kind, record.serial, record.revocation.reason, record.revocation.revoked_at)
            for kind in Kind
            for record in country.world.certificates_of(name, kind)
            if record.revocation is not None
        }

    assert told
    assert told < on_record
    assert {row[2] for row in on_record - told} == {RevocationReason.CA_COMPROMISE}


def test_writing_somebody_down_changes_nothing_about_them(country):
    """Life, serials and register stay; the card holds certificates, keys and text of before."""
    world = country.world
    chosen = one_of_each_fate()
    assert set(chosen) == {None, *RevocationReason}
    for name in chosen.values():
        with world.office() as office:
            before = office.life(name)
        serials = {(k, world.serial(name, k)) for k in Kind if list(before.of_kind(k))}
        records = [world.certificates_of(name, kind) for kind in Kind]
        person = world.citizen(name)

        made = world.make_cards(name)

        assert world.make_cards(name) == made
        with world.office() as office:
            assert replace(office.life(name), last=None) == replace(before, last=None)
        assert replace(world.citizen(name), entered=None) == person
        assert {(k, world.serial(name, k)) for k, _ in serials} == serials
        assert [world.certificates_of(name, kind) for kind in Kind] == records
        for entry in made:
            image = load_image(entry.directory)
            for kind, serial in entry.serials.items():
                on_card = getattr(image, kind.value)
                key = load_der_private_key(on_card.private_key, None)
                der = world.published[kind].certificate(serial).der
                assert on_card.certificate == der
                assert public_der(key) == public_der(x509.load_der_x509_certificate(der))
            if entry.standing is CardStanding.IN_USE:
                text = TextAttributes.parse(image.text.files[TextEf.ATTRIBUTES])
                assert text.address == person.person.address.text


def test_cards_have_the_usual_pins_once_they_were_handed_over(country):
    """One that was discarded before never had any."""
    chosen = one_of_each_fate()
    tries = {}
    for fate in (None, RevocationReason.UNSPECIFIED):
        [card] = country.world.make_cards(chosen[fate])
        pins = load_state(card.directory).pins.items()
        [tries[fate]] = [state.tries_left for pin, state in pins if pin.ef == JpkiEf.AUTH_PIN]

    assert tries == {None: 3, RevocationReason.UNSPECIFIED: 0}


def test_a_first_event_does_what_it_does_to_anybody(country):
    """Entry, certificate and card; in one entry of the journal, with the writing down."""
    name = one_of_each_fate()[None]
    old = country.world.serial(name, Kind.SIGN)
    entry = country.happen(EventKind.MOVE, name, attributes=MOVE)

    steps = [type(step) for step in entry.effects[:3]]
    assert steps == [WriteDown, Enter, Revoke]
    assert country.state(Kind.SIGN, name) == ("revoked", "affiliationChanged")
    assert country.state(Kind.AUTH, name) == ("good", None)
    card = load_image(country.world.card(name).directory)
    assert TextAttributes.parse(card.text.files[TextEf.ATTRIBUTES]).address.endswith("１－２－３")

    country.happen(EventKind.CERTIFY, name)
    country.pass_time(days=1)
    assert country.state(Kind.SIGN, name) == ("good", None)
    assert old < country.world.serial(name, Kind.SIGN)
    assert [entry.event.kind for entry in country.world.past(name)] == [
        EventKind.ISSUE,
        EventKind.HANDOVER,
    ]


def test_each_goes_on_from_where_fate_left_them(country):
    """What is refused to anybody is refused to them, and changes nothing."""
    chosen = one_of_each_fate()
    held, superseded = (
        chosen[each] for each in (RevocationReason.CERTIFICATE_HOLD, RevocationReason.SUPERSEDED)
    )
    for fate, kind in (
        (None, EventKind.FINDING),
        (RevocationReason.CERTIFICATE_HOLD, EventKind.LOSS),
        (RevocationReason.UNSPECIFIED, EventKind.HANDOVER),
        (RevocationReason.AFFILIATION_CHANGED, EventKind.BIRTH),
    ):
        with pytest.raises(WorldError):
            country.happen(kind, chosen[fate])
    assert not [name for name in country.world.citizens if name.startswith("resident-")]
    dead = next(
        name
        for name in NAMES
        if any(entry.event.kind is EventKind.DEATH for entry in country.world.past(name))
    )
    with pytest.raises(EventRefusedError, match="has died"):
        country.happen(EventKind.MOVE, dead, attributes=MOVE)

    country.happen(EventKind.FINDING, held)
    country.happen(EventKind.CERTIFY, held)
    country.happen(EventKind.CERTIFY, superseded)
    third = country.happen(EventKind.CARD, chosen[RevocationReason.KEY_COMPROMISE]).event.card
    country.pass_time(days=1)

    assert country.state(Kind.AUTH, held) == ("good", None)
    assert country.world.card(f"{superseded}-2").serials.keys() == set(Kind)
    assert country.state(Kind.SIGN, superseded) == ("good", None)
    assert third == f"{chosen[RevocationReason.KEY_COMPROMISE]}-2"
    assert country.world.card(third).standing is CardStanding.MADE


def test_a_renewal_is_linked_to_what_was_drawn(country):
    """Within three months of its end; the old one is superseded, the register has the link."""
    drawn = Country(Draw(1), residents=RESIDENTS, start=START)
    name = next(
        resident.holder
        for resident in map(drawn.resident, range(RESIDENTS))
        if resident.fate is None and resident.number > RESIDENTS // 4
    )
    old = country.world.certificate(name, Kind.AUTH)
    country.world.clock.set(old.not_after - timedelta(days=30))
    country.happen(EventKind.AUTHORITIES, "")
    country.happen(EventKind.PIN_RESET, name, pins={PinKind.AUTH: "4711"})
    country.happen(EventKind.RENEWAL, name, kinds=(Kind.AUTH,))
    country.pass_time(days=1)

    new = country.world.certificate(name, Kind.AUTH)
    assert new.renews == old.serial
    was = country.world.published[Kind.AUTH].certificate(old.serial).revocation
    assert was.reason is RevocationReason.SUPERSEDED
    pins = load_state(country.world.card(name).directory).pins.items()
    assert [s.value for pin, s in pins if pin.ef == JpkiEf.AUTH_PIN] == [b"4711"]


def test_without_the_primes_nothing_is_begun(country):
    """Whoever is written down needs keys; the journal stays empty, and asking goes on."""
    name = one_of_each_fate()[None]
    (country.world.directory / "population" / "primes.bin").unlink()
    with pytest.raises(WorldError, match=r"primes\.bin"):
        country.happen(EventKind.LOSS, name)

    assert country.world.events() == []
    assert country.world.past(name)
    country.happen(EventKind.LOSS)


def test_a_hold_is_settled_by_death_and_the_past_stays(country):
    """The date stays the hold's; what happened before is still told."""
    name = one_of_each_fate()[RevocationReason.CERTIFICATE_HOLD]
    before = country.world.past(name)
    held = country.world.certificate(name, Kind.AUTH).revocation
    country.happen(EventKind.DEATH, name)

    final = country.world.certificate(name, Kind.AUTH).revocation
    assert (final.revoked_at, final.settled_at) == (held.revoked_at, START)
    assert final.reason is RevocationReason.CESSATION_OF_OPERATION
    assert country.world.past(name) == before


def test_time_brings_the_same_whether_anything_was_written_or_not(country, tmp_path, monkeypatch):
    """Birthdays, notices and ends: in the journal of one, told of the other."""
    monkeypatch.setattr(Authorities, "publish", lambda *_, **__: [])
    drawn = Country(Draw(1), residents=RESIDENTS, start=START)
    living = [n for n in range(RESIDENTS) if Kind.AUTH not in drawn.resident(n).lost]
    lives = {*one_of_each_fate().values(), *map(resident_name, living[-6:])}
    written = Town(World.open(shutil.copytree(country.world.directory, tmp_path / "written")))
    for name in lives:
        written.world.make_cards(name)
    for town in (country, written):
        town.pass_time(days=2_000)

    def noted(entries):
        ours = (e for e in entries if e.event.who in lives and e.event.kind in OF_THE_CLOCK)
        notes = [(e.moment, e.event) for e in ours if e.event.kind is not EventKind.ISSUE]
        return sorted(notes, key=repr)

    told = noted(entry for name in lives for entry in country.world.past(name))
    assert {event.kind for _, event in told} >= {EventKind.NOTICE, EventKind.CERTIFICATE_END}
    assert noted(country.world.events()) == []
    assert noted(written.world.events()) == told
    assert noted(e for name in lives for e in written.world.past(name)) == []

    # Written down late, nothing comes due twice.
    for name in lives:
        country.world.make_cards(name)
    country.pass_time(days=1)
    again = [e for name in lives for e in country.world.past(name)]
    assert noted([*again, *country.world.events()]) == told
    written.world.close()


def whose_card_ended(town):
    """Give a resident of whom nothing is written, and whose card in use has ended meanwhile."""
    ended = (
        name
        for name in NAMES
        if any(entry.event.kind is EventKind.CARD_END for entry in town.world.past(name))
    )
    return next(ended)


@pytest.mark.parametrize("back_to", [START - timedelta(days=1), START + timedelta(days=1)])
def test_a_clock_that_was_set_back_brings_no_card_to_life(country, monkeypatch, back_to):
    """Who is written down then stands as the world has lived; the end is told, and only once."""
    monkeypatch.setattr(Authorities, "publish", lambda *_, **__: [])
    country.pass_time(days=2_000)
    lived = country.world.clock.now()
    name = whose_card_ended(country)
    told = country.world.past(name)
    country.world.clock.set(back_to)

    assert country.world.past(name) == told
    made = country.world.make_cards(name)
    assert made[-1].standing is CardStanding.ENDED
    assert country.world.citizen(name).entered == country.world.events()[-1].moment
    country.world.clock.set(lived + timedelta(days=1))
    with country.world.office() as office:
        office.catch_up()
    assert country.world.past(name) == told
    assert not {entry.event.who for entry in country.world.events()} & {name}


def test_nobody_is_written_down_before_the_world_began(country):
    """What was before its start comes due for nobody."""
    country.world.clock.set(START - timedelta(days=4_000))

    country.world.make_cards(NAMES[0])

    assert country.world.citizen(NAMES[0]).entered == START


def test_a_card_that_ended_before_anything_came_due_is_written_as_ended(country, monkeypatch):
    """Nobody let the time pass in the office; its end is told, and only once."""
    monkeypatch.setattr(Authorities, "publish", lambda *_, **__: [])
    country.world.clock.advance(timedelta(days=2_000))
    name = whose_card_ended(country)
    told = country.world.past(name)

    [*_, card] = country.world.make_cards(name)
    country.pass_time(days=1)

    assert country.world.events()
    assert card.standing is CardStanding.ENDED
    assert country.world.past(name) == told
    assert not {entry.event.who for entry in country.world.events()} & {name}


def test_lists_know_what_ends_for_those_of_whom_nothing_is_written(country):
    """A revocation by the authority itself is in the next night's lists, and goes after its end."""
    name = one_of_each_fate()[None]
    serial = country.world.serial(name, Kind.AUTH)
    country.world.revoke(Kind.AUTH, serial, RevocationReason.KEY_COMPROMISE)
    [night] = country.pass_time(seconds=int((next_night(START) - START).total_seconds()))

    assert night.event.kind is EventKind.NIGHT
    newest = max(country.world.published.lists_directory.glob("auth-g*-full.crl"))
    named = {each.serial_number for each in x509.load_der_x509_crl(newest.read_bytes())}
    assert serial in named
    with country.world.office() as office:
        assert office.life(name).tokens[0].standing is CardStanding.IN_USE


def test_an_event_reads_of_the_register_what_concerns_it(country, monkeypatch):
    """The same few certificates, however many residents there are."""
    read = []
    real = reading._record
    monkeypatch.setattr(reading, "_record", lambda row: read.append(row.serial) or real(row))
    country.world.clock.advance(timedelta(hours=1))
    name = one_of_each_fate()[None]
    country.happen(EventKind.LOSS, name)

    theirs = {each.serial for kind in Kind for each in country.world.certificates_of(name, kind)}
    cast = {serial for entry in country.world.cards() for serial in entry.serials.values()}
    own = {each.serial for kind in Kind for each in country.world.published[kind].generations}
    assert set(read) == theirs | cast | own


def test_nobody_else_gets_such_a_name_and_nobody_is_made_up(country):
    """Neither a citizen nor a card; and who is not in the country does not exist."""
    born = replace(MOVE, name="見本 桃")
    with pytest.raises(WorldError, match="populate"):
        country.happen(EventKind.BIRTH, "resident-000099999", attributes=born)
    with pytest.raises(WorldError, match="populate"):
        country.world.issue_card("hanako", name="resident-000000001")
    for name in (resident_name(RESIDENTS), "resident-1", "resident-0000000001"):
        with pytest.raises(WorldError, match="no citizen"):
            country.world.citizen(name)


def test_a_further_card_comes_beside_the_one_they_have(country):
    """As for anybody: the first one is made as it is on record."""
    name = one_of_each_fate()[None]
    first = {kind: country.world.serial(name, kind) for kind in Kind}
    further = country.world.issue_card(name)

    assert further.name == f"{name}-2"
    assert country.world.card(name).serials == first
    assert not set(further.serials.items()) & set(first.items())
