"""The extensions a path needs beyond those every certificate has: constraints and CRL places.

Readers from a DER node to plain values; all raise `MalformedError` with the offset.
Not here: what `jpki.verify.extensions` reads (key usage, policies, identifiers), or judging the
values. RFC 5280 4.2.1.5, .10, .11, .13, .14 and 5.2.5.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from jpki.verify.crl import REASONS
from jpki.verify.der import Fields, Node, context
from jpki.verify.der_rules import Tag
from jpki.verify.errors import MalformedError
from jpki.verify.extensions import default_false
from jpki.verify.path.general_names import Form, GeneralName, general_name, general_names
from jpki.verify.path.names import Name, relative_to

ANY_POLICY = "2.5.29.32.0"
REASON_FLAGS = MappingProxyType(
    dict(enumerate((REASONS[code] for code in (1, 2, 3, 4, 5, 6, 9, 10)), 1))
)
"""ReasonFlags but `unused` (RFC 5280 4.2.1.13, 6.3.2 (a)): the bits that can be covered, and
what each is called as a CRLReason."""
ALL_REASONS = frozenset(REASON_FLAGS)


def primitive(number: int) -> int:
    """Give the identifier octet of [number] IMPLICIT over a primitive type."""
    return context(number, constructed=False)


@dataclass(frozen=True, slots=True)
class PolicyConstraints:
    """RFC 5280 4.2.1.11; None for what is absent."""

    require_explicit: int | None
    inhibit_mapping: int | None


@dataclass(frozen=True, slots=True)
class NameConstraints:
    """RFC 5280 4.2.1.10."""

    permitted: tuple[GeneralName, ...] = ()
    excluded: tuple[GeneralName, ...] = ()


@dataclass(frozen=True, slots=True)
class Point:
    """A DistributionPoint (RFC 5280 4.2.1.13); `names` is None when none is given."""

    names: frozenset[GeneralName] | None
    reasons: frozenset[int] | None = None
    crl_issuers: tuple[Name, ...] | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """An IssuingDistributionPoint (RFC 5280 5.2.5)."""

    names: frozenset[GeneralName] | None
    only_user: bool
    only_ca: bool
    only_attribute: bool
    reasons: frozenset[int] | None
    indirect: bool


def policy_mappings(node: Node) -> Mapping[str, frozenset[str]]:
    """Read PolicyMappings: each issuerDomainPolicy with its subjectDomainPolicies."""
    found: dict[str, set[str]] = {}
    for pair in node.expect(Tag.SEQUENCE, "PolicyMappings"):
        fields = Fields(pair, "PolicyMapping")
        found.setdefault(fields.take(Tag.OID).oid(), set()).add(fields.take(Tag.OID).oid())
        fields.end()
    if not found:
        raise MalformedError("PolicyMappings without a mapping", node.offset)
    return MappingProxyType({issuer: frozenset(subject) for issuer, subject in found.items()})


def policy_constraints(node: Node) -> PolicyConstraints:
    """Read PolicyConstraints; an empty one is refused, as the RFC forbids it."""
    fields = Fields(node, "PolicyConstraints")
    explicit = fields.optional(primitive(0))
    mapping = fields.optional(primitive(1))
    fields.end()
    if explicit is None and mapping is None:
        raise MalformedError("PolicyConstraints is empty", node.offset)
    return PolicyConstraints(
        None if explicit is None else skip_certs(explicit, primitive(0)),
        None if mapping is None else skip_certs(mapping, primitive(1)),
    )


def skip_certs(node: Node, tag: int = Tag.INTEGER) -> int:
    """Read SkipCerts, not negative."""
    count = node.integer(tag)
    if count < 0:
        raise MalformedError(f"SkipCerts {count} is negative", node.offset)
    return count


def name_constraints(node: Node) -> NameConstraints:
    """Read NameConstraints: at least one subtree, minimum 0 and no maximum."""
    fields = Fields(node, "NameConstraints")
    permitted = fields.optional(context(0))
    excluded = fields.optional(context(1))
    fields.end()
    if permitted is None and excluded is None:
        raise MalformedError("NameConstraints is empty", node.offset)
    return NameConstraints(
        _subtrees(permitted, 0) if permitted else (), _subtrees(excluded, 1) if excluded else ()
    )


def _subtrees(node: Node, number: int) -> tuple[GeneralName, ...]:
    found: list[GeneralName] = []
    for subtree in node.expect(context(number), "GeneralSubtrees"):
        fields = Fields(subtree, "GeneralSubtree")
        found.append(general_name(fields.take()))
        # minimum 0 is the default, which DER leaves out; maximum must be absent.
        fields.end()
    if not found:
        raise MalformedError("GeneralSubtrees without a subtree", node.offset)
    return tuple(found)


def distribution_points(node: Node, issuer: Name) -> tuple[Point, ...]:
    """Read CRLDistributionPoints of a certificate of this issuer."""
    found: list[Point] = []
    for point in node.expect(Tag.SEQUENCE, "CRLDistributionPoints"):
        fields = Fields(point, "DistributionPoint")
        name = fields.optional(context(0))
        reasons = fields.optional(primitive(1))
        crl_issuer = fields.optional(context(2))
        fields.end()
        if name is None and crl_issuer is None:
            raise MalformedError("DistributionPoint without name and cRLIssuer", point.offset)
        issuers = _crl_issuers(crl_issuer) if crl_issuer else None
        found.append(
            Point(
                _point_name(name, issuers[0] if issuers else issuer) if name else None,
                reason_flags(reasons, primitive(1)) if reasons else None,
                issuers,
            )
        )
    if not found:
        raise MalformedError("CRLDistributionPoints without a point", node.offset)
    return tuple(found)


def issuing_distribution_point(node: Node, issuer: Name) -> Scope:
    """Read IssuingDistributionPoint; an empty one is refused (RFC 5280 5.2.5)."""
    fields = Fields(node, "IssuingDistributionPoint")
    name = fields.optional(context(0))
    user = default_false(fields.optional(primitive(1)), primitive(1))
    ca = default_false(fields.optional(primitive(2)), primitive(2))
    reasons = fields.optional(primitive(3))
    indirect = default_false(fields.optional(primitive(4)), primitive(4))
    attribute = default_false(fields.optional(primitive(5)), primitive(5))
    fields.end()
    if node.start == node.end:
        raise MalformedError("IssuingDistributionPoint is empty", node.offset)
    if user + ca + attribute > 1:
        raise MalformedError("IssuingDistributionPoint with two onlyContains", node.offset)
    return Scope(
        _point_name(name, issuer) if name else None,
        user,
        ca,
        attribute,
        reason_flags(reasons, primitive(3)) if reasons else None,
        indirect,
    )


def reason_flags(node: Node, tag: int) -> frozenset[int]:
    """Read ReasonFlags; a set without any known bit covers nothing and is refused."""
    found = node.named_bits(tag) & ALL_REASONS
    if not found:
        raise MalformedError("ReasonFlags without a reason", node.offset)
    return found


def _crl_issuers(node: Node) -> tuple[Name, ...]:
    names = tuple(
        one.value
        for one in general_names(node, context(2))
        if one.form is Form.DIRECTORY and isinstance(one.value, Name)
    )
    if not names:
        raise MalformedError("cRLIssuer without a directoryName", node.offset)
    return names


def _point_name(node: Node, issuer: Name) -> frozenset[GeneralName]:
    choice = node.only("DistributionPointName")
    if choice.tag == context(1):
        name = relative_to(issuer, choice, context(1))
        return frozenset({GeneralName(Form.DIRECTORY, name)})
    return frozenset(general_names(choice.expect(context(0), "fullName"), context(0)))
