"""Every check of a certificate has a certificate that fails this check and no other."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from jpki.verify import CrlSource, Kind, Outcome, TrustAnchors, Verdict, Verifier, rules
from jpki.verify.errors import MalformedError, ProfileError, WrongKindError
from jpki.verify.path.certificate import PathCertificate
from jpki.verify.policy import EMULATOR, JLIS_TEST, PRODUCTION
from tests.support import pki
from tests.support.asn1 import (
    NULL,
    bits,
    boolean,
    explicit,
    ia5,
    implicit,
    integer,
    octets,
    oid,
    printable,
    seq,
    set_of,
    utf8,
)
from tests.support.pki import DAY, NOW

SIGN, AUTH = pki.ca(Kind.SIGN), pki.ca(Kind.AUTH)
SHA384_WITH_RSA = seq(oid("1.2.840.113549.1.1.12"), NULL)
BARE_SHA256_WITH_RSA = seq(oid("1.2.840.113549.1.1.11"))
EC_KEY = bytes.fromhex(
    "3059301306072a8648ce3d020106082a8648ce3d03010703420004"
    "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
    "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"
)
UNKNOWN = "1.2.392.200149.8.5.99"
SUBJECT_INFO = "1.3.6.1.5.5.7.1.11"
FRESHEST = "2.5.29.46"
DIRECTORY = "2.5.29.9"
USAGE_PERIOD = "2.5.29.16"
AUTHORITY_INFO = pki.AUTHORITY_INFO
CPS = "http://www.jpki-emu.invalid/cps.html"


def rsa_info(modulus: int, *parameters: bytes, exponent: int = 65537) -> bytes:
    algorithm = seq(oid("1.2.840.113549.1.1.1"), *parameters)
    return seq(algorithm, bits(seq(integer(modulus), integer(exponent))))


MODULUS = pki.key("odd modulus").public_key().public_numbers().n
CA_MODULUS, OTHER_CA_MODULUS = (one.key.public_key().public_numbers().n for one in (SIGN, AUTH))


def url_point(url: str) -> bytes:
    return seq(seq(explicit(0, explicit(0, implicit(6, url.encode())))))


def two_points() -> bytes:
    names = (pki.point_name(Kind.SIGN), pki.point_name(Kind.SIGN, "Hachioji-shi"))
    return seq(*(seq(pki.full_name(name)) for name in names))


def with_crl_issuer() -> bytes:
    point = pki.full_name(pki.point_name(Kind.SIGN))
    return seq(seq(point, explicit(2, explicit(4, SIGN.name))))


def with_reasons() -> bytes:
    return seq(seq(pki.full_name(pki.point_name(Kind.SIGN)), implicit(1, b"\x06\x40")))


def ocsp(url: str) -> bytes:
    return seq(seq(oid("1.3.6.1.5.5.7.48.1"), implicit(6, url.encode())))


def purposes(*found: str) -> bytes:
    return seq(*map(oid, found))


def policies_of(*qualifiers: bytes) -> bytes:
    return seq(seq(oid(pki.AUTH_POLICY), seq(*qualifiers)))


def cps(uri: bytes, method: str = "1.3.6.1.5.5.7.2.1") -> bytes:
    return seq(oid(method), uri)


def japanese(kind: Kind) -> bytes:
    return seq(explicit(4, pki.japanese_name(kind)))


def inside(element: bytes) -> bytes:
    """Give the contents of an element whose length takes one octet more than a short one."""
    return element[3 if element[1] == 0x81 else 4 if element[1] == 0x82 else 2 :]


def point(name: bytes) -> bytes:
    return seq(seq(pki.full_name(name)))


def name_of(*texts: str, country: bytes = printable("JP"), last: str = "2.5.4.3") -> bytes:
    """Give a Name of C and these: places, and an identifier (CN) at the end."""
    kinds = ["2.5.4.7"] * (len(texts) - 1) + [last]
    pairs = ((oid(kind), utf8(text)) for kind, text in zip(kinds, texts, strict=True))
    every = ((oid("2.5.4.6"), country), *pairs)
    return seq(*(set_of(seq(kind, text)) for kind, text in every))


def in_order(*wanted: str) -> dict:
    """All extensions of an authentication certificate in this order."""
    found = pki.holder_extensions(AUTH, pki.key_info(pki.key("auth holder")))
    return {one: found[one] for one in (*wanted, *(set(found) - set(wanted)))}


SIGN_KEY_ID = pki.key_identifier(pki.key_info(pki.key("sign holder")))
LIST_NAME = (
    ("2.5.4.6", "JP"),
    ("2.5.4.10", "JPKI-EMU"),
    ("2.5.4.11", "JPKI for digital signature"),
)
LIST_UNIT = ("2.5.4.11", "CRL Distribution Points")
NOON = datetime(2030, 5, 10, 3, 0, 0, tzinfo=UTC)
ENDS = datetime(2030, 5, 10, 14, 59, 59, tzinfo=UTC)

EXACT = {
    "a serial number of five octets": ({"serial": 1 << 31}, rules.CERT_SERIAL),
    "a serial number of 20 octets": ({"serial": (1 << 159) - 1}, rules.CERT_SERIAL),
    "an end at noon": ({"not_after": NOON}, rules.CERT_PERIOD),
    "an end at midnight in UTC": ({"not_after": ENDS + timedelta(hours=9)}, rules.CERT_PERIOD),
    "more than six years": ({"not_after": ENDS + 800 * DAY}, rules.CERT_PERIOD),
    "an end after the CA's": (
        {"not_before": NOW - DAY, "not_after": ENDS + 5 * 366 * DAY},
        rules.CERT_PERIOD,
        rules.CERT_WITHIN_CA,
    ),
    "an end in 2060": (
        {"not_after": datetime(2060, 5, 10, 14, 59, 59, tzinfo=UTC)},
        rules.CERT_PERIOD,
        rules.CERT_WITHIN_CA,
    ),
    "the key of the CA": ({"holder": SIGN.key}, rules.CERT_WITHIN_CA),
    "the key of the other CA": ({"holder": AUTH.key}, rules.CERT_WITHIN_CA),
    "the key of the CA without NULL": (
        {"info": rsa_info(CA_MODULUS)},
        rules.CERT_KEY,
        rules.CERT_WITHIN_CA,
    ),
    "the modulus of the other CA": (
        {"info": rsa_info(OTHER_CA_MODULUS, NULL, exponent=3)},
        rules.CERT_KEY,
        rules.CERT_WITHIN_CA,
    ),
    "a subject of elsewhere": (
        {"subject": name_of("Tokyo-to", "Kiyose-shi", "evil", country=printable("US"))},
        rules.CERT_SUBJECT,
    ),
    "a subject without places": ({"subject": name_of("evil")}, rules.CERT_SUBJECT),
    "a subject with one place": ({"subject": name_of("Tokyo-to", "evil")}, rules.CERT_SUBJECT),
    "a subject without identifier": (
        {"subject": name_of("Tokyo-to", "Kiyose-shi", "")},
        rules.CERT_SUBJECT,
    ),
    "no common name": (
        {"subject": name_of("Tokyo-to", "Kiyose-shi", "x", last="2.5.4.5")},
        rules.CERT_SUBJECT,
    ),
    "a country in UTF8String": (
        {"subject": name_of("Tokyo-to", "Kiyose-shi", "x", country=utf8("JP"))},
        rules.CERT_SUBJECT,
    ),
    "an empty subject": ({"subject": seq()}, rules.CERT_SUBJECT),
    "issuerAltName of the other authority": (
        {"change": {pki.ISSUER_ALT_NAME: (False, japanese(Kind.AUTH))}},
        rules.CERT_ISSUER_NAMES,
    ),
    "issuerAltName twice": (
        {"change": {pki.ISSUER_ALT_NAME: (False, seq(inside(japanese(Kind.SIGN)) * 2))}},
        rules.CERT_ISSUER_NAMES,
    ),
    "issuerAltName a name of hosts": (
        {"change": {pki.ISSUER_ALT_NAME: (False, seq(implicit(2, b"ca.invalid")))}},
        rules.CERT_ISSUER_NAMES,
    ),
    "CPS of somebody else": (
        {"change": {pki.POLICIES: (True, pki.policies(pki.SIGN_POLICY, cps="http://x.invalid"))}},
        rules.CERT_QUALIFIER,
    ),
    "no CPS": (
        {"change": {pki.POLICIES: (True, seq(seq(oid(pki.SIGN_POLICY))))}},
        rules.CERT_QUALIFIER,
    ),
    "list of the other authority": (
        {"change": {pki.CRL_POINTS: (False, point(pki.point_name(Kind.AUTH)))}, "lists": "full"},
        rules.CERT_DISTRIBUTION_POINT,
    ),
    "list of the whole CA": (
        {"change": {pki.CRL_POINTS: (False, point(SIGN.name))}, "lists": "full"},
        rules.CERT_DISTRIBUTION_POINT,
    ),
    "list of no municipality": (
        {
            "change": {
                pki.CRL_POINTS: (
                    False,
                    point(
                        pki.name(
                            *LIST_NAME, LIST_UNIT, ("2.5.4.11", "Tokyo-to"), ("2.5.4.3", " CRLDP")
                        )
                    ),
                )
            },
            "lists": "full",
        },
        rules.CERT_DISTRIBUTION_POINT,
    ),
    "signing with an address of OCSP": (
        {"change": {AUTHORITY_INFO: (False, pki.ocsp_access())}},
        rules.CERT_RESPONDER,
    ),
    "the identifier of another key": (
        {"change": {pki.SUBJECT_KEY: (False, octets(bytes(20)))}},
        rules.CERT_SUBJECT_KEY,
    ),
    "an empty key identifier": (
        {"change": {pki.SUBJECT_KEY: (False, octets())}},
        rules.CERT_SUBJECT_KEY,
    ),
    "the CA's key identifier alone": (
        {"change": {pki.AUTHORITY_KEY: (False, seq(implicit(0, SIGN.key_id)))}},
        rules.CERT_AUTHORITY_KEY,
    ),
    "an address of delta lists": (
        {"change": {"2.5.29.46": (False, point(pki.point_name(Kind.SIGN)))}},
        rules.CERT_EXTENSIONS,
    ),
    "a name of another form": (
        {
            "change": {
                pki.SUBJECT_ALT_NAME: (
                    False,
                    seq(inside(pki.alternative_names()), implicit(2, b"holder.invalid")),
                )
            }
        },
        rules.CERT_ATTRIBUTES,
    ),
}
"""What only the exact profile refuses in a signing certificate."""
EXACT_AUTH = {
    "subject with places": ({"subject": pki.subject_name(Kind.SIGN)}, rules.CERT_SUBJECT),
    "no address of OCSP": ({"drop": [AUTHORITY_INFO]}, rules.CERT_RESPONDER),
    "two addresses of OCSP": (
        {"change": {AUTHORITY_INFO: (False, seq(inside(pki.ocsp_access()) * 2))}},
        rules.CERT_RESPONDER,
    ),
    "an address of the CA": (
        {
            "change": {
                AUTHORITY_INFO: (
                    False,
                    seq(seq(oid("1.3.6.1.5.5.7.48.2"), implicit(6, b"http://x.invalid"))),
                )
            }
        },
        rules.CERT_RESPONDER,
    ),
    "two qualifiers": (
        {
            "change": {
                pki.POLICIES: (True, policies_of(*[cps(ia5(uri)) for uri in (CPS, CPS)])),
            }
        },
        rules.CERT_QUALIFIER,
    ),
    "CPS in UTF8String": (
        {"change": {pki.POLICIES: (True, policies_of(cps(utf8(CPS))))}},
        rules.CERT_QUALIFIER,
    ),
    "a notice instead of the CPS": (
        {
            "change": {
                pki.POLICIES: (True, policies_of(cps(seq(), "1.3.6.1.5.5.7.2.2"))),
            }
        },
        rules.CERT_QUALIFIER,
    ),
    "another order": (
        {"extensions": in_order(pki.KEY_USAGE, pki.SUBJECT_KEY)},
        rules.CERT_EXTENSIONS,
    ),
}
"""The same for logging in."""

CASES = {
    "two algorithms": (SIGN, {"outer_algorithm": SHA384_WITH_RSA}, rules.CERT_ALGORITHM),
    "algorithm without NULL": (
        SIGN,
        {"outer_algorithm": BARE_SHA256_WITH_RSA},
        rules.CERT_ALGORITHM,
    ),
    "RSA-1024": (SIGN, {"info": pki.key_info(pki.key("small", 1024))}, rules.CERT_KEY),
    "exponent 3": (SIGN, {"info": pki.key_info(pki.key("three", 2048, 3))}, rules.CERT_KEY),
    "parameters absent": (SIGN, {"info": rsa_info(MODULUS)}, rules.CERT_KEY),
    "other parameters": (SIGN, {"info": rsa_info(MODULUS, octets(b""))}, rules.CERT_KEY),
    "even modulus": (SIGN, {"info": rsa_info(MODULUS - 1, NULL)}, rules.CERT_KEY),
    "modulus divisible by 3": (
        SIGN,
        {"info": rsa_info((1 << 2047) + 1, NULL)},
        rules.CERT_KEY,
    ),
    "modulus divisible by 751": (
        SIGN,
        {"info": rsa_info(751 * (MODULUS // 751), NULL)},
        rules.CERT_KEY,
    ),
    "modulus of 2047 bits": (SIGN, {"info": rsa_info(MODULUS >> 1 | 1, NULL)}, rules.CERT_KEY),
    "elliptic curve": (SIGN, {"info": EC_KEY}, rules.CERT_KEY),
    "CA": (
        SIGN,
        {"change": {pki.BASIC_CONSTRAINTS: (True, seq(boolean(True)))}},
        rules.CERT_LEAF,
    ),
    "basicConstraints of a leaf": (
        SIGN,
        {"change": {pki.BASIC_CONSTRAINTS: (False, seq())}},
        rules.CERT_LEAF,
    ),
    "self-issued": (SIGN, {"subject": SIGN.name}, rules.CERT_LEAF, rules.CERT_SUBJECT),
    "unknown critical extension": (
        SIGN,
        {"change": {UNKNOWN: (True, NULL)}},
        rules.CERT_CRITICAL,
    ),
    "no policy": (SIGN, {"drop": [pki.POLICIES]}, rules.CERT_KIND, rules.CERT_QUALIFIER),
    "policy of the other kind": (
        SIGN,
        {"change": {pki.POLICIES: (True, pki.policies(pki.AUTH_POLICY))}},
        rules.CERT_KIND,
    ),
    "auth with the signing policy": (
        AUTH,
        {"change": {pki.POLICIES: (True, pki.policies(pki.SIGN_POLICY))}},
        rules.CERT_KIND,
    ),
    "production policy": (
        SIGN,
        {"change": {pki.POLICIES: (True, pki.policies("1.2.392.200149.8.5.1.1.20"))}},
        rules.CERT_KIND,
    ),
    "any policy": (
        SIGN,
        {"change": {pki.POLICIES: (True, pki.policies("2.5.29.32.0"))}},
        rules.CERT_KIND,
    ),
    "two policies": (
        SIGN,
        {"change": {pki.POLICIES: (True, pki.policies(pki.SIGN_POLICY, pki.AUTH_POLICY))}},
        rules.CERT_KIND,
        rules.CERT_QUALIFIER,
    ),
    "policy not critical": (
        SIGN,
        {"change": {pki.POLICIES: (False, pki.policies(pki.SIGN_POLICY))}},
        rules.CERT_KIND,
    ),
    "no key usage": (SIGN, {"drop": [pki.KEY_USAGE]}, rules.CERT_KEY_USAGE),
    "signing without nonRepudiation": (
        SIGN,
        {"change": {pki.KEY_USAGE: (True, bits(b"\x80", 7))}},
        rules.CERT_KEY_USAGE,
    ),
    "auth with nonRepudiation": (
        AUTH,
        {"change": {pki.KEY_USAGE: (True, bits(b"\xc0", 6))}},
        rules.CERT_KEY_USAGE,
    ),
    "one usage too many": (
        SIGN,
        {"change": {pki.KEY_USAGE: (True, bits(b"\xe0", 5))}},
        rules.CERT_KEY_USAGE,
    ),
    "key usage not critical": (
        SIGN,
        {"change": {pki.KEY_USAGE: (False, bits(b"\xc0", 6))}},
        rules.CERT_KEY_USAGE,
    ),
    "auth without clientAuth": (
        AUTH,
        {"drop": [pki.EXTENDED_KEY_USAGE]},
        rules.CERT_EXTENDED_KEY_USAGE,
    ),
    "auth for servers": (
        AUTH,
        {"change": {pki.EXTENDED_KEY_USAGE: (False, purposes("1.3.6.1.5.5.7.3.1"))}},
        rules.CERT_EXTENDED_KEY_USAGE,
    ),
    "auth for clients and more": (
        AUTH,
        {"change": {pki.EXTENDED_KEY_USAGE: (False, purposes(pki.CLIENT_AUTH, "2.5.29.37.0"))}},
        rules.CERT_EXTENDED_KEY_USAGE,
    ),
    "signing with clientAuth": (
        SIGN,
        {"change": {pki.EXTENDED_KEY_USAGE: (False, purposes(pki.CLIENT_AUTH))}},
        rules.CERT_EXTENDED_KEY_USAGE,
    ),
    "two distribution points": (
        SIGN,
        {"change": {pki.CRL_POINTS: (False, two_points())}},
        rules.CERT_DISTRIBUTION_POINT,
    ),
    "distribution point with a foreign CRL issuer": (
        SIGN,
        {"change": {pki.CRL_POINTS: (False, with_crl_issuer())}},
        rules.CERT_DISTRIBUTION_POINT,
    ),
    "distribution point for some reasons": (
        SIGN,
        {"change": {pki.CRL_POINTS: (False, with_reasons())}},
        rules.CERT_DISTRIBUTION_POINT,
    ),
    "no distribution point": (
        SIGN,
        {"drop": [pki.CRL_POINTS], "lists": "full"},
        rules.CERT_DISTRIBUTION_POINT,
    ),
    "distribution point by URL": (
        SIGN,
        {
            "change": {pki.CRL_POINTS: (False, url_point("http://crl.jpki-emu.invalid/"))},
            "lists": "full",
        },
        rules.CERT_DISTRIBUTION_POINT,
    ),
    "logging in with a subjectAltName": (
        AUTH,
        {"change": {pki.SUBJECT_ALT_NAME: (False, pki.alternative_names())}},
        rules.CERT_EXTENSIONS,
    ),
    "no issuerAltName": (SIGN, {"drop": [pki.ISSUER_ALT_NAME]}, rules.CERT_ISSUER_NAMES),
    "no subjectKeyIdentifier": (AUTH, {"drop": [pki.SUBJECT_KEY]}, rules.CERT_SUBJECT_KEY),
    "critical authorityKeyIdentifier": (
        AUTH,
        {"change": {pki.AUTHORITY_KEY: (True, pki.authority_key(AUTH))}},
        rules.CERT_EXTENSIONS,
    ),
    "critical subjectKeyIdentifier": (
        SIGN,
        {"change": {pki.SUBJECT_KEY: (True, octets(SIGN_KEY_ID))}},
        rules.CERT_EXTENSIONS,
    ),
    "critical subjectAltName": (
        SIGN,
        {"change": {pki.SUBJECT_ALT_NAME: (True, pki.alternative_names())}},
        rules.CERT_EXTENSIONS,
    ),
    "critical extKeyUsage": (
        AUTH,
        {"change": {pki.EXTENDED_KEY_USAGE: (True, purposes(pki.CLIENT_AUTH))}},
        rules.CERT_EXTENSIONS,
    ),
    "critical cRLDistributionPoints": (
        SIGN,
        {"change": {pki.CRL_POINTS: (True, seq(seq(pki.full_name(pki.point_name(Kind.SIGN)))))}},
        rules.CERT_EXTENSIONS,
    ),
    "signing without attributes": (
        SIGN,
        {"drop": [pki.SUBJECT_ALT_NAME]},
        rules.CERT_ATTRIBUTES,
    ),
    "CA of this name and key, another number": (
        SIGN,
        {"change": {pki.AUTHORITY_KEY: (False, pki.authority_key(SIGN, serial=99))}},
        rules.CERT_ISSUER,
    ),
    "signed by somebody else": (
        SIGN,
        {"signed_by": pki.key("somebody")},
        rules.CERT_SIGNATURE,
    ),
    "not yet valid": (SIGN, {"not_before": NOW + DAY}, rules.CERT_NOT_BEFORE),
    "expired": (SIGN, {"not_after": pki.YESTERDAY}, rules.CERT_NOT_AFTER),
    "revoked": (SIGN, {"lists": "revoked"}, rules.CERT_REVOCATION),
    **{name: (SIGN, *case) for name, case in EXACT.items()},
    **{name: (AUTH, *case) for name, case in EXACT_AUTH.items()},
}
ROWS = {name: (issuer, fields, wanted) for name, (issuer, fields, *wanted) in CASES.items()}
LISTS = {
    "partition": pki.crl,
    "full": lambda issuer: pki.crl(issuer, point=None),
    "revoked": lambda issuer: pki.crl(issuer, pki.entry()),
}
NEEDS_A_CA = {
    rules.CERT_SIGNATURE,
    rules.CERT_PATH,
    rules.CA_VALIDITY,
    rules.CERT_WITHIN_CA,
    rules.CERT_REVOCATION,
}


def judged(issuer, lists="partition", **fields):
    certificate = pki.certificate(issuer, **fields)
    return pki.verifier(LISTS[lists](issuer)).check(certificate, issuer.kind, moment=NOW)


@pytest.mark.parametrize("kind", Kind)
def test_a_certificate_of_the_profile_is_good(kind):
    """Everything as the profile says, a fresh list without it: GOOD, and every row passes."""
    report = judged(pki.ca(kind))

    assert report.verdict is Verdict.GOOD
    assert {check.outcome for check in report.checks} == {Outcome.PASS}
    assert report.require_good() is report


@pytest.mark.parametrize(("issuer", "fields", "wanted"), ROWS.values(), ids=ROWS)
def test_each_check_fails_alone(issuer, fields, wanted):
    """One deviation fails the rows that ask for it, and the first one's error is raised."""
    report = judged(issuer, **fields)

    assert [check.rule for check in report.failures] == wanted
    assert report.verdict is Verdict.BAD
    with pytest.raises(wanted[0].error) as caught:
        report.require_good()
    assert caught.value.report is report


