"""Certificates and revocation lists for the verifier, of the profile unless asked otherwise.

Every field is a parameter, and every field can be wrong: `certificate(version=0)`,
`certificate(extensions=change(SIGN_EXTENSIONS, KEY_USAGE, ...))`. Nothing of `jpki.ca` is used:
the verifier must not be judged by its own side's CA alone. All names are invented (O=JPKI-EMU).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha1

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_public_key,
)
from cryptography.x509 import SubjectKeyIdentifier

from jpki.verify import CrlSource, Kind, TrustAnchors, Verifier
from tests.support.asn1 import (
    NULL,
    bits,
    boolean,
    enumerated,
    explicit,
    ia5,
    implicit,
    integer,
    octets,
    oid,
    printable,
    seq,
    set_of,
    time,
    utf8,
)

NOW = datetime(2026, 4, 1, 3, 0, 0, tzinfo=UTC)
DAY = timedelta(days=1)
YESTERDAY = datetime(2026, 3, 31, 14, 59, 59, tzinfo=UTC)
"""The last second of a day in Japan, as all ends are, and past."""

KEY_USAGE = "2.5.29.15"
EXTENDED_KEY_USAGE = "2.5.29.37"
SUBJECT_ALT_NAME = "2.5.29.17"
ISSUER_ALT_NAME = "2.5.29.18"
BASIC_CONSTRAINTS = "2.5.29.19"
POLICIES = "2.5.29.32"
CRL_POINTS = "2.5.29.31"
AUTHORITY_KEY = "2.5.29.35"
SUBJECT_KEY = "2.5.29.14"
AUTHORITY_INFO = "1.3.6.1.5.5.7.1.1"
CRL_NUMBER = "2.5.29.20"
ISSUING_POINT = "2.5.29.28"
REASON = "2.5.29.21"
SIGN_POLICY = "1.2.392.200149.8.5.1.0.20"
AUTH_POLICY = "1.2.392.200149.8.5.1.2.30"
CLIENT_AUTH = "1.3.6.1.5.5.7.3.2"

SHA256_WITH_RSA = seq(oid("1.2.840.113549.1.1.11"), NULL)
SHA1_WITH_RSA = seq(oid("1.2.840.113549.1.1.5"), NULL)
ECDSA_WITH_SHA256 = seq(oid("1.2.840.10045.4.3.2"))

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey

Extensions = dict[str, tuple[bool, bytes]]
"""OID to criticality and the DER inside extnValue, in order."""


def name(*attributes: tuple[str, str]) -> bytes:
    return seq(
        *(
            set_of(seq(oid(kind), printable(text) if kind == "2.5.4.6" else utf8(text)))
            for kind, text in attributes
        )
    )


_UNIT = {Kind.SIGN: "JPKI for digital signature", Kind.AUTH: "JPKI for user authentication"}


def ca_name(kind: Kind, organization: str = "JPKI-EMU") -> bytes:
    agency = "Japan Agency for Local Authority Information Systems"
    return name(
        ("2.5.4.6", "JP"),
        ("2.5.4.10", organization),
        ("2.5.4.11", _UNIT[kind]),
        ("2.5.4.11", agency),
    )


_SERVICE = "公的個人認証サービス"
_PURPOSE = {Kind.SIGN: "署名用", Kind.AUTH: "利用者証明用"}
_SERVICES = {"JPKI-EMU": f"{_SERVICE}（模擬）"}
"""O of the Japanese name by that of the other: the emulator's says that it is one."""


def japanese_name(kind: Kind, organization: str = "JPKI-EMU") -> bytes:
    return name(
        ("2.5.4.6", "JP"),
        ("2.5.4.10", _SERVICES.get(organization, _SERVICE)),
        ("2.5.4.11", f"{_SERVICE}{_PURPOSE[kind]}"),
        ("2.5.4.11", "地方公共団体情報システム機構"),
    )


