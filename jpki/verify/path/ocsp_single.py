"""One single answer of an OCSP answer as its bytes say it: whose status, which, of when.

Not here: the answer around it (`ocsp`), what it proves (`ocsp_status`).
RFC 6960 4.1.1, 4.2.1 and 4.4. Called by `ocsp`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from jpki import oids
from jpki.verify.crl import INVALIDITY_DATE, REASONS, REMOVE_FROM_CRL, Revoked
from jpki.verify.der import Fields, Node, context
from jpki.verify.der_rules import Tag
from jpki.verify.errors import MalformedError
from jpki.verify.extensions import Extension, read_extensions
from jpki.verify.path.extensions import primitive

ARCHIVE_CUTOFF = "1.3.6.1.5.5.7.48.1.6"
DIGESTS: Mapping[str, str] = MappingProxyType(
    {
        "1.3.14.3.2.26": "sha1",
        "2.16.840.1.101.3.4.2.1": "sha256",
        "2.16.840.1.101.3.4.2.2": "sha384",
        "2.16.840.1.101.3.4.2.3": "sha512",
    }
)
"""Digests a CertID may be made with. SHA-1 serves: it finds a certificate, it vouches for none."""
_GOOD, _REVOKED, _UNKNOWN = primitive(0), context(1), primitive(2)


@dataclass(frozen=True, slots=True)
class CertId:
    """Whose status is told: the issuer by two digests, the certificate by its number."""

    digest: str | None
    """As hashlib calls it, None for one that is not known here."""
    name_hash: bytes
    key_hash: bytes
    serial: int


@dataclass(frozen=True, slots=True)
class SingleAnswer:
    """What one SingleResponse says; good when neither `revoked` nor `is_unknown`."""

    cert_id: CertId
    revoked: Revoked | None
    is_unknown: bool
    this_update: datetime
    next_update: datetime | None
    archive_cutoff: datetime | None
    not_understood: tuple[str, ...]


def single_answer(node: Node) -> SingleAnswer:
    """Read a SingleResponse; raise `MalformedError` with the offset."""
    fields = Fields(node, "SingleResponse")
    cert_id = _cert_id(fields.take(Tag.SEQUENCE))
    status = fields.take()
    this_update = fields.take().generalized_time()
    next_update = fields.optional(context(0))
    explicit = fields.optional(context(1))
    fields.end()
    found = extensions(explicit)
    understood = frozenset({ARCHIVE_CUTOFF, oids.REASON_CODE, INVALIDITY_DATE})
    unknown = list(unknown_critical(found, understood, "single answer"))
    revoked = _revoked(status, found, unknown) if status.tag == _REVOKED else None
    if revoked is None and (status.tag not in {_GOOD, _UNKNOWN} or status.start != status.end):
        raise MalformedError(f"tag {status.tag:02X} is no CertStatus", status.offset)
    cutoff = found.get(ARCHIVE_CUTOFF)
    return SingleAnswer(
        cert_id,
        revoked,
        status.tag == _UNKNOWN,
        this_update,
        next_update.only("nextUpdate").generalized_time() if next_update else None,
        cutoff.decoded().generalized_time() if cutoff else None,
        tuple(unknown),
    )


def _cert_id(node: Node) -> CertId:
    fields = Fields(node, "CertID")
    algorithm = Fields(fields.take(Tag.SEQUENCE), "hashAlgorithm")
    digest = algorithm.take(Tag.OID).oid()
    # Both ways to write "no parameters" are in use (RFC 4055 2.1).
    algorithm.optional(Tag.NULL)
    algorithm.end()
    name_hash, key_hash = fields.take().octets(), fields.take().octets()
    serial = fields.take(Tag.INTEGER).integer()
    fields.end()
    return CertId(DIGESTS.get(digest), name_hash, key_hash, serial)


def _revoked(status: Node, found: Mapping[str, Extension], unknown: list[str]) -> Revoked:
    """Read RevokedInfo; a CRL entry's extensions may say more of it (RFC 6960 4.4.5)."""
    fields = Fields(status, "RevokedInfo", _REVOKED)
    when = fields.take().generalized_time()
    explicit = fields.optional(context(0))
    fields.end()
    stated = [_reason(explicit.only("revocationReason"))] if explicit else []
    if oids.REASON_CODE in found:
        stated.append(_reason(found[oids.REASON_CODE].decoded()))
    if len(set(stated)) > 1:
        unknown.append(f"two reasons: {', '.join(stated)}")
    if REMOVE_FROM_CRL in stated:
        unknown.append("removeFromCRL, which only a delta list may say")
    since = found.get(INVALIDITY_DATE)
    return Revoked(
        when,
        stated[0] if stated else REASONS[0],
        since.decoded().generalized_time() if since else None,
    )


def _reason(node: Node) -> str:
    value = node.integer(Tag.ENUMERATED)
    if value not in REASONS:
        raise MalformedError(f"CRLReason {value} has no meaning", node.offset)
    return REASONS[value]


def extensions(explicit: Node | None) -> Mapping[str, Extension]:
    """Read Extensions under an EXPLICIT tag; none when they are absent."""
    return read_extensions(explicit.only("extensions")) if explicit else MappingProxyType({})


def unknown_critical(
    found: Mapping[str, Extension], understood: frozenset[str], where: str
) -> tuple[str, ...]:
    """Say which critical extensions nobody here understands."""
    return tuple(
        f"unknown critical extension {oid} of the {where}"
        for oid, one in sorted(found.items())
        if one.critical and oid not in understood
    )
