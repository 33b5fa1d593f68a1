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

from jpki.verify.der import Fields, Node, context, decode
from jpki.verify.der_rules import Tag
from jpki.verify.errors import DerError, MalformedError
from jpki.verify.extensions import Extension
from jpki.verify.path.certificate import PathCertificate
from jpki.verify.path.names import Name
from jpki.verify.path.ocsp_single import (
    SingleAnswer,
    extensions,
    single_answer,
    unknown_critical,
)

BASIC = "1.3.6.1.5.5.7.48.1.1"
NONCE = "1.3.6.1.5.5.7.48.1.2"
EXTENDED_REVOKE = "1.3.6.1.5.5.7.48.1.9"
MAX_ANSWER_BYTES = 1 << 18
MAX_CERTIFICATES = 16
"""A responder's own is one; each more is a signature to verify that whoever answers chose."""
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
_KEY_HASH_BYTES = 20


@dataclass(frozen=True, slots=True, eq=False)
class OcspAnswer:
    """One signed answer (BasicOCSPResponse); `fingerprint` (SHA-256) is its identity."""

    fingerprint: bytes
    der: bytes = field(repr=False)
    tbs: bytes = field(repr=False)
    tbs_start: int
    """Where in the whole response it begins."""
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
    name, key = responder_id(fields.take())
    produced_at = fields.take().generalized_time()
    responses = fields.take(Tag.SEQUENCE)
    explicit = fields.optional(context(1))
    fields.end()
    found = extensions(explicit)
    singles = tuple(single_answer(one) for one in responses)
    if not singles:
        raise MalformedError("an answer about no certificate", responses.offset)
    nonce = _nonce(found[NONCE]) if NONCE in found else None
    if EXTENDED_REVOKE in found:
        _null(found[EXTENDED_REVOKE])
    return OcspAnswer(
        fingerprint=fingerprint,
        der=tbs.document,
        tbs=tbs.der,
        tbs_start=tbs.offset,
        inner_algorithm=algorithm.der,
        signature=signature.whole_bytes(),
        responder_name=name,
        responder_key=key,
        produced_at=produced_at,
        singles=singles,
        nonce=nonce,
        certificates=_certificates(certificates) if certificates else (),
        not_understood=unknown_critical(found, frozenset({NONCE, EXTENDED_REVOKE}), "answer"),
    )


def responder_id(node: Node) -> tuple[Name | None, bytes | None]:
    """Read ResponderID: a name or the SHA-1 of a key; raise `MalformedError`."""
    if node.tag == context(1):
        return Name.read(node.only("byName")), None
    key = node.expect(context(2), "ResponderID").only("byKey")
    if len(key.octets()) != _KEY_HASH_BYTES:
        raise MalformedError(f"byKey of {len(key.octets())} bytes, no SHA-1", key.offset)
    return None, key.octets()


def _nonce(extension: Extension) -> bytes:
    nonce = extension.decoded().octets()
    if not 1 <= len(nonce) <= MAX_NONCE_BYTES:
        raise MalformedError(f"a nonce of {len(nonce)} bytes", extension.octets.offset)
    return nonce


def _null(extension: Extension) -> None:
    extension.decoded().expect(Tag.NULL, "extension")


def _certificates(explicit: Node) -> tuple[PathCertificate, ...]:
    found: list[PathCertificate] = []
    nodes = list(explicit.only("certs").expect(Tag.SEQUENCE, "certs"))
    if len(nodes) > MAX_CERTIFICATES:
        raise MalformedError(f"{len(nodes)} certificates in one answer", explicit.offset)
    for node in nodes:
        try:
            found.append(PathCertificate.parse(node.der))
        except MalformedError:
            # Not signed by anybody: what cannot be read is as if it had not been sent.
            continue
    return tuple(found)
