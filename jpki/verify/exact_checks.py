"""The exact profile: what every certificate of the CA has, down to names, order and lengths.

One function a rule, each giving one row. What the reference grades A or B is asked for; what it
only guesses is not: the layout of the identifier in the subject, whether the subject's places
are those of the revocation list, the order of the four attributes. Extensions and otherNames
nobody knows pass when they are not critical, and are named: a later profile may add some.
Not here: kind and use (`profile_checks`), time and trust (`one_step`, `path_checks`).
PKI profile sections 1.1 to 1.8 and 2.1; RFC 5280 4.1 and 4.2. Called by `verifier`, and by
`profile_checks` for the row about all extensions.
"""

from collections.abc import Iterable
from hashlib import sha1

from jpki import oids
from jpki.profiles.certificates import end_entity_profile
from jpki.sources import Grade, Source
from jpki.verify import rules
from jpki.verify.anchors import Anchor
from jpki.verify.certificate import Certificate
from jpki.verify.checks import Check
from jpki.verify.der import Fields, Node, context, decode
from jpki.verify.der_rules import Tag
from jpki.verify.errors import MalformedError
from jpki.verify.keys import PublicKey
from jpki.verify.names import describe
from jpki.verify.path_checks import NEEDED_CA, NO_CA
from jpki.verify.places import EXTENSION_NAMES
from jpki.verify.policy import Policy
from jpki.verify.profile_names import (
    SUBJECT_FORM,
    alternative_name,
    encoded,
    is_list_name,
    is_subject,
    list_form,
)
from jpki.verify.times import show

END_OF_DAY = (14, 59, 59)
"""23:59:59 in Japan as UTC has it."""
_FRESHEST_CRL = "2.5.29.46"
_NEVER = {_FRESHEST_CRL: Source("PKI 2.1: no delta list advertised, EE or CA", Grade.MEASURED)}
"""Known extensions no certificate of the CA has, beside those whose own row misses them."""
_ROWS_OF_THEIR_OWN = frozenset(
    {
        oids.KEY_USAGE,
        oids.EXTENDED_KEY_USAGE,
        oids.CERTIFICATE_POLICIES,
        oids.CRL_DISTRIBUTION_POINTS,
        oids.AUTHORITY_INFO_ACCESS,
        oids.AUTHORITY_KEY_IDENTIFIER,
        oids.SUBJECT_KEY_IDENTIFIER,
        oids.ISSUER_ALT_NAME,
        oids.SUBJECT_ALT_NAME,
        oids.BASIC_CONSTRAINTS,
    }
)
_URI = context(6, constructed=False)


def exact_checks(certificate: Certificate, policy: Policy) -> tuple[Check, ...]:
    """Give the rows that come after those of kind, trust and time, which say more."""
    return (
        serial(certificate, policy),
        issuer_names(certificate, policy),
        period(certificate, policy),
        subject(certificate, policy),
        qualifier(certificate, policy),
        distribution_point(certificate, policy),
        responder(certificate, policy),
        authority_key(certificate),
        subject_key(certificate),
    )


def serial(certificate: Certificate, policy: Policy) -> Check:
    """Check for a number of the counter's length (positive: the parser has seen to that)."""
    octets = certificate.serial.bit_length() // 8 + 1
    return rules.CERT_SERIAL.judged(
        octets <= policy.serial_octets,
        expected=f"at most {policy.serial_octets} octets",
        seen=f"{octets} octets",
    )


def issuer_names(certificate: Certificate, policy: Policy) -> Check:
    """Check that issuer and issuerAltName are the authority's names, byte for byte."""
    naming = policy.naming
    name, japanese = naming.authority(policy.kind), naming.authority_ja(policy.kind)
    found = certificate.issuer_alternative_names
    holds = certificate.issuer == encoded(name) and found == (alternative_name(japanese),)
    seen = "no issuerAltName"
    if found is not None:
        names = [describe(one) for one in _directory_names(found)]
        seen = "; ".join(names) or "no directoryName"
    return rules.CERT_ISSUER_NAMES.judged(
        holds,
        expected=f"{name}; {japanese}",
        seen="as expected" if holds else f"{describe(certificate.issuer)}; {seen}",
    )


