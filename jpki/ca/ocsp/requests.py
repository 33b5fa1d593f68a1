"""An OCSP request as its bytes say it, in strict DER.

What it is: certIDs, the nonce, what was signed. Unknown extensions are passed over unless they are
critical.
What it is not: a judgement who may ask (`jpki.ca.ocsp.requestors`) or an answer. The DER parser is
the verifier's, for there is one.
Standard: RFC 6960 sections 4.1 and 4.4, RFC 9654 section 2.1 (nonce).
Called by: `jpki.ca.ocsp.responder`, `jpki.ca.ocsp.front`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from jpki import oids
from jpki.ca.ocsp.plain import plain_request
from jpki.ca.ocsp.status import OcspStatus, RefusedError
from jpki.profiles.ocsp import AnswerProfile
from jpki.verify.der import Fields, Node, context, decode
from jpki.verify.der_rules import Tag
from jpki.verify.errors import MalformedError
from jpki.verify.extensions import Extension, general_names, read_extensions

_OPTIONAL_SIGNATURE = context(0)
_VERSION = context(0)
_REQUESTOR_NAME = context(1)
_REQUEST_EXTENSIONS = context(2)
_CERTIFICATES = context(0)
_SINGLE_EXTENSIONS = context(0)


@dataclass(frozen=True, slots=True)
class CertId:
    """One certificate asked about.

    `issuer` is what stands before the serial number: the digest's AlgorithmIdentifier and both
    hashes, DER. Whoever knows his issuers has these octets ready.
    """

    der: bytes = field(repr=False)
    issuer: bytes = field(repr=False)
    serial: int


@dataclass(frozen=True, slots=True)
class RequestSignature:
    """A signature over `tbs` with the certificates that came along, all DER."""

    tbs: bytes = field(repr=False)
    algorithm: bytes = field(repr=False)
    signature: bytes = field(repr=False)
    certificates: tuple[bytes, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class OcspRequest:
    """What is asked. `nonce` is the octets of the nonce itself."""

    cert_ids: tuple[CertId, ...]
    nonce: bytes | None
    signature: RequestSignature | None


def parse_request(
    request: bytes, profile: AnswerProfile, issuers: Iterable[bytes] = ()
) -> OcspRequest:
    """Read exactly one OCSPRequest; raises `RefusedError` (malformedRequest) for anything else.

    `issuers` are beginnings of certIDs that are likely: it makes reading quick, and nothing else.
    """
    if plain := plain_request(request, issuers):
        issuer, serial, cert_id, nonce = plain
        return OcspRequest((CertId(cert_id, issuer, serial),), nonce, None)
    if len(request) > profile.max_bytes:
        raise RefusedError(OcspStatus.MALFORMED_REQUEST, f"{len(request)} bytes are too many")
    try:
        return _request(decode(request), profile)
    except MalformedError as error:
        raise RefusedError(OcspStatus.MALFORMED_REQUEST, str(error)) from error


def _request(node: Node, profile: AnswerProfile) -> OcspRequest:
    outer = Fields(node, "OCSPRequest")
    tbs = outer.take(Tag.SEQUENCE)
    signed = outer.optional(_OPTIONAL_SIGNATURE)
    outer.end()
    fields = Fields(tbs, "TBSRequest")
    if version := fields.optional(_VERSION):
        # v1 is the default, which DER leaves out (X.690 11.5); there is no other.
        raise MalformedError("a version that must not be written", version.offset)
    requestor = fields.optional(_REQUESTOR_NAME)
    if requestor is not None:
        general_names(requestor, _REQUESTOR_NAME)
        requestor.only("requestorName")
    if signed is not None and requestor is None:
        # RFC 6960 4.1.2: whoever signs SHALL say who he is.
        raise MalformedError("a signed request without requestorName", signed.offset)
    entries = list(fields.take(Tag.SEQUENCE))
    extensions = fields.optional(_REQUEST_EXTENSIONS)
    fields.end()
    if not 0 < len(entries) <= profile.max_requests:
        raise MalformedError(f"{len(entries)} certificates asked about", tbs.offset)
    return OcspRequest(
        cert_ids=tuple(_single(entry) for entry in entries),
        nonce=None if extensions is None else _request_extensions(extensions, profile),
        signature=None if signed is None else _signature(signed, tbs.der),
    )


def _single(node: Node) -> CertId:
    fields = Fields(node, "Request")
    cert_id = fields.take(Tag.SEQUENCE)
    extensions = fields.optional(_SINGLE_EXTENSIONS)
    fields.end()
    if extensions is not None:
        _refuse_critical(read_extensions(extensions.only("extensions")).values())
    inside = Fields(cert_id, "CertID")
    algorithm = inside.take(Tag.SEQUENCE)
    inside.take(Tag.OCTET_STRING)
    inside.take(Tag.OCTET_STRING)
    serial = inside.take(Tag.INTEGER)
    inside.end()
    oid, *parameters = [*algorithm] or [algorithm]
    oid.expect(Tag.OID, "AlgorithmIdentifier")
    if len(parameters) > 1:
        raise MalformedError("AlgorithmIdentifier with several parameters", algorithm.offset)
    issuer = node.document[algorithm.offset : serial.offset]
    return CertId(cert_id.der, issuer, serial.integer())


def _request_extensions(node: Node, profile: AnswerProfile) -> bytes | None:
    """Give the nonce."""
    found = dict(read_extensions(node.only("requestExtensions")))
    nonce = found.pop(oids.OCSP_NONCE, None)
    acceptable = found.pop(oids.OCSP_ACCEPTABLE_RESPONSES, None)
    _refuse_critical(found.values())
    if acceptable is not None:
        kinds = [each.oid() for each in acceptable.decoded().expect(Tag.SEQUENCE, "responses")]
        # Every client has to accept the basic type (RFC 6960 4.4.3): we have no other.
        if oids.OCSP_BASIC not in kinds:
            raise MalformedError("the basic response type is not accepted", node.offset)
    if nonce is None:
        return None
    octets = nonce.decoded().octets()
    if not 0 < len(octets) <= profile.max_nonce:
        raise MalformedError(f"a nonce of {len(octets)} bytes", node.offset)
    return octets


def _refuse_critical(extensions: Iterable[Extension]) -> None:
    for extension in extensions:
        if extension.critical:
            raise MalformedError(
                f"critical extension {extension.oid} is not understood", extension.octets.offset
            )


def _signature(node: Node, tbs: bytes) -> RequestSignature:
    fields = Fields(node.only("optionalSignature"), "Signature")
    algorithm = fields.take(Tag.SEQUENCE)
    signature = fields.take(Tag.BIT_STRING)
    certificates = fields.optional(_CERTIFICATES)
    fields.end()
    listed = (
        () if certificates is None else certificates.only("certs").expect(Tag.SEQUENCE, "certs")
    )
    return RequestSignature(
        tbs=tbs,
        algorithm=algorithm.der,
        signature=signature.whole_bytes(),
        certificates=tuple(each.expect(Tag.SEQUENCE, "Certificate").der for each in listed),
    )
