"""OCSP answers written by hand: every field can be wrong, and nothing of the reader is used."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import new as digest

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from tests.support import pki
from tests.support.asn1 import (
    NULL,
    bits,
    enumerated,
    explicit,
    generalized,
    implicit,
    integer,
    octets,
    oid,
    seq,
)
from tests.support.pki import NOW, Extensions
from tests.verify.path.making import ISSUER, SERIAL, Holder, certificate, holder

BASIC = "1.3.6.1.5.5.7.48.1.1"
NONCE = "1.3.6.1.5.5.7.48.1.2"
NO_CHECK = "1.3.6.1.5.5.7.48.1.5"
ARCHIVE_CUTOFF = "1.3.6.1.5.5.7.48.1.6"
OCSP_SIGNING = "1.3.6.1.5.5.7.3.9"
HOUR = timedelta(hours=1)
SHA_256 = hashes.SHA256()
SHA1 = "1.3.14.3.2.26"
SHA256 = "2.16.840.1.101.3.4.2.1"
DIGESTS = {
    "sha1": SHA1,
    "sha256": SHA256,
    "sha384": "2.16.840.1.101.3.4.2.2",
    "sha512": "2.16.840.1.101.3.4.2.3",
}
GOOD, UNKNOWN = implicit(0), implicit(2)


def revoked(reason: int | None = 1, when: datetime = NOW - 10 * pki.DAY) -> bytes:
    """CertStatus revoked, with a reason unless it is None."""
    stated = b"" if reason is None else explicit(0, enumerated(reason))
    return explicit(1, generalized(when), stated)


def key_hash(holder: Holder, name: str = "sha1") -> bytes:
    return digest(name, holder.info[24:]).digest()


def cert_id(
    issuer: Holder = ISSUER,
    serial: int = SERIAL,
    *,
    algorithm: str = "sha1",
    parameters: bytes = NULL,
    name: bytes | None = None,
    key: Holder | None = None,
) -> bytes:
    """CertID of an issuer and a number."""
    return seq(
        seq(oid(DIGESTS.get(algorithm, algorithm)), parameters),
        octets(digest(algorithm if algorithm in DIGESTS else "md5", name or issuer.name).digest()),
        octets(key_hash(key or issuer, algorithm if algorithm in DIGESTS else "md5")),
        integer(serial),
    )


def single(
    status: bytes = GOOD,
    *,
    about: bytes | None = None,
    this_update: datetime = NOW - HOUR,
    next_update: datetime | None = NOW + HOUR,
    extensions: Extensions | None = None,
) -> bytes:
    """One SingleResponse."""
    return seq(
        cert_id() if about is None else about,
        status,
        generalized(this_update),
        explicit(0, generalized(next_update)) if next_update else b"",
        explicit(1, pki.extension_list(extensions)) if extensions else b"",
    )


def by_name(responder: Holder) -> bytes:
    return explicit(1, responder.name)


def by_key(responder: Holder) -> bytes:
    return explicit(2, octets(key_hash(responder)))


def response(basic: bytes, *, status: int = 0, kind: str = BASIC) -> bytes:
    """Wrap a BasicOCSPResponse."""
    return seq(enumerated(status), explicit(0, seq(oid(kind), octets(basic))))


def error(status: int) -> bytes:
    """Give an OCSPResponse that is only a status."""
    return seq(enumerated(status))


def answer(
    *singles: bytes,
    signer: Holder = ISSUER,
    responder: bytes | None = None,
    produced_at: datetime = NOW - HOUR,
    nonce: bytes | None = None,
    extensions: Extensions | None = None,
    certificates: Iterable[bytes] | None = None,
    algorithm: bytes = pki.SHA256_WITH_RSA,
    digest_algorithm: hashes.HashAlgorithm = SHA_256,
    signed_by: Holder | None = None,
    version: bytes = b"",
) -> bytes:
    """Give a whole OCSPResponse; good about the target of the tests unless asked otherwise."""
    found = ({NONCE: (False, octets(nonce))} if nonce is not None else {}) | (extensions or {})
    tbs = seq(
        version,
        by_key(signer) if responder is None else responder,
        generalized(produced_at),
        seq(*(singles or (single(),))),
        explicit(1, pki.extension_list(found)) if found else b"",
    )
    return response(
        seq(
            tbs,
            algorithm,
            bits((signed_by or signer).key.sign(tbs, padding.PKCS1v15(), digest_algorithm)),
            b"" if certificates is None else explicit(0, seq(*certificates)),
        )
    )


def delegate(
    issuer: Holder,
    responder: Holder,
    *,
    purposes: Iterable[str] = (OCSP_SIGNING,),
    no_check: bool = True,
    change: Extensions | None = None,
    **fields: object,
) -> bytes:
    """Give the certificate of a responder the issuer delegates to."""
    stated: Extensions = {
        pki.EXTENDED_KEY_USAGE: (False, seq(*map(oid, purposes))),
        pki.KEY_USAGE: (True, bits(b"\x80", 7)),
    }
    if no_check:
        stated[NO_CHECK] = (False, NULL)
    return certificate(issuer, responder, ca=False, change=stated | (change or {}), **fields)


RESPONDER = holder("responder")
DELEGATED = delegate(ISSUER, RESPONDER)