@pytest.mark.parametrize(("issuer", "fields", "wanted"), ROWS.values(), ids=ROWS)
def test_nothing_else_is_left_open(issuer, fields, wanted):
    """Rows that did not fail passed, except those that need the CA nobody found."""
    report = judged(issuer, **fields)

    open_rows = {one.rule for one in report.checks if one.outcome is Outcome.CANNOT_TELL}
    assert open_rows <= (NEEDS_A_CA if rules.CERT_ISSUER in wanted else set())


def test_every_certificate_rule_has_its_case():
    """The table above knows every rule but those with tests of their own."""
    known = {rule for rule in rules.ALL if rule.id.startswith(("cert.", "ca."))}
    elsewhere = {rules.CERT_DER, rules.CERT_VERSION, rules.CERT_PATH, rules.CA_VALIDITY}

    assert known - elsewhere == {rule for _, _, *wanted in CASES.values() for rule in wanted}


@pytest.mark.parametrize(
    "change",
    [
        {AUTHORITY_INFO: (False, ocsp("http://ocsp.jpki-emu.invalid"))},
        {UNKNOWN: (False, NULL)},
    ],
    ids=["another responder", "one nobody knows"],
)
def test_what_nothing_rests_on_may_differ(change):
    """RFC 5280 4.2: an extension that is not critical may be passed over."""
    assert judged(AUTH, change=change).verdict is Verdict.GOOD


