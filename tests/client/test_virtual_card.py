"""The sessions and the virtual card understand each other (each is also held to others' words)."""

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from cardsim.mynumber import in_memory_card
from cardsim.readers.inprocess import connect
from jpki.card.client import (
    Channel,
    CommonSession,
    JpkiSession,
    LastTryError,
    PinBlockedError,
    SecurityStatusError,
    UnexpectedStatusError,
    WrongPinError,
)
from jpki.card.connection import ConnectionLostError
from jpki.card.layout import TokenKind
from jpki.profiles.kinds import Kind
from tests.support.cards import (
    AUTH_PIN,
    SIGN_PIN,
    adult_card,
    adult_image,
    certificate,
    child_card,
    rsa_key,
)

LENGTHS = {Kind.AUTH: 0x061F + 4, Kind.SIGN: 0x06CA + 4}
PINS = {Kind.AUTH: AUTH_PIN, Kind.SIGN: SIGN_PIN}


class ShortOnly:
    """A connection through a reader that carries short APDUs only, as some do."""

    def __init__(self, card, *, longest_answer=258):
        self._below = connect(card)
        self._longest = longest_answer

    @property
    def atr(self):
        return self._below.atr

    def transmit(self, command):
        if len(command) > 5 and command[4] == 0:
            raise ConnectionLostError("an extended length")
        answer = self._below.transmit(command)
        if len(answer) > self._longest:
            raise ConnectionLostError("too long an answer")
        return answer

    def close(self):
        self._below.close()


@pytest.fixture
def session():
    """Give the JPKI AP of a fresh adult's card."""
    return JpkiSession(connect(adult_card()))


@pytest.mark.parametrize("kind", Kind)
def test_every_certificate_comes_out_as_it_went_in(session, kind):
    """Both holder's certificates and both authorities', byte for byte."""
    session.verify_pin(Kind.SIGN, SIGN_PIN)

    assert session.read_certificate(kind) == certificate(kind.value, LENGTHS[kind])
    assert session.read_ca_certificate(kind) == certificate(f"{kind.value}-ca")


@pytest.mark.parametrize("longest_answer", [258, 230])
def test_certificates_come_out_of_a_reader_for_short_apdus(longest_answer):
    """No extended APDU gets through, and answers are limited: the certificate is the same."""
    connection = ShortOnly(adult_card(), longest_answer=longest_answer)

    der = JpkiSession(connection).read_certificate(Kind.AUTH)

    assert der == certificate("auth", LENGTHS[Kind.AUTH])


@pytest.mark.parametrize("kind", Kind)
def test_signature_verifies_under_the_cards_key(session, kind):
    """After its PIN each key signs, and `cryptography` accepts the signature."""
    message = b"to be signed"
    digest = hashes.Hash(hashes.SHA256())
    digest.update(message)
    session.verify_pin(kind, PINS[kind])

    signature = session.sign_sha256(kind, digest.finalize())

    public = rsa_key(kind.value).public_key()
    public.verify(signature, message, padding.PKCS1v15(), hashes.SHA256())


@pytest.mark.parametrize("kind", Kind)
def test_key_without_its_pin_does_not_sign(session, kind):
    """The card refuses and the session says so."""
    with pytest.raises(SecurityStatusError):
        session.sign_sha256(kind, bytes(32))


def test_signing_certificate_needs_its_password(session):
    """EF 0001 stays closed before 署名用パスワード."""
    with pytest.raises(SecurityStatusError):
        session.read_certificate(Kind.SIGN)


def test_wrong_pins_stop_before_the_last_try(session):
    """Two wrong PINs of three tries, then nothing is sent: the card still has its last."""
    with pytest.raises(WrongPinError):
        session.verify_pin(Kind.AUTH, "0000")
    with pytest.raises(WrongPinError):
        session.verify_pin(Kind.AUTH, "0000")

    with pytest.raises(LastTryError):
        session.verify_pin(Kind.AUTH, AUTH_PIN)

    assert session.tries_left(Kind.AUTH) == 1


def test_last_try_blocks_when_it_is_wrong(session):
    """Allowed and wrong, the last try blocks the PIN."""
    for_the_last_time = {"allow_last_try": True}
    with pytest.raises(WrongPinError):
        session.verify_pin(Kind.AUTH, "0000", **for_the_last_time)
    with pytest.raises(WrongPinError):
        session.verify_pin(Kind.AUTH, "0000", **for_the_last_time)

    with pytest.raises(PinBlockedError):
        session.verify_pin(Kind.AUTH, "0000", **for_the_last_time)

    assert session.tries_left(Kind.AUTH) == 0


def test_changed_pin_is_the_new_one(session):
    """After the change the old PIN is wrong and the new one right."""
    session.change_pin(Kind.SIGN, SIGN_PIN, "newpass9")

    with pytest.raises(WrongPinError):
        session.verify_pin(Kind.SIGN, SIGN_PIN)
    session.verify_pin(Kind.SIGN, "NEWPASS9")


def test_logging_out_closes_what_the_pin_opened(session):
    """After log_out the key does not sign, though the card kept its power."""
    session.verify_pin(Kind.AUTH, AUTH_PIN)
    session.log_out()

    with pytest.raises(SecurityStatusError):
        session.sign_sha256(Kind.AUTH, bytes(32))


def test_another_application_closes_what_the_pin_opened():
    """A session that comes back after another application knows that the PIN is forgotten."""
    channel = Channel(connect(adult_card()))
    session = JpkiSession(channel)
    session.verify_pin(Kind.AUTH, AUTH_PIN)

    record = CommonSession(channel).card_record()

    assert record == adult_image().record
    with pytest.raises(SecurityStatusError):
        session.sign_sha256(Kind.AUTH, bytes(32))


def test_childs_card_has_no_signing_certificate():
    """EF 0008 says so, and the signature password is blocked."""
    session = JpkiSession(connect(child_card()))

    assert not session.availability().sign
    assert session.tries_left(Kind.SIGN) == 0
    with pytest.raises(PinBlockedError):
        session.verify_pin(Kind.SIGN, SIGN_PIN)


def test_phone_needs_the_pin_for_its_auth_certificate():
    """On an Android token EF 000A opens after the four digits, with the same session class."""
    image = replace(adult_image(), token=TokenKind.ANDROID)
    session = JpkiSession(connect(in_memory_card(image, raise_unexpected=True)))
    assert session.token_info().kind is TokenKind.ANDROID
    with pytest.raises(SecurityStatusError):
        session.read_certificate(Kind.AUTH)

    session.verify_pin(Kind.AUTH, AUTH_PIN)

    assert session.read_certificate(Kind.AUTH) == certificate("auth", LENGTHS[Kind.AUTH])


def test_data_beyond_a_pkcs1_block_is_refused_here_and_not_by_the_card(session):
    """The longest data a 2048-bit key pads is signed; a longer one is never sent."""
    session.verify_pin(Kind.AUTH, AUTH_PIN)

    assert len(session.sign_digest_info(Kind.AUTH, bytes(245))) == 256
    with pytest.raises(ValueError, match="245"):
        session.sign_digest_info(Kind.AUTH, bytes(246))


def test_unexpected_status_is_not_swallowed(session):
    """A file whose kind does not fit READ BINARY answers 6981, and the caller sees it."""
    with pytest.raises(UnexpectedStatusError) as caught:
        session._read_exactly(0x18, "the PIN", 4)

    assert caught.value.status.value == 0x6981
