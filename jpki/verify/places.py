"""Where in a certificate each check looked: the field by its name in RFC 5280, and its bytes.

For reports alone: a check is made on what was parsed, this finds where that stands.
Not here: parsing or judging; what is no certificate has no places.
RFC 5280 4.1. Called by the verifiers, and by whoever shows the bytes.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from jpki import oids
from jpki.verify.checks import Check
from jpki.verify.der import Fields, Node, context, first_parts, strict
from jpki.verify.der_rules import Tag
from jpki.verify.errors import MalformedError

EXTENSION_NAMES: Mapping[str, str] = MappingProxyType(
    {
        oids.SUBJECT_KEY_IDENTIFIER: "subjectKeyIdentifier",
        oids.KEY_USAGE: "keyUsage",
        oids.SUBJECT_ALT_NAME: "subjectAltName",
        oids.ISSUER_ALT_NAME: "issuerAltName",
        oids.BASIC_CONSTRAINTS: "basicConstraints",
        "2.5.29.30": "nameConstraints",
        oids.CRL_DISTRIBUTION_POINTS: "cRLDistributionPoints",
        oids.CERTIFICATE_POLICIES: "certificatePolicies",
        "2.5.29.33": "policyMappings",
        oids.AUTHORITY_KEY_IDENTIFIER: "authorityKeyIdentifier",
        "2.5.29.36": "policyConstraints",
        oids.EXTENDED_KEY_USAGE: "extKeyUsage",
        "2.5.29.54": "inhibitAnyPolicy",
        oids.AUTHORITY_INFO_ACCESS: "authorityInfoAccess",
    }
)

_WHOLE = "Certificate"
_FIELDS_OF_RULE: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "cert.der": (_WHOLE,),
        "cert.version": ("version", "tbsCertificate"),
        "cert.algorithm": ("signature",),
        "cert.serial": ("serialNumber",),
        "cert.issuer-names": ("issuerAltName", "issuer"),
        "cert.period": ("validity",),
        "cert.subject": ("subject",),
        "cert.key": ("subjectPublicKeyInfo",),
        "cert.leaf": ("basicConstraints", "subject"),
        "cert.critical-extensions": ("extensions",),
        "cert.policy": ("certificatePolicies", "extensions"),
        "cert.key-usage": ("keyUsage", "extensions"),
        "cert.extended-key-usage": ("extKeyUsage", "extensions"),
        "cert.distribution-point": ("cRLDistributionPoints", "extensions"),
        "cert.extensions": ("extensions",),
        "cert.policy-qualifier": ("certificatePolicies", "extensions"),
        "cert.authority-info": ("authorityInfoAccess", "extensions"),
        "cert.authority-key": ("authorityKeyIdentifier", "extensions"),
        "cert.subject-key": ("subjectKeyIdentifier", "extensions"),
        "cert.within-ca": ("notAfter",),
        "cert.attributes": ("subjectAltName", "extensions"),
        "cert.issuer": ("authorityKeyIdentifier", "issuer"),
        "cert.signature": ("signatureValue",),
        "cert.not-before": ("notBefore",),
        "cert.not-after": ("notAfter",),
        "cert.path": ("subject",),
        "cert.revocation": ("serialNumber",),
        "path.der": (_WHOLE,),
        "path.signature": ("signatureValue",),
        "path.algorithm": ("signature",),
        "path.key": ("subjectPublicKeyInfo",),
        "path.not-before": ("notBefore",),
        "path.not-after": ("notAfter",),
        "path.name-chaining": ("issuer",),
        "path.name-constraints": ("nameConstraints", "subject"),
        "path.policy": ("certificatePolicies", "extensions"),
        "path.policy-mapping": ("policyMappings", "extensions"),
        "path.basic-constraints": ("basicConstraints", "extensions"),
        "path.path-length": ("basicConstraints", "extensions"),
        "path.key-usage": ("keyUsage", "extensions"),
        "path.critical-extensions": ("extensions",),
        "path.user-policy": ("certificatePolicies", "extensions"),
        "path.purpose": ("extKeyUsage", "extensions"),
        "path.revocation": ("serialNumber",),
    }
)
"""Which field a rule looks at; the next where there is none. Rules of the CA have no place."""


@dataclass(frozen=True, slots=True)
class Place:
    """One field: its name, and the bytes from `offset` to before `end`."""

    field: str
    offset: int
    end: int


def places(der: bytes) -> Mapping[str, Place]:
    """Find the fields of a certificate, extensions by their names; none in what is none."""
    found = {_WHOLE: Place(_WHOLE, 0, len(der))}
    try:
        for place in _walk(der):
            found.setdefault(place.field, place)
    except MalformedError:
        pass
    return MappingProxyType(found)


def located(checks: Iterable[Check], der: bytes) -> tuple[Check, ...]:
    """Say in each row which field of the certificate it looked at, and where that is."""
    known = places(der)
    return tuple(_located(check, known) for check in checks)


def place_at(known: Mapping[str, Place], offset: int) -> Place | None:
    """Give the smallest field an offset lies in."""
    around = [one for one in known.values() if one.offset <= offset < one.end]
    return min(around, key=lambda one: one.end - one.offset, default=None)


def _located(check: Check, known: Mapping[str, Place]) -> Check:
    if check.offset is not None:
        place = place_at(known, check.offset)
        return replace(check, field=place.field if place else None)
    wanted = _FIELDS_OF_RULE.get(check.rule.id, ())
    place = next((known[field] for field in wanted if field in known), None)
    return replace(check, field=place.field, offset=place.offset) if place else check


def _walk(der: bytes) -> Iterable[Place]:
    tbs, algorithm, signature = first_parts(der, 3)
    yield _place("tbsCertificate", tbs)
    yield _place("signatureAlgorithm", algorithm)
    yield _place("signatureValue", signature)
    fields = list(tbs)
    if fields and fields[0].tag == context(0):
        yield _place("version", fields.pop(0))
    names = ("serialNumber", "signature", "issuer", "validity", "subject", "subjectPublicKeyInfo")
    for name, node in zip(names, fields, strict=False):
        yield _place(name, node)
        if name == "validity":
            for end, time in zip(("notBefore", "notAfter"), node, strict=False):
                yield _place(end, time)
    for explicit in fields[len(names) :]:
        if explicit.tag == context(3):
            yield _place("extensions", explicit)
            for extension in explicit.only("extensions"):
                oid = strict(Fields(extension, "Extension").take(Tag.OID)).oid()
                yield _place(EXTENSION_NAMES.get(oid, oid), extension)


def _place(field: str, node: Node) -> Place:
    return Place(field, node.offset, node.end)
