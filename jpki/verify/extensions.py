"""The contents of the certificate and CRL extensions this verifier understands.

Readers from a DER node to plain values; all raise `MalformedError` with the offset.
Not here: judging the values (`profile_checks`, `revocation`).
RFC 5280 4.2 and 5.2.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from jpki.verify.der import Fields, Node, context, header
from jpki.verify.der_rules import Tag
from jpki.verify.errors import DerError, MalformedError
from jpki.verify.names import attributes as read_name

KEY_USAGE_BITS = (
    "digitalSignature",
    "nonRepudiation",
    "keyEncipherment",
    "dataEncipherment",
    "keyAgreement",
    "keyCertSign",
    "cRLSign",
    "encipherOnly",
    "decipherOnly",
)
OTHER_NAME = context(0)
DIRECTORY_NAME = context(4)
_GENERAL_NAME_TAGS = frozenset(
    {OTHER_NAME, context(3), DIRECTORY_NAME, context(5)}
    | {context(number, constructed=False) for number in (1, 2, 6, 7, 8)}
)


@dataclass(frozen=True, slots=True)
class Extension:
    """One extension: OID, criticality, and the node of its extnValue octets."""

    oid: str
    critical: bool
    octets: Node

    def decoded(self) -> Node:
        """Give the structure inside extnValue."""
        return self.octets.inside()


@dataclass(frozen=True, slots=True)
class BasicConstraints:
    """RFC 5280 4.2.1.9."""

    ca: bool
    path_length: int | None


@dataclass(frozen=True, slots=True)
class AuthorityKeyIdentifier:
    """RFC 5280 4.2.1.1; `issuer` is the DER Name of the CA certificate's issuer."""

    key_identifier: bytes | None
    issuer: bytes | None
    serial: int | None


@dataclass(frozen=True, slots=True)
class DistributionPoint:
    """RFC 5280 4.2.1.13; `names` holds each GeneralName of fullName in DER."""

    names: tuple[bytes, ...]
    has_reasons: bool
    has_crl_issuer: bool

    @property
    def directory_names(self) -> tuple[bytes, ...]:
        """The DER Names among the names."""
        return directory_names(self.names)


@dataclass(frozen=True, slots=True)
class IssuingDistributionPoint:
    """RFC 5280 5.2.5; `names` is None when the extension names no distribution point."""

    names: tuple[bytes, ...] | None
    only_user: bool
    only_ca: bool
    only_attribute: bool
    some_reasons: bool
    indirect: bool


def read_extensions(sequence: Node) -> Mapping[str, Extension]:
    """Read Extensions: at least one, no OID twice (RFC 5280 4.2), criticality in DER."""
    found: dict[str, Extension] = {}
    for node in sequence.expect(Tag.SEQUENCE, "Extensions"):
        fields = Fields(node, "Extension")
        oid = fields.take(Tag.OID).oid()
        critical = default_false(fields.optional(Tag.BOOLEAN))
        octets = fields.take(Tag.OCTET_STRING)
        fields.end()
        if oid in found:
            raise MalformedError(f"extension {oid} occurs twice", node.offset)
        found[oid] = Extension(oid, critical, octets)
    if not found:
        raise MalformedError("Extensions without any extension", sequence.offset)
    return MappingProxyType(found)


def default_false(node: Node | None, tag: int = Tag.BOOLEAN) -> bool:
    """Read a BOOLEAN DEFAULT FALSE, which DER must not encode when false (X.690 11.5)."""
    if node is None:
        return False
    if not node.boolean(tag):
        raise DerError("FALSE is the default and must be left out", node.offset)
    return True


def key_usage(node: Node) -> frozenset[str]:
    """Read KeyUsage into the names of RFC 5280 4.2.1.3."""
    bits = node.named_bits()
    if not bits or max(bits) >= len(KEY_USAGE_BITS):
        raise MalformedError("KeyUsage without a known bit", node.offset)
    return frozenset(KEY_USAGE_BITS[bit] for bit in bits)


def basic_constraints(node: Node) -> BasicConstraints:
    """Read BasicConstraints."""
    fields = Fields(node, "BasicConstraints")
    ca = default_false(fields.optional(Tag.BOOLEAN))
    length = fields.optional(Tag.INTEGER)
    fields.end()
    return BasicConstraints(ca, length.integer() if length else None)


