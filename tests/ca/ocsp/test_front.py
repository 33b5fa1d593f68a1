"""One door for both authorities."""

import pytest

from jpki.ca.ocsp import OcspStatus, Responder, ResponderFront
from jpki.ca.ocsp.requestors import Requestors
from tests.ca.citizens import NOON, chance, request
from tests.ca.ocsp.asking import CountingKey, ask, asking, cert_id, responder_certificate, states


@pytest.fixture
def both(auth, sign, responder, keys) -> ResponderFront:
    """Give the door; the second responder's key is one of those no authority has here."""
    return ResponderFront([Responder(sign, CountingKey(keys[2]._private_key)), responder])


@pytest.fixture
def theirs(sign, second_key):
    """Issue a signing certificate."""
    return sign.issue(request(second_key, holder="jiro"), moment=NOON, randomness=chance)


def test_each_is_answered_by_its_own_authority(both, issued, theirs):
    """Picked by the issuer."""
    for_auth = responder_certificate(both.answer(asking(issued), moment=NOON))
    for_sign = responder_certificate(both.answer(asking(theirs), moment=NOON))

    assert "user authentication" in str(for_auth.issuer.native)
    assert "digital signature" in str(for_sign.issuer.native)


def test_kept_answers_of_both_are_given(both, issued, theirs):
    """By the octets, before anything is parsed."""
    asked = [asking(each) for each in (issued, theirs)]
    first = [both.answer(each, moment=NOON) for each in asked]

    again = [both.answer(each, moment=NOON) for each in asked]
    assert all(a is b for a, b in zip(first, again, strict=True))


def test_an_answer_speaks_for_one_authority(both, issued, theirs):
    """The one named first."""
    ids = [cert_id(each.serial, each.issuer) for each in (issued, theirs)]

    assert states(both.answer(ask(*ids), moment=NOON)) == ["good", "unknown"]
    assert states(both.answer(ask(*reversed(ids)), moment=NOON)) == ["good", "unknown"]


def test_nobody_answers_about_strangers(both, responder, theirs):
    """Nor to what is no request."""
    alone = ResponderFront([responder])

    assert alone.answer(asking(theirs), moment=NOON).status is OcspStatus.UNAUTHORIZED
    assert both.answer(b"\x30\x00", moment=NOON).status is OcspStatus.MALFORMED_REQUEST


def test_each_authority_has_its_own_rules(auth, responder_key, issued):
    """The door opens nothing that its responder keeps shut."""
    strict = Responder(auth, responder_key, requestors=Requestors(signature_required=True))

    answer = ResponderFront([strict]).answer(asking(issued), moment=NOON)
    assert answer.status is OcspStatus.SIG_REQUIRED