@pytest.mark.parametrize(
    "change",
    [
        {AUTHORITY_INFO: (True, ocsp("http://ocsp.jpki-emu.invalid"))},
        {pki.ISSUER_ALT_NAME: (True, japanese(Kind.AUTH))},
    ],
    ids=["authorityInfoAccess", "issuerAltName"],
)
def test_what_nobody_acts_on_is_not_processed(change):
    """Critical, it is against the profile, and against RFC 5280 4.2 to pass it over."""
    failed = {one.rule for one in judged(AUTH, change=change).failures}

    assert failed == {rules.CERT_CRITICAL, rules.CERT_EXTENSIONS}


@pytest.mark.parametrize(
    "change",
    [
        {AUTHORITY_INFO: (False, b"\x30\x80\x00\x00")},
        {AUTHORITY_INFO: (False, b"")},
        {AUTHORITY_INFO: (False, NULL)},
        {AUTHORITY_INFO: (False, seq())},
        {AUTHORITY_INFO: (False, seq(seq(oid(UNKNOWN))))},
        {AUTHORITY_INFO: (False, seq(seq(oid(UNKNOWN), NULL)))},
        {SUBJECT_INFO: (False, b"junk")},
        {FRESHEST: (False, b"junk")},
        {FRESHEST: (False, seq())},
        {FRESHEST: (False, seq(seq()))},
        {FRESHEST: (False, seq(seq(explicit(0, explicit(1)))))},
        {FRESHEST: (False, seq(seq(explicit(2))))},
        {DIRECTORY: (False, seq(seq(oid(UNKNOWN), set_of())))},
        {USAGE_PERIOD: (False, seq())},
        {USAGE_PERIOD: (False, seq(implicit(0, b"junk")))},
    ],
    ids=str,
)
def test_what_bears_a_known_name_is_what_the_name_says(change):
    """Contents that are no DER of its syntax are refused by both readers, and the place is told."""
    der = pki.certificate(AUTH, change=change)

    report = pki.verifier(pki.crl(AUTH)).check(der, Kind.AUTH, moment=NOW)

    (_, contents), *_ = change.values()
    start = der.index(oid(next(iter(change)))) + len(oid(next(iter(change)))) + 2
    (row,) = report.failures
    assert row.rule is rules.CERT_DER
    assert start <= row.offset <= start + len(contents)
    with pytest.raises(MalformedError, match=re.escape(row.seen)):
        PathCertificate.parse(der)


