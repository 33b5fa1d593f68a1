"""The same seed and start give the same world; keys are no part of that promise."""

import json
from datetime import timedelta

import pytest
from cryptography import x509

from cardsim.readers.inprocess import connect
from cardsim.world import World
from jpki.card.client import CommonSession, JpkiSession
from jpki.profiles.kinds import Kind
from tests.world.conftest import START


@pytest.fixture(scope="module")
def again(tmp_path_factory):
    """Give a second world of the same seed and start as the template."""
    with World.create(tmp_path_factory.mktemp("again") / "w", moment=START) as world:
        yield world


@pytest.fixture(scope="module")
def other(tmp_path_factory):
    """Give a world of another seed."""
    with World.create(tmp_path_factory.mktemp("other") / "w", seed=2, moment=START) as world:
        yield world


def auth_certificate(world, name):
    session = JpkiSession(connect(world.open_card(name)))
    return x509.load_der_x509_certificate(session.read_certificate(Kind.AUTH))


def dates_and_serials(world):
    return {
        (kind, record.serial): (record.not_before, record.not_after, record.holder)
        for kind in Kind
        for record in world.authorities[kind].certificates()
    }


def test_people_are_the_same(world, again):
    """Names, addresses, birth dates and numbers."""
    assert again.citizens == world.citizens


def test_cards_are_the_same(world, again):
    """Dates, serial numbers and what 共通AP says."""
    cards = {entry.name: (entry.issued, entry.expires, entry.serials) for entry in world.cards()}
    repeated = {entry.name: (entry.issued, entry.expires, entry.serials) for entry in again.cards()}
    record = CommonSession(connect(world.open_card("hanako"))).card_record()

    assert repeated == cards
    assert CommonSession(connect(again.open_card("hanako"))).card_record() == record


def test_registers_are_the_same(world, again):
    """Serial numbers and dates of every certificate, the authorities' own included."""
    assert dates_and_serials(again) == dates_and_serials(world)


def test_subjects_are_the_same(world, again):
    """The common names, random to look at, come from the seed as well."""
    subject = auth_certificate(world, "hanako").subject

    assert auth_certificate(again, "hanako").subject == subject


def test_keys_are_not_the_same(world, again):
    """A key that could be drawn again would be nobody's secret."""
    mine = auth_certificate(world, "hanako").public_key()

    assert auth_certificate(again, "hanako").public_key() != mine


def test_further_card_is_the_same(world, again):
    """What happens later is repeated too: a further card at the same time."""
    first, second = world.issue_card("taro"), again.issue_card("taro")

    assert (first.name, first.serials, first.expires) == (
        second.name,
        second.serials,
        second.expires,
    )


def test_another_seed_is_another_world(world, other):
    """Other people, other numbers."""
    assert other.citizens != world.citizens
    assert other.card("hanako").serials != world.card("hanako").serials


def test_another_start_moves_the_dates(world, tmp_path):
    """The history before the start goes with it."""
    later = START + timedelta(days=1_000)

    with World.create(tmp_path / "w", moment=later) as moved:
        issued = moved.card("hanako").issued
        seed = json.loads((moved.directory / "world.json").read_text())["seed"]

    assert issued > START
    assert later - timedelta(days=60) < issued < later
    assert seed == world.seed
