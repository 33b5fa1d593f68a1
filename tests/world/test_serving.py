"""A world as the HTTP service offers it: time, answers, troubles, and what is due at night."""

import errno
import json
import logging
import os
from datetime import timedelta
from pathlib import Path

import pytest
from asn1crypto import ocsp
from cryptography import x509
from starlette.testclient import TestClient

from cardsim.faults import parse_all
from cardsim.world import World, WorldError
from cardsim.world.authorities import Authorities
from cardsim.world.keeping import CaSecrets
from cardsim.world.serving import WorldOffer
from cardsim.world.troubles import read_troubles, write_troubles
from jpki.ca.service import make_app
from jpki.ca.service.log import LOGGER, JsonFormatter
from jpki.ca.service.offer import Asked, OutOfServiceError
from jpki.profiles.kinds import Kind
from jpki.profiles.ocsp import ANSWER
from jpki.profiles.reasons import RevocationReason
from tests.ca.ocsp.asking import asking

DAY = timedelta(days=1)


@pytest.fixture
def offer(place):
    """Give the offer of a world this test may do anything to."""
    made = WorldOffer.open(place)
    yield made
    made.close()


def about(world, name="hanako"):
    """Write a request about somebody's certificate to log in with."""
    record = world.certificate(name, Kind.AUTH)
    issuer = world.authorities[Kind.AUTH].generations[record.generation - 1].certificate

    class Issued:
        serial = record.serial

    Issued.issuer = issuer
    return asking(Issued)


def status(offer, request):
    answer = offer.answer(request, moment=offer.now())
    data = ocsp.OCSPResponse.load(answer.der).response_data
    return data["responses"][0]["cert_status"].name


def test_its_time_is_the_worlds_and_moves_with_it(world, offer):
    before = offer.now()
    world.clock.advance(DAY)

    assert (before, offer.now()) == (world.clock.now() - DAY, world.clock.now())


def test_a_revocation_elsewhere_shows_at_the_next_refresh(world, offer):
    """PKI profile 2.2: every 15 minutes, sooner than the lists of the night."""
    request = about(world)
    first = status(offer, request)
    world.revoke(Kind.AUTH, world.serial("hanako", Kind.AUTH), RevocationReason.KEY_COMPROMISE)
    same = status(offer, request)
    world.clock.advance(ANSWER.refresh)

    assert (first, same, status(offer, request)) == ("good", "good", "revoked")


def test_what_it_answered_is_at_hand_until_the_next_refresh(world, offer):
    request = about(world)
    before = offer.kept(request, moment=offer.now())
    answer = offer.answer(request, moment=offer.now())

    at_hand = offer.kept(request, moment=offer.now())
    world.clock.advance(ANSWER.refresh)

    assert (before, at_hand) == (None, answer)
    assert offer.kept(request, moment=offer.now()) is None


def test_an_authority_that_was_renewed_is_spoken_for_at_once(world, offer):
    """Its new certificate is offered, and its new key vouches for the responder."""
    world.clock.advance(DAY)
    world.renew_authorities()
    world.issue_card("hanako", name="hanako-new")
    request = about(world, "hanako-new")
    world.clock.advance(ANSWER.refresh)

    assert status(offer, request) == "good"
    assert offer.document("auth-g4.cer") is not None


def test_lists_come_with_their_dates_and_others_do_not_come(world, offer):
    known = sorted(offer.names())
    (name,) = (one for one in known if one.startswith("auth-g3-full"))
    listed = x509.load_der_x509_crl(offer.document(name).path.read_bytes())

    assert offer.document(name).next_update == listed.next_update_utc
    assert [offer.document(bad) for bad in ("../world.json", ".hidden.crl", "no.crl", "a.key")] == [
        None
    ] * 4


def cut(path):
    path.write_bytes(path.read_bytes()[:300])


def without_number(path):
    crl_number, another = b"\x06\x03\x55\x1d\x14", b"\x06\x03\x55\x1d\x15"
    path.write_bytes(path.read_bytes().replace(crl_number, another))


def into_directory(path):
    path.unlink()
    path.mkdir()


def into_pipe(path):
    path.unlink()
    os.mkfifo(path)


DAMAGES = {
    "cut": cut,
    "a pipe": into_pipe,
    "empty": lambda path: path.write_bytes(b""),
    "of another kind": without_number,
}


@pytest.fixture(params=["auth-g3-full.crl", "auth-g3-?????.crl"], ids=["full", "of a place"])
def published(world, request):
    """Give where a list is that is published."""
    return min(world.published.lists_directory.glob(request.param))