@pytest.mark.parametrize(
    "change",
    [
        {AUTHORITY_INFO: (False, seq(seq(oid(UNKNOWN), implicit(6, b"http://a.invalid"))))},
        {SUBJECT_INFO: (False, seq(seq(oid(UNKNOWN), explicit(4, AUTH.name))))},
        {FRESHEST: (False, seq(seq(pki.full_name(AUTH.name))))},
        {FRESHEST: (False, seq(seq(explicit(0, explicit(1, seq(oid("2.5.4.3"), utf8("x")))))))},
        {
            FRESHEST: (
                False,
                seq(seq(implicit(1, b"\x06\x40"), explicit(2, explicit(4, AUTH.name)))),
            )
        },
        {DIRECTORY: (False, seq(seq(oid(UNKNOWN), set_of(NULL))))},
        {USAGE_PERIOD: (False, seq(implicit(1, b"20300101000000Z")))},
        {UNKNOWN: (False, b"junk")},
    ],
    ids=str,
)
def test_what_is_of_its_syntax_is_passed_over(change):
    """Whether the profile has it is another question; what nobody knows stays closed octets."""
    assert judged(AUTH, change=change).check("cert.der").outcome is Outcome.PASS


def test_an_unknown_extension_is_named():
    """A later profile may have one: whoever reads the report learns of it."""
    report = judged(AUTH, change={UNKNOWN: (False, NULL)})

    assert report.check("cert.extensions").seen == f"unknown and not critical: {UNKNOWN}"


