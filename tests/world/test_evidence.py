"""Lists of a service in trouble, as verifiers meet them: ours, and OpenSSL."""

from datetime import timedelta

import pytest
from cryptography import x509

from cardsim.faults import Mishap, Trouble
from jpki.profiles.kinds import Kind
from jpki.profiles.reasons import RevocationReason
from jpki.verify.anchors import TrustAnchors
from jpki.verify.checks import Verdict
from jpki.verify.crl_source import CrlSource
from jpki.verify.verifier import Verifier
from tests.support.processes import run
from tests.world.judging import openssl_says

STALE, WRONG, TRUNCATED = (
    Trouble(mishap=each) for each in (Mishap.STALE, Mishap.WRONG, Mishap.TRUNCATED)
)


def verdict(world, trouble):
    """Give our verifier's verdict on a good certificate, with lists handed out in trouble."""
    anchors = TrustAnchors.load(**{each.value: world.anchors(each) for each in Kind})
    lists = [der for each in Kind for der in world.published_lists(each, trouble=trouble)]
    certificate = world.certificate("hanako", Kind.AUTH).der
    verifier = Verifier(anchors, CrlSource.load(lists))
    return verifier.check(certificate, Kind.AUTH, moment=world.clock.now()).verdict


@pytest.mark.parametrize(
    "trouble",
    [STALE, WRONG, TRUNCATED, Trouble(status=503)],
    ids=["stale", "wrong", "truncated", "503"],
)
def test_nobody_can_tell_with_lists_in_trouble(world, trouble):
    """A list that is over, or that nobody signed, or none, is no evidence that all is well."""
    assert verdict(world, None) is Verdict.GOOD
    assert verdict(world, trouble) is Verdict.CANNOT_TELL


@pytest.mark.parametrize(
    ("trouble", "said"),
    [(STALE, "CRL has expired"), (WRONG, "CRL signature failure"), (Trouble(), ": OK")],
    ids=["stale", "wrong", "none"],
)
def test_openssl_says_what_is_wrong_with_the_list(world, tmp_path, trouble, said):
    """In its own words: the stale list is properly signed, the wrong one is not."""
    certificate = world.certificate("hanako", Kind.AUTH).der

    assert said in openssl_says(world, certificate, Kind.AUTH, tmp_path, trouble=trouble)


def test_a_stale_list_does_not_know_what_came_after_it(world):
    """It is the list of its day, under the key and for the places of today's."""
    world.revoke(Kind.AUTH, world.serial("hanako", Kind.AUTH), RevocationReason.SUPERSEDED)
    world.publish_lists()
    now = world.clock.now()

    fresh = [x509.load_der_x509_crl(der) for der in world.published_lists(Kind.AUTH)]
    stale = [x509.load_der_x509_crl(der) for der in world.published_lists(Kind.AUTH, trouble=STALE)]

    assert any(len(each) for each in fresh)
    assert [len(each) for each in stale] == [0] * len(fresh)
    assert {each.next_update_utc for each in stale} == {now - timedelta(days=1)}
    assert [list(each.extensions) for each in stale] == [list(each.extensions) for each in fresh]


def test_openssl_cannot_read_a_list_that_is_cut_in_half(world, tmp_path):
    [whole, *_] = world.published_lists(Kind.AUTH)
    [cut, *_] = world.published_lists(Kind.AUTH, trouble=TRUNCATED)
    (tmp_path / "cut").write_bytes(cut)
    said = run("openssl", "crl", "-inform", "DER", "-in", tmp_path / "cut", "-noout", expect=None)

    assert whole.startswith(cut)
    assert b"Unable to load CRL" in said.stderr


def test_handing_out_in_trouble_publishes_nothing(world, snapshot):
    """The world is as it was."""
    before = snapshot(world.authorities.lists_directory)

    world.published_lists(Kind.AUTH, trouble=STALE)

    assert snapshot(world.authorities.lists_directory) == before
