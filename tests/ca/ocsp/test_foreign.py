"""OpenSSL, GnuTLS and pkilint on what the responder answers, and requests by both programs."""

import pytest
from cryptography.x509 import ocsp as pyca
from pkilint import loader, pkix
from pkilint.pkix import extension, name, ocsp

from jpki.ca.ocsp import OcspStatus
from tests.ca.ocsp.asking import nonce, responder_certificate, state
from tests.ca.ocsp.foreign import Bench
from tests.support import openssl, processes

OK = "Response verify OK\n"
UNUSED = "999"

PKILINT_FORCED: dict[str, str] = {}
"""Findings that the profile forces on us, each with its reason: there are none."""


@pytest.fixture(scope="module")
def bench(tmp_path_factory, keys):
    """Give a bench of today."""
    made = Bench(tmp_path_factory.mktemp("foreign"), keys)
    yield made
    made.register.close()


def serial(issued) -> tuple[str, str]:
    return "-serial", str(issued.serial)


def test_openssl_finds_the_good_one_good(bench):
    """With its own request and nonce."""
    asked = bench.ask(*serial(bench.good))
    answer = bench.answer(asked)

    said = bench.openssl_says(answer.der, asked, *serial(bench.good))
    assert (said.accepts, said.text) == (True, f"{OK}{bench.good.serial}: good\n")
    assert nonce(answer) is not None


def test_openssl_finds_the_revoked_one_revoked(bench):
    """With reason and time."""
    asked = bench.ask(*serial(bench.revoked), "-no_nonce")

    said = bench.openssl_says(bench.answer(asked).der, asked, *serial(bench.revoked))
    assert said.accepts
    assert f"{OK}{bench.revoked.serial}: revoked\n\tReason: certificateHold\n" in said.text


def test_openssl_finds_a_number_never_issued_unknown(bench):
    """In a signed answer."""
    asked = bench.ask("-serial", UNUSED, "-no_nonce")

    said = bench.openssl_says(bench.answer(asked).der, asked, "-serial", UNUSED)
    assert said.text == f"{OK}{UNUSED}: unknown\n"


def test_openssl_reads_several_at_once(bench):
    """Each with its own state."""
    ids = (*serial(bench.good), *serial(bench.revoked), "-serial", UNUSED)
    asked = bench.ask(*ids)

    said = bench.openssl_says(bench.answer(asked).der, asked, *ids)
    states = [
        f"{bench.good.serial}: good",
        f"{bench.revoked.serial}: revoked",
        f"{UNUSED}: unknown",
    ]
    assert said.text.startswith(OK)
    assert [line for line in said.text.splitlines() if ": " in line and "\t" not in line] == states


def test_openssl_names_the_issuer_by_sha256(bench):
    """And is answered in kind."""
    asked = bench.ask("-sha256", *serial(bench.good))

    said = bench.openssl_says(bench.answer(asked).der, asked, "-sha256", *serial(bench.good))
    assert said.text == f"{OK}{bench.good.serial}: good\n"


def test_openssl_takes_the_responders_certificate_from_elsewhere(bench):
    """Trusted by itself, with no authority at all."""
    asked = bench.ask(*serial(bench.good))
    answer = bench.answer(asked)
    own = openssl.write_pem(
        bench.directory / "va.pem", "CERTIFICATE", [responder_certificate(answer).dump()]
    )

    said = bench.openssl_says(answer.der, asked, "-VAfile", own, "-no-CAfile", *serial(bench.good))
    assert said.text == f"{OK}{bench.good.serial}: good\n"


def test_openssl_trusts_no_other_authority(bench, keys):
    """Nor does it take our word for the responder."""
    asked = bench.ask(*serial(bench.good))
    other = openssl.write_pem(
        bench.directory / "other.pem", "CERTIFICATE", [bench.another_authority(keys[1])]
    )

    said = bench.openssl_says(bench.answer(asked).der, asked, "-CAfile", other, *serial(bench.good))
    assert "Response Verify Failure" in said.text