@pytest.mark.parametrize(
    "damage", [*DAMAGES.values(), into_directory], ids=[*DAMAGES, "a directory"]
)
def test_a_list_that_cannot_be_read_is_out_of_service_alone(offer, published, damage, caplog):
    """Others come; health names it; the log says in a line what is to be done."""
    client = TestClient(make_app(offer), raise_server_exceptions=False)
    before = client.get("/health").status_code
    damage(published)
    LOGGER.propagate = True

    with caplog.at_level(logging.ERROR, LOGGER.name):
        asked, health = client.get(f"/crl/{published.name}"), client.get("/health")
    others = {client.get(path).status_code for path in ("/crl/sign-g3-full.crl", "/")}

    assert (before, asked.status_code, health.status_code, others) == (200, 503, 503, {200})
    assert "/health" in asked.json()["error"]
    assert health.json()["parts"]["unreadable lists"] == published.name
    [record] = caplog.records
    why = json.loads(JsonFormatter().format(record))["why"]
    assert (record.exc_info, str(published) in why) == (None, True)
    # No list could take the place of a directory.
    assert ("`jpki ca crl` makes it anew" in why) is (damage is not into_directory)


def test_a_damaged_list_of_a_key_that_signs_no_more_is_named_and_no_ill_health(offer, published):
    """Nobody can make it anew."""
    published.with_name("sign-g1-full.crl").write_bytes(b"")

    found = offer.health(moment=offer.now())

    assert (found.parts["unreadable lists"], found.is_good) == ("sign-g1-full.crl", True)


def without_key(world):
    (world.paths.ca / "sign-g2.key").unlink()
    return "sign-g2-full.crl"


def before_the_newest_key(world):
    world.clock.set(world.published[Kind.SIGN].generations[2].not_before - DAY)
    return "sign-g3-full.crl"


NOBODYS = {
    "of a key that has ended": lambda _: "sign-g1-full.crl",
    "no list's name": lambda _: "junk.crl",
    "of no key": lambda _: "sign-g9-full.crl",
    "of no place": lambda _: "sign-g3-99999.crl",
    "of a key that is gone": without_key,
    "of a key that does not sign yet": before_the_newest_key,
}


@pytest.mark.parametrize("prepare", NOBODYS.values(), ids=NOBODYS)
def test_nobody_tries_again_and_again_to_repair_what_no_key_signs(
    world, offer, monkeypatch, prepare
):
    """A whole run over all places every half a minute would come of it."""
    name = prepare(world)
    offer.keep_house()
    (world.published.lists_directory / name).write_bytes(b"")
    monkeypatch.setattr(Authorities, "publish_each", lambda *_, **__: pytest.fail("published"))

    offer.keep_house()

    assert offer.health(moment=offer.now()).parts["unreadable lists"] == name


@pytest.mark.parametrize(
    ("prepare", "is_good"), [(without_key, False), (before_the_newest_key, True)]
)
def test_whose_list_cannot_be_read_decides_on_health(world, offer, prepare, is_good):
    """Ill while there are certificates of that key which hold, whether or not it is at hand."""
    name = prepare(world)
    offer.keep_house()
    (world.published.lists_directory / name).write_bytes(b"")

    assert offer.health(moment=offer.now()).is_good is is_good


@pytest.mark.parametrize("number", [errno.EMFILE, errno.EIO])
def test_what_the_system_will_not_open_is_told_and_no_more(offer, published, monkeypatch, number):
    """Nothing speaks against the list: nobody is to take it away."""

    def fail(path):
        raise OSError(number, os.strerror(number), str(path))

    monkeypatch.setattr("cardsim.world.serving.open_list", fail)

    with pytest.raises(OutOfServiceError) as told:
        offer.document(published.name)
    assert str(told.value) == f"{published}: {os.strerror(number)}"


def test_a_pipe_is_no_certificate(world, offer):
    """Nobody waits for what might be written into it."""
    certificate = world.paths.ca / "sign-g1.cer"
    into_pipe(certificate)
    client = TestClient(make_app(offer), raise_server_exceptions=False)

    asked, health = client.get("/ca/sign-g1.cer"), client.get("/health")

    assert (asked.status_code, health.status_code) == (404, 503)
    assert health.json()["parts"]["unreadable certificates"] == "sign-g1.cer"


@pytest.mark.parametrize("what", [("open",), ("open", "stat")], ids=["open", "look"])
def test_a_certificate_that_cannot_be_read_is_out_of_service(world, offer, monkeypatch, what):
    """As it is said to whoever asks, health names it."""
    certificate = world.paths.ca / "sign-g3.cer"

    def shut(method):
        def fail(path, *args, **options):
            if path == certificate:
                raise OSError(errno.EIO, "Input/output error", str(path))
            return method(path, *args, **options)

        return fail

    client = TestClient(make_app(offer), raise_server_exceptions=False)
    with monkeypatch.context() as patch:
        [patch.setattr(Path, each, shut(getattr(Path, each))) for each in what]
        patch.setattr(os, "open", shut(os.open))
        asked, health = client.get("/ca/sign-g3.cer"), client.get("/health")

    assert (asked.status_code, health.status_code) == (503, 503)
    assert health.json()["parts"]["unreadable certificates"] == "sign-g3.cer"
    assert client.get("/health").status_code == 200


