"""Revoked is for good; a hold is never lifted, but may be given its final reason."""

import pytest

from jpki.ca import CertificateState, make_list
from jpki.ca.errors import (
    AlreadyExpiredError,
    AlreadyRevokedError,
    RevocationRefusedError,
    UnknownSerialError,
)
from jpki.ca.revoking import SETTLES_A_HOLD
from jpki.profiles import RevocationReason

from . import reading
from .citizens import DAY, KIYOSE, NOON, chance, request

DATABASES = ["sqlite", "postgresql"]

HOLD = RevocationReason.CERTIFICATE_HOLD
FINAL = sorted(set(RevocationReason) - {HOLD})


@pytest.fixture
def serial(sign, holder_key) -> int:
    """Issue a certificate; give its serial number."""
    return sign.issue(request(holder_key), moment=NOON, randomness=chance).serial


@pytest.mark.parametrize("reason", RevocationReason)
def test_each_reason_is_recorded_with_its_moment(sign, serial, reason):
    """From then on the certificate's state is revoked."""
    sign.revoke(serial, reason, moment=NOON + DAY)

    record = sign.certificate(serial)
    assert (record.revocation.reason, record.revocation.revoked_at) == (reason, NOON + DAY)
    assert record.state(NOON + DAY) is CertificateState.REVOKED


@pytest.mark.parametrize("second", RevocationReason)
@pytest.mark.parametrize("first", FINAL)
def test_a_final_reason_stays(sign, serial, first, second):
    """No reason takes the place of one that is final."""
    sign.revoke(serial, first, moment=NOON)

    with pytest.raises(AlreadyRevokedError) as refusal:
        sign.revoke(serial, second, moment=NOON + DAY)
    assert refusal.value.revoked_at == NOON
    assert sign.certificate(serial).revocation.reason is first


@pytest.mark.parametrize("final", sorted(SETTLES_A_HOLD))
def test_a_hold_may_be_given_its_final_reason(sign, serial, final):
    """It keeps the date of the hold, and when it was settled is on record."""
    sign.revoke(serial, HOLD, moment=NOON)

    settled = sign.revoke(serial, final, moment=NOON + DAY)
    assert (settled.reason, settled.revoked_at, settled.settled_at) == (final, NOON, NOON + DAY)
    assert reading.entries(make_list(sign, KIYOSE, moment=NOON + DAY).der) == {
        serial: {
            "keyCompromise": "key_compromise",
            "cACompromise": "ca_compromise",
            "affiliationChanged": "affiliation_changed",
            "superseded": "superseded",
            "cessationOfOperation": "cessation_of_operation",
        }[final.rfc_name]
    }


def test_a_settled_hold_stays_settled(sign, serial):
    """It has its final reason; nothing follows."""
    sign.revoke(serial, HOLD, moment=NOON)
    sign.revoke(serial, RevocationReason.KEY_COMPROMISE, moment=NOON)

    with pytest.raises(AlreadyRevokedError):
        sign.revoke(serial, RevocationReason.SUPERSEDED, moment=NOON)


@pytest.mark.parametrize("reason", [HOLD, RevocationReason.UNSPECIFIED])
def test_a_hold_is_neither_held_again_nor_discarded(sign, serial, reason):
    """A held certificate was delivered; "discarded before delivery" cannot be true of it."""
    sign.revoke(serial, HOLD, moment=NOON)

    with pytest.raises(AlreadyRevokedError):
        sign.revoke(serial, reason, moment=NOON)


def test_what_has_ended_is_not_revoked(sign, serial):
    """One second after its end it is expired, and stays out of the lists."""
    end = sign.certificate(serial).not_after

    with pytest.raises(AlreadyExpiredError):
        sign.revoke(serial, HOLD, moment=end + DAY)
    assert sign.certificate(serial).state(end + DAY) is CertificateState.EXPIRED
    assert sign.revoke(serial, HOLD, moment=end).reason is HOLD


def test_an_unknown_serial_cannot_be_revoked(sign):
    """What was never issued is not revoked as a precaution."""
    with pytest.raises(UnknownSerialError) as refusal:
        sign.revoke(12345, HOLD, moment=NOON)
    assert refusal.value.serial == 12345


def test_one_authority_does_not_revoke_for_the_other(auth, sign, serial):
    """The same serial number may exist at both; only the right one is touched."""
    with pytest.raises(UnknownSerialError):
        auth.revoke(serial, HOLD, moment=NOON)
    assert sign.certificate(serial).revocation is None


def test_a_certificate_not_yet_valid_is_known_as_such(sign, serial):
    """Its state before the second of issue."""
    assert sign.certificate(serial).state(NOON - DAY) is CertificateState.NOT_YET_VALID


def test_every_refusal_names_the_serial(sign, serial):
    """Whoever catches it knows which certificate it was."""
    sign.revoke(serial, RevocationReason.SUPERSEDED, moment=NOON)

    with pytest.raises(RevocationRefusedError) as refusal:
        sign.revoke(serial, HOLD, moment=NOON)
    assert refusal.value.serial == serial
