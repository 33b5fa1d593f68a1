"""Requests and answers by others' hands: asn1crypto writes and reads, `cryptography` reads too."""

import hashlib
from collections.abc import Iterable

from asn1crypto import algos, core, ocsp, x509

from jpki.ca import SoftwareKey
from jpki.ca.ocsp import OcspAnswer


def cert_id(
    serial: int, issuer: bytes, *, algorithm: str = "sha1", null: bool = True
) -> ocsp.CertId:
    """Name a certificate of an issuer, whose certificate is given."""
    tbs = x509.Certificate.load(issuer)["tbs_certificate"]
    key = tbs["subject_public_key_info"]["public_key"].contents[1:]
    named = algos.DigestAlgorithm({"algorithm": algorithm})
    if not null:
        # asn1crypto writes NULL of itself.
        oid = named["algorithm"].dump()
        named = algos.DigestAlgorithm.load(bytes((0x30, len(oid))) + oid)
    return ocsp.CertId(
        {
            "hash_algorithm": named,
            "issuer_name_hash": hashlib.new(algorithm, tbs["subject"].dump()).digest(),
            "issuer_key_hash": hashlib.new(algorithm, key).digest(),
            "serial_number": serial,
        }
    )


def extension(oid: str, value: bytes, *, critical: bool = False) -> dict:
    """Write one extension; `value` is the DER inside."""
    return {"extn_id": oid, "critical": critical, "extn_value": core.ParsableOctetString(value)}


def nonce_of(octets: bytes, *, critical: bool = False) -> dict:
    """Write the nonce extension."""
    value = core.OctetString(octets).dump()
    return extension("1.3.6.1.5.5.7.48.1.2", value, critical=critical)


def ask(
    *cert_ids: ocsp.CertId,
    nonce: bytes | None = None,
    extensions: Iterable[dict] = (),
    single_extensions: Iterable[dict] = (),
    **more,
) -> bytes:
    """Write a request about certificates."""
    entry = {"single_request_extensions": list(single_extensions)} if single_extensions else {}
    wanted = [*extensions, *([] if nonce is None else [nonce_of(nonce)])]
    tbs = {"request_list": [{"req_cert": each, **entry} for each in cert_ids]} | more
    return ocsp.OCSPRequest(
        {"tbs_request": tbs | ({"request_extensions": wanted} if wanted else {})}
    ).dump()


def asking(issued, **how) -> bytes:
    """Write a request about one certificate as handed out."""
    algorithm = how.pop("algorithm", "sha1")
    null = how.pop("null", True)
    return ask(cert_id(issued.serial, issued.issuer, algorithm=algorithm, null=null), **how)


def basic(answer: OcspAnswer | bytes) -> ocsp.BasicOCSPResponse:
    """Read the signed part of an answer; no octet may be left over."""
    octets = answer if isinstance(answer, bytes) else answer.der
    response = ocsp.OCSPResponse.load(octets, strict=True)
    assert response["response_status"].native == "successful"
    return response.basic_ocsp_response


def data(answer: OcspAnswer | bytes) -> ocsp.ResponseData:
    """Read what was signed."""
    return basic(answer)["tbs_response_data"]


def singles(answer: OcspAnswer | bytes) -> list[ocsp.SingleResponse]:
    """Read the answers about each certificate."""
    return list(data(answer)["responses"])


def states(answer: OcspAnswer | bytes) -> list[str]:
    """Give good, revoked or unknown of each."""
    return [single["cert_status"].name for single in singles(answer)]


def state(answer: OcspAnswer | bytes) -> str:
    """Give good, revoked or unknown of the only one."""
    [only] = states(answer)
    return only


def reason(answer: OcspAnswer | bytes) -> str | None:
    """Give the reason of the only one."""
    [only] = singles(answer)
    return only["cert_status"].chosen["revocation_reason"].native


def responder_certificate(answer: OcspAnswer | bytes) -> x509.Certificate:
    """Give the certificate that came along."""
    [only] = basic(answer)["certs"]
    return only


def nonce(answer: OcspAnswer | bytes) -> bytes | None:
    """Give the nonce that came back."""
    found = [
        each["extn_value"].parsed.native
        for each in data(answer)["response_extensions"] or []
        if each["extn_id"].native == "nonce"
    ]
    return found[0] if found else None


class CountingKey(SoftwareKey):
    """A key that knows how often it was used."""

    signatures = 0

    def sign(self, message: bytes) -> bytes:
        self.signatures += 1
        return super().sign(message)
