"""The responder's certificates: their form, their record, their succession."""

from datetime import timedelta

import pytest
from asn1crypto import x509

from jpki.ca import Authority, CertificateState, SoftwareKey, make_list
from jpki.ca.errors import RegisterError, RequestRefusedError
from jpki.ca.ocsp import OcspStatus, Responder
from jpki.profiles import Kind, RevocationReason
from jpki.profiles.ocsp import ANSWER, RESPONDER
from tests.ca import reading
from tests.ca.citizens import DAY, NOON, chance, request
from tests.ca.ocsp.asking import CountingKey, asking, responder_certificate, state


def certificate_at(responder, issued, moment) -> x509.Certificate:
    """Give the certificate that comes with an answer signed at a moment."""
    answer = responder.answer(asking(issued, nonce=b"n" * 16), moment=moment)
    return responder_certificate(answer)


def test_the_form_is_the_profiles(auth, responder, issued):
    """Extensions in order, digitalSignature alone, OCSPSigning alone, NULL in nocheck."""
    made = certificate_at(responder, issued, NOON)
    der = made.dump()

    assert reading.shape(made["tbs_certificate"]["extensions"]) == [
        ("2.5.29.15", True),
        ("2.5.29.37", False),
        ("1.3.6.1.5.5.7.48.1.5", False),
        ("2.5.29.35", False),
        ("2.5.29.14", False),
    ]
    assert reading.value(der, "2.5.29.15") == bytes.fromhex("03020780")
    assert made.extended_key_usage_value.native == ["ocsp_signing"]
    assert reading.value(der, "1.3.6.1.5.5.7.48.1.5") == b"\x05\x00"
    assert made.subject.native["common_name"] == "OCSP Responder"
    assert made.issuer == x509.Certificate.load(issued.issuer).subject
    assert (made.public_key.algorithm, made.public_key.bit_size) == ("rsa", 2048)
    assert made.dump(force=True) == der


def test_it_is_valid_for_every_answer_it_signs(responder, issued):
    """From the refresh on whose data the first answer rests, for a month."""
    made = certificate_at(responder, issued, NOON + timedelta(minutes=7))

    assert made.not_valid_before == NOON
    assert made.not_valid_after == NOON + RESPONDER.lifetime


def test_it_is_on_record(auth, responder, issued):
    """With the next number of the authority's counter, as the authority's own."""
    made = certificate_at(responder, issued, NOON)

    record = auth.certificate(issued.serial + 1)
    assert record.der == made.dump()
    assert (record.municipality, record.holder, record.generation) == (None, "", 1)
    assert record.state(NOON) is CertificateState.GOOD


def test_the_same_certificate_serves_until_the_next_is_due(auth, responder, issued, responder_key):
    """Also for a process that starts anew."""
    first = certificate_at(responder, issued, NOON)
    due = NOON + RESPONDER.lifetime - RESPONDER.renew_before

    later = certificate_at(Responder(auth, responder_key), issued, due)
    assert later.serial_number == first.serial_number


def test_the_next_takes_over_before_the_end(responder, issued):
    """A week before, under the same key; what was kept under the first stays good."""
    first = certificate_at(responder, issued, NOON)
    due = NOON + RESPONDER.lifetime - RESPONDER.renew_before + ANSWER.refresh

    following = certificate_at(responder, issued, due)

    assert following.serial_number == first.serial_number + 1
    assert following.not_valid_before == due
    assert following.public_key.dump() == first.public_key.dump()


def test_with_a_clock_set_back_one_of_then_is_made(responder, issued):
    """A certificate of the future signs nothing."""
    certificate_at(responder, issued, NOON)

    made = certificate_at(responder, issued, NOON - DAY)
    assert made.not_valid_before == NOON - DAY


def test_it_does_not_outlive_its_generation(auth, responder, issued):
    """And is not made again and again when it cannot be longer."""
    end = auth.generations[0].not_after
    made = certificate_at(responder, issued, end - 3 * DAY)
    again = certificate_at(responder, issued, end - 2 * DAY)

    assert made.not_valid_after == end
    assert again.serial_number == made.serial_number


