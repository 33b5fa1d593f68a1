"""OCSP answers of a service in trouble, as relying parties meet them: OpenSSL, GnuTLS, pyca."""

from datetime import timedelta

import pytest
from cryptography.x509 import ocsp as pyca

from cardsim.faults import Mishap, Trouble
from cardsim.world.ocsp_evidence import answer_handed_out
from tests.ca.ocsp.asking import nonce, state, states
from tests.ca.ocsp.foreign import Bench


@pytest.fixture(scope="module")
def bench(tmp_path_factory, keys):
    """Give a bench of today."""
    made = Bench(tmp_path_factory.mktemp("trouble"), keys)
    yield made
    made.register.close()


@pytest.fixture
def handed_out(bench, keys):
    """Give the request for a certificate, and what is handed out with a mishap."""

    def hand_out(mishap, issued=bench.good, *arguments):
        asked = bench.ask("-serial", str(issued.serial), *arguments)
        answer = answer_handed_out(
            bench.answer(asked).der,
            bench.responder,
            Trouble(mishap=mishap),
            moment=bench.now,
            stranger=keys[4],
        )
        return asked, answer

    return hand_out


@pytest.mark.parametrize(
    ("mishap", "said"),
    [
        (None, "Response verify OK"),
        (Mishap.WRONG, "signature failure"),
        (Mishap.WRONG_SIGNER, "Response Verify Failure"),
        (Mishap.EXPIRED_SIGNER, "certificate has expired"),
        (Mishap.TRY_LATER, "Responder Error: trylater (3)"),
        (Mishap.WRONG_NONCE, "Nonce Verify error"),
        (Mishap.TRUNCATED, "Error reading OCSP response"),
        (Mishap.UNKNOWN, "Response verify OK"),
        (Mishap.STALE, "Response verify OK"),
    ],
    ids=str,
)
def test_openssl_says_what_is_wrong(bench, handed_out, mishap, said):
    """In its own words, and of nothing else."""
    asked, answer = handed_out(mishap)

    assert said in bench.openssl_says(answer, asked).text


def test_openssl_says_that_an_answer_is_stale(bench, handed_out):
    """It is authentic; its time is over."""
    asked, answer = handed_out(Mishap.STALE)

    said = bench.openssl_says(answer, asked, "-serial", str(bench.good.serial)).text
    assert "Response verify OK" in said
    assert "status expired" in said


@pytest.mark.parametrize(
    ("mishap", "said"),
    [
        (None, "Success."),
        (Mishap.UNKNOWN, "Success."),
        (Mishap.WRONG, "Failure, Signature failure."),
        (Mishap.EXPIRED_SIGNER, "Failure, Signer cert expired."),
    ],
    ids=str,
)
def test_gnutls_says_what_is_wrong(bench, handed_out, mishap, said):
    """As OpenSSL does."""
    _, answer = handed_out(mishap)

    assert bench.gnutls_verifies(answer) == f"Verifying OCSP Response: {said}"


def test_a_stale_answer_does_not_know_what_came_after_it(bench, handed_out):
    """The certificate was revoked an hour ago."""
    assert state(handed_out(None, bench.revoked)[1]) == "revoked"
    _, answer = handed_out(Mishap.STALE, bench.revoked)

    loaded = pyca.load_der_ocsp_response(answer)
    assert loaded.certificate_status is pyca.OCSPCertStatus.GOOD
    assert loaded.next_update_utc == bench.now - timedelta(days=1)
    assert loaded.this_update_utc <= loaded.produced_at_utc < loaded.next_update_utc


def test_an_answer_that_knows_nothing_says_so_of_each(bench, handed_out):
    """Also of one that is revoked."""
    assert states(handed_out(Mishap.UNKNOWN, bench.revoked)[1]) == ["unknown"]


def test_without_a_nonce_there_is_none_to_be_wrong(bench, handed_out):
    """Nobody would look at one that was not asked for."""
    _, answer = handed_out(Mishap.WRONG_NONCE, bench.good, "-no_nonce")

    assert nonce(answer) is None
    assert state(answer) == "good"


def test_in_place_of_an_http_status_there_is_no_answer(bench):
    """Nor is a refusal made into something else."""
    refused = bench.answer(b"").der

    def hand_out(**trouble):
        return answer_handed_out(refused, bench.responder, Trouble(**trouble), moment=bench.now)

    assert hand_out(status=503) is None
    assert hand_out(mishap=Mishap.STALE) == refused
    assert hand_out(late=2000) == refused


def test_trouble_puts_nothing_on_record(bench, handed_out):
    """No serial number is spent."""
    handed_out(None)
    before = list(bench.authority.certificates())

    assert all(handed_out(mishap) for mishap in Mishap)

    assert list(bench.authority.certificates()) == before