def authority_key_identifier(node: Node) -> AuthorityKeyIdentifier:
    """Read AuthorityKeyIdentifier; issuer and serial number must come together."""
    fields = Fields(node, "AuthorityKeyIdentifier")
    key_identifier = fields.optional(_primitive(0))
    issuer = fields.optional(context(1))
    serial = fields.optional(_primitive(2))
    fields.end()
    if (issuer is None) != (serial is None):
        raise MalformedError("authorityCertIssuer and serial number come together", node.offset)
    names = directory_names(general_names(issuer, context(1))) if issuer else ()
    if issuer and len(names) != 1:
        raise MalformedError("authorityCertIssuer is not one directoryName", issuer.offset)
    return AuthorityKeyIdentifier(
        key_identifier.octets(_primitive(0)) if key_identifier else None,
        names[0] if names else None,
        serial.integer(_primitive(2)) if serial else None,
    )


def policies(node: Node) -> tuple[str, ...]:
    """Read the policy OIDs of CertificatePolicies; qualifiers are not judged, but not empty."""
    found: list[str] = []
    for information in node.expect(Tag.SEQUENCE, "CertificatePolicies"):
        fields = Fields(information, "PolicyInformation")
        found.append(fields.take(Tag.OID).oid())
        qualifiers = fields.optional(Tag.SEQUENCE)
        fields.end()
        if qualifiers and qualifiers.start == qualifiers.end:
            raise MalformedError("policyQualifiers without a qualifier", qualifiers.offset)
    if not found or len(set(found)) != len(found):
        raise MalformedError("CertificatePolicies empty or with one policy twice", node.offset)
    return tuple(found)


def extended_key_usage(node: Node) -> tuple[str, ...]:
    """Read the purposes of ExtKeyUsageSyntax."""
    found = tuple(purpose.oid() for purpose in node.expect(Tag.SEQUENCE, "ExtKeyUsageSyntax"))
    if not found:
        raise MalformedError("ExtKeyUsageSyntax without purpose", node.offset)
    return found


def general_names(node: Node, tag: int = Tag.SEQUENCE) -> tuple[bytes, ...]:
    """Read GeneralNames (or one under an IMPLICIT tag) into each name's DER."""
    found: list[bytes] = []
    for name in node.expect(tag, "GeneralNames"):
        if name.tag not in _GENERAL_NAME_TAGS:
            raise MalformedError(f"tag {name.tag:02X} is no GeneralName", name.offset)
        if name.tag == DIRECTORY_NAME:
            read_name(name.only("directoryName"))
        found.append(name.der)
    if not found:
        raise MalformedError("GeneralNames without a name", node.offset)
    return tuple(found)


def directory_names(names: tuple[bytes, ...]) -> tuple[bytes, ...]:
    """Give the DER Name inside each directoryName among what `general_names` gave."""
    # An explicit tag around one element, which was read: what is behind the header is the Name.
    return tuple(
        name[header(name, 0, len(name))[1] :] for name in names if name[0] == DIRECTORY_NAME
    )


def distribution_points(node: Node) -> tuple[DistributionPoint, ...]:
    """Read CRLDistributionPoints; names relative to the issuer are refused (not in use)."""
    points: list[DistributionPoint] = []
    for point in node.expect(Tag.SEQUENCE, "CRLDistributionPoints"):
        fields = Fields(point, "DistributionPoint")
        names = _point_name(fields.optional(context(0)))
        reasons = fields.optional(_primitive(1))
        crl_issuer = fields.optional(context(2))
        fields.end()
        points.append(DistributionPoint(names or (), reasons is not None, crl_issuer is not None))
    if not points:
        raise MalformedError("CRLDistributionPoints without a point", node.offset)
    return tuple(points)


def issuing_distribution_point(node: Node) -> IssuingDistributionPoint:
    """Read IssuingDistributionPoint; an empty one is refused (RFC 5280 5.2.5)."""
    fields = Fields(node, "IssuingDistributionPoint")
    names = _point_name(fields.optional(context(0)))
    user = default_false(fields.optional(_primitive(1)), _primitive(1))
    ca = default_false(fields.optional(_primitive(2)), _primitive(2))
    reasons = fields.optional(_primitive(3))
    indirect = default_false(fields.optional(_primitive(4)), _primitive(4))
    attribute = default_false(fields.optional(_primitive(5)), _primitive(5))
    fields.end()
    if node.start == node.end:
        raise MalformedError("IssuingDistributionPoint is empty", node.offset)
    if user + ca + attribute > 1:
        raise MalformedError("IssuingDistributionPoint with two onlyContains", node.offset)
    return IssuingDistributionPoint(names, user, ca, attribute, reasons is not None, indirect)


def _primitive(number: int) -> int:
    return context(number, constructed=False)


def _point_name(node: Node | None) -> tuple[bytes, ...] | None:
    if node is None:
        return None
    full_name = node.only("DistributionPointName")
    return general_names(full_name.expect(context(0), "fullName"), context(0))
