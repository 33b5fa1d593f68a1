"""Making entries: once each, in order, whole; what cannot be made is said."""

from dataclasses import replace
from errno import ENOSPC
from unittest.mock import Mock

import pytest

from cardsim.mynumber import load_image
from cardsim.readers.inprocess import connect
from cardsim.world import UnknownNameError, World
from cardsim.world.authorities import Authorities
from cardsim.world.catalogue import CatalogueError, HolderSpec, built_in, load, make
from cardsim.world.catalogue.entry import CardSpec, IssueDay, Secret
from cardsim.world.catalogue.making import keys_of
from cardsim.world.catalogue.rehearsal import Rehearsal
from cardsim.world.keypool import KeyPool, generate
from jpki.card.client import CommonSession, JpkiSession
from jpki.card.layout import TokenKind
from jpki.numbers import is_my_number
from jpki.profiles.kinds import Kind
from tests.world.catalogue.test_reading import OWN
from tests.world.conftest import START


def entry(number, **changes):
    return replace(built_in().entry(number), **changes)


def test_an_entry_that_is_there_is_left_alone(world):
    """Made again it would have another certificate."""
    [first] = make(world, [entry("JP-001")])

    assert make(world, [entry("JP-001")]) == []
    assert world.card("jp-001") == first


def test_lists_know_what_was_revoked(world):
    """Whoever makes a revoked card can have it checked at once."""
    make(world, [entry("JP-038")])
    serial = world.card("jp-038").serials[Kind.SIGN]

    assert any(serial.to_bytes(4, "big") in der for der in world.published_lists(Kind.SIGN))


def test_lists_know_what_was_revoked_by_a_call_that_could_not_publish(world, monkeypatch):
    """Killed, perhaps, or on a full disk: the call again says that all is there, and so it is."""
    with monkeypatch.context() as patch:
        patch.setattr(Authorities, "publish_each", Mock(side_effect=OSError(ENOSPC, "No space")))
        with pytest.raises(OSError, match="No space"):
            make(world, [entry("JP-038")])
    serial = world.card("jp-038").serials[Kind.SIGN].to_bytes(4, "big")

    assert not any(serial in der for der in world.published_lists(Kind.SIGN))
    assert make(world, [entry("JP-038")]) == []
    listed = world.published_lists(Kind.SIGN)
    assert sum(serial in der for der in listed) == 4  # Of its place and of everything, by two keys.
    assert make(world, [entry("JP-038")]) == []
    assert world.published_lists(Kind.SIGN) == listed


def test_lists_know_what_was_revoked_before_an_entry_that_cannot_be_made(world):
    """The card is there, and is checked as any other."""
    wrong = entry("JP-002", card=CardSpec(renews=True))
    with pytest.raises(CatalogueError, match="JP-002"):
        make(world, [entry("JP-038"), wrong])
    serial = world.card("jp-038").serials[Kind.SIGN]

    assert any(serial.to_bytes(4, "big") in der for der in world.published_lists(Kind.SIGN))


def test_the_same_world_gives_the_same_catalogue(tmp_path):
    """Same seed, same moment: same people, numbers, dates and serial numbers; other keys."""
    chosen = [entry("JP-001"), entry("JP-002"), entry("JP-031")]

    def made(name):
        with World.create(tmp_path / name, moment=START) as world:
            make(world, chosen)
            return [
                (replace(card, directory=None), world.citizen(card.holder))
                for card in (world.card(each.name) for each in chosen)
            ]

    assert made("one") == made("two")


def test_numbers_have_a_wrong_check_digit(world):
    """A drawn 個人番号 can be nobody's, unless a right check digit is asked for."""
    make(world, [entry("JP-001")])
    asked = entry("JP-002", holder=HolderSpec(valid_number=True))
    make(world, [asked])

    assert not is_my_number(world.citizen("jp-001").my_number)
    assert is_my_number(world.citizen("jp-002").my_number)


def test_a_card_serial_is_far_from_those_in_use(world):
    """Fifteen digits, of which 製造番号 are the last thirteen: wherever a client reads it."""
    make(world, [entry("JP-001"), entry("JP-056")])
    card = connect(world.open_card("jp-001"))
    record = CommonSession(card).card_record()
    session = JpkiSession(card)
    phone = JpkiSession(connect(world.open_card("jp-056")))

    assert len(record.serial) == 15
    assert record.manufacturing_number.startswith("999")
    assert session.token_info().serial == f"0{record.serial}"
    assert phone.token_info().serial.startswith("099999")


@pytest.mark.parametrize("number", ["JP-001", "JP-052", "JP-055", "JP-059", "JP-071", "JP-084"])
def test_all_keys_of_an_entry_are_begun_at_once(world, monkeypatch, number):
    """Those of its certificates, its defect and its impostor: none is waited for alone."""
    taken = []
    monkeypatch.setattr(KeyPool, "take", lambda pool: taken.append(pool) or generate())

    make(world, [entry(number)])

    assert len(taken) == keys_of(entry(number))


