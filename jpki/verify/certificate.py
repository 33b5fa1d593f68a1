"""A certificate as its bytes say it, parsed strictly and judged not at all.

Everything is read once, extensions included, so that a malformed part cannot surface later.
Not here: trust, time, profile (`profile_checks`, `path_checks`).
RFC 5280 4.1 and 4.2. Called by the verifier, the anchors and CMS.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import TypeVar

from jpki import oids
from jpki.verify import extensions as ext
from jpki.verify.der import Fields, Node, context, decode
from jpki.verify.der_rules import Tag
from jpki.verify.errors import DerError, MalformedError
from jpki.verify.extensions import Extension, read_extensions
from jpki.verify.further_extensions import check_form
from jpki.verify.names import attributes as name_attributes

MAX_CERTIFICATE_BYTES = 65536
"""A JPKI certificate takes at most 2 KB; the limit keeps hostile input cheap."""
UNDERSTOOD = frozenset(
    {
        oids.KEY_USAGE,
        oids.EXTENDED_KEY_USAGE,
        oids.SUBJECT_ALT_NAME,
        oids.BASIC_CONSTRAINTS,
        oids.CERTIFICATE_POLICIES,
        oids.CRL_DISTRIBUTION_POINTS,
        oids.AUTHORITY_KEY_IDENTIFIER,
        oids.SUBJECT_KEY_IDENTIFIER,
    }
)
"""Extensions that may be critical, for they are acted on: issuerAltName and authorityInfoAccess
are not, whatever they hold."""
_Value = TypeVar("_Value")
_V3 = 2


@dataclass(frozen=True, slots=True)
class Certificate:
    """One parsed certificate; names, algorithms and keys stay DER for binary comparison."""

    der: bytes = field(repr=False)
    tbs: bytes = field(repr=False)
    version: int
    serial: int
    inner_algorithm: bytes = field(repr=False)
    outer_algorithm: bytes = field(repr=False)
    issuer: bytes = field(repr=False)
    subject: bytes = field(repr=False)
    not_before: datetime
    not_after: datetime
    public_key_info: bytes = field(repr=False)
    signature: bytes = field(repr=False)
    extensions: Mapping[str, Extension] = field(repr=False)
    key_usage: frozenset[str] | None
    extended_key_usage: tuple[str, ...] | None
    basic_constraints: ext.BasicConstraints | None
    policies: tuple[str, ...] | None
    authority_key: ext.AuthorityKeyIdentifier | None
    subject_key_id: bytes | None
    alternative_names: tuple[bytes, ...] | None = field(repr=False)
    issuer_alternative_names: tuple[bytes, ...] | None = field(repr=False)
    distribution_points: tuple[ext.DistributionPoint, ...] | None = field(repr=False)

    def __reduce__(self) -> tuple[Callable[[bytes], "Certificate"], tuple[bytes]]:
        """Give how it is made anew in another process, where a report of it may go."""
        return Certificate.parse, (self.der,)

    @property
    def sha256(self) -> bytes:
        """The SHA-256 of the whole certificate, its usual fingerprint."""
        return sha256(self.der).digest()

    def is_critical(self, oid: str) -> bool:
        """Whether the extension is there and critical."""
        return oid in self.extensions and self.extensions[oid].critical

    def offset_of(self, oid: str) -> int | None:
        """Give where an extension's contents start, None without it."""
        return self.extensions[oid].octets.start if oid in self.extensions else None

    @classmethod
    def parse(cls, der: bytes) -> "Certificate":
        """Read exactly one DER certificate.

        Raises `MalformedError` (or its kind `DerError`) with the offset of the first flaw.
        """
        if len(der) > MAX_CERTIFICATE_BYTES:
            raise MalformedError(
                f"{len(der)} bytes, more than a certificate may have", MAX_CERTIFICATE_BYTES
            )
        outer = Fields(decode(bytes(der)), "Certificate")
        tbs = outer.take(Tag.SEQUENCE)
        outer_algorithm = outer.take(Tag.SEQUENCE)
        signature = outer.take(Tag.BIT_STRING)
        outer.end()

        fields = Fields(tbs, "TBSCertificate")
        version = read_version(fields.optional(context(0)))
        serial = _serial(fields.take(Tag.INTEGER))
        inner_algorithm = fields.take(Tag.SEQUENCE)
        issuer = _name(fields.take(Tag.SEQUENCE))
        validity = Fields(fields.take(Tag.SEQUENCE), "Validity")
        not_before, not_after = validity.take().time(), validity.take().time()
        validity.end()
        subject = _name(fields.take(Tag.SEQUENCE))
        public_key_info = fields.take(Tag.SEQUENCE)
        explicit = fields.optional(context(3))
        fields.end()
        found = read_extensions(explicit.only("extensions")) if explicit else {}
        check_form(found)

        return cls(
            der=bytes(der),
            tbs=tbs.der,
            version=version,
            serial=serial,
            inner_algorithm=inner_algorithm.der,
            outer_algorithm=outer_algorithm.der,
            issuer=issuer,
            subject=subject,
            not_before=not_before,
            not_after=not_after,
            public_key_info=public_key_info.der,
            signature=signature.whole_bytes(),
            extensions=found,
            key_usage=_read(found, oids.KEY_USAGE, ext.key_usage),
            extended_key_usage=_read(found, oids.EXTENDED_KEY_USAGE, ext.extended_key_usage),
            basic_constraints=_read(found, oids.BASIC_CONSTRAINTS, ext.basic_constraints),
            policies=_read(found, oids.CERTIFICATE_POLICIES, ext.policies),
            authority_key=_read(found, oids.AUTHORITY_KEY_IDENTIFIER, ext.authority_key_identifier),
            subject_key_id=_read(found, oids.SUBJECT_KEY_IDENTIFIER, Node.octets),
            alternative_names=_read(found, oids.SUBJECT_ALT_NAME, ext.general_names),
            issuer_alternative_names=_read(found, oids.ISSUER_ALT_NAME, ext.general_names),
            distribution_points=_read(found, oids.CRL_DISTRIBUTION_POINTS, ext.distribution_points),
        )


def read_version(explicit: Node | None) -> int:
    """Give 1, 2 or 3; v1 is the default and must be left out."""
    if explicit is None:
        return 1
    value = explicit.only("version").integer()
    if not 1 <= value <= _V3:
        raise DerError(f"version field {value}", explicit.offset)
    return value + 1


def _serial(node: Node) -> int:
    """Read serialNumber: positive, at most 20 octets (RFC 5280 4.1.2.2; `Node.integer`)."""
    serial = node.integer()
    if serial <= 0:
        raise MalformedError(f"serial number {serial} is not positive", node.offset)
    return serial


def _name(node: Node) -> bytes:
    name_attributes(node)
    return node.der


def _read(
    found: Mapping[str, Extension], oid: str, reader: Callable[[Node], _Value]
) -> _Value | None:
    return reader(found[oid].decoded()) if oid in found else None
