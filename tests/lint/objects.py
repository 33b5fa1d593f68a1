"""Objects as the profile has them, and one thing different: written with the authority's pieces.

What it is: a certificate of each kind, lists and OCSP responses, every field of which a test can
replace. Signatures are zeros: a linter does not verify them.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from hashlib import sha1

from jpki import oids
from jpki.ca import der
from jpki.lint import Target
from jpki.lint.subjects import NONCE, OCSP_NO_CHECK, OCSP_SIGNING
from jpki.oids import PersonalData
from jpki.profiles import EMULATOR, Kind, municipality
from jpki.profiles.names import DistinguishedName, common_name, country

NAMES = EMULATOR
KIYOSE = municipality("13221")
ISSUED = datetime(2026, 11, 23, 3, 0, 0, tzinfo=UTC)
ENDS = datetime(2031, 6, 15, 14, 59, 59, tzinfo=UTC)
FOUNDED = datetime(2026, 4, 1, 0, 0, 0, tzinfo=UTC)
FOUNDED_ENDS = datetime(2036, 3, 31, 14, 59, 59, tzinfo=UTC)
DAY = timedelta(days=1)
SERIAL = 0x0100_0002
ALGORITHM = der.algorithm(oids.SHA256_WITH_RSA)
OTHER_ALGORITHM = der.algorithm("1.2.840.113549.1.1.12")
NO_PARAMETERS = der.sequence(der.object_identifier(oids.SHA256_WITH_RSA))
IDENTIFIER = {Kind.SIGN: "2026112312000000000000000001", Kind.AUTH: "123454EABNABCD13221003A"}
ATTRIBUTES = {
    PersonalData.NAME: "模擬　花子",
    PersonalData.BIRTH_DATE: "419900615",
    PersonalData.GENDER: "2",
    PersonalData.ADDRESS: "東京都清瀬市架空町１－２－３",
    PersonalData.SUBSTITUTED_NAME: "00000",
    PersonalData.SUBSTITUTED_ADDRESS: "00000000000000",
}

Extensions = dict[str, tuple[bool, bytes]]


def rsa_key(bits: int = 2048, exponent: int = 65537, algorithm: bytes | None = None) -> bytes:
    """Give a SubjectPublicKeyInfo nobody has the private key of."""
    numbers = der.sequence(der.integer((1 << bits - 1) + 1), der.integer(exponent))
    return der.sequence(algorithm or der.algorithm(oids.RSA_ENCRYPTION), der.bit_string(numbers))


KEY = rsa_key()
KEY_ID = sha1(KEY[24:]).digest()


def key_id(info: bytes) -> bytes:
    """Give method 1's identifier."""
    return sha1(info[24:]).digest()


def name(*attributes: tuple[str, int, str]) -> bytes:
    """Give a Name of attributes with the tag of their string."""
    return der.sequence(*(der.set_of_one(ava(*attribute)) for attribute in attributes))


def ava(oid: str, tag: int, text: str) -> bytes:
    return der.sequence(der.object_identifier(oid), der.element(tag, text.encode()))


def two_in_one(at: int, *attributes: tuple[str, int, str]) -> bytes:
    """Give a Name whose RDN `at` holds the attribute after it, too; the shorter comes first."""
    encoded = [ava(*attribute) for attribute in attributes]
    merged = sorted(encoded[at : at + 2])
    rdns = [[one] for one in encoded[:at]] + [merged] + [[one] for one in encoded[at + 2 :]]
    return der.sequence(*(der.element(0x31, b"".join(rdn)) for rdn in rdns))


def utc(moment: datetime) -> bytes:
    return der.time(moment)


def generalized(moment: datetime) -> bytes:
    return der.element(0x18, f"{moment:%Y%m%d%H%M%S}Z".encode())


def other_name(item: PersonalData | str, text: str, tag: int = 0x0C) -> bytes:
    oid = item if isinstance(item, str) else item.dotted
    value = der.tagged(0, der.element(tag, text.encode()))
    return der.tagged(0, der.object_identifier(oid) + value)


def personal(change: dict[PersonalData, str] | None = None, *more: bytes) -> tuple[bool, bytes]:
    """Give subjectAltName of a holder."""
    values = ATTRIBUTES | (change or {})
    return False, der.sequence(*(other_name(item, text) for item, text in values.items()), *more)


def policies(*infos: bytes) -> tuple[bool, bytes]:
    return True, der.sequence(*infos)


def policy(dotted: str, uri: str = NAMES.cps_uri, tag: int = 0x16, times: int = 1) -> bytes:
    qualifier = der.sequence(
        der.object_identifier(oids.CPS_QUALIFIER), der.element(tag, uri.encode())
    )
    qualifiers = (der.sequence(*[qualifier] * times),) if times else ()
    return der.sequence(der.object_identifier(dotted), *qualifiers)


def point(distinguished: DistinguishedName) -> tuple[bool, bytes]:
    return False, der.sequence(der.sequence(der.distribution_point_name(distinguished)))


