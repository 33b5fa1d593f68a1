"""What is done with a world: revoke, publish lists, issue further cards, look things up."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from cardsim.readers.inprocess import connect
from cardsim.world import NameTakenError, UnknownNameError, World
from jpki.ca.errors import (
    AlreadyRevokedError,
    KeyFileError,
    NotPublishedError,
    NoUsableKeyError,
    UnknownSerialError,
)
from jpki.ca.records import CertificateState
from jpki.card.client import JpkiSession
from jpki.card.layout import PinFormatError
from jpki.profiles.kinds import Kind
from jpki.profiles.reasons import RevocationReason

DAY = timedelta(days=1)


def listed(world, kind, serial):
    """Give the published lists that name a serial number, by file name."""
    return {
        path.name
        for path in world.authorities.lists_directory.glob(f"{kind.value}-*.crl")
        if x509.load_der_x509_crl(path.read_bytes()).get_revoked_certificate_by_serial_number(
            serial
        )
    }


def state(world, serial, kind=Kind.AUTH):
    return world.authorities[kind].certificate(serial).state(world.clock.now())


@pytest.mark.parametrize("name", ["nobody", "../hanako", ""])
def test_unknown_names_are_told_with_those_there_are(world, name):
    """Citizens and cards that do not exist, and what could be meant."""
    with pytest.raises(UnknownNameError, match="hanako"):
        world.citizen(name)
    with pytest.raises(UnknownNameError, match="hanako"):
        world.card(name)
    with pytest.raises(UnknownNameError, match="hanako"):
        world.open_card(name)


def test_certificate_a_card_does_not_carry_is_unknown(world):
    """A child's signing certificate cannot be named."""
    with pytest.raises(UnknownNameError, match="jiro auth"):
        world.serial("jiro", Kind.SIGN)


def test_revoked_certificate_is_on_the_lists_published_afterwards(world):
    """Its municipality's list and the full one, of each generation that signs, have it."""
    serial = world.serial("hanako", Kind.AUTH)
    code = world.citizen("hanako").municipality.code
    assert listed(world, Kind.AUTH, serial) == set()

    world.revoke(Kind.AUTH, serial, RevocationReason.KEY_COMPROMISE)
    world.publish_lists()

    assert state(world, serial) is CertificateState.REVOKED
    assert listed(world, Kind.AUTH, serial) == {
        f"auth-g{generation}-{scope}.crl" for generation in (2, 3) for scope in (code, "full")
    }
    full = next(p for p in world.publish_lists() if p.name == "auth-g2-full.crl")
    entry = x509.load_der_x509_crl(full.read_bytes()).get_revoked_certificate_by_serial_number(
        serial
    )
    assert entry.revocation_date_utc == world.clock.now()
    reason = entry.extensions.get_extension_for_class(x509.CRLReason).value.reason
    assert reason is x509.ReasonFlags.key_compromise


def test_revocation_is_not_on_lists_published_before(world):
    """Until the next lists, verifiers cannot know: as in life."""
    serial = world.serial("hanako", Kind.SIGN)

    world.revoke(Kind.SIGN, serial, RevocationReason.AFFILIATION_CHANGED)

    assert listed(world, Kind.SIGN, serial) == set()


def test_lists_bear_the_worlds_time(world):
    """Field thisUpdate is what the clock of the world says."""
    world.clock.advance(10 * DAY)

    world.publish_lists()

    updates = {
        x509.load_der_x509_crl(der).last_update_utc
        for kind in Kind
        for der in world.published_lists(kind)
    }
    assert updates == {world.clock.now()}


def test_published_lists_are_signed_by_their_authority(world):
    """Every list verifies under one of the authority's certificates."""
    keys = {
        kind: [x509.load_der_x509_certificate(der).public_key() for der in world.anchors(kind)]
        for kind in Kind
    }
    lists = [
        (kind, x509.load_der_x509_crl(der)) for kind in Kind for der in world.published_lists(kind)
    ]

    vouching = [sum(crl.is_signature_valid(key) for key in keys[kind]) for kind, crl in lists]

    assert vouching == [1] * len(lists)


UNREADABLE = {
    "a directory": (Path.mkdir, "Is a directory"),
    "a pipe": (os.mkfifo, "is a pipe"),
    "a link that leads nowhere": (lambda path: path.symlink_to("nowhere"), "No such file"),
}


@pytest.mark.parametrize(("put", "why"), UNREADABLE.values(), ids=UNREADABLE)
def test_what_cannot_be_read_is_left_out_of_the_lists_and_told(world, put, why):
    """All others can be had: what they say, they say."""
    before = world.published_lists(Kind.AUTH)
    path = world.published.lists_directory / "auth-g3-full.crl"
    gone = path.read_bytes()
    path.unlink()
    put(path)

    told = []
    found = world.published_lists(Kind.AUTH, warn=told.append)

    assert found == [der for der in before if der != gone] == world.published_lists(Kind.AUTH)
    assert len(told) == 1
    assert told[0].startswith(f"{path}")
    assert why in told[0]


