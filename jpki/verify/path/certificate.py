"""A certificate of a path, as its bytes say it: what §6 of RFC 5280 looks at, judged not at all.

Strict DER as everywhere; yet where the RFC asks verifiers to bear with old CAs, this reader does
and `jpki.verify.certificate`, which knows one profile, does not: serial numbers that are not
positive (4.1.2.2), GeneralizedTime before 2050 (4.1.2.5), unique identifiers (4.1.2.8).
Not here: trust, time, policy (`validation`). RFC 5280 4.1 and 4.2.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import TypeVar

from jpki import oids
from jpki.verify import extensions as common
from jpki.verify.certificate import MAX_CERTIFICATE_BYTES, read_version
from jpki.verify.der import Fields, Node, context, decode
from jpki.verify.der_rules import Tag
from jpki.verify.errors import MalformedError
from jpki.verify.extensions import Extension, read_extensions
from jpki.verify.further_extensions import check_form
from jpki.verify.path import extensions as ext
from jpki.verify.path.general_names import GeneralName, general_names
from jpki.verify.path.keys import KeyInfo
from jpki.verify.path.names import Name

NAME_CONSTRAINTS = "2.5.29.30"
POLICY_MAPPINGS = "2.5.29.33"
POLICY_CONSTRAINTS = "2.5.29.36"
INHIBIT_ANY_POLICY = "2.5.29.54"
OCSP_NO_CHECK = "1.3.6.1.5.5.7.48.1.5"
"""id-pkix-ocsp-nocheck (RFC 6960 4.2.2.2.1), whose value is NULL."""
_Value = TypeVar("_Value")
_V3 = 2


@dataclass(frozen=True, slots=True, eq=False)
class PathCertificate:
    """One parsed certificate; `fingerprint` (SHA-256) is its identity."""

    fingerprint: bytes
    der: bytes = field(repr=False)
    tbs: bytes = field(repr=False)
    version: int
    serial: int
    inner_algorithm: bytes = field(repr=False)
    outer_algorithm: bytes = field(repr=False)
    issuer: Name
    subject: Name
    not_before: datetime
    not_after: datetime
    key: KeyInfo = field(repr=False)
    signature: bytes = field(repr=False)
    extensions: Mapping[str, Extension] = field(repr=False)
    key_usage: frozenset[str] | None
    purposes: tuple[str, ...] | None
    basic_constraints: common.BasicConstraints | None
    policies: tuple[str, ...] | None
    policy_mappings: Mapping[str, frozenset[str]] | None
    policy_constraints: ext.PolicyConstraints | None
    inhibit_any_policy: int | None
    name_constraints: ext.NameConstraints | None
    alternative_names: tuple[GeneralName, ...] | None
    authority_key: common.AuthorityKeyIdentifier | None
    subject_key_id: bytes | None
    points: tuple[ext.Point, ...] | None

    def __reduce__(self) -> tuple[Callable[[bytes], "PathCertificate"], tuple[bytes]]:
        """Give how it is made anew in another process, where a report of its path may go."""
        return PathCertificate.parse, (self.der,)

    @property
    def is_self_issued(self) -> bool:
        """Whether subject and issuer are one name (RFC 5280 3.2, 6.1)."""
        return self.subject == self.issuer

    @property
    def is_ca(self) -> bool:
        """Whether basicConstraints says CA, as a list's onlyContains means it (6.3.3 (b)(2))."""
        return self.basic_constraints is not None and self.basic_constraints.ca

    def offset_of(self, oid: str) -> int | None:
        """Give where an extension's contents start, None without it."""
        return self.extensions[oid].octets.start if oid in self.extensions else None

    @classmethod
    def parse(cls, der: bytes) -> "PathCertificate":
        """Read exactly one DER certificate; raise `MalformedError` with the offset."""
        if len(der) > MAX_CERTIFICATE_BYTES:
            raise MalformedError(
                f"{len(der)} bytes, more than a certificate may have", MAX_CERTIFICATE_BYTES
            )
        der = bytes(der)
        outer = Fields(decode(der), "Certificate")
        tbs = outer.take(Tag.SEQUENCE)
        outer_algorithm = outer.take(Tag.SEQUENCE)
        signature = outer.take(Tag.BIT_STRING)
        outer.end()

        fields = Fields(tbs, "TBSCertificate")
        version = read_version(fields.optional(context(0)))
        serial = fields.take(Tag.INTEGER).integer()
        inner_algorithm = fields.take(Tag.SEQUENCE)
        issuer = _issuer(fields.take(Tag.SEQUENCE))
        validity = Fields(fields.take(Tag.SEQUENCE), "Validity")
        not_before, not_after = any_time(validity.take()), any_time(validity.take())
        validity.end()
        subject = Name.read(fields.take(Tag.SEQUENCE))
        key = KeyInfo.read(fields.take(Tag.SEQUENCE))
        unique = (fields.optional(ext.primitive(1)), fields.optional(ext.primitive(2)))
        explicit = fields.optional(context(3))
        fields.end()
        if version == 1 and unique != (None, None):
            raise MalformedError("a v1 certificate with unique identifiers", tbs.offset)
        if version <= _V3 and explicit:
            raise MalformedError(f"a v{version} certificate with extensions", explicit.offset)
        found = read_extensions(explicit.only("extensions")) if explicit else {}
        check_form(found)
        if OCSP_NO_CHECK in found:
            found[OCSP_NO_CHECK].decoded().expect(Tag.NULL, "id-pkix-ocsp-nocheck")

        def points(node: Node) -> tuple[ext.Point, ...]:
            return ext.distribution_points(node, issuer)

        return cls(
            fingerprint=sha256(der).digest(),
            der=der,
            tbs=tbs.der,
            version=version,
            serial=serial,
            inner_algorithm=inner_algorithm.der,
            outer_algorithm=outer_algorithm.der,
            issuer=issuer,
            subject=subject,
            not_before=not_before,
            not_after=not_after,
            key=key,
            signature=whole_signature(signature),
            extensions=found,
            key_usage=_read(found, oids.KEY_USAGE, common.key_usage),
            purposes=_read(found, oids.EXTENDED_KEY_USAGE, common.extended_key_usage),
            basic_constraints=_read(found, oids.BASIC_CONSTRAINTS, _basic_constraints),
            policies=_read(found, oids.CERTIFICATE_POLICIES, common.policies),
            policy_mappings=_read(found, POLICY_MAPPINGS, ext.policy_mappings),
            policy_constraints=_read(found, POLICY_CONSTRAINTS, ext.policy_constraints),
            inhibit_any_policy=_read(found, INHIBIT_ANY_POLICY, ext.skip_certs),
            name_constraints=_read(found, NAME_CONSTRAINTS, ext.name_constraints),
            alternative_names=_read(found, oids.SUBJECT_ALT_NAME, general_names),
            authority_key=_read(
                found, oids.AUTHORITY_KEY_IDENTIFIER, common.authority_key_identifier
            ),
            subject_key_id=_read(found, oids.SUBJECT_KEY_IDENTIFIER, Node.octets),
            points=_read(found, oids.CRL_DISTRIBUTION_POINTS, points),
        )


def any_time(node: Node) -> datetime:
    """Read a Time in either form, whatever the year (RFC 5280 4.1.2.5, last paragraph)."""
    return node.generalized_time() if node.tag == Tag.GENERALIZED_TIME else node.time()


def whole_signature(node: Node) -> bytes:
    """Give a signature's bytes; none when bits are left over, which no key here can have made.

    Refusing the structure instead would hide from a report that it is the signature that is bad.
    """
    return b"" if node.value[0] else node.value[1:]


def _issuer(node: Node) -> Name:
    """Read issuer, which is never empty (4.1.2.4): two empty names would chain."""
    name = Name.read(node)
    if name.is_empty:
        raise MalformedError("issuer is empty", node.offset)
    return name


def _basic_constraints(node: Node) -> common.BasicConstraints:
    found = common.basic_constraints(node)
    if found.path_length is not None and found.path_length < 0:
        raise MalformedError(f"pathLenConstraint {found.path_length} is negative", node.offset)
    return found


def _read(
    found: Mapping[str, Extension], oid: str, reader: Callable[[Node], _Value]
) -> _Value | None:
    return reader(found[oid].decoded()) if oid in found else None
