"""For every rule an object that breaks it and no other rule.

A row names the rule, the kind of object, the object, and what it breaks besides, where one cannot
be broken without the other.
"""

from dataclasses import dataclass
from datetime import timedelta

from jpki import oids
from jpki.ca import der
from jpki.lint import Target
from jpki.lint.subjects import OCSP_NO_CHECK
from jpki.oids import PersonalData, Policy
from jpki.profiles import Kind
from jpki.profiles.names import DistinguishedName, common_name, country, locality, organization
from jpki.verify.crl import DELTA_CRL_INDICATOR
from jpki.verify.further_extensions import FRESHEST_CRL
from tests.lint.objects import (
    DAY,
    ENDS,
    FOUNDED,
    FOUNDED_ENDS,
    IDENTIFIER,
    ISSUED,
    KIYOSE,
    NAMES,
    NO_PARAMETERS,
    OTHER_ALGORITHM,
    SERIAL,
    access,
    alternative,
    answer,
    authority_key,
    authority_name,
    certificate,
    entry,
    generalized,
    name,
    other_name,
    personal,
    point,
    policies,
    policy,
    response,
    revocation_list,
    rsa_key,
    scope,
    two_in_one,
    utc,
)

SIGN, AUTH, AUTHORITY = Target.SIGN, Target.AUTH, Target.AUTHORITY
RESPONDER, PARTITION, FULL, OCSP = (
    Target.RESPONDER,
    Target.PARTITION,
    Target.FULL,
    Target.OCSP,
)
UTF8, PRINTABLE = 0x0C, 0x13


@dataclass(frozen=True)
class Broken:
    """One row."""

    rule: str
    target: Target
    der: bytes
    also: frozenset[str] = frozenset()


def sign(rule: str, *also: str, **fields) -> Broken:
    return Broken(rule, SIGN, certificate(SIGN, **fields), frozenset(also))


def auth(rule: str, *also: str, **fields) -> Broken:
    return Broken(rule, AUTH, certificate(AUTH, **fields), frozenset(also))


def authority(rule: str, *also: str, **fields) -> Broken:
    return Broken(rule, AUTHORITY, certificate(AUTHORITY, **fields), frozenset(also))


def responder(rule: str, **fields) -> Broken:
    return Broken(rule, RESPONDER, certificate(RESPONDER, **fields))


def partition(rule: str, *also: str, **fields) -> Broken:
    return Broken(rule, PARTITION, revocation_list(PARTITION, **fields), frozenset(also))


def full(rule: str, *also: str, **fields) -> Broken:
    return Broken(rule, FULL, revocation_list(FULL, **fields), frozenset(also))


def ocsp(rule: str, *also: str, **fields) -> Broken:
    return Broken(rule, OCSP, response(**fields), frozenset(also))


def attribute(rule: str, item: PersonalData, text: str, *also: str) -> Broken:
    return sign(rule, *also, change={oids.SUBJECT_ALT_NAME: personal({item: text})})


def listed(rule: str, *entries: bytes) -> Broken:
    return full(rule, entries=der.sequence(*entries))


def subject(kind: Kind, identifier: str) -> bytes:
    return der.name(NAMES.subject(kind, KIYOSE, identifier))


def names_of(kind: Kind) -> list[tuple[str, int, str]]:
    return [
        (one.oid, PRINTABLE if one.oid == oids.COUNTRY else UTF8, one.value)
        for one in NAMES.authority(kind).attributes
    ]


SIGN_NAMES = names_of(Kind.SIGN)
ALL_PRINTABLE = name(*((oid, PRINTABLE, text) for oid, _, text in SIGN_NAMES))
WRONG_ORDER = name(*(SIGN_NAMES[place] for place in (0, 1, 3, 2)))
STRANGER = DistinguishedName((country(), organization("Elsewhere"), common_name("X CRLDP")))
SIGN_POLICY, AUTH_POLICY = NAMES.sign_policy.dotted, NAMES.auth_policy.dotted
POINT = NAMES.distribution_point(Kind.SIGN, KIYOSE)
PLACES = (PersonalData.NAME, PersonalData.BIRTH_DATE, PersonalData.GENDER)
SAN, CP, AKI, SKI = (
    oids.SUBJECT_ALT_NAME,
    oids.CERTIFICATE_POLICIES,
    oids.AUTHORITY_KEY_IDENTIFIER,
    oids.SUBJECT_KEY_IDENTIFIER,
)
CDP, AIA, IDP = (
    oids.CRL_DISTRIBUTION_POINTS,
    oids.AUTHORITY_INFO_ACCESS,
    oids.ISSUING_DISTRIBUTION_POINT,
)
EC_KEY = der.sequence(
    der.sequence(
        der.object_identifier("1.2.840.10045.2.1"), der.object_identifier("1.2.840.10045.3.1.7")
    ),
    der.bit_string(b"\x04" + bytes(64)),
)
AUTH_ORDER = (
    oids.EXTENDED_KEY_USAGE,
    oids.KEY_USAGE,
    CP,
    oids.ISSUER_ALT_NAME,
    CDP,
    AIA,
    AKI,
    SKI,
)