def period(certificate: Certificate, policy: Policy) -> Check:
    """Check that it ends with a day in Japan, and not after the last birthday there can be."""
    first, last = certificate.not_before, certificate.not_after
    longest = policy.longest_validity
    problems = (
        ((last.hour, last.minute, last.second) != END_OF_DAY, "not the end of a day in Japan"),
        (last - first > longest, f"{(last - first).days} days"),
        (last < first, "an end before its start"),
    )
    found = [text for holds, text in problems if holds]
    return rules.CERT_PERIOD.judged(
        not found,
        expected=f"to the end of a day in Japan (14:59:59Z), at most {longest.days} days",
        seen=", ".join(found) or f"{(last - first).days} days, to the end of a day in Japan",
    )


def subject(certificate: Certificate, policy: Policy) -> Check:
    """Check for the holder's name as the profile forms it, in its string types."""
    return rules.CERT_SUBJECT.judged(
        is_subject(certificate.subject, policy.kind),
        expected=f"{SUBJECT_FORM[policy.kind]}, C in PrintableString, the others in UTF8String",
        seen=f"subject {describe(certificate.subject)}",
    )


def qualifier(certificate: Certificate, policy: Policy) -> Check:
    """Check that the one policy has one qualifier: where the CPS is."""
    expected = f"one qualifier, CPS {policy.naming.cps_uri}"
    extension = certificate.extensions.get(oids.CERTIFICATE_POLICIES)
    try:
        found = list(_qualifiers(extension.decoded())) if extension else []
    except MalformedError as error:
        return rules.CERT_QUALIFIER.malformed(expected=expected, error=error)
    return rules.CERT_QUALIFIER.judged(
        found == [f"CPS {policy.naming.cps_uri}"],
        expected=expected,
        seen=", ".join(found) or "none",
    )


def distribution_point(certificate: Certificate, policy: Policy) -> Check:
    """Check for one distribution point: a municipality's list of this authority."""
    points = certificate.distribution_points or ()
    whole = [
        point
        for point in points
        if len(point.names) == len(point.directory_names) == 1
        and not point.has_reasons
        and not point.has_crl_issuer
        and is_list_name(point.directory_names[0], policy.naming, policy.kind)
    ]
    names = [describe(name) for point in points for name in point.directory_names]
    return rules.CERT_DISTRIBUTION_POINT.judged(
        len(points) == len(whole) == 1,
        expected=f"one, {list_form(policy.naming, policy.kind)}, without reasons and cRLIssuer",
        seen=", ".join(names) or f"{len(points)} points, none by directoryName",
    )


def responder(certificate: Certificate, policy: Policy) -> Check:
    """Check that a certificate to log in names one OCSP responder, and one to sign none."""
    wanted = oids.AUTHORITY_INFO_ACCESS in _wanted(policy)
    url = f" at {policy.ocsp_url}" if policy.ocsp_url else ""
    expected = f"one OCSP responder{url} and nothing else" if wanted else "absent"
    extension = certificate.extensions.get(oids.AUTHORITY_INFO_ACCESS)
    if extension is None:
        return rules.CERT_RESPONDER.judged(not wanted, expected=expected, seen="absent")
    try:
        found = list(_accesses(extension.decoded()))
    except MalformedError as error:
        return rules.CERT_RESPONDER.malformed(expected=expected, error=error)
    urls = [where for method, where in found if method == oids.OCSP_ACCESS and where]
    return rules.CERT_RESPONDER.judged(
        wanted and len(found) == len(urls) == 1 and policy.ocsp_url in {None, urls[0]},
        expected=expected,
        seen=", ".join(f"{method} {where}" for method, where in found) or "none",
    )


def authority_key(certificate: Certificate) -> Check:
    """Check for all three parts; that they are the chosen CA's is checked in choosing it."""
    found = certificate.authority_key
    parts = (found.key_identifier, found.issuer, found.serial) if found else ()
    there = [
        name
        for name, part in zip(("keyIdentifier", "issuer", "serial number"), parts, strict=False)
        if part is not None
    ]
    return rules.CERT_AUTHORITY_KEY.judged(
        len(there) == len(("key", "issuer", "serial")),
        expected="keyIdentifier, issuer, serial number",
        seen=", ".join(there) or "none",
    )


def subject_key(certificate: Certificate) -> Check:
    """Check that it is the SHA-1 of the key, by the first method of RFC 5280 4.2.1.2."""
    found = certificate.subject_key_id
    expected = "the SHA-1 of the public key"
    try:
        wanted = key_identifier(certificate.public_key_info)
    except MalformedError as error:
        # Its offset counts from the key, not from the certificate.
        return rules.CERT_SUBJECT_KEY.failed(expected=expected, seen=error.problem)
    seen = "none" if found is None else f"{found.hex() or 'empty'}"
    return rules.CERT_SUBJECT_KEY.judged(
        found == wanted,
        expected=expected,
        seen=seen if found in {None, wanted} else f"{seen}, of another key",
    )