@pytest.mark.parametrize(
    ("passed", "due"),
    [
        pytest.param(timedelta(0), False, id="at once"),
        pytest.param(DAY - timedelta(seconds=1), False, id="within the day"),
        pytest.param(DAY, True, id="the next day"),
        pytest.param(-timedelta(seconds=1), True, id="the clock was set back"),
    ],
)
def test_lists_are_due_once_a_day(world, passed, due):
    """`only_due` publishes a day after the last ones, and not before."""
    world.clock.advance(passed)

    assert bool(world.publish_lists(only_due=True)) is due


def test_lists_are_due_when_the_last_of_a_night_is_not_out(world):
    """The list of everything comes last: a night cut short before it goes on, and does no more."""
    before = {path: path.read_bytes() for path in world.published.lists_directory.iterdir()}
    last = world.published.lists_directory / "auth-g3-full.crl"
    last.unlink()

    assert world.published.lists_are_due(moment=world.clock.now())
    assert world.publish_lists(only_due=True) == [last]
    assert all(path.read_bytes() == before[path] for path in before if path != last)
    assert not world.published.lists_are_due(moment=world.clock.now())


def test_a_damaged_number_does_not_keep_a_list_from_being_due(world):
    """However high it is: the next look makes that list, and does not wait for the night."""
    path = world.published.lists_directory / "auth-g3-full.crl"
    octets = bytearray(path.read_bytes())
    octets[octets.index(b"\x06\x03\x55\x1d\x14") + 9] = 127
    path.write_bytes(octets)

    assert world.publish_lists(only_due=True) == [path]


def test_a_restored_register_is_told_by_who_publishes_and_makes_nothing_due(place):
    """Nobody goes through a night for lists that cannot come out, though they are days old."""
    register = place / "ca" / "register.sqlite"
    older = register.read_bytes()
    with World.open(place) as world:
        world.publish_lists()
    before = {path: path.read_bytes() for path in (place / "ca" / "crl").iterdir()}
    register.write_bytes(older)

    with World.open(place) as world:
        world.clock.advance(2 * DAY)
        assert not world.published.lists_are_due(moment=world.clock.now())
        for only_due in (True, False, False):
            with pytest.raises(NotPublishedError, match="restore a newer copy"):
                world.publish_lists(only_due=only_due)
    assert {path: path.read_bytes() for path in (place / "ca" / "crl").iterdir()} == before


def test_authorities_whose_certificates_ended_publish_nothing(world):
    """Twenty years on no key may sign a list: an error, not an empty success."""
    world.clock.advance(20 * 365 * DAY)

    with pytest.raises(NoUsableKeyError):
        world.publish_lists(only_due=True)


