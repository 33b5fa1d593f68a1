"""OCSP answers about JPKI certificates: the source beside lists, and both together."""

import pytest

from jpki.revocation import IndexDirectory, IndexSource
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
from jpki.verify.anchors import Anchor
from jpki.verify.certificate import Certificate
from jpki.verify.errors import MalformedError, RevokedError
from jpki.verify.path import Limits, Parameters
from tests.support import pki
from tests.support.asn1 import NULL, explicit, octets, oid, seq, set_of, utf8
from tests.support.pki import DAY, NOW
from tests.verify.path.answering import (
    HOUR,
    RESPONDER,
    answer,
    by_name,
    cert_id,
    delegate,
    error,
    revoked,
    single,
)
from tests.verify.path.making import Holder

CA = pki.ca(Kind.AUTH)
OLD_CA = pki.ca(Kind.AUTH, 1)
ISSUER, OLD_ISSUER = Holder(CA.name, CA.key), Holder(OLD_CA.name, OLD_CA.key)
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


def test_an_answer_hidden_in_another_s_keeps_the_quick_verdict_from_being_good():
    """Whose list says good; of another certificate it says nothing."""
    hidden = {"1.2.3.4": (False, octets(by_responder(revoked())))}
    strange = answer(single(about=cert_id(ISSUER, 9)), extensions=hidden, signer=RESPONDER)
    sources = AllSources((CrlSource.load([pki.crl(CA)]), OcspSource.load([strange])))
    verifier = Verifier(TrustAnchors.load(auth=[CA.der]), sources)
    others = [pki.certificate(CA, serial=0x0765_4321 + number) for number in range(2)]

    verdicts = [
        verifier.judge(one, Kind.AUTH, moment=NOW).verdict for one in (*others, CERTIFICATE)
    ]

    assert verdicts == [Verdict.GOOD, Verdict.GOOD, Verdict.CANNOT_TELL]


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


ODD = {
    "number 0": {"serial": 0},
    "a negative number": {"serial": -5},
    "a name that is no text": {
        "subject": seq(set_of(seq(oid("1.2.392.200149.8.5.99"), octets(b"responder"))))
    },
    "a relative place": {
        "change": {
            pki.CRL_POINTS: (
                False,
                seq(seq(explicit(0, explicit(1, seq(oid("2.5.4.3"), utf8("here")))))),
            )
        }
    },
}
"""Certificates the path room reads, for RFC 5280 has them, and the JPKI reader refuses."""


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    """Give an index with a fresh list of the CA that names nobody."""
    place = IndexDirectory(tmp_path_factory.mktemp("index"))
    list(place.add([("list", pki.crl(CA, point=None))], [Anchor.load(CA.der)]))
    return IndexSource(place.parts())


@pytest.mark.parametrize("no_check", [True, False], ids=["nocheck", "asked"])
@pytest.mark.parametrize("fields", ODD.values(), ids=ODD)
def test_a_responder_an_index_cannot_be_asked_about_is_in_doubt(index, fields, no_check):
    """Its answer says nothing, and nothing else says good; what revokes does so all the same."""
    own = delegate(ISSUER, RESPONDER, no_check=no_check, **fields)
    good, bad = (by_responder(one, certificates=[own]) for one in (b"\x80\x00", revoked()))
    by_ca = answer(about(revoked()), signer=ISSUER)

    def source(*answers: bytes, responders=index):
        return OcspSource.load(answers, lists=[pki.crl(CA, point=None)], responders=responders)

    def told(*answers: bytes):
        finding = asked(source(*answers)).revocation
        return finding.status, finding.is_doubtful, asked(index, source(*answers)).verdict

    with pytest.raises(MalformedError):
        Certificate.parse(own)
    assert asked(source(good, responders=None)).verdict is Verdict.GOOD
    assert told(good) == told(bad) == (Status.UNKNOWN, True, Verdict.CANNOT_TELL)
    assert told(good, by_ca) == told(by_ca, good) == (Status.REVOKED, False, Verdict.BAD)


def too_much(*answers: bytes) -> OcspSource:
    """Give a source that may verify no signature at all."""
    return OcspSource.load(answers, parameters=Parameters(limits=Limits(signatures=0)))


def asked(*sources):
    verifier = Verifier(TrustAnchors.load(auth=[CA.der]), AllSources(sources))
    return verifier.check(CERTIFICATE, Kind.AUTH, moment=NOW)


def test_what_costs_too_much_cannot_tell():
    """The budget of the path room holds here too."""
    report = asked(too_much(by_responder()))

    assert report.verdict is Verdict.CANNOT_TELL
    assert "too many signatures" in report.check("cert.revocation").seen


@pytest.mark.parametrize("status", [b"\x80\x00", revoked()], ids=["good", "revoked"])
def test_what_was_not_looked_at_may_say_revoked(status):
    """No list says good beside it, were it ever so fresh; one that names the certificate counts."""
    spent = too_much(by_responder(status))
    fresh = CrlSource.load([pki.crl(CA)])
    listed = CrlSource.load([pki.crl(CA, pki.entry(reason=1))])

    alone = asked(spent).revocation

    assert (alone.status, alone.is_doubtful) == (Status.UNKNOWN, True)
    assert asked(fresh).verdict is Verdict.GOOD
    assert asked(fresh, spent).verdict is Verdict.CANNOT_TELL
    assert asked(listed, spent).verdict is Verdict.BAD


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
