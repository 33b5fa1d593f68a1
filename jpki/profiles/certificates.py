"""The certificate profiles: fields, extensions in order, criticality, key usage.

What it is: four tables (holder and authority, for signing and for logging in).
What it is not: names of an environment (`jpki.profiles.naming`) or dates
(`jpki.profiles.validity`).
Standard: RFC 5280 section 4; PKI profile reference sections 1.1 and 1.5.
Called by: `jpki.ca.certificates` (writes), `jpki.verify` (judges).
"""

from dataclasses import dataclass
from enum import IntFlag

from jpki import oids
from jpki.profiles.kinds import Kind
from jpki.sources import Grade, Source


class KeyUsage(IntFlag):
    """KeyUsage bits as in the first octet of the BIT STRING (RFC 5280 section 4.2.1.3)."""

    DIGITAL_SIGNATURE = 0x80
    NON_REPUDIATION = 0x40
    KEY_CERT_SIGN = 0x04
    CRL_SIGN = 0x02


@dataclass(frozen=True, slots=True)
class Extension:
    """One extension a profile asks for, at its place in the order."""

    oid: str
    critical: bool = False


RSA_BITS = 2048
RSA_EXPONENT = 65537
FIRST_SERIAL = 0x0100_0001
"""Where a new authority starts counting: ours. Serial numbers come from a counter, take four octets
by now, and the authority's own certificates draw from it too (PKI 1.1, 1.6)."""
SMALLEST_SERIAL = 0x0080_0000
LARGEST_SERIAL = 0x7FFF_FFFF
"""The first and last INTEGER of four octets."""
SERIAL_OCTETS = 4
"""How long a holder's serial number is at most (PKI 1.1: EE-a x3, A; the same counter, 1.6)."""


@dataclass(frozen=True, slots=True)
class EndEntityProfile:
    """What a holder's certificate of one kind consists of."""

    kind: Kind
    extensions: tuple[Extension, ...]
    key_usage: KeyUsage
    extended_key_usage: tuple[str, ...]
    minimum_age: int | None
    source: Source


@dataclass(frozen=True, slots=True)
class AuthorityProfile:
    """What an authority's self-signed certificate consists of."""

    kind: Kind
    extensions: tuple[Extension, ...]
    key_usage: KeyUsage
    lifetime_years: int
    source: Source


SIGN = EndEntityProfile(
    kind=Kind.SIGN,
    extensions=(
        Extension(oids.KEY_USAGE, critical=True),
        Extension(oids.SUBJECT_ALT_NAME),
        Extension(oids.CERTIFICATE_POLICIES, critical=True),
        Extension(oids.ISSUER_ALT_NAME),
        Extension(oids.CRL_DISTRIBUTION_POINTS),
        Extension(oids.AUTHORITY_KEY_IDENTIFIER),
        Extension(oids.SUBJECT_KEY_IDENTIFIER),
    ),
    key_usage=KeyUsage.DIGITAL_SIGNATURE | KeyUsage.NON_REPUDIATION,
    extended_key_usage=(),
    minimum_age=15,
    source=Source("PKI 1.1: EE-s* (order rebuilt from indices), 1.8 (age)", Grade.RELIED_ON),
)
"""署名用電子証明書."""

AUTH = EndEntityProfile(
    kind=Kind.AUTH,
    extensions=(
        Extension(oids.KEY_USAGE, critical=True),
        Extension(oids.EXTENDED_KEY_USAGE),
        Extension(oids.CERTIFICATE_POLICIES, critical=True),
        Extension(oids.ISSUER_ALT_NAME),
        Extension(oids.CRL_DISTRIBUTION_POINTS),
        Extension(oids.AUTHORITY_INFO_ACCESS),
        Extension(oids.AUTHORITY_KEY_IDENTIFIER),
        Extension(oids.SUBJECT_KEY_IDENTIFIER),
    ),
    key_usage=KeyUsage.DIGITAL_SIGNATURE,
    extended_key_usage=(oids.CLIENT_AUTH,),
    minimum_age=None,
    source=Source("PKI 1.1: EE-a x3", Grade.MEASURED),
)
"""利用者証明用電子証明書."""

_AUTHORITY_EXTENSIONS = (
    Extension(oids.KEY_USAGE, critical=True),
    Extension(oids.SUBJECT_ALT_NAME),
    Extension(oids.BASIC_CONSTRAINTS, critical=True),
    Extension(oids.CRL_DISTRIBUTION_POINTS),
    Extension(oids.SUBJECT_KEY_IDENTIFIER),
)
_AUTHORITY_SOURCE = Source("PKI 1.5: CA-s1..s3, CA-a1..a3", Grade.MEASURED)

SIGN_AUTHORITY = AuthorityProfile(
    kind=Kind.SIGN,
    extensions=_AUTHORITY_EXTENSIONS,
    key_usage=KeyUsage.KEY_CERT_SIGN | KeyUsage.CRL_SIGN,
    lifetime_years=10,
    source=_AUTHORITY_SOURCE,
)
"""署名用認証局の自己署名証明書."""

AUTH_AUTHORITY = AuthorityProfile(
    kind=Kind.AUTH,
    extensions=_AUTHORITY_EXTENSIONS,
    key_usage=KeyUsage.KEY_CERT_SIGN | KeyUsage.CRL_SIGN,
    lifetime_years=10,
    source=_AUTHORITY_SOURCE,
)
"""利用者証明用認証局の自己署名証明書."""


def end_entity_profile(kind: Kind) -> EndEntityProfile:
    """Give the profile of a holder's certificate."""
    return SIGN if kind is Kind.SIGN else AUTH


def authority_profile(kind: Kind) -> AuthorityProfile:
    """Give the profile of an authority's own certificate."""
    return SIGN_AUTHORITY if kind is Kind.SIGN else AUTH_AUTHORITY
