"""Who may ask: requests signed by OpenSSL, and by nobody."""

from datetime import datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding

from jpki.ca.ocsp import OcspStatus, Requestors, Responder
from tests.ca.citizens import DAY, NOON
from tests.ca.ocsp.asking import asking, nonce, state
from tests.support import openssl


class Requestor:
    """A relying party with a certificate of nobody in particular."""

    def __init__(self, key: rsa.RSAPrivateKey, name: str, *, begin: datetime) -> None:
        self.key = key
        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
        made = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(subject)
            .public_key(key.public_key())
            .serial_number(7)
            .not_valid_before(begin)
            .not_valid_after(begin + 30 * DAY)
            .sign(key, hashes.SHA256())
        )
        self.certificate = made.public_bytes(Encoding.DER)

    def sign(self, directory, issued, *arguments: str) -> bytes:
        """Have OpenSSL write and sign a request about a certificate."""
        target = directory / "request.der"
        opinion = openssl.run(
            *(
                "ocsp",
                "-issuer",
                openssl.write_pem(directory / "i", "CERTIFICATE", [issued.issuer]),
            ),
            *("-serial", str(issued.serial), "-reqout", target),
            *("-signer", openssl.write_pem(directory / "s", "CERTIFICATE", [self.certificate])),
            *("-signkey", openssl.write_key(directory / "k", self.key)),
            *arguments,
        )
        assert opinion.accepts, opinion.text
        return target.read_bytes()


@pytest.fixture(scope="module")
def stranger_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def requestor(stranger_key) -> Requestor:
    return Requestor(stranger_key, "relying party", begin=NOON - DAY)


@pytest.fixture
def asked(auth, responder_key):
    """Give the status of an answer by a responder with these rules."""

    def ask(request: bytes, moment=NOON, **rules) -> OcspStatus:
        responder = Responder(auth, responder_key, requestors=Requestors(**rules))
        return responder.answer(request, moment=moment).status

    return ask


def test_a_signed_request_is_answered(responder, issued, requestor, tmp_path):
    """Though nobody asked for the signature; the nonce comes back."""
    answer = responder.answer(requestor.sign(tmp_path, issued), moment=NOON)

    assert state(answer) == "good"
    assert nonce(answer) is not None


def test_a_signature_that_does_not_fit_is_refused(asked, issued, requestor, tmp_path):
    """Whoever sends one means it; each octet of what is signed counts."""
    request = requestor.sign(tmp_path, issued, "-no_nonce")
    serial = issued.serial.to_bytes(4, "big")
    other = request.replace(serial, (issued.serial + 1).to_bytes(4, "big"), 1)

    assert asked(request) is OcspStatus.SUCCESSFUL
    assert asked(other) is OcspStatus.UNAUTHORIZED


def test_a_signature_nobody_can_check_is_refused(asked, issued, requestor, tmp_path):
    """Without the certificate there is no key."""
    assert asked(requestor.sign(tmp_path, issued, "-no_certs")) is OcspStatus.UNAUTHORIZED


def test_a_signature_can_be_required(asked, issued, requestor, tmp_path):
    """Then unsigned requests hear so, also when the answer is kept."""
    signed = requestor.sign(tmp_path, issued, "-no_nonce")

    assert asked(signed, signature_required=True) is OcspStatus.SUCCESSFUL
    assert asked(asking(issued), signature_required=True) is OcspStatus.SIG_REQUIRED


@pytest.fixture
def requests(requestor, keys, issued, tmp_path):
    """Have a request signed by the requestor, and by another of the same name."""
    other = Requestor(keys[4]._private_key, "relying party", begin=NOON - DAY)
    return lambda *arguments: [
        each.sign(tmp_path, issued, *arguments) for each in (requestor, other)
    ]


@pytest.mark.parametrize("arguments", [(), ("-no_certs",)], ids=["certificate", "no certificate"])
def test_only_who_is_on_the_list_is_answered(asked, requests, requestor, issued, arguments):
    """Known by the key of a listed certificate, whether or not it comes along."""
    allowed = frozenset({requestor.certificate})
    mine, theirs = requests(*arguments)

    assert asked(mine, allowed=allowed) is OcspStatus.SUCCESSFUL
    assert asked(theirs, allowed=allowed) is OcspStatus.UNAUTHORIZED
    assert asked(asking(issued), allowed=allowed) is OcspStatus.SIG_REQUIRED
    assert asked(mine, allowed=frozenset()) is OcspStatus.UNAUTHORIZED


@pytest.mark.parametrize("moment", [NOON - 2 * DAY, NOON + 30 * DAY])
def test_a_requestors_certificate_ends(asked, issued, requestor, tmp_path, moment):
    """And begins."""
    request = requestor.sign(tmp_path, issued, "-no_nonce")

    assert asked(request, moment=NOON) is OcspStatus.SUCCESSFUL
    assert asked(request, moment=moment) is OcspStatus.UNAUTHORIZED


def test_a_kept_answer_is_checked_for_each_requestor(
    auth, issued, requestor, responder_key, tmp_path
):
    """The certificate ends within the life of the answer."""
    soon = Requestor(requestor.key, "leaving", begin=NOON - 30 * DAY + timedelta(minutes=1))
    responder = Responder(
        auth, responder_key, requestors=Requestors(allowed=frozenset({soon.certificate}))
    )
    request = soon.sign(tmp_path, issued, "-no_nonce")

    first = responder.answer(request, moment=NOON)
    later = responder.answer(request, moment=NOON + timedelta(minutes=2))
    assert (first.status, later.status) == (OcspStatus.SUCCESSFUL, OcspStatus.UNAUTHORIZED)


def test_a_signed_request_says_who_asks(asked, issued, requestor, tmp_path):
    """RFC 6960 4.1.2: requestorName SHALL be there."""
    from asn1crypto import ocsp

    request = ocsp.OCSPRequest.load(requestor.sign(tmp_path, issued))
    request["tbs_request"]["requestor_name"] = None

    assert asked(request.dump(force=True)) is OcspStatus.MALFORMED_REQUEST