def test_a_damaged_list_is_not_there_under_another_address(offer, published):
    published.write_bytes(b"")
    client = TestClient(make_app(offer), raise_server_exceptions=False)

    assert client.get(f"/ca/{published.name}").status_code == 404


@pytest.mark.parametrize("target", ["nowhere", None], ids=["to nothing", "to itself"])
def test_a_link_that_leads_nowhere_is_no_list_and_is_replaced(offer, published, target):
    """It is named as any other that cannot be read, and asked for it is no 404."""
    client = TestClient(make_app(offer), raise_server_exceptions=False)
    published.unlink()
    published.symlink_to(target or published.name)

    asked, health = client.get(f"/crl/{published.name}"), client.get("/health")
    offer.keep_house()

    assert (asked.status_code, health.status_code) == (503, 503)
    assert health.json()["parts"]["unreadable lists"] == published.name
    assert client.get(f"/crl/{published.name}").status_code == 200


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_list_that_cannot_be_read_is_made_anew_with_what_is_due(offer, published, damage):
    """That of a place as well, though those of everything are of today; and nothing else is."""
    others = {p: p.read_bytes() for p in published.parent.iterdir() if p != published}
    damage(published)

    offer.keep_house()

    assert offer.document(published.name).this_update == offer.now()
    assert offer.health(moment=offer.now()).is_good
    assert {p: p.read_bytes() for p in published.parent.iterdir() if p != published} == others


@pytest.mark.parametrize("name", ["auth-g3-full.crl", "*-full.crl"])
def test_a_directory_in_a_lists_place_costs_one_night_a_day(world, offer, name):
    """Each half minute a whole night would come of it, and into the archive, until it is gone."""
    taken = list(world.published.lists_directory.glob(name))
    [into_directory(path) for path in taken]
    world.clock.advance(DAY)

    before = on_record(world)
    offer.keep_house()
    after = on_record(world)
    [offer.keep_house() for _ in range(2)]

    assert (before < after, on_record(world)) == (True, after)
    health = offer.health(moment=offer.now())
    assert not health.is_good
    assert health.parts["unreadable lists"] == ", ".join(sorted(path.name for path in taken))


def on_record(world):
    """Count the lists that were ever numbered."""
    with world.published.register.reading() as asked:
        scopes = ["", *(where.code for where in asked.municipalities(Kind.AUTH))]
        return sum(len(asked.lists(kind, scope)) for kind in Kind for scope in scopes)


@pytest.mark.parametrize("name", ["a" * 300, "a" * 60_000, "%E6%A8%A1" * 100, "%ff"])
@pytest.mark.parametrize("ending", ["crl", "cer"])
def test_what_can_be_no_file_is_not_there(offer, name, ending):
    """The system is not asked about it."""
    client = TestClient(make_app(offer), raise_server_exceptions=False)

    folder = "crl" if ending == "crl" else "ca"
    assert client.get(f"/{folder}/{name}.{ending}").status_code == 404


def test_what_is_due_at_night_happens(world, offer):
    """The lists are those of the new day, and a second look changes nothing."""
    name = "auth-g3-full.crl"
    before = offer.document(name)
    world.clock.advance(2 * DAY)

    offer.keep_house()
    after = offer.document(name)
    offer.keep_house()

    assert before.this_update < after.this_update
    assert offer.document(name) == after


def test_all_is_well_until_lists_are_due(world, offer):
    first = offer.health(moment=offer.now())
    world.clock.advance(3 * DAY)

    assert first.is_good
    assert first.parts["lists"] == "of today"
    second = offer.health(moment=offer.now())
    assert second.parts["lists"] == "due"
    assert not second.is_good
    assert "auth-g3-full.crl" in second.parts["stale lists"]


def test_the_last_lists_of_a_generation_that_has_ended_are_no_sign_of_ill_health(world, offer):
    """Nobody can sign newer ones. They stay published; those of its successors still count."""
    ended = world.published[Kind.AUTH].generations[1]
    world.clock.set(ended.not_after + timedelta(seconds=1))
    offer.keep_house()
    after = offer.health(moment=offer.now())
    world.clock.advance(3 * DAY)
    later = offer.health(moment=offer.now())

    assert offer.document("auth-g2-full.crl").next_update < offer.now()
    assert (after.is_good, after.parts["lists"]) == (True, "of today")
    assert not later.is_good
    assert "auth-g3-full.crl" in later.parts["stale lists"]
    assert "auth-g2" not in later.parts["stale lists"]