def test_damaged_key_signs_nothing(place):
    """A CA key whose numbers do not fit together is found before a wrong signature gets out."""
    path = place / "ca" / "auth-g2.key"
    passphrase = path.with_name("passphrase").read_bytes().strip()
    numbers = load_pem_private_key(path.read_bytes(), passphrase).private_numbers()
    damaged = rsa.RSAPrivateNumbers(
        p=numbers.p,
        q=numbers.q,
        d=numbers.d ^ 2,
        dmp1=numbers.dmp1 ^ 2,
        dmq1=numbers.dmq1,
        iqmp=numbers.iqmp,
        public_numbers=numbers.public_numbers,
    ).private_key(unsafe_skip_rsa_key_validation=True)
    path.write_bytes(damaged.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    before = path.parent.joinpath("crl", "auth-g2-full.crl").read_bytes()

    with World.open(place) as world, pytest.raises(KeyFileError, match="damaged"):
        world.publish_lists()

    assert path.parent.joinpath("crl", "auth-g2-full.crl").read_bytes() == before


def test_revoking_twice_is_refused(world):
    """A revocation is for good."""
    serial = world.serial("taro", Kind.AUTH)
    world.revoke(Kind.AUTH, serial, RevocationReason.CESSATION_OF_OPERATION)

    with pytest.raises(AlreadyRevokedError):
        world.revoke(Kind.AUTH, serial, RevocationReason.CESSATION_OF_OPERATION)


def test_unknown_serial_cannot_be_revoked(world):
    """A serial number of the other authority is not this one's."""
    with pytest.raises(UnknownSerialError):
        world.revoke(Kind.AUTH, world.serial("hanako", Kind.SIGN), RevocationReason.UNSPECIFIED)


def test_further_card_is_another_card(world):
    """Its own name, keys, certificates and PINs; the first one stays good."""
    first = world.card("hanako")

    entry = world.issue_card("hanako", auth_pin="4321")

    session = JpkiSession(connect(world.open_card("hanako-2")))
    session.verify_pin(Kind.AUTH, "4321")
    assert (entry.name, entry.holder) == ("hanako-2", "hanako")
    assert entry.serials != first.serials
    assert state(world, first.serials[Kind.AUTH]) is CertificateState.GOOD
    assert [each.name for each in world.cards()] == ["hanako", "hanako-2", "jiro", "taro"]


def test_citizens_name_means_the_newest_card(world):
    """After a further card, the citizen's certificate is the one on it; the card's name stays."""
    world.clock.advance(DAY)

    entry = world.issue_card("hanako", name="spare")

    assert world.serial("hanako", Kind.AUTH) == entry.serials[Kind.AUTH]
    assert world.serial("spare", Kind.AUTH) == entry.serials[Kind.AUTH]
    assert len(world.certificates_of("hanako", Kind.AUTH)) == 2


def test_renewal_supersedes_the_old_certificates(world):
    """With `renew` the old ones are revoked as superseded in the same breath."""
    old = world.card("taro").serials

    entry = world.issue_card("taro", renew=True)

    records = {kind: world.authorities[kind].certificate(old[kind]) for kind in Kind}
    assert {kind: record.revocation.reason for kind, record in records.items()} == {
        Kind.SIGN: RevocationReason.SUPERSEDED,
        Kind.AUTH: RevocationReason.SUPERSEDED,
    }
    assert world.certificate("taro", Kind.SIGN).renews == old[Kind.SIGN]
    assert state(world, entry.serials[Kind.AUTH]) is CertificateState.GOOD


def test_child_who_turned_15_gets_a_signing_certificate(world):
    """The rule is about the day of issue, not about the first card."""
    world.clock.advance(10 * 365 * DAY)
    world.renew_authorities()

    entry = world.issue_card("jiro")

    assert set(entry.serials) == {Kind.SIGN, Kind.AUTH}


def test_renewed_authorities_sign_what_comes(world):
    """A further generation under the same name: one anchor more, and it signs the next card."""
    before = {kind: world.anchors(kind) for kind in Kind}

    world.renew_authorities()

    entry = world.issue_card("hanako")
    after = {kind: world.anchors(kind) for kind in Kind}
    assert {kind: after[kind][:3] for kind in Kind} == before
    assert {kind: len(after[kind]) for kind in Kind} == {Kind.SIGN: 4, Kind.AUTH: 4}
    assert world.certificate(entry.name, Kind.AUTH).generation == 4
    assert (world.directory / "ca" / "auth-g4.key").stat().st_mode & 0o777 == 0o600
    assert (world.directory / "ca" / "auth-g4.cer").read_bytes() == after[Kind.AUTH][3]


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("hanako", id="a card's"),
        pytest.param("jiro", id="a citizen's"),
        pytest.param("../outside", id="no file name"),
    ],
)
def test_taken_or_impossible_card_name_is_refused_before_anything_is_issued(world, name):
    """No serial number is spent for a card that cannot be."""
    before = len(list(world.authorities[Kind.AUTH].certificates()))

    with pytest.raises(NameTakenError):
        world.issue_card("hanako", name=name)

    assert len(list(world.authorities[Kind.AUTH].certificates())) == before


def test_pin_against_the_rule_is_refused_before_anything_is_issued(world):
    """The PINs of a card to be are checked first, and not quoted."""
    before = len(list(world.authorities[Kind.AUTH].certificates()))

    with pytest.raises(PinFormatError) as caught:
        world.issue_card("hanako", auth_pin="98765")

    assert "98765" not in str(caught.value)
    assert len(list(world.authorities[Kind.AUTH].certificates())) == before


def test_certificate_that_came_onto_no_card_is_discarded(world, monkeypatch):
    """When the card cannot be written, its certificates are revoked: 交付前に破棄."""
    from cardsim.world import issuing

    def fail(*_arguments, **_keywords):
        raise OSError

    monkeypatch.setattr(issuing, "add_card", fail)
    with pytest.raises(OSError):
        world.issue_card("hanako")

    newest = world.certificates_of("hanako", Kind.AUTH)[-1]
    assert newest.revocation.reason is RevocationReason.UNSPECIFIED
    assert world.serial("hanako", Kind.AUTH) != newest.serial


def test_draft_of_a_card_is_swept_away_by_the_next_issue(world):
    """What a killed process left in cards/ is no card, and goes."""
    left = world.directory / "cards" / ".draft-left"
    left.mkdir()
    assert [entry.name for entry in world.cards()] == ["hanako", "jiro", "taro"]

    world.issue_card("hanako")

    assert not left.exists()


def test_two_open_worlds_see_each_others_changes(place):
    """What one process issues and revokes, another that has the world open knows."""
    with World.open(place) as one, World.open(place) as other:
        one.authorities, other.authorities  # noqa: B018 - both opened before the change

        entry = one.issue_card("hanako")
        one.revoke(Kind.AUTH, entry.serials[Kind.AUTH], RevocationReason.KEY_COMPROMISE)

        assert state(other, other.serial("hanako-2", Kind.AUTH)) is CertificateState.REVOKED
