"""What is answered, as of when."""

from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.x509 import ocsp as pyca

from jpki.ca import Register, SoftwareKey
from jpki.ca.errors import RegisterError
from jpki.ca.ocsp import OcspStatus, Responder
from jpki.profiles import RevocationReason
from jpki.profiles.ocsp import ANSWER
from tests.ca.citizens import DAY, FOUNDED, NOON, chance, request
from tests.ca.ocsp.asking import (
    ask,
    asking,
    cert_id,
    data,
    reason,
    responder_certificate,
    singles,
    state,
    states,
)

MINUTE = timedelta(minutes=1)
REFRESH, LIFETIME = ANSWER.refresh, ANSWER.lifetime


def test_a_good_answer_has_its_times(responder, issued):
    """As of the last refresh, to the next update, made now."""
    answer = responder.answer(asking(issued), moment=NOON + 7 * MINUTE)

    [single] = singles(answer)
    assert single["this_update"].native == NOON == answer.this_update
    assert single["next_update"].native == NOON + LIFETIME == answer.next_update
    assert data(answer)["produced_at"].native == NOON + 7 * MINUTE == answer.produced_at
    assert answer.status is OcspStatus.SUCCESSFUL


def test_the_signature_is_the_delegated_responders(responder, issued):
    """Verified with the certificate that came along, whose issuer is the authority."""
    answer = pyca.load_der_ocsp_response(responder.answer(asking(issued), moment=NOON).der)
    [certificate] = answer.certificates

    certificate.public_key().verify(
        answer.signature, answer.tbs_response_bytes, padding.PKCS1v15(), hashes.SHA256()
    )
    certificate.verify_directly_issued_by(x509.load_der_x509_certificate(issued.issuer))
    assert answer.certificate_status is pyca.OCSPCertStatus.GOOD
    ski = certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    assert answer.responder_key_hash == ski.digest


def test_a_responder_can_be_named_by_name(auth, issued, responder_key):
    """That of its certificate."""
    from dataclasses import replace

    named = Responder(auth, responder_key, profile=replace(ANSWER, by_key=False))

    answer = named.answer(asking(issued), moment=NOON)
    assert data(answer)["responder_id"].name == "by_name"
    assert data(answer)["responder_id"].chosen == responder_certificate(answer).subject


@pytest.mark.parametrize("why", RevocationReason)
def test_a_revocation_shows_with_time_and_reason(auth, responder, issued, why):
    """A hold too; unspecified is left out, as in lists."""
    auth.revoke(issued.serial, why, moment=NOON + 5 * MINUTE)

    answer = responder.answer(asking(issued), moment=NOON + REFRESH)

    loaded = pyca.load_der_ocsp_response(answer.der)
    assert loaded.certificate_status is pyca.OCSPCertStatus.REVOKED
    assert loaded.revocation_time_utc == NOON + 5 * MINUTE
    said = loaded.revocation_reason
    assert (said and said.value) == (why.rfc_name if why else None)


@pytest.mark.parametrize("recorded", [timedelta(), 5 * MINUTE, REFRESH - timedelta(seconds=1)])
def test_a_revocation_shows_at_the_next_refresh(auth, responder, issued, recorded):
    """Not before, and not later."""
    auth.revoke(issued.serial, RevocationReason.SUPERSEDED, moment=NOON + recorded)

    before = responder.answer(asking(issued), moment=NOON + REFRESH - timedelta(seconds=1))
    after = responder.answer(asking(issued), moment=NOON + REFRESH)

    assert (state(before), state(after)) == ("good", "revoked")


def test_a_hold_gets_its_final_reason_and_keeps_its_date(auth, responder, issued):
    """The final reason waits for a refresh as well."""
    auth.revoke(issued.serial, RevocationReason.CERTIFICATE_HOLD, moment=NOON)
    settled = NOON + 20 * MINUTE
    auth.revoke(issued.serial, RevocationReason.KEY_COMPROMISE, moment=settled)

    held = responder.answer(asking(issued), moment=NOON + REFRESH)
    final = responder.answer(asking(issued), moment=NOON + 2 * REFRESH)

    assert (reason(held), reason(final)) == ("certificate_hold", "key_compromise")
    [single] = singles(final)
    assert single["cert_status"].chosen["revocation_time"].native == NOON


def test_a_serial_number_never_issued_is_unknown(responder, issued):
    """Whatever its size: it may be issued any moment, so nobody keeps that."""
    serials = (issued.serial + 99, 0, -5, 2**31, 2**63, 2**150)
    answers = [responder.answer(ask(cert_id(each, issued.issuer)), moment=NOON) for each in serials]

    assert {state(each) for each in answers} == {"unknown"}
    assert {each.cacheable for each in answers} == {False}


def test_a_certificate_is_known_from_its_issue_on(auth, responder, issued, holder_key):
    """Only revocations wait for the refresh."""
    following = ask(cert_id(issued.serial + 2, issued.issuer))
    before = responder.answer(following, moment=NOON)
    made = auth.issue(request(holder_key), moment=NOON + MINUTE, randomness=chance)

    after = responder.answer(following, moment=NOON + MINUTE)
    assert made.serial == issued.serial + 2
    assert (state(before), state(after)) == ("unknown", "good")


class BrokenKey(SoftwareKey):
    """A key that breaks when it is needed."""

    def sign(self, message: bytes) -> bytes:
        raise OSError("the token is gone")


