"""Write DER: only what certificates and revocation lists here consist of.

What it is: functions from values to bytes, each one ASN.1 type. Written out rather than taken
from a library so that a profile fixes every octet (string types, order, criticality, NULL
parameters) and the bytes to be signed exist before any key sees them.
What it is not: a parser. Tests read the result with three that are not ours.
Standard: ITU-T X.690 clauses 8 and 10.
Called by: `jpki.ca.certificates`, `jpki.ca.lists`, `jpki.ca.ocsp`.
"""

from datetime import UTC, datetime
from functools import cache, lru_cache

from jpki.profiles.names import DistinguishedName

NULL = b"\x05\x00"
_FIRST_UTC_TIME_YEAR = 1950
_LAST_UTC_TIME_YEAR = 2049  # RFC 5280 section 4.1.2.5


def header(tag: int, size: int) -> bytes:
    """Give tag and minimal definite length (X.690 clause 10.1); one-octet tags."""
    if size < 0x80:  # noqa: PLR2004
        return bytes((tag, size))
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(octets))) + octets


def element(tag: int, content: bytes) -> bytes:
    """Give tag, length and content."""
    return header(tag, len(content)) + content


def sequence(*parts: bytes) -> bytes:
    """SEQUENCE of encoded parts."""
    return element(0x30, b"".join(parts))


def set_of_one(part: bytes) -> bytes:
    """SET OF with one member, which needs no sorting (X.690 clause 11.6)."""
    return element(0x31, part)


def boolean_true() -> bytes:
    """BOOLEAN TRUE; FALSE is always a DEFAULT here and never written (X.690 clause 11.5)."""
    return b"\x01\x01\xff"


def integer(value: int) -> bytes:
    """INTEGER, shortest form; not negative."""
    return element(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def enumerated(value: int) -> bytes:
    """Give an ENUMERATED of one octet."""
    return bytes((0x0A, 0x01, value))


def octet_string(content: bytes) -> bytes:
    """OCTET STRING."""
    return element(0x04, content)


def bit_string(content: bytes) -> bytes:
    """BIT STRING of whole octets."""
    return element(0x03, b"\x00" + content)


def named_bits(octet: int) -> bytes:
    """BIT STRING of named bits within one octet, trailing zeros cut (X.690 clause 11.2.2)."""
    unused = (octet & -octet).bit_length() - 1
    return bytes((0x03, 0x02, unused, octet))


@cache
def object_identifier(dotted: str) -> bytes:
    """OBJECT IDENTIFIER from dotted numbers; kept, for a profile has few and writes them often."""
    first, second, *rest = (int(number) for number in dotted.split("."))
    return element(0x06, b"".join(map(_base_128, (first * 40 + second, *rest))))


def _base_128(number: int) -> bytes:
    octets = [number & 0x7F]
    while number := number >> 7:
        octets.append(0x80 | number & 0x7F)
    return bytes(reversed(octets))


def utf8_string(text: str) -> bytes:
    """UTF8String."""
    return element(0x0C, text.encode())


def ia5_string_content(text: str) -> bytes:
    """Give the content of an IA5String; raises `UnicodeEncodeError` outside ASCII."""
    return text.encode("ascii")


def time(moment: datetime) -> bytes:
    """Time: UTCTime through 2049, GeneralizedTime after, whole seconds (RFC 5280 4.1.2.5)."""
    utc = moment.astimezone(UTC)
    if utc.year < _FIRST_UTC_TIME_YEAR:
        raise ValueError("a certificate cannot name a year before 1950 in UTCTime")
    if utc.year <= _LAST_UTC_TIME_YEAR:
        return element(0x17, f"{utc:%y%m%d%H%M%S}Z".encode())
    return element(0x18, f"{utc:%Y%m%d%H%M%S}Z".encode())


@lru_cache(maxsize=1024)
def generalized_time(moment: datetime) -> bytes:
    """GeneralizedTime of whole seconds, which is all OCSP knows (RFC 6960 appendix B.1)."""
    return element(0x18, f"{moment.astimezone(UTC):%Y%m%d%H%M%S}Z".encode())


def tagged(number: int, content: bytes, *, constructed: bool = True) -> bytes:
    """Context tag round content: EXPLICIT when the content is an element, else IMPLICIT."""
    return element((0xA0 if constructed else 0x80) | number, content)


def name(distinguished: DistinguishedName) -> bytes:
    """Name: one attribute an RDN, each in its own string type."""
    return sequence(
        *(
            set_of_one(
                sequence(
                    object_identifier(attribute.oid),
                    element(attribute.string_type.value, attribute.value.encode()),
                )
            )
            for attribute in distinguished.attributes
        )
    )


def algorithm(dotted: str) -> bytes:
    """AlgorithmIdentifier of an RSA algorithm, with its NULL parameters."""
    return sequence(object_identifier(dotted), NULL)


def extension(dotted: str, value: bytes, *, critical: bool) -> bytes:
    """Extension; `value` is the DER inside the OCTET STRING."""
    flag = (boolean_true(),) if critical else ()
    return sequence(object_identifier(dotted), *flag, octet_string(value))


def directory_name(distinguished: DistinguishedName) -> bytes:
    """GeneralName directoryName [4]; EXPLICIT, since Name is a CHOICE."""
    return tagged(4, name(distinguished))


def distribution_point_name(distinguished: DistinguishedName) -> bytes:
    """Give `distributionPoint [0] { fullName [0] { directoryName } }`.

    The one element that a certificate's distribution point and a list's
    issuingDistributionPoint share, so that they match octet for octet.
    """
    return tagged(0, tagged(0, directory_name(distinguished)))