@pytest.mark.parametrize("version", [0, 1])
def test_only_version_3_is_accepted(version):
    """v1 and v2 have no extensions to rest on; were they there, the version still fails."""
    report = judged(SIGN, version=version)

    assert report.check("cert.version").outcome is Outcome.FAIL
    assert report.verdict is Verdict.BAD


@pytest.mark.parametrize(("issuer", "asked"), [(SIGN, Kind.AUTH), (AUTH, Kind.SIGN)])
def test_one_kind_is_never_taken_for_the_other(issuer, asked):
    """Asked as the other kind, trust store, policy and key usages all refuse."""
    certificate = pki.certificate(issuer)

    report = pki.verifier(pki.crl(issuer)).check(certificate, asked, moment=NOW)

    failed = {check.rule for check in report.failures}
    assert failed >= {
        rules.CERT_KIND,
        rules.CERT_KEY_USAGE,
        rules.CERT_EXTENDED_KEY_USAGE,
        rules.CERT_ISSUER,
    }
    with pytest.raises(WrongKindError):
        report.require_good()


def test_kinds_stay_apart_when_one_store_holds_both_cas():
    """Even with both CAs pinned for logging in, a signing certificate does not log in."""
    anchors = TrustAnchors.load(auth=[SIGN.der, AUTH.der])
    verifier = Verifier(anchors, CrlSource.load([pki.crl(SIGN)]))

    report = verifier.check(pki.certificate(SIGN), Kind.AUTH, moment=NOW)

    assert {check.rule for check in report.failures} == {
        rules.CERT_KIND,
        rules.CERT_KEY_USAGE,
        rules.CERT_EXTENDED_KEY_USAGE,
        rules.CERT_DISTRIBUTION_POINT,
        rules.CERT_EXTENSIONS,
        rules.CERT_ISSUER_NAMES,
        rules.CERT_SUBJECT,
        rules.CERT_RESPONDER,
    }