def test_openssl_compares_the_nonce(bench):
    """An answer to another's request is none."""
    asked, others = (bench.ask(*serial(bench.good)) for _ in range(2))

    assert bench.openssl_says(bench.answer(asked).der, asked).text == OK
    assert bench.openssl_says(bench.answer(others).der, asked).text == "Nonce Verify error\n"


def test_gnutls_verifies_each_state(bench):
    """Good, revoked, unknown: the answer is authentic."""
    numbers = (bench.good.serial, bench.revoked.serial, UNUSED)
    answers = [bench.answer(bench.ask("-serial", str(each))).der for each in numbers]

    said = [bench.gnutls_says(each, "--response-info") for each in answers]

    assert {bench.gnutls_verifies(each) for each in answers} == {
        "Verifying OCSP Response: Success."
    }
    assert [
        line.split(": ")[1] for each in said for line in each.splitlines() if "ate Status" in line
    ] == ["good", "revoked", "unknown"]


def test_gnutls_asks_as_well(bench):
    """A request by ocsptool."""
    certificate = openssl.write_pem(bench.directory / "good.pem", "CERTIFICATE", [bench.good.der])
    target = bench.directory / "gnutls.der"
    processes.run(
        *("ocsptool", "--generate-request", "--load-issuer", bench.ca),
        *("--load-cert", certificate, "--outfile", target),
    )

    answer = bench.answer(target.read_bytes())
    assert state(answer) == "good"
    assert bench.gnutls_verifies(answer.der) == "Verifying OCSP Response: Success."


@pytest.mark.parametrize("digest", ["SHA1", "SHA256"])
def test_cryptography_asks_and_reads(bench, digest):
    """Its builder's requests, its loader's view of the answer."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization

    certificate, issuer = map(x509.load_der_x509_certificate, (bench.good.der, bench.good.issuer))
    wanted = pyca.OCSPRequestBuilder().add_certificate(
        certificate, issuer, getattr(hashes, digest)()
    )

    answer = bench.answer(wanted.build().public_bytes(serialization.Encoding.DER))

    loaded = pyca.load_der_ocsp_response(answer.der)
    assert loaded.response_status is pyca.OCSPResponseStatus.SUCCESSFUL
    assert loaded.certificate_status is pyca.OCSPCertStatus.GOOD
    assert loaded.serial_number == bench.good.serial
    assert loaded.hash_algorithm.name == digest.lower()


@pytest.mark.parametrize("refused", [each for each in OcspStatus if each])
def test_every_refusal_is_read_by_others(bench, refused):
    """By the name the protocol gives it."""
    from jpki.ca.ocsp.status import REFUSALS

    loaded = pyca.load_der_ocsp_response(REFUSALS[refused])
    assert loaded.response_status.value == refused


def lint(der: bytes) -> set[str]:
    """Give everything pkilint has to say about an answer, whatever the severity."""
    judge = ocsp.create_pkix_ocsp_response_validator_container(
        [
            ocsp.create_response_decoder(),
            pkix.create_attribute_decoder(name.ATTRIBUTE_TYPE_MAPPINGS),
            pkix.create_extension_decoder(extension.EXTENSION_MAPPINGS),
        ],
        [],
    )
    document = loader.RFC6960OCSPResponseDocumentLoader().load_der_document(der, "answer")
    return {
        found.finding.code
        for result in judge.validate(document.root)
        for found in result.finding_descriptions
    }


@pytest.mark.parametrize("nonces", [(), ("-no_nonce",)], ids=["nonce", "no nonce"])
@pytest.mark.parametrize("which", ["good", "revoked", UNUSED])
def test_pkilint_finds_nothing_that_the_profile_does_not_force(bench, which, nonces):
    """In any answer."""
    issued = getattr(bench, which, None)
    asked = bench.ask("-serial", which if issued is None else str(issued.serial), *nonces)

    assert lint(bench.answer(asked).der) == set(PKILINT_FORCED)


def test_pkilint_would_find_something(bench):
    """A judge that lets everything pass would be none."""
    answer = bench.answer(bench.ask(*serial(bench.good), "-no_nonce")).der
    next_update = b"\xa0\x11\x18\x0f2"

    assert lint(answer.replace(next_update, next_update[:-1] + b"1")) == {
        "pkix.ocsp_negative_validity_period"
    }