def test_without_the_authoritys_keys_those_on_record_serve(auth, responder, issued, responder_key):
    """A responder need not hold the key of the authority."""
    first = certificate_at(responder, issued, NOON)
    keyless = Responder(Authority(auth.register, Kind.AUTH, keys=[]), responder_key)
    end = NOON + RESPONDER.lifetime
    last = end - timedelta(seconds=1)

    assert certificate_at(keyless, issued, last).serial_number == first.serial_number
    # At its very end the data are refreshed: an answer would be over as it begins.
    over = [
        keyless.answer(asking(issued), moment=end + each).status
        for each in (timedelta(), timedelta(hours=1))
    ]
    assert over == [OcspStatus.UNAUTHORIZED] * 2


def test_a_revoked_one_is_replaced_and_ends_what_it_signed(auth, responder, issued):
    """With nocheck or without: it is known here."""
    first = responder.answer(asking(issued), moment=NOON)
    serial = responder_certificate(first).serial_number
    auth.revoke(serial, RevocationReason.SUPERSEDED, moment=NOON)

    after = responder.answer(asking(issued), moment=NOON + ANSWER.refresh)
    assert responder_certificate(after).serial_number == serial + 1


def test_a_compromised_key_speaks_no_more(auth, responder, issued):
    """A new certificate would not help; another key does."""
    serial = certificate_at(responder, issued, NOON).serial_number
    auth.revoke(serial, RevocationReason.KEY_COMPROMISE, moment=NOON)
    moment = NOON + ANSWER.refresh

    assert responder.answer(asking(issued), moment=moment).status is OcspStatus.UNAUTHORIZED
    other = Responder(auth, SoftwareKey.generate())
    assert state(other.answer(asking(issued), moment=moment)) == "good"


class BreakingKey(CountingKey):
    """An authority's key that breaks at its next use."""

    def sign(self, message: bytes) -> bytes:
        raise KeyboardInterrupt


def test_a_crash_while_it_is_signed_is_made_good(auth, responder_key, issued, keys):
    """Its number was spent: the next to ask finishes that very certificate."""
    crashing = Authority(auth.register, Kind.AUTH, keys=[BreakingKey(keys[1]._private_key)])
    with pytest.raises(KeyboardInterrupt):
        Responder(crashing, responder_key).answer(asking(issued), moment=NOON)
    left = auth.certificate(issued.serial + 1)

    made = certificate_at(Responder(auth, responder_key), issued, NOON)

    assert left.state(NOON) is CertificateState.UNFINISHED
    assert made.serial_number == left.serial
    assert made["tbs_certificate"].dump() == left.tbs


@pytest.mark.usefixtures("sign", "issued")
@pytest.mark.parametrize("whose", [1, 0, 3], ids=["its authority's", "the other's", "a holder's"])
def test_the_key_is_nobody_elses(auth, keys, whose):
    """Or one's signature could pass for another's."""
    with pytest.raises(RegisterError, match="somebody else's"):
        Responder(auth, keys[whose])


def test_two_authorities_do_not_share_a_responders_key(sign, responder, issued, responder_key):
    """They are two separate hierarchies."""
    certificate_at(responder, issued, NOON)

    with pytest.raises(RegisterError, match="somebody else's"):
        Responder(sign, responder_key)


def test_nobody_else_gets_the_key(auth, sign, responder, issued, responder_key):
    """Neither a holder nor a new generation, of either authority."""
    certificate_at(responder, issued, NOON)
    wanted = request(responder_key.public_key)

    with pytest.raises(RequestRefusedError, match="authority's own"):
        auth.issue(wanted, moment=NOON, randomness=chance)
    with pytest.raises(RegisterError, match="an authority's already"):
        sign.add_generation(responder_key, moment=NOON)


def test_the_full_list_names_a_revoked_one(auth, responder, issued):
    """It is the authority's certificate like any other."""
    serial = certificate_at(responder, issued, NOON).serial_number
    auth.revoke(serial, RevocationReason.SUPERSEDED, moment=NOON)

    assert reading.entries(make_list(auth, None, moment=NOON).der) == {serial: "superseded"}
