"""An OCSP answer as its bytes say it: strict DER, every field, judged not at all.

What forbids using it is kept in words (`not_understood`), so that a report can say it; a
responder's error is an answer too (`status`), one without anything signed.
Not here: whose word it is (`ocsp_responders`), what it proves (`ocsp_status`), requests, HTTP.
RFC 6960 4.2.1 and 4.4, RFC 9654 for the nonce. Called by `ocsp_data`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from types import MappingProxyType

from jpki import oids
from jpki.verify.crl import INVALIDITY_DATE, REASONS, REMOVE_FROM_CRL, Revoked
from jpki.verify.der import Fields, Node, context, decode
from jpki.verify.der_rules import Tag
from jpki.verify.errors import DerError, MalformedError
from jpki.verify.extensions import Extension, read_extensions
from jpki.verify.path.certificate import PathCertificate, whole_signature
from jpki.verify.path.extensions import primitive
from jpki.verify.path.names import Name

BASIC = "1.3.6.1.5.5.7.48.1.1"
NONCE = "1.3.6.1.5.5.7.48.1.2"
ARCHIVE_CUTOFF = "1.3.6.1.5.5.7.48.1.6"
EXTENDED_REVOKE = "1.3.6.1.5.5.7.48.1.9"
MAX_ANSWER_BYTES = 1 << 18
MAX_NONCE_BYTES = 128
"""RFC 9654 2.1; at least one."""
STATUSES: Mapping[int, str] = MappingProxyType(
    {
        0: "successful",
        1: "malformedRequest",
        2: "internalError",
        3: "tryLater",
        5: "sigRequired",
        6: "unauthorized",
    }
)
"""OCSPResponseStatus (RFC 6960 4.2.1); 4 is not used."""
DIGESTS: Mapping[str, str] = MappingProxyType(
    {
        "1.3.14.3.2.26": "sha1",
        "2.16.840.1.101.3.4.2.1": "sha256",
        "2.16.840.1.101.3.4.2.2": "sha384",
        "2.16.840.1.101.3.4.2.3": "sha512",
    }
)
"""Digests a CertID may be made with. SHA-1 serves: it finds a certificate, it vouches for none."""
_KEY_HASH_BYTES = 20
_GOOD, _REVOKED, _UNKNOWN = primitive(0), context(1), primitive(2)


@dataclass(frozen=True, slots=True)
class CertId:
    """Whose status is told: the issuer by two digests, the certificate by its number."""

    digest: str | None
    """As hashlib calls it, None for one that is not known here."""
    name_hash: bytes
    key_hash: bytes
    serial: int


@dataclass(frozen=True, slots=True)
class SingleAnswer:
    """What one SingleResponse says; good when neither `revoked` nor `is_unknown`."""

    cert_id: CertId
    revoked: Revoked | None
    is_unknown: bool
    this_update: datetime
    next_update: datetime | None
    archive_cutoff: datetime | None
    not_understood: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class OcspAnswer:
    """One signed answer (BasicOCSPResponse); `fingerprint` (SHA-256) is its identity."""

    fingerprint: bytes
    tbs: bytes = field(repr=False)
    inner_algorithm: bytes = field(repr=False)
    signature: bytes = field(repr=False)
    responder_name: Name | None
    responder_key: bytes | None
    """SHA-1 of the responder's key; exactly one of the two is there."""
    produced_at: datetime
    singles: tuple[SingleAnswer, ...]
    nonce: bytes | None
    certificates: tuple[PathCertificate, ...] = field(repr=False)
    """What came with it and can be read; nothing vouches for it."""
    not_understood: tuple[str, ...]

    @property
    def responder(self) -> str:
        """Who says it, for people."""
        if self.responder_name is not None:
            return str(self.responder_name)
        return f"key {(self.responder_key or b'').hex()}"


@dataclass(frozen=True, slots=True)
class OcspResponse:
    """A whole OCSPResponse: a status, and the signed answer when it is `successful`."""

    status: str
    answer: OcspAnswer | None

    @classmethod
    def parse(cls, der: bytes) -> "OcspResponse":
        """Read exactly one DER OCSPResponse; raise `MalformedError` with the offset."""
        if len(der) > MAX_ANSWER_BYTES:
            raise MalformedError(
                f"{len(der)} bytes, more than an OCSP answer may have", MAX_ANSWER_BYTES
            )
        der = bytes(der)
        fields = Fields(decode(der), "OCSPResponse")
        node = fields.take(Tag.ENUMERATED)
        status = STATUSES.get(node.integer(Tag.ENUMERATED))
        explicit = fields.optional(context(0))
        fields.end()
        if status is None:
            raise MalformedError(f"OCSPResponseStatus {node.integer(Tag.ENUMERATED)}", node.offset)
        if (explicit is not None) != (status == STATUSES[0]):
            raise MalformedError(
                f"{status} {'with' if explicit else 'without'} responseBytes", node.offset
            )
        if explicit is None:
            return cls(status, None)
        inside = Fields(explicit.only("responseBytes"), "ResponseBytes")
        kind, response = inside.take(Tag.OID), inside.take(Tag.OCTET_STRING)
        inside.end()
        if kind.oid() != BASIC:
            raise MalformedError(f"response type {kind.oid()}, not id-pkix-ocsp-basic", kind.offset)
        return cls(status, _answer(response.inside(), sha256(der).digest()))