@pytest.mark.parametrize("policies", [JLIS_TEST, PRODUCTION], ids=["J-LIS test", "production"])
def test_certificates_of_the_emulator_pass_nowhere_else(policies):
    """Pinned by mistake, our CA is still refused by the other environments."""
    verifier = replace(pki.verifier(pki.crl(SIGN)), policies=policies)

    report = verifier.check(pki.certificate(SIGN), Kind.SIGN, moment=NOW)

    assert report.check("cert.issuer").outcome is Outcome.FAIL
    assert report.verdict is Verdict.BAD


def test_production_accepts_only_the_published_ca_certificates():
    """A CA of the production name that is none of the published ones is refused."""
    issuer = pki.ca(Kind.SIGN, organization="JPKI")
    production_policy = pki.policies(
        "1.2.392.200149.8.5.1.1.20", cps="http://www.jpki.go.jp/cps.html"
    )
    certificate = pki.certificate(issuer, change={pki.POLICIES: (True, production_policy)})
    verifier = replace(pki.verifier(pki.crl(issuer), sign_cas=[issuer]), policies=PRODUCTION)

    report = verifier.check(certificate, Kind.SIGN, moment=NOW)

    assert [check.rule for check in report.failures] == [rules.CERT_ISSUER]
    assert "published" in report.check("cert.issuer").seen