def point_name(
    kind: Kind, municipality: str = "Kiyose-shi", organization: str = "JPKI-EMU"
) -> bytes:
    return name(
        ("2.5.4.6", "JP"),
        ("2.5.4.10", organization),
        ("2.5.4.11", _UNIT[kind]),
        ("2.5.4.11", "CRL Distribution Points"),
        ("2.5.4.11", "Tokyo-to"),
        ("2.5.4.3", f"{municipality} CRLDP"),
    )


def full_name(distinguished: bytes) -> bytes:
    """DistributionPointName: fullName with one directoryName, tagged [0]."""
    return explicit(0, explicit(0, explicit(4, distinguished)))


@cache
def key(label: str, size: int = 2048, exponent: int = 65537) -> rsa.RSAPrivateKey:
    """Give the key of this label, made once a test run."""
    return rsa.generate_private_key(public_exponent=exponent, key_size=size)


@cache
def curve_key(label: str) -> ec.EllipticCurvePrivateKey:
    """Give the key of this label on P-256: a hundred of them cost less than one of RSA."""
    return ec.generate_private_key(ec.SECP256R1())


def key_info(private_key: PrivateKey) -> bytes:
    return private_key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def key_identifier(info: bytes) -> bytes:
    """SHA-1 of the contents of subjectPublicKey; 24 bytes lead up to a key of RSA-2048."""
    try:
        return SubjectKeyIdentifier.from_public_key(load_der_public_key(info)).digest
    except (ValueError, UnsupportedAlgorithm):
        return sha1(info[24:]).digest()


def sign(private_key: PrivateKey, message: bytes) -> bytes:
    if isinstance(private_key, ec.EllipticCurvePrivateKey):
        return private_key.sign(message, ec.ECDSA(hashes.SHA256()))
    return private_key.sign(message, padding.PKCS1v15(), hashes.SHA256())


def algorithm(private_key: PrivateKey) -> bytes:
    """Give the AlgorithmIdentifier of what `sign` does with a key."""
    is_rsa = isinstance(private_key, rsa.RSAPrivateKey)
    return SHA256_WITH_RSA if is_rsa else ECDSA_WITH_SHA256


@dataclass(frozen=True)
class Ca:
    """One generation of one of the two authorities."""

    kind: Kind
    name: bytes
    serial: int
    key: PrivateKey = field(repr=False)
    key_id: bytes
    der: bytes = field(repr=False)
    organization: str = "JPKI-EMU"


def ca_extensions(kind: Kind, distinguished: bytes, key_id: bytes) -> Extensions:
    return {
        KEY_USAGE: (True, bits(b"\x06", 1)),
        SUBJECT_ALT_NAME: (False, seq(explicit(4, japanese_name(kind)))),
        BASIC_CONSTRAINTS: (True, seq(boolean(True))),
        CRL_POINTS: (False, seq(seq(full_name(distinguished)))),
        SUBJECT_KEY: (False, octets(key_id)),
    }


@cache
def ca(
    kind: Kind,
    generation: int = 2,
    *,
    organization: str = "JPKI-EMU",
    not_before: datetime = datetime(2024, 9, 14, 23, 41, 56, tzinfo=UTC),
    not_after: datetime = datetime(2034, 9, 14, 14, 59, 59, tzinfo=UTC),
) -> Ca:
    """Give an authority's generation; all generations of a kind share one name."""
    private_key = key(f"{organization} {kind.value} CA {generation}")
    info = key_info(private_key)
    key_id = key_identifier(info)
    distinguished = ca_name(kind, organization)
    serial = 0x01000000 + generation
    der = assemble(
        private_key,
        serial=serial,
        issuer=distinguished,
        subject=distinguished,
        not_before=not_before,
        not_after=not_after,
        info=info,
        extensions=ca_extensions(kind, distinguished, key_id),
    )
    return Ca(kind, distinguished, serial, private_key, key_id, der, organization)