BROKEN = (
    Broken("strict-der", SIGN, certificate(SIGN) + b"\x00"),
    sign("version", head=der.tagged(0, der.integer(1))),
    auth("serial-positive", serial=b"\x02\x01\x00"),
    auth("serial-length", serial=der.integer(0x0100000000)),
    auth("signature-algorithm", inner=OTHER_ALGORITHM, outer=OTHER_ALGORITHM),
    full("crl-signature-algorithm", inner=OTHER_ALGORITHM, outer=OTHER_ALGORITHM),
    auth("algorithm-parameters", inner=NO_PARAMETERS, outer=NO_PARAMETERS),
    auth("algorithms-agree", outer=OTHER_ALGORITHM),
    auth("signature-length", signature=bytes(128)),
    sign(
        "issuer-name",
        issuer=WRONG_ORDER,
        change={AKI: authority_key(WRONG_ORDER)},
    ),
    sign(
        "issuer-string-types",
        issuer=ALL_PRINTABLE,
        change={AKI: authority_key(ALL_PRINTABLE)},
    ),
    sign(
        "issuer-single-attributes",
        issuer=two_in_one(1, *SIGN_NAMES),
        change={AKI: authority_key(two_in_one(1, *SIGN_NAMES))},
    ),
    auth(
        "subject-string-types",
        subject=name((oids.COUNTRY, UTF8, "JP"), (oids.COMMON_NAME, UTF8, IDENTIFIER[Kind.AUTH])),
    ),
    auth(
        "subject-single-attributes",
        subject=two_in_one(
            0,
            (oids.COUNTRY, PRINTABLE, "JP"),
            (oids.COMMON_NAME, UTF8, IDENTIFIER[Kind.AUTH]),
        ),
    ),
    sign(
        "subject-order-sign",
        subject=der.name(
            DistinguishedName((country(), locality("Tokyo-to"), common_name("1" * 28)))
        ),
    ),
    auth(
        "subject-order-auth",
        subject=name(
            (oids.COMMON_NAME, UTF8, IDENTIFIER[Kind.AUTH]), (oids.COUNTRY, PRINTABLE, "JP")
        ),
    ),
    sign("subject-identifier-sign", subject=subject(Kind.SIGN, "hanako")),
    auth("subject-identifier-auth", subject=subject(Kind.AUTH, "hanako")),
    authority(
        "subject-authority",
        subject=der.name(NAMES.authority(Kind.AUTH)),
        change={CDP: point(NAMES.authority(Kind.AUTH))},
    ),
    auth("validity-types", validity=(utc(ISSUED), generalized(ENDS))),
    auth("validity-order", validity=(utc(ENDS), utc(ENDS - 300 * DAY))),
    auth("validity-end-of-day", validity=(utc(ISSUED), utc(ENDS - timedelta(seconds=1)))),
    auth("validity-length-holder", validity=(utc(ISSUED), utc(ENDS + 700 * DAY))),
    sign("validity-birthday", validity=(utc(ISSUED), utc(ENDS - DAY))),
    authority("validity-length-authority", validity=(utc(FOUNDED), utc(FOUNDED_ENDS + DAY))),
    auth("key-algorithm", "extensions-present", key=EC_KEY, drop={SKI}),
    auth("key-numbers", key=rsa_key(exponent=3)),
    sign("extensions-present", drop={oids.ISSUER_ALT_NAME}),
    sign("extensions-unexpected", change={FRESHEST_CRL: point(POINT)}),
    auth("extensions-order", order=AUTH_ORDER),
    sign("extensions-criticality", change={SAN: (True, personal()[1])}),
    auth("key-usage", change={oids.KEY_USAGE: (True, der.named_bits(0xC0))}),
    auth(
        "extended-key-usage",
        change={
            oids.EXTENDED_KEY_USAGE: (
                False,
                der.sequence(
                    der.object_identifier(oids.CLIENT_AUTH),
                    der.object_identifier("1.3.6.1.5.5.7.3.4"),
                ),
            )
        },
    ),
    auth(
        "policy-single",
        "policy-phone",
        change={CP: policies(policy(AUTH_POLICY), policy(Policy.TEST_AUTH_PHONE.dotted))},
    ),
    auth("policy-known", change={CP: policies(policy(SIGN_POLICY))}),
    sign("policy-phone", change={CP: policies(policy(Policy.TEST_SIGN_PHONE.dotted))}),
    auth("policy-qualifier", change={CP: policies(policy(AUTH_POLICY, times=0))}),
    auth("policy-address", change={CP: policies(policy(AUTH_POLICY, "http://example.invalid"))}),
    auth(
        "issuer-alt-name",
        change={oids.ISSUER_ALT_NAME: alternative(NAMES.authority_ja(Kind.SIGN))},
    ),
    authority("authority-alt-name", change={SAN: alternative(NAMES.authority_ja(Kind.AUTH))}),
    sign(
        "distribution-point",
        change={
            CDP: (False, der.sequence(*[der.sequence(der.distribution_point_name(POINT))] * 2))
        },
    ),
    sign("distribution-point-name", change={CDP: point(STRANGER)}),
    authority("distribution-point-authority", change={CDP: point(STRANGER)}),
    auth(
        "ocsp-access",
        change={
            AIA: access((oids.OCSP_ACCESS, NAMES.ocsp_url), ("1.3.6.1.5.5.7.48.2", NAMES.ocsp_url))
        },
    ),
    auth("ocsp-address", change={AIA: access((oids.OCSP_ACCESS, "http://example.invalid"))}),
    auth("authority-key-parts", change={AKI: authority_key(authority_name(Kind.AUTH), without=1)}),
    auth("authority-key-issuer", change={AKI: authority_key(authority_name(Kind.SIGN))}),
    auth("subject-key-identifier", change={SKI: (False, der.octet_string(bytes(20)))}),
    sign(
        "no-basic-constraints",
        change={oids.BASIC_CONSTRAINTS: (True, der.sequence())},
    ),
    authority(
        "authority-constraints",
        change={oids.BASIC_CONSTRAINTS: (True, der.sequence(der.boolean_true(), der.integer(0)))},
    ),
    sign(
        "san-forms",
        change={SAN: personal({}, der.tagged(2, b"example.invalid", constructed=False))},
    ),
    sign(
        "san-items",
        change={SAN: personal({}, other_name(PersonalData.SUBSTITUTED_ADDRESS, "0" * 14))},
    ),
    sign(
        "san-order",
        change={
            SAN: (
                False,
                der.sequence(
                    *(
                        other_name(item, personal_text)
                        for item, personal_text in (
                            (PersonalData.NAME, "模擬　花子"),
                            (PersonalData.SUBSTITUTED_NAME, "00000"),
                            (PersonalData.GENDER, "2"),
                            (PersonalData.BIRTH_DATE, "419900615"),
                            (PersonalData.ADDRESS, "架空町"),
                            (PersonalData.SUBSTITUTED_ADDRESS, "000"),
                        )
                    )
                ),
            )
        },
    ),
    sign(
        "san-string-types",
        change={
            SAN: (
                False,
                personal()[1].replace(b"\x0c\x01" + b"2", b"\x13\x01" + b"2"),
            )
        },
    ),
    sign(
        "san-unknown-items",
        change={SAN: personal({}, other_name("1.2.392.200149.8.5.5.7", "モギ　ハナコ"))},
    ),
    attribute("name-flags", PersonalData.SUBSTITUTED_NAME, "0000"),
    attribute("address-flags", PersonalData.SUBSTITUTED_ADDRESS, "0" * 15),
    attribute("flag-digits", PersonalData.SUBSTITUTED_NAME, "00002"),
    attribute("repertoire", PersonalData.NAME, "髙橋　花子"),
    attribute("name-separator", PersonalData.NAME, "ＡＢＣＤＥ"),
    sign(
        "address-length",
        change={
            SAN: personal(
                {PersonalData.ADDRESS: "架" * 201, PersonalData.SUBSTITUTED_ADDRESS: "0" * 201}
            )
        },
    ),
    attribute("birth-date-form", PersonalData.BIRTH_DATE, "19900615"),
    attribute("birth-date-era", PersonalData.BIRTH_DATE, "319900615"),
    attribute("birth-date-known", PersonalData.BIRTH_DATE, "400000000"),
    attribute("gender", PersonalData.GENDER, "9"),
    responder(
        "responder-purpose",
        change={
            oids.EXTENDED_KEY_USAGE: (
                False,
                der.sequence(der.object_identifier(oids.CLIENT_AUTH)),
            )
        },
    ),
    responder("responder-key-usage", change={oids.KEY_USAGE: (True, der.named_bits(0x20))}),
    responder("responder-no-check", drop={OCSP_NO_CHECK}),
    full("crl-version", head=b""),
    full("crl-time-types", next_update=generalized(ISSUED + 2 * DAY)),
    full("crl-next-update", next_update=b""),
    full("crl-lifetime", next_update=utc(ISSUED + 30 * DAY)),
    full("crl-order", "crl-lifetime", next_update=utc(ISSUED - DAY)),
    full("crl-extensions-present", drop={oids.CRL_NUMBER}),
    partition("crl-extensions-criticality", change={IDP: (False, scope()[1])}),
    full("crl-complete", change={DELTA_CRL_INDICATOR: (True, der.integer(6))}),
    full("crl-critical-unknown", change={"1.2.3": (True, der.NULL)}),
    full("crl-extensions-unexpected", change={"1.2.3": (False, der.NULL)}),
    partition(
        "further-extensions",
        "crl-extensions-unexpected",
        change={oids.AUTHORITY_INFO_ACCESS: (False, b"")},
    ),
    full("crl-no-delta", change={FRESHEST_CRL: point(POINT)}),
    full("crl-key-identifier", change={AKI: authority_key(authority_name(), without=0)}),
    full("crl-number", change={oids.CRL_NUMBER: (False, b"\x02\x01\xff")}),
    partition("crl-scope", change={IDP: scope(None, b"\x81\x01\xff")}),
    partition("crl-scope-name", change={IDP: scope(NAMES.authority(Kind.SIGN))}),
    full("crl-full-scope", change={IDP: scope()}),
    full("crl-empty", entries=der.sequence()),
    listed("crl-entry-serials", entry(der.integer(1 << 40))),
    listed("crl-entry-twice", entry(), entry()),
    listed("crl-entry-order", entry(der.integer(SERIAL + 1)), entry()),
    listed("crl-entry-reason", entry(reason=9)),
    listed("crl-entry-unspecified", entry(reason=0)),
    listed(
        "crl-entry-extensions",
        entry(change={"2.5.29.24": (False, generalized(ISSUED - 2 * DAY))}),
    ),
    listed("crl-entry-date", entry(at=ISSUED + DAY)),
    Broken("ocsp-status", OCSP, der.sequence(der.enumerated(4))),
    ocsp("ocsp-type", kind="1.3.6.1.5.5.7.48.1.9"),
    ocsp("ocsp-version", version=der.tagged(0, der.integer(0))),
    ocsp("ocsp-signature-algorithm", algorithm=der.algorithm("1.2.840.113549.1.1.5")),
    ocsp(
        "ocsp-responder",
        "ocsp-responder-certificate",
        responder=der.tagged(2, der.octet_string(bytes(32))),
    ),
    ocsp("ocsp-responder-certificate", responder=der.tagged(2, der.octet_string(bytes(20)))),
    ocsp("ocsp-delegate", certificates=certificate(RESPONDER, drop={OCSP_NO_CHECK})),
    ocsp("ocsp-answers", answers=der.sequence(answer(), answer())),
    ocsp("ocsp-next-update", answers=der.sequence(answer(next_update=None))),
    ocsp("ocsp-times", produced=ISSUED - DAY),
    ocsp(
        "ocsp-certificate-status",
        answers=der.sequence(
            answer(
                status=der.tagged(1, generalized(ISSUED - DAY) + der.tagged(0, der.enumerated(9)))
            )
        ),
    ),
    ocsp("ocsp-hash", answers=der.sequence(answer(algorithm="1.2.840.113549.2.5"))),
    ocsp(
        "ocsp-answer-extensions",
        answers=der.sequence(answer(extensions={"1.2.3": (True, der.NULL)})),
    ),
    ocsp("ocsp-critical-unknown", extensions={"1.2.3": (True, der.NULL)}),
    ocsp("ocsp-nonce", nonce=bytes(200)),
    ocsp("ocsp-nonce-echo", nonce=b"another"),
)