def extensions(certificate: Certificate, policy: Policy) -> Check:
    """Check for the extensions of this kind in their order; unknown ones pass and are named.

    One that is missing fails the row about its contents.
    """
    profile = end_entity_profile(policy.kind).extensions
    wanted = [one.oid for one in profile]
    found = list(certificate.extensions)
    plain = [one.oid for one in profile if not one.critical]
    known = [oid for oid in found if oid in wanted]
    problems = (
        *((certificate.is_critical(oid), f"{_name(oid)} critical") for oid in sorted(plain)),
        (
            oids.SUBJECT_ALT_NAME in found and not policy.carries_attributes,
            "subjectAltName, which this kind has not",
        ),
        *((oid in found, f"{_name(oid)}, which the profile has not") for oid in _NEVER),
        (known != [oid for oid in wanted if oid in found], "another order"),
    )
    flaws = [text for holds, text in problems if holds]
    unknown = [oid for oid in found if oid not in _ROWS_OF_THEIR_OWN and oid not in _NEVER]
    notes = [f"unknown and not critical: {oid}" for oid in unknown]
    return rules.CERT_EXTENSIONS.judged(
        not flaws,
        expected="those of this kind in their order, critical only key usage and policy",
        seen=", ".join((*flaws, *notes)) or "as expected",
    )


def within_ca(certificate: Certificate, anchor: Anchor | None, pinned: Iterable[Anchor]) -> Check:
    """Check that it does not outlive its CA, and that its key is no CA's.

    A modulus counts, however the key is written and whatever its exponent: who knows its primes
    has both keys.
    """
    expected = "an end not after the CA's, and a key that is no CA's"
    rule = rules.CERT_WITHIN_CA
    own = PublicKey.load(certificate.public_key_info).rsa_modulus
    if own is not None and own in {one.key.rsa_modulus for one in pinned}:
        return rule.failed(expected=expected, seen="the key of a CA")
    if anchor is None:
        return rule.unknown(expected=expected, seen=NO_CA, needed=NEEDED_CA)
    last = anchor.certificate.not_after
    return rule.judged(
        certificate.not_after <= last,
        expected=expected,
        seen=f"{show(certificate.not_after)}; the CA ends {show(last)}",
    )


def key_identifier(public_key_info: bytes) -> bytes:
    """Give the SHA-1 of subjectPublicKey's contents; raise `MalformedError`."""
    fields = Fields(decode(public_key_info), "SubjectPublicKeyInfo")
    fields.take(Tag.SEQUENCE)
    key = fields.take(Tag.BIT_STRING).whole_bytes()
    fields.end()
    return sha1(key, usedforsecurity=False).digest()


def _wanted(policy: Policy) -> frozenset[str]:
    return frozenset(one.oid for one in end_entity_profile(policy.kind).extensions)


def _name(oid: str) -> str:
    return EXTENSION_NAMES.get(oid, oid)


def _directory_names(names: Iterable[bytes]) -> list[bytes]:
    return [decode(name).only("directoryName").der for name in names if name[0] == context(4)]


def _qualifiers(policies: Node) -> Iterable[str]:
    """Give each qualifier of CertificatePolicies, read as far as it is of the kind known here."""
    for information in policies.expect(Tag.SEQUENCE, "CertificatePolicies"):
        fields = Fields(information, "PolicyInformation")
        fields.take(Tag.OID)
        for one in fields.optional(Tag.SEQUENCE) or ():
            parts = Fields(one, "PolicyQualifierInfo")
            oid, value = parts.take(Tag.OID).oid(), parts.take()
            parts.end()
            is_cps = oid == oids.CPS_QUALIFIER and value.tag == Tag.IA5_STRING
            yield f"CPS {value.text()}" if is_cps else oid
        fields.end()


def _accesses(access: Node) -> Iterable[tuple[str, str]]:
    """Give method and URI of each AccessDescription, no URI for another form of name."""
    for one in access.expect(Tag.SEQUENCE, "AuthorityInfoAccessSyntax"):
        fields = Fields(one, "AccessDescription")
        method, where = fields.take(Tag.OID).oid(), fields.take()
        fields.end()
        octets = where.octets(_URI) if where.tag == _URI else b""
        yield method, octets.decode("ascii", "backslashreplace")