def test_a_policy_is_changed_by_replacing_a_field():
    """Who wants RSA-1024 for an old test set says so in data."""
    small = pki.key_info(pki.key("small", 1024))
    certificate = pki.certificate(SIGN, info=small)
    policies = replace(EMULATOR, sign=replace(EMULATOR.sign, rsa_bits=frozenset({1024})))

    verifier = replace(pki.verifier(pki.crl(SIGN)), policies=policies)

    assert verifier.check(certificate, Kind.SIGN, moment=NOW).verdict is Verdict.GOOD


@pytest.mark.parametrize(
    "extensions",
    [
        {pki.KEY_USAGE: (True, bits(b"\x00", 0))},
        {pki.KEY_USAGE: (True, integer(3))},
        {pki.POLICIES: (True, seq())},
        {pki.POLICIES: (True, pki.policies(pki.SIGN_POLICY, pki.SIGN_POLICY))},
        {pki.POLICIES: (True, seq(seq(oid(pki.SIGN_POLICY), seq())))},
        {pki.ISSUER_ALT_NAME: (False, seq())},
        {pki.ISSUER_ALT_NAME: (False, NULL)},
        {pki.AUTHORITY_KEY: (False, seq(implicit(2, b"\x01")))},
        {pki.CRL_POINTS: (False, seq())},
        {pki.SUBJECT_KEY: (False, ia5("key"))},
        {pki.BASIC_CONSTRAINTS: (True, seq(boolean(False)))},
        {pki.SUBJECT_ALT_NAME: (False, seq())},
        {pki.EXTENDED_KEY_USAGE: (False, seq())},
        {pki.SUBJECT_KEY: (False, octets(b"key") + NULL)},
    ],
    ids=lambda extensions: next(iter(extensions)),
)
def test_a_malformed_extension_ends_the_reading(extensions):
    """An extension that is not of its type makes the whole certificate malformed."""
    report = judged(SIGN, change=extensions)

    (check,) = report.checks
    assert check.rule is rules.CERT_DER
    assert check.offset is not None


@pytest.mark.parametrize(
    "serial", [0, -5, 1 << 159, 1 << 160, 1 << 500], ids=["0", "-5", "2^159", "2^160", "2^500"]
)
def test_a_serial_number_no_ca_may_give_is_malformed(serial):
    """RFC 5280 4.1.2.2: positive, at most 20 octets."""
    report = judged(SIGN, serial=serial)

    (check,) = report.checks
    assert (check.rule, check.outcome) == (rules.CERT_DER, Outcome.FAIL)
    assert report.verdict is Verdict.BAD


@pytest.mark.parametrize("serial", [1, (1 << 31) - 1], ids=["1", "4 octets"])
def test_every_other_serial_number_will_do(serial):
    """From 1 up to the longest that fits four octets (profile 1.1)."""
    assert judged(SIGN, serial=serial).verdict is Verdict.GOOD


def test_an_error_of_the_profile_names_what_was_expected_and_seen():
    """The message of a raised error is one a person can act on."""
    report = judged(SIGN, info=EC_KEY)

    with pytest.raises(ProfileError, match=r"public key: expected RSA 2048 .* seen EC"):
        report.require_good()