def assemble(
    private_key: PrivateKey,
    *,
    serial: int,
    issuer: bytes,
    subject: bytes,
    not_before: datetime,
    not_after: datetime,
    info: bytes,
    extensions: Extensions,
    version: int = 2,
    inner_algorithm: bytes = SHA256_WITH_RSA,
    outer_algorithm: bytes = SHA256_WITH_RSA,
) -> bytes:
    """Sign a Certificate of exactly these fields."""
    tbs = seq(
        explicit(0, integer(version)) if version else b"",
        integer(serial),
        inner_algorithm,
        issuer,
        seq(time(not_before), time(not_after)),
        subject,
        info,
        explicit(3, extension_list(extensions)) if extensions else b"",
    )
    return seq(tbs, outer_algorithm, bits(sign(private_key, tbs)))


def extension_list(extensions: Extensions) -> bytes:
    return seq(
        *(
            seq(oid(kind), boolean(True) if critical else b"", octets(value))
            for kind, (critical, value) in extensions.items()
        )
    )


def authority_key(issuer: Ca, *, serial: int | None = None, key_id: bytes | None = None) -> bytes:
    """AuthorityKeyIdentifier with all three parts."""
    return seq(
        implicit(0, issuer.key_id if key_id is None else key_id),
        explicit(1, explicit(4, issuer.name)),
        implicit(2, integer(issuer.serial if serial is None else serial)[2:]),
    )


ATTRIBUTES = {
    "1": "検証　花子",
    "4": "419900510",
    "3": "2",
    "5": "東京都清瀬市架空町一丁目２番３号",
    "2": "00000",
    "6": "0000000000000000",
}
"""The otherNames of an invented holder by the last arc, in the order of real certificates."""


def alternative_names(attributes: dict[str, str] = ATTRIBUTES) -> bytes:
    arc = "1.2.392.200149.8.5.5."
    return seq(
        *(
            explicit(0, oid(arc + tail), explicit(0, utf8(text)))
            for tail, text in attributes.items()
        )
    )


def policies(*found: str, cps: str = "http://www.jpki-emu.invalid/cps.html") -> bytes:
    qualifier = seq(oid("1.3.6.1.5.5.7.2.1"), ia5(cps))
    return seq(*(seq(oid(policy), seq(qualifier)) for policy in found))


def ocsp_access(url: str = "http://ocspauthnorm.jpki-emu.invalid") -> bytes:
    return seq(seq(oid("1.3.6.1.5.5.7.48.1"), implicit(6, url.encode())))


def holder_extensions(issuer: Ca, holder_info: bytes, kind: Kind | None = None) -> Extensions:
    """Give the extensions of a holder's certificate of this kind, in the profile's order."""
    kind = kind or issuer.kind
    signs = kind is Kind.SIGN
    point = point_name(kind, organization=issuer.organization)
    before: Extensions = {
        POLICIES: (True, policies(SIGN_POLICY if signs else AUTH_POLICY)),
        ISSUER_ALT_NAME: (False, seq(explicit(4, japanese_name(kind, issuer.organization)))),
        CRL_POINTS: (False, seq(seq(full_name(point)))),
    }
    after: Extensions = {
        AUTHORITY_KEY: (False, authority_key(issuer)),
        SUBJECT_KEY: (False, octets(key_identifier(holder_info))),
    }
    if signs:
        return {
            KEY_USAGE: (True, bits(b"\xc0", 6)),
            SUBJECT_ALT_NAME: (False, alternative_names()),
            **before,
            **after,
        }
    return {
        KEY_USAGE: (True, bits(b"\x80", 7)),
        EXTENDED_KEY_USAGE: (False, seq(oid(CLIENT_AUTH))),
        **before,
        AUTHORITY_INFO: (False, ocsp_access()),
        **after,
    }


def subject_name(kind: Kind) -> bytes:
    places = (("2.5.4.7", "Tokyo-to"), ("2.5.4.7", "Kiyose-shi")) if kind is Kind.SIGN else ()
    identifier = "2025060112000000000000000001" if kind is Kind.SIGN else "123454E961TESA13221003A"
    return name(("2.5.4.6", "JP"), *places, ("2.5.4.3", identifier))


