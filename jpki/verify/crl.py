"""A certificate revocation list (失効リスト) as its bytes say it, parsed strictly.

The entries are read when they are first asked for: whoever hands a list on pays nothing to make
it long, so nobody reads what is in it before its signer is proven.
Not here: whether it may be believed or whom it covers (`revocation`, `crl_source`). The whole
list is held in memory: right for a municipality's list; for millions of entries there is
`jpki.revocation`.
RFC 5280 5.1 to 5.3. Called by `crl_source`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from hashlib import sha256
from types import MappingProxyType

from jpki import oids
from jpki.verify import extensions as ext
from jpki.verify.crl_parts import ListParts, list_number
from jpki.verify.der import MAX_INTEGER_BYTES, Fields, Node, decode, header
from jpki.verify.der_rules import Tag, check_integer, read_time
from jpki.verify.errors import MalformedError
from jpki.verify.extensions import Extension, read_extensions
from jpki.verify.keys import OfKey, PublicKey, SignatureProblem
from jpki.verify.later import Later
from jpki.verify.names import attributes as name_attributes
from jpki.verify.serials import serial_octets

DELTA_CRL_INDICATOR = "2.5.29.27"
INVALIDITY_DATE = "2.5.29.24"
REMOVE_FROM_CRL = "removeFromCRL"
UNDERSTOOD = frozenset({oids.AUTHORITY_KEY_IDENTIFIER, oids.ISSUING_DISTRIBUTION_POINT})
"""Extensions of a list that may be critical, for they are acted on. cRLNumber must not be
(5.2.3), delta CRLs are not understood, and issuerAltName, authorityInfoAccess and freshestCRL
are read for their form alone (`further_extensions`), so none of these is here."""
REASONS: Mapping[int, str] = MappingProxyType(
    {
        0: "unspecified",
        1: "keyCompromise",
        2: "cACompromise",
        3: "affiliationChanged",
        4: "superseded",
        5: "cessationOfOperation",
        6: "certificateHold",
        8: REMOVE_FROM_CRL,
        9: "privilegeWithdrawn",
        10: "aACompromise",
    }
)
"""RFC 5280 5.3.1; 7 is not used."""
Explanation = tuple[str, datetime | None]
"""What the extensions of an entry say: the reason, and since when the key was unsafe."""
_PLAIN: Explanation = (REASONS[0], None)


@dataclass(frozen=True, slots=True)
class Revoked:
    """One entry: when, why (`unspecified` without a reasonCode) and since when it was unsafe."""

    revoked_at: datetime
    reason: str = REASONS[0]
    invalid_since: datetime | None = None

    @property
    def effective(self) -> datetime:
        """The earlier of the two dates: from here on the certificate must not be relied on."""
        return min(self.revoked_at, self.invalid_since or self.revoked_at)


Contents = tuple[Mapping[int, Revoked], frozenset[str]]
"""The entries by serial number, and what in them forbids using the list, in words."""
_EMPTY: Contents = (MappingProxyType({}), frozenset())


@dataclass(frozen=True, slots=True)
class RevocationList:
    """One list; what is in its entries is read when it is first asked for."""

    der: bytes = field(repr=False)
    tbs: bytes = field(repr=False)
    version: int
    inner_algorithm: bytes = field(repr=False)
    outer_algorithm: bytes = field(repr=False)
    issuer: bytes = field(repr=False)
    this_update: datetime
    next_update: datetime | None
    signature: bytes = field(repr=False)
    number: int | None
    authority_key: ext.AuthorityKeyIdentifier | None
    scope: ext.IssuingDistributionPoint | None
    is_delta: bool
    critical: frozenset[str]
    """The critical extensions, by OID."""
    unknown: frozenset[str]
    """What beside the entries forbids using it, in words."""
    contents: Later[Contents] = field(repr=False, compare=False)
    _sha256: Later[bytes] = field(repr=False, compare=False)
    _tbs_sha256: Later[bytes] = field(repr=False, compare=False)
    _signed_by: OfKey[SignatureProblem | None] = field(
        default_factory=OfKey, init=False, repr=False, compare=False
    )

    @property
    def entries(self) -> Mapping[int, Revoked]:
        """Every entry by serial number; raises `MalformedError` as `read` does."""
        return self.contents.get()[0]

    @property
    def not_understood(self) -> tuple[str, ...]:
        """What forbids using it, in words; raises `MalformedError` as `read` does."""
        return tuple(sorted(self.unknown | self.contents.get()[1]))

    @property
    def sha256(self) -> bytes:
        """The SHA-256 of the whole list, by which evidence names it; reckoned once."""
        return self._sha256.get()

    @property
    def tbs_sha256(self) -> bytes:
        """The SHA-256 of the signed part as it was published, reckoned once."""
        return self._tbs_sha256.get()

    def read(self) -> None:
        """Read the entries, once; raise `MalformedError` for those that cannot be read."""
        self.contents.get()

    def may_mention(self, serial: int) -> bool:
        """Whether the serial number's octets occur in it: without reading it, never wrongly no.

        Anywhere in it, for whoever hands it on may put another list into it.
        """
        return serial_octets(serial) in self.der

    def authenticate(self, key: PublicKey) -> None:
        """Check that this key signed the list; raise `SignatureProblem`.

        What came of it is kept for the last few keys.
        """
        problem = self._signed_by.get(key, partial(self._problem, key))
        if problem is not None:
            raise SignatureProblem(*problem.args)

    def _problem(self, key: PublicKey) -> SignatureProblem | None:
        try:
            key.verify_digest(self.inner_algorithm, self.signature, self.tbs_sha256)
        except SignatureProblem as problem:
            return problem
        return None

    @classmethod
    def parse(cls, der: bytes) -> "RevocationList":
        """Read exactly one DER CertificateList; raise `MalformedError` with the offset."""
        found = cls.scan(der)
        found.read()
        return found

    @classmethod
    def scan(cls, der: bytes) -> "RevocationList":
        """Read all but the entries, which may yet turn out to be none; raise `MalformedError`."""
        der = bytes(der)
        parts = ListParts.cut(der)
        name_attributes(parts.issuer)
        found = parts.extensions
        critical = frozenset(oid for oid, one in found.items() if one.critical)
        return cls(
            der=der,
            tbs=parts.tbs,
            version=parts.version,
            inner_algorithm=parts.inner_algorithm,
            outer_algorithm=parts.outer_algorithm,
            issuer=parts.issuer.der,
            this_update=parts.this_update.time(),
            next_update=parts.next_update.time() if parts.next_update else None,
            signature=parts.signature,
            number=_number(found.get(oids.CRL_NUMBER)),
            authority_key=_authority_key(found.get(oids.AUTHORITY_KEY_IDENTIFIER)),
            scope=_scope(found.get(oids.ISSUING_DISTRIBUTION_POINT)),
            is_delta=DELTA_CRL_INDICATOR in found,
            critical=critical,
            unknown=_unknown(critical),
            contents=Later(partial(_contents, parts.revoked, parts.version)),
            _sha256=Later(lambda: sha256(der).digest()),
            _tbs_sha256=Later(lambda: sha256(parts.tbs).digest()),
        )


def _unknown(critical: frozenset[str]) -> frozenset[str]:
    unknown = {
        f"unknown critical extension {oid}"
        for oid in critical
        if oid not in UNDERSTOOD | {oids.CRL_NUMBER}
    }
    if oids.CRL_NUMBER in critical:
        unknown.add("cRLNumber is critical, which it must not be")
    return frozenset(unknown)


def _contents(revoked: Node | None, version: int) -> Contents:
    if revoked is None:
        return _EMPTY
    unknown: set[str] = set()
    entries = _entries(revoked, version, unknown)
    return MappingProxyType(entries), frozenset(unknown)


def _entries(revoked: Node, version: int, unknown: set[str]) -> dict[int, Revoked]:
    entries: dict[int, Revoked] = {}
    # Thousands of entries share a handful of extension encodings: each is read once.
    explained: dict[bytes, Explanation] = {}
    der, at = revoked.document, revoked.start
    while at < revoked.end:
        _, _, after = header(der, at, revoked.end)
        serial, entry = read_known(der[at:after], explained) or read_entry(
            decode(der, at, after), version, explained, unknown
        )
        if serial in entries:
            raise MalformedError("a serial number is listed twice", at)
        entries[serial] = entry
        at = after
    if not entries:
        # RFC 5280 5.1.2.6: without entries the field is left out.
        raise MalformedError("revokedCertificates is empty", revoked.offset)
    return entries


def read_entry(
    node: Node, version: int, explained: dict[bytes, Explanation], unknown: set[str]
) -> tuple[int, Revoked]:
    """Read one revokedCertificates entry; what forbids using the list goes into `unknown`.

    `explained` keeps what entry extensions were read before, by their encoding.
    """
    fields = Fields(node, "revokedCertificate")
    serial = fields.take(Tag.INTEGER).integer()
    revoked_at = fields.take().time()
    explicit = fields.optional(Tag.SEQUENCE)
    fields.end()
    if explicit is None:
        return serial, Revoked(revoked_at)
    if version == 1:
        raise MalformedError("a v1 list with entry extensions", explicit.offset)
    encoded = explicit.der
    if encoded not in explained:
        explained[encoded] = _explanation(explicit, unknown)
    return serial, Revoked(revoked_at, *explained[encoded])


def read_known(octets: bytes, explained: dict[bytes, Explanation]) -> tuple[int, Revoked] | None:
    """Read an entry whose extensions, octet for octet, were read before; None for any other.

    None, too, for whatever is wrong: to say what is left to who reads it all (`read_entry`).
    """
    if octets[0] != Tag.SEQUENCE:
        return None
    try:
        _, at, end = header(octets, 0, len(octets))
        tag, start, after = header(octets, at, end)
        if tag != Tag.INTEGER or after - start > MAX_INTEGER_BYTES:
            return None
        check_integer(octets, start, after)
        tag, begin, rest = header(octets, after, end)
        revoked_at = (
            read_time(tag, octets, begin, rest)
            if tag == Tag.UTC_TIME
            else Node(octets, tag, after, begin, rest).time()
        )
    except MalformedError:
        return None
    explanation = _PLAIN if rest == end else explained.get(octets[rest:end])
    if explanation is None:
        return None
    return int.from_bytes(octets[start:after], "big", signed=True), Revoked(
        revoked_at, *explanation
    )


def _explanation(explicit: Node, unknown: set[str]) -> Explanation:
    """Read an entry's extensions: its reason, and since when the key was unsafe."""
    reason = REASONS[0]
    invalid_since: datetime | None = None
    for oid, extension in read_extensions(explicit).items():
        if oid == oids.REASON_CODE:
            code = extension.decoded()
            value = code.integer(Tag.ENUMERATED)
            if value not in REASONS:
                raise MalformedError(f"CRLReason {value} has no meaning", code.offset)
            reason = REASONS[value]
        elif oid == INVALIDITY_DATE:
            invalid_since = extension.decoded().generalized_time()
        elif extension.critical:
            unknown.add(f"unknown critical entry extension {oid}")
    if reason == REMOVE_FROM_CRL:
        unknown.add("removeFromCRL, which only a delta list may say")
    return reason, invalid_since


def _number(extension: Extension | None) -> int | None:
    return list_number(extension.decoded()) if extension else None


def _authority_key(extension: Extension | None) -> ext.AuthorityKeyIdentifier | None:
    return ext.authority_key_identifier(extension.decoded()) if extension else None


def _scope(extension: Extension | None) -> ext.IssuingDistributionPoint | None:
    return ext.issuing_distribution_point(extension.decoded()) if extension else None
