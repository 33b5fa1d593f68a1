"""What a world holds, how it is opened again, and what is refused."""

import errno
import json
import os
import stat

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from cardsim.readers.inprocess import connect
from cardsim.world import (
    DamagedWorldError,
    ForeignDirectoryError,
    NoWorldError,
    World,
    WorldError,
    WorldExistsError,
    WorldVersionError,
)
from jpki.card.client import CommonSession, JpkiSession
from jpki.profiles.kinds import Kind
from jpki.profiles.naming import FAITHFUL
from jpki.profiles.validity import japanese_date
from tests.world.conftest import START


def on_card(world, name, kind):
    """Give the certificate a card carries, as its reader sees it."""
    session = JpkiSession(connect(world.open_card(name)))
    session.verify_pin(Kind.AUTH, "1234")
    if kind is Kind.SIGN:
        session.verify_pin(Kind.SIGN, "ABC123")
    return x509.load_der_x509_certificate(session.read_certificate(kind))


ADULT_CERTIFICATES = [
    pytest.param(name, kind, id=f"{name} {kind.value}")
    for name in ("hanako", "taro")
    for kind in Kind
]
CERTIFICATES = [*ADULT_CERTIFICATES, pytest.param("jiro", Kind.AUTH, id="jiro auth")]


def test_three_citizens_live_in_every_world(world):
    """Two adults and a child, each with a card of the same name."""
    assert set(world.citizens) == {"hanako", "taro", "jiro"}
    assert [entry.name for entry in world.cards()] == ["hanako", "jiro", "taro"]
    assert [entry.holder for entry in world.cards()] == ["hanako", "jiro", "taro"]


def test_child_has_no_signing_certificate(world):
    """署名用電子証明書 is not issued to those under 15; the card says so."""
    session = JpkiSession(connect(world.open_card("jiro")))

    assert set(world.card("jiro").serials) == {Kind.AUTH}
    assert not session.availability().sign
    assert session.tries_left(Kind.SIGN) == 0
    assert session.read_ca_certificate(Kind.SIGN) == world.anchors(Kind.SIGN)[-1]


@pytest.mark.parametrize(("name", "kind"), CERTIFICATES)
def test_certificates_hold_when_the_world_begins(world, name, kind):
    """Every certificate was issued days before the start and ends years after it."""
    certificate = on_card(world, name, kind)

    assert (START - certificate.not_valid_before_utc).days >= 3
    assert (certificate.not_valid_after_utc - START).days > 365


@pytest.mark.parametrize(("name", "kind"), CERTIFICATES)
def test_certificates_are_signed_by_a_pinned_authority(world, name, kind):
    """`cryptography` finds exactly one anchor that vouches for each, the one on the card."""
    certificate = on_card(world, name, kind)
    session = JpkiSession(connect(world.open_card(name)))
    own = session.read_ca_certificate(kind)

    identifier = certificate.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier)
    fitting = [
        der
        for der in world.anchors(kind)
        if x509.SubjectKeyIdentifier.from_public_key(
            x509.load_der_x509_certificate(der).public_key()
        ).digest
        == identifier.value.key_identifier
    ]

    assert fitting == [own]
    certificate.verify_directly_issued_by(x509.load_der_x509_certificate(own))


@pytest.mark.parametrize(("name", "kind"), CERTIFICATES)
def test_register_knows_what_is_on_the_cards(world, name, kind):
    """Serial number in card.json, on the card and in the register are one, for that holder."""
    certificate = on_card(world, name, kind)
    record = world.certificate(name, kind)

    assert certificate.serial_number == world.card(name).serials[kind] == record.serial
    assert record.holder == name
    assert record.der == certificate.public_bytes(Encoding.DER)


@pytest.mark.parametrize("name", ["hanako", "taro"])
def test_signing_certificate_does_not_outlive_the_other_nor_the_card(world, name):
    """A signing certificate ends with the one for logging in at the latest, both by the card."""
    sign = japanese_date(on_card(world, name, Kind.SIGN).not_valid_after_utc)
    auth = japanese_date(on_card(world, name, Kind.AUTH).not_valid_after_utc)

    assert sign <= auth <= world.card(name).expires


@pytest.mark.parametrize(("name", "birthdays"), [("hanako", 10), ("taro", 10), ("jiro", 5)])
def test_card_ends_on_a_birthday(world, name, birthdays):
    """The 10th birthday after issue for adults, the 5th for a child."""
    entry, citizen = world.card(name), world.citizen(name)
    born, issued = citizen.birth_date, japanese_date(entry.issued)
    record = CommonSession(connect(world.open_card(name))).card_record()

    coming = issued.year if (born.month, born.day) > (issued.month, issued.day) else issued.year + 1

    assert (entry.expires.month, entry.expires.day) == (born.month, born.day)
    assert entry.expires.year == coming + birthdays - 1
    assert record.expires == entry.expires
    assert record.municipality == citizen.municipality.code


