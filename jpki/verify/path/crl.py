"""A revocation list of any kind as its bytes say it: complete, delta, direct, indirect.

Strict like `jpki.verify.crl`, which reads the one kind JPKI publishes; this one also reads who an
entry is about (certificateIssuer) and what a delta rests on. What forbids using a list is kept
in words (`not_understood`), so that a report can say it. The entries, which may be millions, are
read when they are first asked for: whoever hands a list on pays nothing to make it long, so
nobody reads what is in it before its signer is proven.
Not here: whether a list may be believed (`crl_issuers`) or whom it covers (`crl_scope`).
RFC 5280 5.1 to 5.3. Called by `revocation_data`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from hashlib import sha256
from types import MappingProxyType
from typing import TypeVar

from jpki import oids
from jpki.verify.crl import (
    DELTA_CRL_INDICATOR,
    INVALIDITY_DATE,
    REASONS,
    REMOVE_FROM_CRL,
    Revoked,
)
from jpki.verify.crl_parts import ListParts, list_number
from jpki.verify.der import Fields, Node, strict
from jpki.verify.der_rules import Tag
from jpki.verify.errors import MalformedError
from jpki.verify.extensions import (
    AuthorityKeyIdentifier,
    Extension,
    authority_key_identifier,
    read_extensions,
)
from jpki.verify.later import Later
from jpki.verify.path.certificate import any_time
from jpki.verify.path.extensions import Scope, issuing_distribution_point
from jpki.verify.path.general_names import Form, general_names
from jpki.verify.path.names import Name
from jpki.verify.serials import serial_octets

CERTIFICATE_ISSUER = "2.5.29.29"
UNDERSTOOD = frozenset(
    {oids.AUTHORITY_KEY_IDENTIFIER, oids.ISSUING_DISTRIBUTION_POINT, DELTA_CRL_INDICATOR}
)
"""Extensions of a list that may be critical, for they are acted on. cRLNumber must not be
(5.2.3); issuerAltName, authorityInfoAccess and freshestCRL are read for their form alone."""
_Value = TypeVar("_Value")

Entries = Mapping[Name, Mapping[int, Revoked]]
"""Issuer of the certificates, then serial number."""
_Contents = tuple[Entries, tuple[str, ...]]


@dataclass(frozen=True, slots=True, eq=False)
class PathCrl:
    """One parsed list; `fingerprint` (SHA-256) is its identity."""

    fingerprint: bytes
    tbs: bytes = field(repr=False)
    version: int
    inner_algorithm: bytes = field(repr=False)
    outer_algorithm: bytes = field(repr=False)
    issuer: Name
    this_update: datetime
    next_update: datetime | None
    signature: bytes = field(repr=False)
    number: int | None
    base_number: int | None
    """BaseCRLNumber of a delta list (5.2.4), None for a complete one."""
    authority_key: AuthorityKeyIdentifier | None
    scope: Scope | None
    _contents: Later[_Contents] = field(repr=False)

    def read(self) -> None:
        """Read the entries, once; raise `MalformedError` for those that cannot be read."""
        self._contents.get()

    @property
    def entries(self) -> Entries:
        """Every entry; raises `MalformedError` as `read` does."""
        return self._contents.get()[0]

    @property
    def not_understood(self) -> tuple[str, ...]:
        """What forbids using it, in words; raises `MalformedError` as `read` does."""
        return self._contents.get()[1]

    @property
    def is_delta(self) -> bool:
        """Whether it only tells what changed since another list."""
        return self.base_number is not None

    def entry(self, issuer: Name, serial: int) -> Revoked | None:
        """Give what the list says of one certificate; raise `MalformedError` as `read` does."""
        return self.entries.get(issuer, {}).get(serial)

    def may_name(self, issuer: Name, serial: int) -> bool:
        """Whether it names the serial number of an issuer of whom nobody can tell who that is."""
        return any(
            serial in serials and name != issuer and issuer.may_be(name)
            for name, serials in self.entries.items()
        )

    def may_mention(self, serial: int) -> bool:
        """Whether the serial number's bytes occur in it: without reading it, never wrongly no."""
        return serial_octets(serial) in self.tbs

    @classmethod
    def parse(cls, der: bytes) -> "PathCrl":
        """Read exactly one DER CertificateList; raise `MalformedError` with the offset."""
        found = cls.scan(der)
        found.read()
        return found

    @classmethod
    def scan(cls, der: bytes) -> "PathCrl":
        """Read all but the entries, which may yet turn out to be none; raise `MalformedError`."""
        der = bytes(der)
        parts = ListParts.cut(der)
        issuer = Name.read(parts.issuer)
        found = parts.extensions

        def scope_of(node: Node) -> Scope:
            return issuing_distribution_point(node, issuer)

        scope = _read(found, oids.ISSUING_DISTRIBUTION_POINT, scope_of)
        base = _read(found, DELTA_CRL_INDICATOR, list_number)
        reader = _EntryReader(
            issuer, parts.version, indirect=bool(scope and scope.indirect), delta=base is not None
        )
        return cls(
            fingerprint=sha256(der).digest(),
            tbs=parts.tbs,
            version=parts.version,
            inner_algorithm=parts.inner_algorithm,
            outer_algorithm=parts.outer_algorithm,
            issuer=issuer,
            this_update=any_time(parts.this_update),
            next_update=any_time(parts.next_update) if parts.next_update else None,
            signature=parts.signature,
            number=_read(found, oids.CRL_NUMBER, list_number),
            base_number=base,
            authority_key=_read(found, oids.AUTHORITY_KEY_IDENTIFIER, authority_key_identifier),
            scope=scope,
            _contents=Later(partial(_contents, parts.revoked, reader, _unknown(found))),
        )