def test_a_renewal_supersedes_the_old_card(world):
    """The register links both: the old serial numbers are revoked as superseded."""
    make(world, built_in().chosen(["JP-040"]))

    old, new = world.card("jp-039"), world.card("jp-040")
    assert old.holder == new.holder == "jp-039"
    assert all(
        world.authorities[kind].certificate(new.serials[kind]).renews == old.serials[kind]
        for kind in Kind
    )


def test_what_an_entry_needs_must_be_there(world):
    """A card of somebody who is not there is not made."""
    with pytest.raises(CatalogueError, match="JP-040 needs JP-039"):
        make(world, [entry("JP-040")])


def test_a_generation_that_is_not_there_is_said(world):
    """The message counts those there are."""
    card = replace(built_in().entry("JP-031").card, issued=IssueDay(generation=7, day=1))

    with pytest.raises(CatalogueError, match=r"JP-031: the authorities have 3 generations, not 7"):
        make(world, [entry("JP-031", card=card)])


def test_a_municipality_that_is_not_in_the_table_is_said(world):
    """The message lists those there are."""
    with pytest.raises(CatalogueError, match=r"holder\.municipality: 99999 is not in the table"):
        make(world, [entry("JP-002", holder=HolderSpec(municipality="99999"))])


def test_flags_that_do_not_fit_the_name_are_said(world):
    """One digit a character."""
    with pytest.raises(CatalogueError, match="JP-002 holder: position flags"):
        make(world, [entry("JP-002", holder=HolderSpec(name="見本　花", name_flags="01"))])


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"licence": True}, "JP-003: jp-003 is not known to be 18"),
        ({"tries_left": {Secret.SIGN: 1}}, "JP-003: sign was never set on this card"),
        ({"token": TokenKind.IPHONE}, "JP-003: a phone has no contacts"),
        ({"renews": True}, "JP-003: jp-003 has no card to renew"),
    ],
)
def test_what_cannot_be_made_is_said_with_the_number_of_its_entry(world, changes, said):
    """What only shows when the card is made: the age of its holder, what the world has."""
    card = replace(built_in().entry("JP-003").card, **changes)

    with pytest.raises(CatalogueError, match=said):
        make(world, [entry("JP-003", card=card)])


def test_a_renewal_needs_what_it_replaces(world):
    """A child's card has no signing certificate that a new one could supersede."""
    child = entry("JP-003", card=CardSpec(issued=IssueDay(days_ago=40)))
    renewal = entry("JP-040", holder=HolderSpec(same_as="JP-003"))

    with pytest.raises(CatalogueError, match="JP-040: jp-003 has no sign certificate"):
        make(world, [child, renewal])


def test_everything_before_an_entry_that_fails_is_made(world):
    """Nothing acknowledged is lost; the next call goes on from there."""
    bad = replace(built_in().entry("JP-031").card, issued=IssueDay(generation=7, day=1))

    with pytest.raises(CatalogueError):
        make(world, [entry("JP-001"), entry("JP-031", card=bad), entry("JP-002")])
    assert world.card("jp-001").holder == "jp-001"
    make(world, [entry("JP-001"), entry("JP-002"), entry("JP-031")])
    assert world.card("jp-031").holder == "jp-031"


def test_a_card_of_the_catalogue_that_was_not_made_is_explained(world):
    """Who asks for JP-047 too early is told how to make it."""
    with pytest.raises(UnknownNameError, match="jpki catalogue make"):
        world.card("JP-047")


def test_a_file_of_ones_own_makes_cards(world, tmp_path):
    """Anyone can add citizens in the same form, and rehearse them."""
    path = tmp_path / "own.yaml"
    path.write_text(OWN, encoding="utf-8")
    own = load(path)

    make(world, own.entries)

    assert all(finding.holds for finding in Rehearsal(world).play(own.entries[0]))


def test_substituted_characters_are_on_the_face_alone(world):
    """The certificate holds the substitute and its place, the register the printed name."""
    make(world, [entry("JP-007")])
    citizen = world.citizen("jp-007")

    assert citizen.person.name.flags == "00010"
    assert citizen.face_name is not None
    assert citizen.face_name != citizen.person.name.text


def test_the_card_record_ends_with_the_stay(world):
    """A card of a foreign resident ends with the period of stay."""
    make(world, [entry("JP-015")])
    record = CommonSession(connect(world.open_card("jp-015"))).card_record()

    assert record.expires == world.card("jp-015").expires
    assert load_image(world.card("jp-015").directory).record == record
    assert (record.expires - START.date()).days == 120