SERIAL = 0x01234567


def certificate(
    issuer: Ca,
    *,
    holder: rsa.RSAPrivateKey | None = None,
    signed_by: rsa.RSAPrivateKey | None = None,
    change: Extensions | None = None,
    drop: Iterable[str] = (),
    **fields: object,
) -> bytes:
    """Give a holder's certificate; `change` and `drop` bend extensions, `fields` the rest."""
    holder = holder or key(f"{issuer.kind.value} holder")
    info = fields.get("info", key_info(holder))
    extensions = holder_extensions(issuer, info) | (change or {})  # type: ignore[arg-type]
    defaults: dict[str, object] = {
        "serial": SERIAL,
        "issuer": issuer.name,
        "subject": subject_name(issuer.kind),
        "not_before": datetime(2025, 6, 1, 16, 40, 0, tzinfo=UTC),
        "not_after": datetime(2030, 5, 10, 14, 59, 59, tzinfo=UTC),
        "info": info,
        "extensions": {kind: one for kind, one in extensions.items() if kind not in drop},
    }
    return assemble(signed_by or issuer.key, **(defaults | fields))  # type: ignore[arg-type]


def entry(
    serial: int = SERIAL,
    revoked_at: datetime = NOW - 10 * DAY,
    reason: int | None = None,
    extra: Extensions | None = None,
) -> bytes:
    """One revokedCertificates entry."""
    found: Extensions = {} if reason is None else {REASON: (False, enumerated(reason))}
    found |= extra or {}
    return seq(integer(serial), time(revoked_at), extension_list(found) if found else b"")


def list_extensions(issuer: Ca, *, number: int = 7, point: bytes | None) -> Extensions:
    """AKI, cRLNumber and, for a partition, the critical issuingDistributionPoint."""
    found: Extensions = {
        AUTHORITY_KEY: (False, authority_key(issuer)),
        CRL_NUMBER: (False, integer(number)),
    }
    if point is not None:
        found[ISSUING_POINT] = (True, seq(full_name(point)))
    return found


def crl(
    issuer: Ca,
    *entries: bytes,
    point: bytes | None = b"",
    this_update: datetime = NOW - timedelta(hours=6),
    next_update: datetime | None = NOW + 2 * DAY,
    number: int = 7,
    version: int | None = 1,
    list_issuer: bytes | None = None,
    signed_by: rsa.RSAPrivateKey | None = None,
    inner_algorithm: bytes = SHA256_WITH_RSA,
    outer_algorithm: bytes = SHA256_WITH_RSA,
    change: Extensions | None = None,
    drop: Iterable[str] = (),
) -> bytes:
    """Give a list: of the holder's municipality by default, of everything with `point=None`."""
    own = point_name(issuer.kind, organization=issuer.organization)
    scope = own if point == b"" else point
    extensions = list_extensions(issuer, number=number, point=scope) | (change or {})
    kept = {kind: one for kind, one in extensions.items() if kind not in drop}
    tbs = seq(
        b"" if version is None else integer(version),
        inner_algorithm,
        list_issuer or issuer.name,
        time(this_update),
        time(next_update) if next_update else b"",
        seq(*entries) if entries else b"",
        explicit(0, extension_list(kept)) if kept else b"",
    )
    return seq(tbs, outer_algorithm, bits(sign(signed_by or issuer.key, tbs)))


def verifier(*lists: bytes, sign_cas: Iterable[Ca] = (), auth_cas: Iterable[Ca] = ()) -> Verifier:
    """Trust the second generation of both kinds (or those given) and know these lists."""
    anchors = TrustAnchors.load(
        sign=[one.der for one in sign_cas or (ca(Kind.SIGN),)],
        auth=[one.der for one in auth_cas or (ca(Kind.AUTH),)],
    )
    return Verifier(anchors, CrlSource.load(lists))