def _answer(basic: Node, fingerprint: bytes) -> OcspAnswer:
    outer = Fields(basic, "BasicOCSPResponse")
    tbs = outer.take(Tag.SEQUENCE)
    algorithm = outer.take(Tag.SEQUENCE)
    signature = outer.take(Tag.BIT_STRING)
    certificates = outer.optional(context(0))
    outer.end()

    fields = Fields(tbs, "ResponseData")
    version = fields.optional(context(0))
    if version is not None:
        # v1 is the default, which DER leaves out, and the only one there is.
        raise DerError("ResponseData with a version field", version.offset)
    name, key = _responder(fields.take())
    produced_at = fields.take().generalized_time()
    responses = fields.take(Tag.SEQUENCE)
    explicit = fields.optional(context(1))
    fields.end()
    found = _extensions(explicit)
    singles = tuple(_single(one) for one in responses)
    if not singles:
        raise MalformedError("an answer about no certificate", responses.offset)
    nonce = _nonce(found[NONCE]) if NONCE in found else None
    if EXTENDED_REVOKE in found:
        _null(found[EXTENDED_REVOKE])
    return OcspAnswer(
        fingerprint=fingerprint,
        tbs=tbs.der,
        inner_algorithm=algorithm.der,
        signature=whole_signature(signature),
        responder_name=name,
        responder_key=key,
        produced_at=produced_at,
        singles=singles,
        nonce=nonce,
        certificates=_certificates(certificates) if certificates else (),
        not_understood=_unknown(found, frozenset({NONCE, EXTENDED_REVOKE}), "answer"),
    )


def _responder(node: Node) -> tuple[Name | None, bytes | None]:
    if node.tag == context(1):
        return Name.read(node.only("byName")), None
    key = node.expect(context(2), "ResponderID").only("byKey")
    if len(key.octets()) != _KEY_HASH_BYTES:
        raise MalformedError(f"byKey of {len(key.octets())} bytes, no SHA-1", key.offset)
    return None, key.octets()


def _single(node: Node) -> SingleAnswer:
    fields = Fields(node, "SingleResponse")
    cert_id = _cert_id(fields.take(Tag.SEQUENCE))
    status = fields.take()
    this_update = fields.take().generalized_time()
    next_update = fields.optional(context(0))
    explicit = fields.optional(context(1))
    fields.end()
    found = _extensions(explicit)
    understood = frozenset({ARCHIVE_CUTOFF, oids.REASON_CODE, INVALIDITY_DATE})
    unknown = list(_unknown(found, understood, "single answer"))
    revoked = _revoked(status, found, unknown) if status.tag == _REVOKED else None
    if revoked is None and (status.tag not in {_GOOD, _UNKNOWN} or status.start != status.end):
        raise MalformedError(f"tag {status.tag:02X} is no CertStatus", status.offset)
    cutoff = found.get(ARCHIVE_CUTOFF)
    return SingleAnswer(
        cert_id,
        revoked,
        status.tag == _UNKNOWN,
        this_update,
        next_update.only("nextUpdate").generalized_time() if next_update else None,
        cutoff.decoded().generalized_time() if cutoff else None,
        tuple(unknown),
    )


def _cert_id(node: Node) -> CertId:
    fields = Fields(node, "CertID")
    algorithm = Fields(fields.take(Tag.SEQUENCE), "hashAlgorithm")
    digest = algorithm.take(Tag.OID).oid()
    # Both ways to write "no parameters" are in use (RFC 4055 2.1).
    algorithm.optional(Tag.NULL)
    algorithm.end()
    name_hash, key_hash = fields.take().octets(), fields.take().octets()
    serial = fields.take(Tag.INTEGER).integer()
    fields.end()
    return CertId(DIGESTS.get(digest), name_hash, key_hash, serial)


def _revoked(status: Node, found: Mapping[str, Extension], unknown: list[str]) -> Revoked:
    """Read RevokedInfo; a CRL entry's extensions may say more of it (RFC 6960 4.4.5)."""
    fields = Fields(status, "RevokedInfo", _REVOKED)
    when = fields.take().generalized_time()
    explicit = fields.optional(context(0))
    fields.end()
    stated = [_reason(explicit.only("revocationReason"))] if explicit else []
    if oids.REASON_CODE in found:
        stated.append(_reason(found[oids.REASON_CODE].decoded()))
    if len(set(stated)) > 1:
        unknown.append(f"two reasons: {', '.join(stated)}")
    if REMOVE_FROM_CRL in stated:
        unknown.append("removeFromCRL, which only a delta list may say")
    since = found.get(INVALIDITY_DATE)
    return Revoked(
        when,
        stated[0] if stated else REASONS[0],
        since.decoded().generalized_time() if since else None,
    )


def _reason(node: Node) -> str:
    value = node.integer(Tag.ENUMERATED)
    if value not in REASONS:
        raise MalformedError(f"CRLReason {value} has no meaning", node.offset)
    return REASONS[value]


def _nonce(extension: Extension) -> bytes:
    nonce = extension.decoded().octets()
    if not 1 <= len(nonce) <= MAX_NONCE_BYTES:
        raise MalformedError(f"a nonce of {len(nonce)} bytes", extension.octets.offset)
    return nonce


def _null(extension: Extension) -> None:
    extension.decoded().expect(Tag.NULL, "extension")


def _certificates(explicit: Node) -> tuple[PathCertificate, ...]:
    found: list[PathCertificate] = []
    for node in explicit.only("certs").expect(Tag.SEQUENCE, "certs"):
        try:
            found.append(PathCertificate.parse(node.der))
        except MalformedError:
            # Not signed by anybody: what cannot be read is as if it had not been sent.
            continue
    return tuple(found)


def _extensions(explicit: Node | None) -> Mapping[str, Extension]:
    return read_extensions(explicit.only("extensions")) if explicit else MappingProxyType({})


def _unknown(
    found: Mapping[str, Extension], understood: frozenset[str], where: str
) -> tuple[str, ...]:
    return tuple(
        f"unknown critical extension {oid} of the {where}"
        for oid, one in sorted(found.items())
        if one.critical and oid not in understood
    )