def test_answers_can_be_signed_before_they_are_asked_for(place, world):
    """Then the first who asks gets one that was kept."""
    made = WorldOffer.open(place, ahead=True)
    request = about(world)
    made.keep_house()
    responder = next(one for one in made._front.get().responders if one.authority.kind is Kind.AUTH)
    key, responder._key = responder._key, None
    answer = made.answer(request, moment=made.now())
    made.close()

    assert key is not None
    assert answer.cacheable


def test_a_world_with_a_passphrase_of_its_own_is_served_by_who_knows_it(tmp_path):
    secrets = CaSecrets(passphrase=b"known to the test")
    World.create(tmp_path / "world", secrets=secrets).close()

    with pytest.raises(WorldError, match="keys"):
        WorldOffer.open(tmp_path / "world", secrets=CaSecrets(passphrase=b"another"))
    made = WorldOffer.open(tmp_path / "world", secrets=secrets)
    made.keep_house()
    made.close()


@pytest.mark.parametrize(
    ("fault", "asked", "expected"),
    [
        ("ocsp late 2s", Asked.OCSP, (2.0, None, False)),
        ("ocsp 503", Asked.OCSP, (0.0, 503, False)),
        ("ocsp wrong", Asked.OCSP, (0.0, None, True)),
        ("crl stale", Asked.LIST, (0.0, None, True)),
        ("crl wrong", Asked.LIST, (0.0, None, True)),
        ("crl truncated", Asked.LIST, (0.0, None, True)),
    ],
)
def test_a_trouble_of_the_world_disturbs_its_service(world, offer, fault, asked, expected):
    """And nothing of the other service, nor anything when it is taken back."""
    write_troubles(world.paths, parse_all([fault]))
    disturbed = offer.disturbance(asked)
    other = offer.disturbance(Asked.LIST if asked is Asked.OCSP else Asked.OCSP)
    write_troubles(world.paths, ())

    assert (disturbed.late, disturbed.status, bool(disturbed.change)) == expected
    assert other is None
    assert offer.disturbance(asked) is None


@pytest.mark.parametrize(
    "mishap",
    ["stale", "wrong", "wrong-signer", "expired-signer", "try-later", "truncated", "unknown"],
)
def test_each_mishap_changes_what_is_handed_out(world, offer, mishap):
    write_troubles(world.paths, parse_all([f"ocsp {mishap}"]))
    request = about(world)
    honest = offer.answer(request, moment=offer.now()).der

    assert offer.disturbance(Asked.OCSP).change(request, honest) != honest


@pytest.mark.parametrize("kind", ["sign", "auth"])
def test_a_stale_list_is_its_own_authoritys(world, offer, kind):
    write_troubles(world.paths, parse_all(["crl stale"]))
    honest = offer.document(f"{kind}-g3-full.crl").path.read_bytes()
    changed = offer.disturbance(Asked.LIST).change(b"", honest)

    stale, fresh = x509.load_der_x509_crl(changed), x509.load_der_x509_crl(honest)
    assert stale.issuer == fresh.issuer
    assert stale.next_update_utc < offer.now()


def test_a_trouble_at_a_request_is_counted(world, offer):
    write_troubles(world.paths, parse_all(["ocsp 503 at request 2"]))

    assert [bool(offer.disturbance(Asked.OCSP)) for _ in range(3)] == [False, True, False]


def test_what_no_service_can_do_is_refused(world):
    with pytest.raises(WorldError, match="crl and ocsp can"):
        write_troubles(world.paths, parse_all(["status 6F00 before verify"]))

    assert read_troubles(world.paths) == ()


@pytest.mark.parametrize(
    "written",
    [
        "{}",
        '{"format": "jpki-emu faults", "version": 2, "faults": []}',
        '{"format": "jpki-emu faults", "version": 1, "faults": [1]}',
        '{"format": "jpki-emu faults", "version": 1, "faults": ["crl sideways"]}',
        '{"format": "jpki-emu faults", "version": 1, "faults": ["cut before verify"]}',
    ],
    ids=["empty", "version", "number", "no fault", "fault of a card"],
)
def test_a_list_of_troubles_that_is_damaged_is_said_and_stops_the_service(world, offer, written):
    """Nobody can tell what shall go wrong: nothing is answered as if nothing were."""
    world.paths.ca_faults.write_text(written)

    with pytest.raises(WorldError, match=r"faults\.json"):
        read_troubles(world.paths)
    for asked in Asked:
        with pytest.raises(OutOfServiceError, match="jpki ca faults --clear"):
            offer.is_calm(asked)
        with pytest.raises(OutOfServiceError, match=r"faults\.json"):
            offer.disturbance(asked)
    health = offer.health(moment=offer.now())
    write_troubles(world.paths, ())

    assert not health.is_good
    assert "jpki ca faults --clear" in health.parts["faults"]
    assert offer.health(moment=offer.now()).is_good