def test_cards_come_from_two_generations(world):
    """Both authorities were renewed twice; taro's card is older than the second renewal."""
    generations = {
        (name, kind): world.certificate(name, kind).generation
        for name in ("hanako", "taro")
        for kind in Kind
    }

    assert [len(world.anchors(kind)) for kind in Kind] == [3, 3]
    assert generations == {
        ("hanako", Kind.SIGN): 3,
        ("hanako", Kind.AUTH): 3,
        ("taro", Kind.SIGN): 2,
        ("taro", Kind.AUTH): 2,
    }


@pytest.mark.parametrize("kind", list(Kind), ids=lambda kind: kind.value)
def test_first_generation_has_expired(world, kind):
    """One anchor of each authority has ended when the world begins; the others have years left."""
    ends = [x509.load_der_x509_certificate(der).not_valid_after_utc for der in world.anchors(kind)]

    assert ends[0] < START
    assert min(ends[1:]).year >= START.year + 4


def test_nothing_can_pass_for_real(world):
    """Issuer and test policy say what it is."""
    certificate = on_card(world, "hanako", Kind.AUTH)
    policies = certificate.extensions.get_extension_for_class(x509.CertificatePolicies).value

    organizations = certificate.issuer.get_attributes_for_oid(x509.NameOID.ORGANIZATION_NAME)

    assert [each.value for each in organizations] == ["JPKI-EMU"]
    assert policies[0].policy_identifier.dotted_string != "1.2.392.200149.8.5.1.3.30"


def test_faithful_names_are_given_when_asked_for(tmp_path):
    """The names of the J-LIS test environment, kept when the world is opened again."""
    World.create(tmp_path / "w", moment=START, naming=FAITHFUL).close()

    with World.open(tmp_path / "w") as world:
        certificate = on_card(world, "hanako", Kind.AUTH)

    organizations = certificate.issuer.get_attributes_for_oid(x509.NameOID.ORGANIZATION_NAME)
    assert [each.value for each in organizations] == ["JPKI-TEST"]


def test_directories_and_secrets_are_their_owners_alone(place):
    """0700 for directories; 0600 for keys, cards, citizens and register."""
    modes = {
        path.relative_to(place).as_posix(): stat.S_IMODE(path.stat().st_mode)
        for path in [place, *place.rglob("*")]
    }
    public = (".cer", ".crl")
    secret = {
        name: mode
        for name, mode in modes.items()
        if not name.endswith(public) and (place / name).is_file()
    }
    directories = {name: mode for name, mode in modes.items() if (place / name).is_dir()}

    assert set(secret.values()) == {0o600}
    assert set(directories.values()) == {0o700}
    assert {"citizens.json", "ca/register.sqlite", "ca/sign-g1.key"} <= set(secret)


def test_world_is_opened_again(place):
    """Seed, start, clock, people and cards are as they were."""
    with World.open(place) as world:
        assert (world.seed, world.started, world.clock.now()) == (1, START, START)
        assert world.citizen("hanako").name == "hanako"
        assert world.card("hanako").holder == "hanako"


def test_opening_changes_nothing(place, snapshot):
    """Whoever only looks at people and cards leaves every byte as it was."""
    before = snapshot(place)

    with World.open(place) as world:
        world.cards()
        world.open_card("hanako")

    assert snapshot(place) == before


def test_clock_follows_the_system_when_no_moment_is_given(tmp_path):
    """A world for daily use begins now and goes on with the system's clock."""
    with World.create(tmp_path / "w") as world:
        assert world.clock.setting.mode.value == "system"
        assert world.started <= world.clock.now()


def test_empty_directory_becomes_a_world(tmp_path):
    """A directory made beforehand, as by mkdtemp, is taken."""
    (tmp_path / "w").mkdir()

    World.create(tmp_path / "w", moment=START).close()

    assert sorted(path.name for path in tmp_path.iterdir()) == ["w"]


def test_parents_are_made(tmp_path):
    """The default place lies in directories a fresh home does not have."""
    World.create(tmp_path / "a" / "b" / "w", moment=START).close()

    assert (tmp_path / "a" / "b" / "w" / "world.json").is_file()


def test_link_is_followed_and_kept(tmp_path):
    """A world is made where a link points to, never in the link's place."""
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")

    World.create(tmp_path / "link", moment=START).close()

    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real" / "world.json").is_file()


def test_existing_world_is_not_made_again(place, snapshot):
    """`create` refuses and touches nothing."""
    before = snapshot(place)

    with pytest.raises(WorldExistsError):
        World.create(place, moment=START)

    assert snapshot(place) == before


def test_foreign_directory_is_left_untouched(tmp_path, snapshot):
    """A directory with something else in it is neither opened nor filled."""
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "letter.txt").write_text("mine")
    before = snapshot(tmp_path)

    with pytest.raises(ForeignDirectoryError):
        World.open(foreign)
    with pytest.raises(WorldExistsError):
        World.create(foreign, moment=START)
    with pytest.raises(ForeignDirectoryError):
        World.open_or_create(foreign, moment=START)

    assert snapshot(tmp_path) == before


