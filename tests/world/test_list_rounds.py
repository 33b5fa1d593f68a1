"""Lists that ought to be out and are not: told by health, made by the next looks, or left alone."""

import errno
import shutil
from datetime import timedelta
from unittest.mock import Mock

import pytest

from cardsim.world import World, list_rounds
from cardsim.world.authorities import Authorities
from cardsim.world.serving import WorldOffer
from jpki.ca import Archive, SoftwareKey, make_list
from jpki.ca.atomic import Draft
from jpki.ca.errors import KeyTokenError, NotPublishedError
from jpki.ca.listfile import open_list
from jpki.profiles.kinds import Kind
from jpki.profiles.municipalities import municipality
from jpki.profiles.reasons import RevocationReason
from tests.ca.citizens import chance, request

DAY = timedelta(days=1)
PLACE = "auth-g3-16201.crl"


@pytest.fixture
def offer(place):
    """Give the offer of a world this test may do anything to, after a first look."""
    made = WorldOffer.open(place)
    made.keep_house()
    yield made
    made.close()


@pytest.fixture
def lists(world):
    return world.published.lists_directory


def health(offer):
    found = offer.health(moment=offer.now())
    told = {
        what: name for what, name in found.parts.items() if "lists " in what or " lists" in what
    }
    return found.is_good, told


def refuse(monkeypatch, *names):
    """Let the system refuse the place of some lists, of all without names."""
    take_place = Draft.take_place

    def refused(draft):
        if not names or draft.target.name in names:
            raise OSError(errno.EBUSY, "Device or resource busy", str(draft.path))
        take_place(draft)

    monkeypatch.setattr(Draft, "take_place", refused)


def look(offer, times=1):
    """Look at what is due; give how often that failed."""
    failed = 0
    for _ in range(times):
        try:
            offer.keep_house()
        except (NotPublishedError, KeyTokenError, OSError):
            failed += 1
    return failed


def on_record(world):
    """Count the lists that were ever numbered."""
    with world.published.register.reading() as asked:
        scopes = ["", *(where.code for where in asked.municipalities(Kind.AUTH))]
        return sum(len(asked.lists(kind, scope)) for kind in Kind for scope in scopes)


@pytest.mark.parametrize("name", [PLACE, "auth-g3-full.crl"])
def test_a_list_that_is_gone_is_told_and_made_anew(offer, lists, name):
    """Also that of a place, and no other."""
    others = {p: p.read_bytes() for p in lists.iterdir() if p.name != name}
    (lists / name).unlink()

    before = health(offer)
    offer.keep_house()

    assert (before[0], before[1]["missing lists"]) == (False, name)
    assert health(offer) == (True, {})
    assert {p: p.read_bytes() for p in lists.iterdir() if p.name != name} == others


def test_lists_that_are_all_gone_are_told(place, lists):
    """By a service that saw none of them either, and when their directory is gone."""
    shutil.rmtree(lists)
    offer = WorldOffer.open(place)

    is_good, told = health(offer)

    assert (is_good, PLACE in told["missing lists"]) == (False, True)
    assert look(offer) == 1
    lists.mkdir()
    assert look(offer) == 0
    assert health(offer) == (True, {})


def test_a_place_that_did_not_come_out_in_the_night_is_made_good(world, offer, lists, monkeypatch):
    """The list of everything did, and nothing else is due."""
    serial = world.serial("hanako", Kind.AUTH)
    world.revoke(Kind.AUTH, serial, RevocationReason.KEY_COMPROMISE)
    world.clock.advance(DAY)
    with monkeypatch.context() as patch:
        refuse(patch, PLACE)
        offer.keep_house()
    before = health(offer)

    offer.keep_house()

    assert before == (False, {"lists not out": PLACE})
    assert health(offer) == (True, {})
    with open_list(lists / PLACE) as published:
        assert [serial] in list(published.serials())


def test_lists_that_others_publish_just_now_are_left_to_them(world, offer, monkeypatch):
    """On record, and not out yet: at the next look they are out, or somebody was killed."""
    publish = Authorities.publish_each
    make_list(world.authorities[Kind.AUTH], municipality("16201"), moment=world.clock.now())
    monkeypatch.setattr(Authorities, "publish_each", lambda *_, **__: pytest.fail("published"))

    offer.keep_house()
    monkeypatch.setattr(Authorities, "publish_each", publish)
    before = on_record(world)
    offer.keep_house()

    assert on_record(world) == before + 1


def test_a_place_that_had_no_list_yet_waits_for_the_night(world, offer, lists):
    """By day no list is missing because a certificate came."""
    wanted = request(SoftwareKey.generate().public_key, municipality=municipality("13221"))
    world.authorities[Kind.SIGN].issue(wanted, moment=world.clock.now(), randomness=chance)

    offer.keep_house()

    assert list(lists.glob("*-13221.crl")) == []
    assert health(offer) == (True, {})


