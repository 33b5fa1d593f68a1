"""A CMS SignedData message as its bytes say it, parsed strictly.

All of it must be DER, although RFC 5652 lets the outer layers be BER: a signature format with one
encoding cannot be varied without breaking it. Not here: judging (`jpki.verify.cms`).
RFC 5652 5 and 11, RFC 5035 5.4 (signingCertificateV2), RFC 6211 2 (CMSAlgorithmProtection).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Self

from jpki.verify.der import Fields, Node, check_set, context, decode
from jpki.verify.der_rules import Tag
from jpki.verify.errors import MalformedError
from jpki.verify.extensions import directory_names, general_names

MAX_MESSAGE_BYTES = 1 << 20
"""A detached message holds a few certificates; the limit keeps hostile input cheap."""
ID_DATA = "1.2.840.113549.1.7.1"
ID_SIGNED_DATA = "1.2.840.113549.1.7.2"
CONTENT_TYPE = "1.2.840.113549.1.9.3"
MESSAGE_DIGEST = "1.2.840.113549.1.9.4"
SIGNING_TIME = "1.2.840.113549.1.9.5"
SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47"
ALGORITHM_PROTECTION = "1.2.840.113549.1.9.52"
SHA256_ALGORITHMS = frozenset(
    {
        bytes.fromhex("300b0609608648016503040201"),
        bytes.fromhex("300d06096086480165030402010500"),
    }
)
"""AlgorithmIdentifier of SHA-256, without parameters or with NULL: both are to be accepted
(RFC 5754 2)."""
_IMPLICIT_SET = 0x31


@dataclass(frozen=True, slots=True)
class CertificateReference:
    """ESSCertIDv2: SHA-256 of the signer's certificate; issuer (DER Name) and serial if given."""

    sha256: bytes
    issuer: bytes | None
    serial: int | None


@dataclass(frozen=True, slots=True)
class SignedAttributes:
    """The signed attributes: `encoded` is what the signature covers (DER SET OF)."""

    encoded: bytes = field(repr=False)
    values: Mapping[str, Node] = field(repr=False)
    content_type: str | None
    message_digest: bytes | None
    signing_time: datetime | None
    certificate: CertificateReference | None
    algorithms: tuple[bytes, bytes | None] | None
    """Digest and signature AlgorithmIdentifier of CMSAlgorithmProtection."""


@dataclass(frozen=True, slots=True)
class SignerInfo:
    """One signer: named by issuer (DER Name) and serial number, or by key identifier."""

    version: int
    issuer: bytes | None = field(repr=False)
    serial: int | None
    key_identifier: bytes | None
    digest_algorithm: bytes
    signature_algorithm: bytes
    signature: bytes = field(repr=False)
    attributes: SignedAttributes | None
    has_unsigned_attributes: bool


@dataclass(frozen=True, slots=True)
class CmsMessage:
    """One SignedData; certificates are DER, in the order of the message."""

    version: int
    digest_algorithms: tuple[bytes, ...]
    content_type: str
    has_content: bool
    certificates: tuple[bytes, ...] = field(repr=False)
    has_revocation_data: bool
    signers: tuple[SignerInfo, ...]

    @classmethod
    def parse(cls, der: bytes) -> Self:
        """Read exactly one ContentInfo with SignedData; raise `MalformedError` with the offset."""
        if len(der) > MAX_MESSAGE_BYTES:
            raise MalformedError(f"{len(der)} bytes, more than is accepted", MAX_MESSAGE_BYTES)
        info = Fields(decode(bytes(der)), "ContentInfo")
        content_type = info.take(Tag.OID)
        if content_type.oid() != ID_SIGNED_DATA:
            raise MalformedError(f"content type {content_type.oid()}", content_type.offset)
        signed_data = info.take(context(0)).only("SignedData")
        info.end()

        fields = Fields(signed_data, "SignedData")
        version = fields.take(Tag.INTEGER).integer()
        digests = fields.take(Tag.SET)
        encapsulated = Fields(fields.take(), "EncapsulatedContentInfo")
        inner_type = encapsulated.take(Tag.OID).oid()
        content = encapsulated.optional(context(0))
        encapsulated.end()
        certificates = fields.optional(context(0))
        revocation_data = fields.optional(context(1))
        signers = tuple(_signer(node) for node in fields.take(Tag.SET))
        fields.end()
        for one in filter(None, (digests, certificates, revocation_data)):
            check_set(one)
        return cls(
            version=version,
            digest_algorithms=tuple(node.der for node in digests),
            content_type=inner_type,
            has_content=content is not None,
            certificates=tuple(node.der for node in certificates or ()),
            has_revocation_data=revocation_data is not None,
            signers=signers,
        )


def is_attribute_set(content: bytes) -> bool:
    """Whether bytes are themselves a set of signed attributes.

    A signature made over such a set could be passed off as one over these bytes without any
    attributes, so a message without attributes must not have such content. Any attributes count,
    also those this reader would refuse in a message.
    """
    if content[:1] != bytes((Tag.SET,)):
        return False
    try:
        return bool(_raw_attributes(decode(content)))
    except MalformedError:
        return False