def test_file_is_no_world(tmp_path):
    """A file in the place of the directory is refused and kept."""
    (tmp_path / "w").write_text("mine")

    with pytest.raises(ForeignDirectoryError):
        World.open(tmp_path / "w")
    with pytest.raises(WorldExistsError):
        World.create(tmp_path / "w", moment=START)

    assert (tmp_path / "w").read_text() == "mine"


def test_nothing_there_is_no_world(tmp_path):
    """A missing directory says how to make one."""
    with pytest.raises(NoWorldError, match="jpki world new"):
        World.open(tmp_path / "w")


def test_empty_directory_is_no_world(tmp_path):
    """Nor is an empty one, and it stays empty."""
    with pytest.raises(NoWorldError, match="jpki world new"):
        World.open(tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_directory_that_cannot_be_read_is_told(place, monkeypatch):
    """A system's refusal is an error of this room, with the place in it."""

    def refuse(_path):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(type(place), "read_bytes", refuse)

    with pytest.raises(WorldError, match="cannot be read: Permission denied"):
        World.open(place)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"seed": "one"}, id="no seed"),
        pytest.param({"seed": True}, id="a seed that is no number"),
        pytest.param({"started": "yesterday"}, id="no start"),
        pytest.param({"started": "2026-11-23T03:04:05"}, id="a start without a zone"),
        pytest.param({"naming": "production"}, id="the real service's names"),
        pytest.param({"format": "another"}, id="another format"),
    ],
)
def test_damaged_description_is_refused(place, snapshot, changes):
    """world.json must say what it must; the directory stays as it is."""
    document = json.loads((place / "world.json").read_text())
    (place / "world.json").write_text(json.dumps({**document, **changes}))
    before = snapshot(place)

    with pytest.raises(WorldError, match=r"world\.json|zone"):
        World.open_or_create(place, moment=START)

    assert snapshot(place) == before


def test_world_of_another_version_is_refused(place):
    """A later program's world is not guessed at."""
    document = json.loads((place / "world.json").read_text())
    (place / "world.json").write_text(json.dumps({**document, "version": 2}))

    with pytest.raises(WorldVersionError, match="version 2"):
        World.open(place)


@pytest.mark.parametrize("part", ["ca", "cards", "clock.json"])
def test_missing_part_is_damage(place, part):
    """Without authorities, cards or clock it is no whole world."""
    (place / part).rename(place.parent / "taken away")

    with pytest.raises(DamagedWorldError, match=part):
        World.open(place)


def test_damaged_register_is_refused_when_it_is_needed(place):
    """The authorities judge it; the world says damaged."""
    (place / "ca" / "register.sqlite").write_bytes(b"not a database")

    with World.open(place) as world, pytest.raises(DamagedWorldError):
        world.anchors(Kind.SIGN)


def test_damaged_key_is_refused_when_something_is_to_be_signed(place):
    """The authorities judge it; the world says damaged."""
    (place / "ca" / "sign-g1.key").write_bytes(b"not a key")

    with World.open(place) as world, pytest.raises(WorldError):
        world.publish_lists()


def test_key_open_to_others_is_refused(place):
    """An authority does not sign with a key that anybody could have copied."""
    (place / "ca" / "sign-g1.key").chmod(0o644)

    with World.open(place) as world, pytest.raises(WorldError, match="chmod 600"):
        world.publish_lists()


def test_what_is_public_needs_no_private_key(place):
    """Anchors, lists and records are the same where no key can be read at all."""
    with World.open(place) as world:
        before = [(world.anchors(kind), world.published_lists(kind)) for kind in Kind]
    for key in (place / "ca").glob("*-g*.key"):
        key.write_bytes(b"not a key")

    with World.open(place) as world:
        after = [(world.anchors(kind), world.published_lists(kind)) for kind in Kind]
        due = world.publish_lists(only_due=True)

    assert (after, due) == (before, [])


def test_missing_citizens_are_damage(place):
    """Without its people a world has cards of nobody."""
    (place / "citizens.json").unlink()

    with World.open(place) as world, pytest.raises(DamagedWorldError):
        world.citizen("hanako")


def test_place_that_cannot_be_written_is_told(tmp_path):
    """An impossible place is an error of this room, not a traceback of the system's."""
    (tmp_path / "file").write_text("")

    with pytest.raises(WorldError, match="cannot be made"):
        World.create(tmp_path / "file" / "w", moment=START)


def test_closing_twice_does_nothing(place):
    """A closed world can be closed, and opens its authorities again when asked."""
    world = World.open(place)
    before = world.anchors(Kind.AUTH)
    world.close()
    world.close()

    assert world.anchors(Kind.AUTH) == before
    world.close()


def test_no_file_is_left_open(place):
    """Opening and closing a world leaves no descriptor behind."""
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - counting, not walking

    with World.open(place) as world:
        world.anchors(Kind.SIGN)

    assert len(os.listdir("/proc/self/fd")) == before  # noqa: PTH208
