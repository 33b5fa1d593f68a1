"""A responder for fuzzing: what it must never do is raise, call something a defect, or hang.

Not here: where the bytes come from (`test_fuzz`, `fuzzing`).
"""

from pathlib import Path

from asn1crypto import ocsp
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp as pyca

from jpki import oids
from jpki.ca import Authority, IssuedCertificate, Register, SoftwareKey, der
from jpki.ca.ocsp import CertIdHash, OcspStatus, Responder
from jpki.ca.ocsp.plain import plain_request
from jpki.ca.ocsp.requests import parse_request
from jpki.ca.ocsp.speakers import issuer_octets
from jpki.ca.ocsp.status import RefusedError
from jpki.profiles import Kind
from jpki.profiles.ocsp import ANSWER
from tests.ca.citizens import FOUNDED, NOON, chance, request
from tests.ca.ocsp.asking import ask, cert_id


class Target:
    """A responder, and requests to start from."""

    def __init__(self, directory: Path, keys: list[SoftwareKey]) -> None:
        self._register = Register.create(directory / "register.sqlite")
        authority = Authority.found(self._register, Kind.AUTH, key=keys[0], moment=FOUNDED)
        issued = authority.issue(request(keys[3].public_key), moment=NOON, randomness=chance)
        self._responder = Responder(authority, keys[2])
        [generation] = authority.generations
        self._issuers = [issuer_octets(generation, each) for each in CertIdHash]
        self.seeds = [*_seeds(issued.der, issued.issuer), _signed(issued, keys[3])]

    def close(self) -> None:
        self._register.close()

    def answer(self, octets: bytes) -> bytes:
        """Answer, and hold the answer against the rules that any bytes must meet."""
        answer = self._responder.answer(octets, moment=NOON)
        if answer.status in {OcspStatus.INTERNAL_ERROR, OcspStatus.TRY_LATER}:
            raise AssertionError(f"{octets.hex()}: {answer.status.name}")
        if answer.cacheable and answer.status is not OcspStatus.SUCCESSFUL:
            raise AssertionError("a refusal must not be kept")
        return answer.der

    def same_at_a_glance(self, octets: bytes) -> None:
        """Hold what is known at a glance against what strict parsing finds."""
        if plain_request(octets, self._issuers) is None:
            return
        if parse_request(octets, ANSWER, self._issuers) != _parsed(octets):
            raise AssertionError(f"{octets.hex()}: read differently")


def _parsed(octets: bytes):
    try:
        return parse_request(octets, ANSWER)
    except RefusedError as error:
        return error


def _signed(issued: IssuedCertificate, key: SoftwareKey) -> bytes:
    """Write a request about two certificates that a holder has signed."""
    ids = [cert_id(issued.serial + more, issued.issuer) for more in (0, 1)]
    name = ocsp.GeneralName("dns_name", "relying.example")
    unsigned = ocsp.OCSPRequest.load(ask(*ids, nonce=b"n" * 32, requestor_name=name))
    tbs = unsigned["tbs_request"].dump()
    return der.sequence(
        tbs,
        der.tagged(
            0,
            der.sequence(
                der.algorithm(oids.SHA256_WITH_RSA),
                der.bit_string(key.sign(tbs)),
                der.tagged(0, der.sequence(issued.der)),
            ),
        ),
    )


def _seeds(certificate: bytes, issuer: bytes) -> list[bytes]:
    """Write requests with and without a nonce, under both digests,."""
    pair = (x509.load_der_x509_certificate(certificate), x509.load_der_x509_certificate(issuer))
    seeds = []
    for digest in (hashes.SHA1(), hashes.SHA256()):
        plain = pyca.OCSPRequestBuilder().add_certificate(*pair, digest)
        with_nonce = plain.add_extension(x509.OCSPNonce(b"n" * 16), critical=False)
        seeds += [each.build().public_bytes(Encoding.DER) for each in (plain, with_nonce)]
    return seeds
