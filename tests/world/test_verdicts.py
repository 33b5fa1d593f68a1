"""What verifiers say of a world's certificates: ours, and OpenSSL's."""

from datetime import timedelta

import pytest

from jpki.profiles.kinds import Kind
from jpki.profiles.reasons import RevocationReason
from jpki.verify.anchors import TrustAnchors
from jpki.verify.checks import Verdict
from jpki.verify.crl_source import CrlSource
from jpki.verify.verifier import Verifier
from tests.world.judging import openssl_says

CERTIFICATES = [
    pytest.param(name, kind, id=f"{name} {kind.value}")
    for name, kind in (
        ("hanako", Kind.SIGN),
        ("hanako", Kind.AUTH),
        ("taro", Kind.SIGN),
        ("taro", Kind.AUTH),
        ("jiro", Kind.AUTH),
    )
]


def verdict(world, name, kind):
    """Give our verifier's verdict with the world's anchors, published lists and time."""
    anchors = TrustAnchors.load(**{each.value: world.anchors(each) for each in Kind})
    lists = CrlSource.load(der for each in Kind for der in world.published_lists(each))
    certificate = world.certificate(name, kind).der
    return Verifier(anchors, lists).check(certificate, kind, moment=world.clock.now()).verdict


def openssl(world, name, kind, directory):
    return openssl_says(world, world.certificate(name, kind).der, kind, directory)


@pytest.mark.parametrize(("name", "kind"), CERTIFICATES)
def test_certificates_are_good_in_a_fresh_world(world, tmp_path, name, kind):
    """Lists are published at the start, so nothing is missing for a verdict."""
    assert verdict(world, name, kind) is Verdict.GOOD
    assert openssl(world, name, kind, tmp_path).endswith("it.pem: OK\n")


@pytest.mark.parametrize(("name", "kind"), CERTIFICATES)
def test_revoked_certificates_are_bad_after_the_next_lists(world, tmp_path, name, kind):
    """Revocation reaches verifiers with the lists."""
    world.revoke(kind, world.serial(name, kind), RevocationReason.CESSATION_OF_OPERATION)
    assert verdict(world, name, kind) is Verdict.GOOD

    world.clock.advance(timedelta(days=1))
    world.publish_lists(only_due=True)

    assert verdict(world, name, kind) is Verdict.BAD
    assert "certificate revoked" in openssl(world, name, kind, tmp_path)


def test_stale_lists_tell_nothing(world, tmp_path):
    """Days after the last lists nobody can say whether a certificate is good."""
    world.clock.advance(timedelta(days=3))

    assert verdict(world, "hanako", Kind.AUTH) is Verdict.CANNOT_TELL
    assert "CRL has expired" in openssl(world, "hanako", Kind.AUTH, tmp_path)


def test_expired_certificates_are_bad(world, tmp_path):
    """After its birthday a certificate has ended, whatever the lists say."""
    world.clock.advance(timedelta(days=6 * 365))
    world.publish_lists()

    assert verdict(world, "hanako", Kind.SIGN) is Verdict.BAD
    assert "certificate has expired" in openssl(world, "hanako", Kind.SIGN, tmp_path)


def test_certificates_of_another_world_are_not_good(world, tmp_path_factory):
    """Same names, same numbers, other keys: the anchors do not vouch for it."""
    from cardsim.world import World

    other = World.create(tmp_path_factory.mktemp("other") / "w", moment=world.started)
    anchors = TrustAnchors.load(**{kind.value: other.anchors(kind) for kind in Kind})
    lists = CrlSource.load(other.published_lists(Kind.AUTH))
    other.close()

    report = Verifier(anchors, lists).check(
        world.certificate("hanako", Kind.AUTH).der, Kind.AUTH, moment=world.clock.now()
    )

    assert report.verdict is not Verdict.GOOD
