"""OCSP answers about JPKI certificates: the source beside lists, and both together."""

import pytest

from jpki.verify import (
    AllSources,
    CrlSource,
    Kind,
    OcspSource,
    Status,
    TrustAnchors,
    Verdict,
    Verifier,
    render,
)
from jpki.verify.errors import RevokedError
from jpki.verify.path import Limits, Parameters
from tests.support import pki
from tests.support.asn1 import NULL, seq
from tests.support.pki import DAY, NOW
from tests.verify.path.answering import (
    HOUR,
    answer,
    by_name,
    cert_id,
    delegate,
    error,
    revoked,
    single,
)
from tests.verify.path.making import Holder, holder

CA = pki.ca(Kind.AUTH)
OLD_CA = pki.ca(Kind.AUTH, 1)
ISSUER, OLD_ISSUER = Holder(CA.name, CA.key), Holder(OLD_CA.name, OLD_CA.key)
RESPONDER = holder("responder")
CERTIFICATE = pki.certificate(CA)
ABOUT = cert_id(ISSUER, pki.SERIAL)
DELEGATED = delegate(ISSUER, RESPONDER)


def about(status: bytes = b"\x80\x00", **fields: object) -> bytes:
    return single(status, about=ABOUT, **fields)


def by_responder(status: bytes = b"\x80\x00", **fields: object) -> bytes:
    return answer(about(status), **{"signer": RESPONDER, "certificates": [DELEGATED]} | fields)


def judged(*answers: bytes, lists=(), certificate=CERTIFICATE):
    anchors = TrustAnchors.load(auth=[OLD_CA.der, CA.der])
    sources = AllSources((CrlSource.load(lists), OcspSource.load(answers, lists=lists)))
    return Verifier(anchors, sources).check(certificate, Kind.AUTH, moment=NOW)


@pytest.mark.parametrize(
    "sent",
    [answer(about(), signer=ISSUER), answer(about(), signer=ISSUER, responder=by_name(ISSUER))],
    ids=["key", "name"],
)
def test_the_ca_itself_may_say_good(sent):
    """No list is needed."""
    report = judged(sent)

    assert report.require_good().revocation.basis.source == "ocsp"
    assert "OCSP answer by" in render(report)


def test_a_responder_of_the_ca_may_say_good():
    """Delegated by the very key that issued the certificate."""
    assert judged(by_responder()).verdict is Verdict.GOOD


@pytest.mark.parametrize(
    "sent",
    [
        answer(about(), signer=OLD_ISSUER),
        answer(about(), signer=OLD_ISSUER, responder=by_name(ISSUER)),
        by_responder(certificates=[delegate(OLD_ISSUER, RESPONDER)]),
        by_responder(certificates=[delegate(ISSUER, RESPONDER, no_check=False)]),
        answer(single(about=cert_id(OLD_ISSUER, pki.SERIAL)), signer=ISSUER),
        error(3),
        b"no answer",
        by_responder(b"\x82\x00"),
    ],
    ids=[
        *("old key", "old key, same name", "by the old key", "not vouched for"),
        *("of the old key", "error", "junk", "unknown"),
    ],
)
def test_nothing_else_is_enough(sent):
    """Generations share a name, not a word."""
    report = judged(sent)

    assert report.verdict is Verdict.CANNOT_TELL
    assert "an OCSP answer" in report.needed[0]


def test_revoked_says_when_and_why():
    """As with a list."""
    with pytest.raises(RevokedError) as raised:
        judged(by_responder(revoked(4, NOW - DAY))).require_good()

    assert (raised.value.reason, raised.value.revoked_at) == ("superseded", NOW - DAY)


def test_a_hold_is_final():
    """JPKI revokes for good, a hold included: no newer answer lifts it."""
    held = by_responder(revoked(6))
    newer = answer(
        single(about=ABOUT, this_update=NOW - HOUR / 2), signer=ISSUER, produced_at=NOW - HOUR / 2
    )

    assert judged(held, newer).verdict is Verdict.BAD


@pytest.mark.parametrize(
    ("lists", "sent", "verdict"),
    [
        ([pki.crl(CA)], by_responder(), Verdict.GOOD),
        ([pki.crl(CA, pki.entry())], by_responder(), Verdict.BAD),
        ([pki.crl(CA)], by_responder(revoked()), Verdict.BAD),
        ([pki.crl(CA)], error(3), Verdict.GOOD),
        ([], by_responder(), Verdict.GOOD),
        ([pki.crl(CA, pki.entry(), change={"1.2.3.4": (True, NULL)})], by_responder(), None),
        ([pki.crl(CA)], by_responder(revoked(8)), None),
    ],
    ids=["both", "list", "answer", "list alone", "answer alone", "obscure list", "obscure answer"],
)
def test_lists_and_answers_together(lists, sent, verdict):
    """Revoked from either wins, one good is enough, doubt of either keeps the other silent."""
    assert judged(sent, lists=lists).verdict is (verdict or Verdict.CANNOT_TELL)


def test_a_responder_s_own_status_may_come_from_a_list():
    """Without nocheck its CA must have said that it is not revoked."""
    # For the responders' place alone: it does not speak of holders.
    place = {"2.5.29.31": (False, seq(seq(pki.full_name(RESPONDER.name))))}
    checked = by_responder(
        certificates=[delegate(ISSUER, RESPONDER, no_check=False, serial=77, change=place)]
    )
    own = pki.crl(CA, point=RESPONDER.name)

    assert judged(checked, lists=[own]).verdict is Verdict.GOOD
    assert judged(checked).verdict is Verdict.CANNOT_TELL


def test_what_costs_too_much_cannot_tell():
    """The budget of the path room holds here too."""
    limited = Parameters(limits=Limits(signatures=0))
    source = OcspSource.load([by_responder()], parameters=limited)
    verifier = Verifier(TrustAnchors.load(auth=[CA.der]), source)

    report = verifier.check(CERTIFICATE, Kind.AUTH, moment=NOW)

    assert report.verdict is Verdict.CANNOT_TELL
    assert "too many signatures" in report.check("cert.revocation").seen


def test_without_any_answer_nothing_is_known():
    """An empty source is no good source."""
    verifier = Verifier(TrustAnchors.load(auth=[CA.der]), OcspSource())

    report = verifier.check(CERTIFICATE, Kind.AUTH, moment=NOW)

    assert report.revocation.status is Status.UNKNOWN
    assert report.verdict is Verdict.CANNOT_TELL


def test_several_sources_without_a_source_know_nothing():
    """Nobody asked is nobody who said good."""
    verifier = Verifier(TrustAnchors.load(auth=[CA.der]), AllSources(()))

    assert verifier.check(CERTIFICATE, Kind.AUTH, moment=NOW).verdict is Verdict.CANNOT_TELL
