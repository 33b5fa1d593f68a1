"""Extensions of RFC 5280 that nothing here acts on, read for their form alone.

What they hold changes no verdict; yet what a CA signed under a name everybody knows must be what
the name says, or the object is no DER of its kind. Because nobody acts on them, none of them may
be critical. Extensions of other standards stay closed octets.
Not here: the extensions that are acted on (`extensions`, `path.extensions`).
RFC 5280 4.2.1.7, 4.2.1.8, 4.2.1.15, 4.2.2 and 5.2.2, 5.2.6, 5.2.7; RFC 3280 4.2.1.4.
Called by every reader of certificates and lists.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from jpki import oids
from jpki.verify.der import Fields, Node, check_set, context
from jpki.verify.der_rules import Tag, read_time
from jpki.verify.errors import MalformedError
from jpki.verify.extensions import Extension, general_names

SUBJECT_DIRECTORY_ATTRIBUTES = "2.5.29.9"
PRIVATE_KEY_USAGE_PERIOD = "2.5.29.16"
FRESHEST_CRL = "2.5.29.46"
SUBJECT_INFO_ACCESS = "1.3.6.1.5.5.7.1.11"
_REASONS = context(1, constructed=False)


def check_form(found: Mapping[str, Extension]) -> None:
    """Raise `MalformedError` at the first of these extensions that is not what it is called."""
    for oid, extension in found.items():
        reader = _READERS.get(oid)
        if reader is not None:
            reader(extension.decoded())


def _alternative_names(node: Node) -> None:
    general_names(node)


def _access(node: Node) -> None:
    """Read authorityInfoAccess and subjectInfoAccess: one AccessDescription or more."""
    for description in _some(node, "AccessDescription"):
        fields = Fields(description, "AccessDescription")
        fields.take(Tag.OID).oid()
        location = fields.take()
        fields.end()
        _general_name(location)


def _general_name(name: Node) -> None:
    """Read one GeneralName where the syntax has no list of them."""
    general_names(Node(name.document, Tag.SEQUENCE, name.offset, name.offset, name.end))


def _freshest(node: Node) -> None:
    """Read freshestCRL, which has the syntax of cRLDistributionPoints."""
    for point in _some(node, "DistributionPoint"):
        fields = Fields(point, "DistributionPoint")
        name = fields.optional(context(0))
        reasons = fields.optional(_REASONS)
        issuer = fields.optional(context(2))
        fields.end()
        if name is None and issuer is None:
            raise MalformedError("DistributionPoint without name and cRLIssuer", point.offset)
        if name is not None:
            _point_name(name.only("DistributionPointName"))
        if reasons is not None:
            reasons.named_bits(_REASONS)
        if issuer is not None:
            general_names(issuer, context(2))


def _point_name(choice: Node) -> None:
    if choice.tag != context(1):
        general_names(choice.expect(context(0), "fullName"), context(0))
        return
    pairs = list(choice)
    if not pairs:
        raise MalformedError("nameRelativeToCRLIssuer is empty", choice.offset)
    check_set(choice)
    for pair in pairs:
        fields = Fields(pair, "AttributeTypeAndValue")
        fields.take(Tag.OID).oid()
        fields.take()
        fields.end()


def _directory_attributes(node: Node) -> None:
    for attribute in _some(node, "Attribute"):
        fields = Fields(attribute, "Attribute")
        fields.take(Tag.OID).oid()
        values = fields.take(Tag.SET)
        fields.end()
        if values.start == values.end:
            raise MalformedError("Attribute without a value", values.offset)


def _key_usage_period(node: Node) -> None:
    fields = Fields(node, "PrivateKeyUsagePeriod")
    for number in (0, 1):
        time = fields.optional(context(number, constructed=False))
        if time is not None:
            read_time(Tag.GENERALIZED_TIME, time.document, time.start, time.end)
    fields.end()
    if node.start == node.end:
        raise MalformedError("PrivateKeyUsagePeriod is empty", node.offset)


def _some(node: Node, what: str) -> list[Node]:
    found = list(node.expect(Tag.SEQUENCE, f"list of {what}"))
    if not found:
        raise MalformedError(f"list without any {what}", node.offset)
    return found


_READERS: Mapping[str, Callable[[Node], None]] = MappingProxyType(
    {
        oids.ISSUER_ALT_NAME: _alternative_names,
        oids.AUTHORITY_INFO_ACCESS: _access,
        SUBJECT_INFO_ACCESS: _access,
        FRESHEST_CRL: _freshest,
        SUBJECT_DIRECTORY_ATTRIBUTES: _directory_attributes,
        PRIVATE_KEY_USAGE_PERIOD: _key_usage_period,
    }
)
READ = frozenset(_READERS)
"""Whose form is checked."""
