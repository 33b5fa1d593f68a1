"""An object to be linted, cut into named parts: which element of the DER is which.

What it is: one function a structure (certificate, list, OCSP response) over the strict reader of
`jpki.verify.der`, as tolerant of values as that allows: a rule, not the reader, shall refuse them.
What it is not: a parser of DER, or of what is inside extensions (`jpki.verify.extensions`).
Standard: RFC 5280 sections 4.1 and 5.1, RFC 6960 section 4.2.1.
Called by: `jpki.lint.linter`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, unique

from jpki.verify.der import Fields, Node, context, decode
from jpki.verify.der_rules import Tag
from jpki.verify.errors import MalformedError
from jpki.verify.extensions import Extension, read_extensions

# The parts of a certificate and a list. An extension's part is its OID: the node of its octets.
HEAD = "first field"
SERIAL = "serialNumber"
ALGORITHM = "signature"
OUTER_ALGORITHM = "signatureAlgorithm"
SIGNATURE = "signatureValue"
ISSUER = "issuer"
VALIDITY = "validity"
SUBJECT = "subject"
KEY = "subjectPublicKeyInfo"
SHAPE = "extensions"
DOCUMENT = "document"
THIS_UPDATE = "thisUpdate"
NEXT_UPDATE = "nextUpdate"
ENTRIES = "revokedCertificates"
# Those of an OCSP response; it has a version, algorithms and a signature, too.
STATUS = "responseStatus"
RESPONSE_TYPE = "responseType"
RESPONDER_ID = "responderID"
PRODUCED = "producedAt"
RESPONSES = "responses"
RESPONDER_CERTIFICATES = "certs"
NONCE = "1.3.6.1.5.5.7.48.1.2"

BASIC_RESPONSE = "1.3.6.1.5.5.7.48.1.1"
OCSP_NO_CHECK = "1.3.6.1.5.5.7.48.1.5"
OCSP_SIGNING = "1.3.6.1.5.5.7.3.9"


@unique
class Target(Enum):
    """The kinds of object there are rules for."""

    AUTHORITY = "ca-certificate"
    SIGN = "sign-certificate"
    AUTH = "auth-certificate"
    RESPONDER = "responder-certificate"
    PARTITION = "crl-partition"
    FULL = "crl-full"
    OCSP = "ocsp-response"

    @property
    def japanese(self) -> str:
        """What it is called."""
        return _JAPANESE[self]


_JAPANESE = {
    Target.AUTHORITY: "認証局の自己署名証明書",
    Target.SIGN: "署名用電子証明書",
    Target.AUTH: "利用者証明用電子証明書",
    Target.RESPONDER: "OCSPレスポンダ証明書",
    Target.PARTITION: "市区町村の失効リスト",
    Target.FULL: "全体の失効リスト",
    Target.OCSP: "OCSP応答",
}
HOLDERS = frozenset({Target.SIGN, Target.AUTH})
CERTIFICATES = HOLDERS | {Target.AUTHORITY, Target.RESPONDER}
LISTS = frozenset({Target.PARTITION, Target.FULL})
RESPONSE = frozenset({Target.OCSP})
EVERYTHING = frozenset(Target)


@dataclass(frozen=True, slots=True)
class Subject:
    """One object. With a `flaw` it could not be cut: there are no parts then."""

    target: Target
    parts: Mapping[str, Node] = field(repr=False)
    shape: Mapping[str, Extension] = field(repr=False, default_factory=dict)
    flaw: MalformedError | None = None
    memory: dict[tuple[str, str], object] = field(repr=False, default_factory=dict)
    """What was read out of a part once, for all rules that look at it."""


def cut(target: Target, document: bytes) -> Subject:
    """Cut an object into its parts; what is no strict DER or another structure is its flaw."""
    reader = _response if target in RESPONSE else _list if target in LISTS else _certificate
    try:
        parts, shape = reader(document)
    except MalformedError as error:
        return Subject(target, {}, flaw=error)
    return Subject(target, parts, shape)


_Cut = tuple[dict[str, Node], Mapping[str, Extension]]


def _certificate(document: bytes) -> _Cut:
    whole = decode(document)
    outer = Fields(whole, "Certificate")
    tbs = outer.take(Tag.SEQUENCE)
    parts = {DOCUMENT: whole, OUTER_ALGORITHM: outer.take(Tag.SEQUENCE)}
    parts[SIGNATURE] = outer.take(Tag.BIT_STRING)
    outer.end()
    fields = Fields(tbs, "TBSCertificate")
    version = fields.optional(context(0))
    parts[SERIAL] = fields.take(Tag.INTEGER)
    parts[HEAD] = version or parts[SERIAL]
    for part in (ALGORITHM, ISSUER, VALIDITY, SUBJECT, KEY):
        parts[part] = fields.take(Tag.SEQUENCE)
    explicit = fields.optional(context(3))
    fields.end()
    return _with_extensions(parts, explicit)


def _list(document: bytes) -> _Cut:
    whole = decode(document)
    outer = Fields(whole, "CertificateList")
    tbs = outer.take(Tag.SEQUENCE)
    parts = {DOCUMENT: whole, OUTER_ALGORITHM: outer.take(Tag.SEQUENCE)}
    parts[SIGNATURE] = outer.take(Tag.BIT_STRING)
    outer.end()
    fields = Fields(tbs, "TBSCertList")
    version = fields.optional(Tag.INTEGER)
    parts[ALGORITHM] = fields.take(Tag.SEQUENCE)
    parts[HEAD] = version or parts[ALGORITHM]
    parts[ISSUER] = fields.take(Tag.SEQUENCE)
    parts[THIS_UPDATE] = fields.take()
    following = fields.optional(Tag.UTC_TIME, Tag.GENERALIZED_TIME)
    if following is not None:
        parts[NEXT_UPDATE] = following
    revoked = fields.optional(Tag.SEQUENCE)
    if revoked is not None:
        parts[ENTRIES] = revoked
    explicit = fields.optional(context(0))
    fields.end()
    return _with_extensions(parts, explicit)


def _response(document: bytes) -> _Cut:
    whole = decode(document)
    outer = Fields(whole, "OCSPResponse")
    parts = {DOCUMENT: whole, STATUS: outer.take(Tag.ENUMERATED)}
    explicit = outer.optional(context(0))
    outer.end()
    if explicit is None:
        return parts, {}
    wrapped = Fields(explicit.only("responseBytes"), "ResponseBytes")
    parts[RESPONSE_TYPE] = wrapped.take(Tag.OID)
    octets = wrapped.take(Tag.OCTET_STRING)
    wrapped.end()
    if parts[RESPONSE_TYPE].oid() != BASIC_RESPONSE:
        return parts, {}
    return _basic(parts, octets.inside())


def _basic(parts: dict[str, Node], node: Node) -> _Cut:
    basic = Fields(node, "BasicOCSPResponse")
    data = Fields(basic.take(Tag.SEQUENCE), "ResponseData")
    parts[OUTER_ALGORITHM] = basic.take(Tag.SEQUENCE)
    parts[SIGNATURE] = basic.take(Tag.BIT_STRING)
    certificates = basic.optional(context(0))
    if certificates is not None:
        parts[RESPONDER_CERTIFICATES] = certificates
    basic.end()
    version = data.optional(context(0))
    if version is not None:
        parts[HEAD] = version
    parts[RESPONDER_ID] = data.take()
    parts[PRODUCED] = data.take(Tag.GENERALIZED_TIME)
    parts[RESPONSES] = data.take(Tag.SEQUENCE)
    explicit = data.optional(context(1))
    data.end()
    return _with_extensions(parts, explicit)


def _with_extensions(parts: dict[str, Node], explicit: Node | None) -> _Cut:
    if explicit is None:
        return parts, {}
    sequence = explicit.only("Extensions")
    shape = read_extensions(sequence)
    parts[SHAPE] = sequence
    for oid, extension in shape.items():
        parts[oid] = extension.octets
    return parts, shape