def test_an_unfinished_certificate_is_unknown(auth, responder, issued, holder_key, keys):
    """Its serial number is spent, and nobody holds it."""
    unlucky = type(auth)(auth.register, auth.kind, keys=[BrokenKey(keys[1]._private_key)])
    with pytest.raises(OSError, match="gone"):
        unlucky.issue(request(holder_key), moment=NOON, randomness=chance)

    answer = responder.answer(ask(cert_id(issued.serial + 1, issued.issuer)), moment=NOON)
    assert state(answer) == "unknown"


def test_another_authoritys_certificate_is_not_ours_to_speak_of(sign, responder, second_key):
    """Nothing signed: nobody could trust it (RFC 6960 2.3)."""
    theirs = sign.issue(request(second_key), moment=NOON, randomness=chance)

    answer = responder.answer(asking(theirs), moment=NOON)
    assert answer.status is OcspStatus.UNAUTHORIZED


def test_of_a_strangers_certificate_among_ours_we_know_nothing(sign, responder, issued, second_key):
    """In a signed answer about ours it is unknown."""
    theirs = sign.issue(request(second_key), moment=NOON, randomness=chance)
    ids = [cert_id(each.serial, each.issuer) for each in (theirs, issued)]

    assert states(responder.answer(ask(*ids), moment=NOON)) == ["unknown", "good"]


def test_generations_are_told_apart_by_key(auth, responder, issued, keys, second_key):
    """One name, one counter: with the wrong generation's key hash a serial number is unknown."""
    renewed = auth.add_generation(keys[2], moment=NOON)
    newer = auth.issue(request(second_key, holder="jiro"), moment=NOON, randomness=chance)
    assert newer.issuer == renewed.certificate
    crossed = [cert_id(newer.serial, issued.issuer), cert_id(issued.serial, newer.issuer)]

    assert [state(responder.answer(asking(each), moment=NOON)) for each in (issued, newer)] == [
        "good",
        "good",
    ]
    assert [state(responder.answer(ask(each), moment=NOON)) for each in crossed] == [
        "unknown",
        "unknown",
    ]


def test_each_generation_is_spoken_for_by_its_own(auth, responder, issued, keys, second_key):
    """Whoever checks an old certificate trusts the old key (RFC 6960 4.2.2.2)."""
    auth.add_generation(keys[2], moment=NOON)
    newer = auth.issue(request(second_key, holder="jiro"), moment=NOON, randomness=chance)

    for_old = responder_certificate(responder.answer(asking(issued), moment=NOON))
    for_new = responder_certificate(responder.answer(asking(newer), moment=NOON))

    identifiers = [g.key_identifier for g in auth.generations]
    assert [each.authority_key_identifier for each in (for_old, for_new)] == identifiers


def test_the_authoritys_own_certificates_are_known(auth, responder):
    """Its root's and the responder's, which come from the same counter."""
    [generation] = auth.generations
    root = cert_id(generation.serial, generation.certificate)

    answer = responder.answer(ask(root), moment=NOON)
    own = cert_id(responder_certificate(answer).serial_number, generation.certificate)

    assert state(answer) == state(responder.answer(ask(own), moment=NOON)) == "good"


def test_an_expired_certificate_is_answered_from_the_archive(auth, responder, issued):
    """Nothing is forgotten: the cutoff is the beginning of the generation (RFC 6960 4.4.4)."""
    late = issued.not_after + DAY

    [after] = singles(responder.answer(asking(issued), moment=late))
    [before] = singles(responder.answer(asking(issued), moment=NOON))

    assert after["cert_status"].name == "good"
    assert after["single_extensions"][0]["extn_value"].parsed.native == FOUNDED
    assert before["single_extensions"].native is None


def test_a_generation_that_has_ended_is_not_spoken_for(auth, responder, issued):
    """No responder's certificate can outlive it."""
    late = auth.generations[0].not_after + DAY

    answer = responder.answer(asking(issued), moment=late)
    assert answer.status is OcspStatus.UNAUTHORIZED


def test_a_revoked_generation_is_spoken_for(auth, responder, issued):
    """As with lists: of those it issued to before, the state must be known."""
    auth.revoke(auth.generations[0].serial, RevocationReason.CA_COMPROMISE, moment=NOON)

    assert state(responder.answer(asking(issued), moment=NOON + REFRESH)) == "good"


def test_a_register_that_fails_is_for_later(responder, issued, monkeypatch):
    """Nothing is said that nobody could look up, not even what is kept."""
    responder.answer(asking(issued), moment=NOON)

    def fail(self):
        raise RegisterError("the disk is full")

    monkeypatch.setattr(Register, "reading", fail)

    answer = responder.answer(asking(issued), moment=NOON + REFRESH)
    assert answer.status is OcspStatus.TRY_LATER


def test_a_defect_is_an_internal_error_and_is_logged(auth, issued, keys, caplog):
    """The asker gets a status; the log has no octet of what was asked."""
    broken = Responder(auth, BrokenKey(keys[4]._private_key))

    answer = broken.answer(asking(issued, nonce=b"secret-nonce-here"), moment=NOON)

    assert answer.status is OcspStatus.INTERNAL_ERROR
    assert "the token is gone" in caplog.text
    assert "secret-nonce" not in caplog.text


def test_a_moment_needs_a_zone(responder, issued):
    """That is the caller's mistake, not the asker's."""
    with pytest.raises(TypeError, match="offset-naive"):
        responder.answer(asking(issued), moment=NOON.replace(tzinfo=None))