def access(*pairs: tuple[str, str]) -> tuple[bool, bytes]:
    return False, der.sequence(
        *(
            der.sequence(
                der.object_identifier(method), der.tagged(6, url.encode(), constructed=False)
            )
            for method, url in pairs
        )
    )


def authority_key(issuer: bytes, *, without: int | None = None) -> tuple[bool, bytes]:
    parts = [
        (0, der.tagged(0, KEY_ID, constructed=False)),
        (1, der.tagged(1, der.tagged(4, issuer))),
        (2, der.tagged(2, der.integer(SERIAL - 1)[2:], constructed=False)),
    ]
    dropped = {without, 2 if without == 1 else None}
    return False, der.sequence(*(part for number, part in parts if number not in dropped))


def alternative(distinguished: DistinguishedName) -> tuple[bool, bytes]:
    return False, der.sequence(der.directory_name(distinguished))


def authority_name(kind: Kind = Kind.SIGN) -> bytes:
    return der.name(NAMES.authority(kind))


def _holder_extensions(kind: Kind) -> Extensions:
    common: Extensions = {
        oids.CERTIFICATE_POLICIES: policies(policy(NAMES.policy(kind).dotted)),
        oids.ISSUER_ALT_NAME: alternative(NAMES.authority_ja(kind)),
        oids.CRL_DISTRIBUTION_POINTS: point(NAMES.distribution_point(kind, KIYOSE)),
    }
    if kind is Kind.AUTH:
        common[oids.AUTHORITY_INFO_ACCESS] = access((oids.OCSP_ACCESS, NAMES.ocsp_url))
    common[oids.AUTHORITY_KEY_IDENTIFIER] = authority_key(authority_name(kind))
    common[oids.SUBJECT_KEY_IDENTIFIER] = (False, der.octet_string(KEY_ID))
    if kind is Kind.SIGN:
        return {oids.KEY_USAGE: (True, der.named_bits(0xC0)), oids.SUBJECT_ALT_NAME: personal()} | (
            common
        )
    purposes = der.sequence(der.object_identifier(oids.CLIENT_AUTH))
    return {
        oids.KEY_USAGE: (True, der.named_bits(0x80)),
        oids.EXTENDED_KEY_USAGE: (False, purposes),
    } | common


def _authority_extensions(kind: Kind) -> Extensions:
    return {
        oids.KEY_USAGE: (True, der.named_bits(0x06)),
        oids.SUBJECT_ALT_NAME: alternative(NAMES.authority_ja(kind)),
        oids.BASIC_CONSTRAINTS: (True, der.sequence(der.boolean_true())),
        oids.CRL_DISTRIBUTION_POINTS: point(NAMES.authority(kind)),
        oids.SUBJECT_KEY_IDENTIFIER: (False, der.octet_string(KEY_ID)),
    }


def _responder_extensions(kind: Kind) -> Extensions:
    return {
        oids.KEY_USAGE: (True, der.named_bits(0x80)),
        oids.EXTENDED_KEY_USAGE: (False, der.sequence(der.object_identifier(OCSP_SIGNING))),
        OCSP_NO_CHECK: (False, der.NULL),
        oids.AUTHORITY_KEY_IDENTIFIER: authority_key(authority_name(kind)),
        oids.SUBJECT_KEY_IDENTIFIER: (False, der.octet_string(KEY_ID)),
    }


def certificate(
    target: Target,
    *,
    kind: Kind = Kind.SIGN,
    head: bytes = der.tagged(0, der.integer(2)),
    serial: bytes = der.integer(SERIAL),
    inner: bytes = ALGORITHM,
    outer: bytes = ALGORITHM,
    issuer: bytes | None = None,
    validity: tuple[bytes, bytes] | None = None,
    subject: bytes | None = None,
    key: bytes = KEY,
    change: Extensions | None = None,
    drop: Iterable[str] = (),
    order: Iterable[str] | None = None,
    signature: bytes = bytes(256),
) -> bytes:
    """Give a certificate; `kind` of a holder's follows from its target."""
    kind = {Target.SIGN: Kind.SIGN, Target.AUTH: Kind.AUTH}.get(target, kind)
    extensions = {
        Target.AUTHORITY: _authority_extensions,
        Target.RESPONDER: _responder_extensions,
    }.get(target, _holder_extensions)(kind)
    if key != KEY:
        extensions[oids.SUBJECT_KEY_IDENTIFIER] = (False, der.octet_string(key_id(key)))
    kept = {o: v for o, v in (extensions | (change or {})).items() if o not in set(drop)}
    subjects = {
        Target.AUTHORITY: authority_name(kind),
        Target.RESPONDER: der.name(DistinguishedName((country(), common_name("OCSP")))),
    }
    holders = der.name(NAMES.subject(kind, KIYOSE, IDENTIFIER[kind]))
    dates = (FOUNDED, FOUNDED_ENDS) if target is Target.AUTHORITY else (ISSUED, ENDS)
    tbs = der.sequence(
        head,
        serial,
        inner,
        issuer or authority_name(kind),
        der.sequence(*(validity or map(der.time, dates))),
        subject or subjects.get(target, holders),
        key,
        der.tagged(3, extension_list({o: kept[o] for o in order or kept})),
    )
    return der.sequence(tbs, outer, der.bit_string(signature))