def test_what_the_system_keeps_refusing_is_left_alone_for_an_hour(world, offer, lists, monkeypatch):
    """Each attempt spends numbers. That somebody saw to it is noticed at once."""
    (lists / PLACE).unlink()
    (lists / "auth-g3-full.crl").unlink()
    refuse(monkeypatch)
    before = on_record(world)

    assert look(offer, times=3) == 1
    assert on_record(world) == before + 2
    monkeypatch.setattr(list_rounds, "PAUSE", 0.0)
    (lists / PLACE).write_bytes(b"")
    assert look(offer) == 1
    assert look(offer) == 1
    assert on_record(world) == before + 6


@pytest.mark.parametrize("name", [PLACE, "auth-g3-full.crl"])
def test_a_list_whose_place_is_taken_starts_no_run(world, offer, lists, name):
    """Nothing could come of it; health names it, and when the place is free the list comes."""
    (lists / name).unlink()
    (lists / name).mkdir()
    before = on_record(world)

    assert look(offer, times=2) == 0
    assert (on_record(world), health(offer)) == (before, (False, {"unreadable lists": name}))
    (lists / name).rmdir()
    assert (look(offer), health(offer)) == (0, (True, {}))


def test_a_disk_error_is_not_met_at_each_look(world, offer, lists, monkeypatch):
    """Nothing came out of it, and each attempt spends numbers."""
    (lists / PLACE).unlink()
    before = on_record(world)
    with monkeypatch.context() as patch:
        patch.setattr(Archive, "add", full)
        assert look(offer, times=3) == 1
    assert on_record(world) == before + 1

    assert look(offer) == 0
    assert not health(offer)[0]
    monkeypatch.setattr(list_rounds.time, "monotonic", lambda: float("inf"))
    assert look(offer) == 0
    assert health(offer) == (True, {})


def test_a_token_that_signs_no_more_is_not_met_at_each_look(world, offer, lists, monkeypatch):
    """The lists were numbered before it was asked."""
    (lists / PLACE).unlink()
    before = on_record(world)
    with monkeypatch.context() as patch:
        refused = Mock(side_effect=KeyTokenError("the token was removed"))
        patch.setattr(SoftwareKey, "sign_digest", refused)
        assert look(offer, times=3) == 1

    assert on_record(world) == before + 1
    assert refused.call_count == 1


def full(*_):
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("what", ["the archive", "the directory"])
def test_no_number_is_spent_on_a_disk_that_takes_no_new_file(world, lists, monkeypatch, what):
    """However often somebody tries: that is seen before the lists are on record."""
    kept = world.paths.ca / "archive" / "auth" / "g3"
    shutil.rmtree(kept)
    if what == "the archive":
        kept.write_bytes(b"")
    else:
        monkeypatch.setattr("jpki.ca.atomic.tempfile.mkstemp", lambda **_: full())
    before = on_record(world)
    numbers = world.published.numbers_of_lists(moment=world.clock.now())

    for _ in range(2):
        with pytest.raises(OSError, match=r"g3|No space"):
            world.publish_lists()

    after = world.published.numbers_of_lists(moment=world.clock.now())
    assert {name for name in numbers if after[name] != numbers[name]} == {
        name for name in numbers if what == "the archive" and name.startswith("sign")
    }
    assert (on_record(world) == before) is (what == "the directory")


def test_a_place_with_a_damaged_number_is_made_anew(offer, lists):
    """It is on no record, and not signed."""
    octets = bytearray((lists / PLACE).read_bytes())
    octets[octets.index(b"\x06\x03\x55\x1d\x14") + 9] = 127
    (lists / PLACE).write_bytes(octets)

    offer.keep_house()

    assert health(offer) == (True, {})
    assert (lists / PLACE).read_bytes() != octets


def test_a_restored_register_is_ill_health(place):
    """It is told once an hour, and nothing is published."""
    register, lists = place / "ca" / "register.sqlite", place / "ca" / "crl"
    older = register.read_bytes()
    with World.open(place) as world:
        world.publish_lists()
        out = {path: path.read_bytes() for path in lists.iterdir()}
    register.write_bytes(older)
    offer = WorldOffer.open(place)

    assert look(offer, times=3) == 1
    is_good, told = health(offer)
    assert (is_good, list(told)) == (False, ["lists not on record"])
    assert {path: path.read_bytes() for path in lists.iterdir()} == out


def test_what_keeps_one_authoritys_list_back_keeps_none_of_the_others(world, lists):
    """Whichever comes first; and a disk error in the other's run tells of it as well."""
    (lists / "sign-g3-full.crl").unlink()
    (lists / "sign-g3-full.crl").mkdir()
    before = (lists / "auth-g3-full.crl").read_bytes()

    with pytest.raises(NotPublishedError, match=r"sign-g3-full\.crl is a directory"):
        world.publish_lists()
    assert (lists / "auth-g3-full.crl").read_bytes() != before

    kept = world.paths.ca / "archive" / "auth" / "g3" / "full"
    shutil.rmtree(kept)
    kept.write_bytes(b"")
    with pytest.raises(OSError, match=r"before that: .*sign-g3-full\.crl is a directory") as told:
        world.publish_lists()
    assert told.value.filename == str(kept)
