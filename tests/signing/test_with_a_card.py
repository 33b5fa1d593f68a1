"""The whole way: a virtual card logs in and signs, our verifier and OpenSSL judge."""

from dataclasses import replace

import pytest

from cardsim.mynumber import Credential, in_memory_card
from cardsim.readers.inprocess import connect
from jpki.card.client import JpkiSession, SecurityStatusError
from jpki.signing.card import CardSigner
from jpki.signing.cms import sign_detached
from jpki.signing.login import answer
from jpki.signing.software import SoftwareSigner
from jpki.verify import Kind, Verdict
from jpki.verify.cms import verify_detached
from jpki.verify.errors import RevokedError, WrongKindError
from jpki.verify.login import RelyingParty
from tests.support import openssl, pki
from tests.support.cards import AUTH_PIN, SIGN_PIN, adult_image, pkcs8
from tests.support.pki import NOW

CAS = {kind: pki.ca(kind) for kind in Kind}
CONTENT = "転出届\n".encode()


def credential(kind: Kind) -> Credential:
    return Credential(pki.certificate(CAS[kind]), pkcs8(pki.key(f"{kind.value} holder")))


@pytest.fixture
def session():
    """Give a session with a card whose certificates the test CAs issued, no PIN verified."""
    image = replace(adult_image(), sign=credential(Kind.SIGN), auth=credential(Kind.AUTH))
    with JpkiSession(connect(in_memory_card(image))) as opened:
        yield opened


def verifier(*sign_entries: bytes, auth_entries: tuple[bytes, ...] = ()):
    return pki.verifier(
        pki.crl(CAS[Kind.SIGN], *sign_entries), pki.crl(CAS[Kind.AUTH], *auth_entries)
    )


def log_in(session, kind, judge):
    service = RelyingParty("here", judge)
    challenge, state = service.begin(moment=NOW)
    signer = CardSigner.open(session, kind)
    reply = answer(challenge.encode(), signer, relying_party="here", moment=NOW)
    return service.complete(state, reply, moment=NOW)


def test_a_card_logs_in(session):
    """PIN, challenge, signature by the card: GOOD."""
    session.verify_pin(Kind.AUTH, AUTH_PIN)

    assert log_in(session, Kind.AUTH, verifier()).verdict is Verdict.GOOD


def test_a_revoked_card_does_not_log_in(session):
    """The card knows nothing of its revocation and signs; the verifier refuses."""
    session.verify_pin(Kind.AUTH, AUTH_PIN)

    report = log_in(session, Kind.AUTH, verifier(auth_entries=(pki.entry(reason=6),)))

    with pytest.raises(RevokedError):
        report.require_good()


def test_the_signing_key_of_a_card_does_not_log_in(session):
    """The other key with the other PIN makes a valid signature and no login."""
    session.verify_pin(Kind.SIGN, SIGN_PIN)

    report = log_in(session, Kind.SIGN, verifier())

    with pytest.raises(WrongKindError):
        report.require_good()


def test_a_card_signs_a_document(session, tmp_path):
    """CMS made with the card: we say GOOD, and so does OpenSSL."""
    session.verify_pin(Kind.SIGN, SIGN_PIN)
    signer = CardSigner.open(session, Kind.SIGN)

    message = sign_detached(CONTENT, signer, moment=NOW)

    assert verify_detached(message, CONTENT, verifier(), moment=NOW).verdict is Verdict.GOOD
    opinion = openssl.cms_verify(tmp_path, message, CONTENT, cas=[CAS[Kind.SIGN].der], moment=NOW)
    assert opinion.accepts, opinion.text


def test_a_card_without_its_pin_signs_nothing(session):
    """The card's refusal reaches the caller as it is."""
    with pytest.raises(SecurityStatusError):
        sign_detached(CONTENT, CardSigner.open(session, Kind.AUTH), moment=NOW)
    with pytest.raises(SecurityStatusError):
        CardSigner.open(session, Kind.SIGN)


def test_a_card_and_a_key_in_memory_make_the_same_message(session):
    """PKCS#1 v1.5 leaves no choice: where the key lives cannot be seen."""
    session.verify_pin(Kind.SIGN, SIGN_PIN)
    in_memory = SoftwareSigner(pki.certificate(CAS[Kind.SIGN]), pki.key("sign holder"))

    by_card = sign_detached(CONTENT, CardSigner.open(session, Kind.SIGN), moment=NOW)

    assert by_card == sign_detached(CONTENT, in_memory, moment=NOW)
