"""The parts of a revocation list, of which all but the entries are known to be strict DER.

Whoever hands a list on pays nothing to make it long. So the entries, which may be millions, are
left for later, and nothing else may be long. Where they are, how the rest is read and what it
means is said by `crl` for the lists JPKI publishes and by `path.crl` for those of any kind.
RFC 5280 5.1. Called by these two.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from jpki.verify.der import Fields, Node, context, outermost, strict
from jpki.verify.der_rules import Tag
from jpki.verify.errors import MalformedError
from jpki.verify.extensions import Extension, read_extensions
from jpki.verify.further_extensions import check_form

MOST_BESIDE = 1 << 17
"""Octets of a list beside its entries; those of JPKI have some hundred. No fewer than an index
takes (`jpki.revocation`): it must not take what is refused here."""
_V2 = 1


@dataclass(frozen=True, slots=True)
class ListParts:
    """A CertificateList cut up; nothing of `revoked` has been looked at but its header."""

    tbs: bytes
    version: int
    inner_algorithm: bytes
    issuer: Node
    this_update: Node
    next_update: Node | None
    revoked: Node | None
    extensions: Mapping[str, Extension]
    outer_algorithm: bytes
    signature: bytes

    @classmethod
    def cut(cls, der: bytes) -> "ListParts":
        """Cut up exactly one DER CertificateList; raise `MalformedError` with the offset."""
        outer = Fields(outermost(der), "CertificateList")
        tbs = outer.take(Tag.SEQUENCE)
        outer_algorithm = outer.take(Tag.SEQUENCE)
        signature = outer.take(Tag.BIT_STRING)
        outer.end()

        fields = Fields(tbs, "TBSCertList")
        version = fields.optional(Tag.INTEGER)
        inner_algorithm = fields.take(Tag.SEQUENCE)
        issuer = fields.take(Tag.SEQUENCE)
        this_update = fields.take()
        next_update = fields.optional(Tag.UTC_TIME, Tag.GENERALIZED_TIME)
        revoked = fields.optional(Tag.SEQUENCE)
        explicit = fields.optional(context(0))
        fields.end()

        beside = len(der) - (revoked.end - revoked.start if revoked else 0)
        if beside > MOST_BESIDE:
            what = f"{beside} octets beside the entries, more than {MOST_BESIDE}"
            raise MalformedError(what, tbs.start)
        number = _version(strict(version))
        return cls(
            tbs=tbs.der,
            version=number,
            inner_algorithm=strict(inner_algorithm).der,
            issuer=strict(issuer),
            this_update=strict(this_update),
            next_update=strict(next_update),
            revoked=revoked,
            extensions=_extensions(strict(explicit), number),
            outer_algorithm=strict(outer_algorithm).der,
            signature=strict(signature).whole_bytes(),
        )


def list_number(node: Node) -> int:
    """Read cRLNumber or BaseCRLNumber: not negative, at most 20 octets (RFC 5280 5.2.3)."""
    number = node.integer()
    if number < 0:
        raise MalformedError(f"cRLNumber {number} is negative", node.offset)
    return number


def _version(node: Node | None) -> int:
    if node is None:
        return 1
    if node.integer() != _V2:
        raise MalformedError(f"list version field {node.integer()}", node.offset)
    return 2


def _extensions(explicit: Node | None, version: int) -> Mapping[str, Extension]:
    if explicit is None:
        return {}
    if version == 1:
        raise MalformedError("a v1 list with extensions", explicit.offset)
    found = read_extensions(explicit.only("crlExtensions"))
    check_form(found)
    return found