def extension_list(extensions: Extensions) -> bytes:
    return der.sequence(
        *(der.extension(o, value, critical=critical) for o, (critical, value) in extensions.items())
    )


def entry(
    serial: bytes = der.integer(SERIAL),
    at: datetime = ISSUED - DAY,
    reason: int | None = 3,
    change: Extensions | None = None,
) -> bytes:
    """Give one entry of a list."""
    found: Extensions = {}
    if reason is not None:
        found[oids.REASON_CODE] = (False, der.enumerated(reason))
    found |= change or {}
    return der.sequence(serial, der.time(at), extension_list(found) if found else b"")


def scope(distinguished: DistinguishedName | None = None, *more: bytes) -> tuple[bool, bytes]:
    where = distinguished or NAMES.distribution_point(Kind.SIGN, KIYOSE)
    return True, der.sequence(der.distribution_point_name(where), *more)


def revocation_list(
    target: Target,
    *,
    head: bytes = der.integer(1),
    inner: bytes = ALGORITHM,
    outer: bytes = ALGORITHM,
    issuer: bytes | None = None,
    this_update: bytes = der.time(ISSUED),
    next_update: bytes = der.time(ISSUED + 2 * DAY),
    entries: bytes | None = None,
    change: Extensions | None = None,
    drop: Iterable[str] = (),
    signature: bytes = bytes(256),
) -> bytes:
    """Give a list of the signing authority with two entries."""
    extensions: Extensions = {
        oids.AUTHORITY_KEY_IDENTIFIER: authority_key(authority_name()),
        oids.CRL_NUMBER: (False, der.integer(7)),
    }
    if target is Target.PARTITION:
        extensions[oids.ISSUING_DISTRIBUTION_POINT] = scope()
    kept = {o: v for o, v in (extensions | (change or {})).items() if o not in set(drop)}
    listed = (
        der.sequence(entry(), entry(der.integer(SERIAL + 1), reason=None))
        if entries is None
        else entries
    )
    tbs = der.sequence(
        head,
        inner,
        issuer or authority_name(),
        this_update,
        next_update,
        listed,
        der.tagged(0, extension_list(kept)),
    )
    return der.sequence(tbs, outer, der.bit_string(signature))


GOOD_STATUS = b"\x80\x00"


def answer(
    *,
    algorithm: str = "1.3.14.3.2.26",
    status: bytes = GOOD_STATUS,
    this_update: datetime = ISSUED,
    next_update: datetime | None = ISSUED + DAY,
    extensions: Extensions | None = None,
) -> bytes:
    """Give a SingleResponse."""
    certificate_id = der.sequence(
        der.algorithm(algorithm),
        der.octet_string(KEY_ID),
        der.octet_string(KEY_ID),
        der.integer(SERIAL),
    )
    until = b"" if next_update is None else der.tagged(0, generalized(next_update))
    more = b"" if extensions is None else der.tagged(1, extension_list(extensions))
    return der.sequence(certificate_id, status, generalized(this_update), until, more)


BASIC = "1.3.6.1.5.5.7.48.1.1"


def response(
    *,
    version: bytes = b"",
    responder: bytes = der.tagged(2, der.octet_string(KEY_ID)),
    produced: datetime = ISSUED,
    answers: bytes | None = None,
    nonce: bytes | None = None,
    extensions: Extensions | None = None,
    algorithm: bytes = ALGORITHM,
    certificates: bytes | None = None,
    kind: str = BASIC,
    status: bytes = der.enumerated(0),
) -> bytes:
    """Give a successful OCSP response."""
    found = extensions or {}
    if nonce is not None:
        found = found | {NONCE: (False, der.octet_string(nonce))}
    more = der.tagged(1, extension_list(found)) if found else b""
    data = der.sequence(
        version,
        responder,
        generalized(produced),
        answers or der.sequence(answer()),
        more,
    )
    along = certificate(Target.RESPONDER) if certificates is None else certificates
    basic = der.sequence(
        data, algorithm, der.bit_string(bytes(256)), der.tagged(0, der.sequence(along))
    )
    wrapped = der.sequence(der.object_identifier(kind), der.octet_string(basic))
    return der.sequence(status, der.tagged(0, wrapped))


def good(target: Target) -> bytes:
    """Give the object of a kind that no rule says anything about."""
    if target is Target.OCSP:
        return response(nonce=bytes(32))
    if target in {Target.PARTITION, Target.FULL}:
        return revocation_list(target)
    return certificate(target)
