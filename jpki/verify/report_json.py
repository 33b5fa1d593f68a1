"""The parts of a report as plain data: bytes in hex, times in RFC 3339.

Field names are stable within `JSON_FORMAT`. Called by `report` only.
"""

from collections.abc import Mapping

from jpki.verify.attributes import HolderAttributes
from jpki.verify.certificate import Certificate
from jpki.verify.checks import Check
from jpki.verify.names import describe
from jpki.verify.policy import Policy
from jpki.verify.revocation import Evidence, Finding
from jpki.verify.serials import serial_hex
from jpki.verify.times import iso

JSON_FORMAT = "jpki-report/1"
"""Changes when a field changes its meaning or goes away; added fields do not change it."""

Json = Mapping[str, object]


def check_json(check: Check) -> Json:
    """Give one row."""
    return {
        "id": check.rule.id,
        "clause": check.rule.clause,
        "title": check.rule.title,
        "japanese": check.rule.japanese,
        "outcome": check.outcome.value,
        "expected": check.expected,
        "seen": check.seen,
        "needed": check.needed,
        "offset": check.offset,
        "field": check.field,
    }


def policy_json(policy: Policy) -> Json:
    """Give the policy a certificate was judged by, and how sure its OID is."""
    return {
        "name": policy.name,
        "oids": sorted(policy.policy_oids),
        "source": policy.basis.reference,
        "grade": policy.basis.grade.value,
        "is_guess": policy.basis.is_guess,
    }


def certificate_json(certificate: Certificate) -> Json:
    """Give the identifying fields of a certificate."""
    return {
        "serial": serial_hex(certificate.serial),
        "serial_decimal": str(certificate.serial),
        "subject": describe(certificate.subject),
        "issuer": describe(certificate.issuer),
        "not_before": iso(certificate.not_before),
        "not_after": iso(certificate.not_after),
        "sha256": certificate.sha256.hex(),
        "policies": list(certificate.policies or ()),
    }


def attributes_json(attributes: HolderAttributes) -> Json:
    """Give the four attributes (基本4情報) raw."""
    return {
        "name": attributes.name,
        "name_flags": attributes.name_flags,
        "birth_date": attributes.birth_date,
        "gender": attributes.gender,
        "address": attributes.address,
        "address_flags": attributes.address_flags,
        "substituted": attributes.is_substituted,
        "unknown": [{"oid": oid, "value": value.hex()} for oid, value in attributes.unknown],
        "remarks": list(attributes.remarks),
        "defects": list(attributes.defects),
    }


def finding_json(finding: Finding) -> Json:
    """Give what the revocation data said."""
    return {
        "status": finding.status.value,
        "reason": finding.reason,
        "revoked_at": iso(finding.revoked_at) if finding.revoked_at else None,
        "basis": finding.basis.sha256.hex() if finding.basis else None,
        "evidence": [evidence_json(one) for one in finding.evidence],
    }


def evidence_json(evidence: Evidence) -> Json:
    """Give one list that was looked at."""
    return {
        "source": evidence.source,
        "sha256": evidence.sha256.hex(),
        "scope": evidence.scope,
        "number": evidence.number,
        "this_update": iso(evidence.this_update) if evidence.this_update else None,
        "next_update": iso(evidence.next_update) if evidence.next_update else None,
        "lists_it": evidence.entry is not None,
        "objections": list(evidence.objections),
    }