def _contents(revoked: Node | None, reader: "_EntryReader", unknown: set[str]) -> _Contents:
    entries = MappingProxyType({}) if revoked is None else reader.read(strict(revoked))
    return entries, tuple(sorted(reader.unknown | unknown))


class _EntryReader:
    """Reads revokedCertificates in order: whose an entry is depends on those before it."""

    def __init__(self, issuer: Name, version: int, *, indirect: bool, delta: bool) -> None:
        self.unknown: set[str] = set()
        self._issuer = issuer
        self._version = version
        self._indirect = indirect
        self._delta = delta
        # Thousands of entries share a handful of extension encodings: each is read once.
        self._explained: dict[bytes, tuple[Name | None, str, datetime | None]] = {}

    def read(self, revoked: Node) -> Entries:
        """Read all entries; raise `MalformedError` with the offset."""
        found: dict[Name, dict[int, Revoked]] = {}
        of_issuer: dict[int, Revoked] | None = None
        for node in revoked:
            fields = Fields(node, "revokedCertificate")
            serial = fields.take(Tag.INTEGER).integer()
            revoked_at = any_time(fields.take())
            explicit = fields.optional(Tag.SEQUENCE)
            fields.end()
            issuer, reason, since = self._extensions(explicit) if explicit else _PLAIN
            if issuer is not None or of_issuer is None:
                of_issuer = found.setdefault(issuer or self._issuer, {})
            if serial in of_issuer:
                raise MalformedError("a serial number is listed twice", node.offset)
            of_issuer[serial] = Revoked(revoked_at, reason, since)
        if not found:
            # RFC 5280 5.1.2.6: without entries the field is left out.
            raise MalformedError("revokedCertificates is empty", revoked.offset)
        return MappingProxyType(found)

    def _extensions(self, explicit: Node) -> tuple[Name | None, str, datetime | None]:
        if self._version == 1:
            raise MalformedError("a v1 list with entry extensions", explicit.offset)
        encoded = explicit.der
        if encoded not in self._explained:
            self._explained[encoded] = self._explain(explicit)
        return self._explained[encoded]

    def _explain(self, explicit: Node) -> tuple[Name | None, str, datetime | None]:
        issuer, reason, since = _PLAIN
        for oid, extension in read_extensions(explicit).items():
            if oid == oids.REASON_CODE:
                reason = _reason(extension.decoded())
            elif oid == INVALIDITY_DATE:
                since = extension.decoded().generalized_time()
            elif oid == CERTIFICATE_ISSUER and self._indirect:
                issuer = _certificate_issuer(extension.decoded())
            elif oid == CERTIFICATE_ISSUER:
                self.unknown.add("certificateIssuer in a list that is not indirect")
            elif extension.critical:
                self.unknown.add(f"unknown critical entry extension {oid}")
        if reason == REMOVE_FROM_CRL and not self._delta:
            self.unknown.add("removeFromCRL, which only a delta list may say")
        return issuer, reason, since


_PLAIN: tuple[Name | None, str, datetime | None] = (None, REASONS[0], None)


def _reason(node: Node) -> str:
    value = node.integer(Tag.ENUMERATED)
    if value not in REASONS:
        raise MalformedError(f"CRLReason {value} has no meaning", node.offset)
    return REASONS[value]


def _certificate_issuer(node: Node) -> Name:
    """Read certificateIssuer: exactly one directoryName can be an issuer (5.3.3)."""
    names = [one.value for one in general_names(node) if one.form is Form.DIRECTORY]
    if len(names) != 1 or not isinstance(names[0], Name):
        raise MalformedError("certificateIssuer is not one directoryName", node.offset)
    return names[0]


def _unknown(found: Mapping[str, Extension]) -> set[str]:
    unknown = {
        f"unknown critical extension {oid}"
        for oid, one in found.items()
        if one.critical and oid not in UNDERSTOOD | {oids.CRL_NUMBER}
    }
    if oids.CRL_NUMBER in found and found[oids.CRL_NUMBER].critical:
        unknown.add("cRLNumber is critical, which it must not be")
    if DELTA_CRL_INDICATOR in found and not found[DELTA_CRL_INDICATOR].critical:
        unknown.add("deltaCRLIndicator is not critical, which it must be")
    return unknown


def _read(
    found: Mapping[str, Extension], oid: str, reader: Callable[[Node], _Value]
) -> _Value | None:
    return reader(found[oid].decoded()) if oid in found else None