def _signer(node: Node) -> SignerInfo:
    fields = Fields(node, "SignerInfo")
    version = fields.take(Tag.INTEGER).integer()
    issuer, serial, key_identifier = _signer_identifier(fields.take())
    digest_algorithm = fields.take(Tag.SEQUENCE).der
    attributes = fields.optional(context(0))
    signature_algorithm = fields.take(Tag.SEQUENCE).der
    signature = fields.take(Tag.OCTET_STRING).octets()
    unsigned = fields.optional(context(1))
    fields.end()
    if attributes:
        check_set(attributes)
    return SignerInfo(
        version=version,
        issuer=issuer,
        serial=serial,
        key_identifier=key_identifier,
        digest_algorithm=digest_algorithm,
        signature_algorithm=signature_algorithm,
        signature=signature,
        attributes=_attributes(attributes) if attributes else None,
        has_unsigned_attributes=unsigned is not None,
    )


def _signer_identifier(node: Node) -> tuple[bytes | None, int | None, bytes | None]:
    key_identifier = context(0, constructed=False)
    if node.tag == key_identifier:
        return None, None, node.octets(key_identifier)
    fields = Fields(node, "IssuerAndSerialNumber")
    issuer = fields.take(Tag.SEQUENCE).der
    serial = fields.take(Tag.INTEGER).integer()
    fields.end()
    return issuer, serial, None


def _raw_attributes(node: Node) -> dict[str, Node]:
    """Read a SET OF Attribute into the SET of values of each type."""
    values: dict[str, Node] = {}
    for attribute in node:
        fields = Fields(attribute, "Attribute")
        oid = fields.take(Tag.OID).oid()
        value = fields.take(Tag.SET)
        fields.end()
        if oid in values:
            raise MalformedError(f"signed attribute {oid} occurs twice", attribute.offset)
        values[oid] = value
    return values


def _attributes(node: Node) -> SignedAttributes:
    values = _raw_attributes(node)
    if not values:
        raise MalformedError("an empty set of signed attributes", node.offset)
    single = {oid: values[oid].only(oid) for oid in _SINGLE if oid in values}
    return SignedAttributes(
        encoded=bytes((_IMPLICIT_SET,)) + node.der[1:],
        values=MappingProxyType(values),
        content_type=single[CONTENT_TYPE].oid() if CONTENT_TYPE in single else None,
        message_digest=single[MESSAGE_DIGEST].octets() if MESSAGE_DIGEST in single else None,
        signing_time=single[SIGNING_TIME].time() if SIGNING_TIME in single else None,
        certificate=(
            _certificate_reference(single[SIGNING_CERTIFICATE_V2])
            if SIGNING_CERTIFICATE_V2 in single
            else None
        ),
        algorithms=(
            _algorithms(single[ALGORITHM_PROTECTION]) if ALGORITHM_PROTECTION in single else None
        ),
    )


_SINGLE = (
    CONTENT_TYPE,
    MESSAGE_DIGEST,
    SIGNING_TIME,
    SIGNING_CERTIFICATE_V2,
    ALGORITHM_PROTECTION,
)


def _certificate_reference(node: Node) -> CertificateReference:
    """Read SigningCertificateV2; its first ESSCertIDv2 names the signer (RFC 5035 4)."""
    fields = Fields(node, "SigningCertificateV2")
    identifiers = list(fields.take(Tag.SEQUENCE))
    fields.optional(Tag.SEQUENCE)
    fields.end()
    if not identifiers:
        raise MalformedError("SigningCertificateV2 without certificate", node.offset)
    first = Fields(identifiers[0], "ESSCertIDv2")
    # SHA-256 is the default and left out in DER; another digest stands here and is refused.
    algorithm = first.optional(Tag.SEQUENCE)
    digest = first.take(Tag.OCTET_STRING).octets()
    issuer_serial = first.optional(Tag.SEQUENCE)
    first.end()
    if algorithm is not None:
        raise MalformedError("ESSCertIDv2 names a digest besides SHA-256", algorithm.offset)
    if issuer_serial is None:
        return CertificateReference(digest, None, None)
    pair = Fields(issuer_serial, "IssuerSerial")
    names = directory_names(general_names(pair.take(Tag.SEQUENCE)))
    serial = pair.take(Tag.INTEGER).integer()
    pair.end()
    if len(names) != 1:
        raise MalformedError("IssuerSerial is not one directoryName", issuer_serial.offset)
    return CertificateReference(digest, names[0], serial)


def _algorithms(node: Node) -> tuple[bytes, bytes | None]:
    fields = Fields(node, "CMSAlgorithmProtection")
    digest = fields.take(Tag.SEQUENCE).der
    signature = fields.optional(context(1))
    fields.optional(context(2))
    fields.end()
    return digest, bytes((Tag.SEQUENCE,)) + signature.der[1:] if signature else None
