"""Object identifiers of JPKI: policies, the holder's attributes, and those of X.509 we write.

What it is: names for numbers, each JPKI one with its source and grade.
What it is not: an ASN.1 codec (`jpki.ca.der` writes, the verifier's parser reads).
Standard: PKI profile reference section 1.1 (policies), 1.3 (attributes), 1.7 (test), 5.3
(phone); X.509 numbers from RFC 5280 sections 4.2 and 5.2 and RFC 8017 appendix C.
Called by: `jpki.profiles`, `jpki.ca`, `jpki.verify`.
"""

from dataclasses import dataclass
from enum import Enum, unique

from jpki.sources import Grade, Source


@dataclass(frozen=True, slots=True)
class ObjectIdentifier:
    """One object identifier: dotted numbers, what it is called, where we know it from."""

    dotted: str
    label: str
    japanese: str
    source: Source

    def __str__(self) -> str:
        """Give the dotted form, as OpenSSL prints it."""
        return self.dotted


ARC_JPKI = "1.2.392.200149"
"""The root arc of the service (arc names: jsrsasign add-on, grade C)."""
ARC_PKI = f"{ARC_JPKI}.8.5"
ARC_POLICIES = f"{ARC_PKI}.1"
ARC_PERSONAL_DATA = f"{ARC_PKI}.5"


def _policy(tail: str, label: str, japanese: str, reference: str, grade: Grade) -> ObjectIdentifier:
    return ObjectIdentifier(f"{ARC_POLICIES}.{tail}", label, japanese, Source(reference, grade))


@unique
class Policy(Enum):
    """Certificate policies (証明書ポリシー) by environment, kind and medium.

    Odd third numbers are production, even ones test: the pattern behind every test value below
    that nobody has published (PKI profile section 1.7).
    """

    SIGN_CARD = _policy(
        "1.20", "sign, card", "署名用電子証明書", "PKI 1.1: EE-s*, ZeroKeyMate", Grade.RELIED_ON
    )
    AUTH_CARD = _policy(
        "3.30", "auth, card", "利用者証明用電子証明書", "PKI 1.1: EE-a x3", Grade.MEASURED
    )
    SIGN_PHONE = _policy(
        "1.40",
        "sign, phone",
        "移動端末設備用署名用電子証明書",
        "PKI 5.3: a search hint, not read",
        Grade.ASSUMED,
    )
    AUTH_PHONE = _policy(
        "3.50",
        "auth, phone",
        "移動端末設備用利用者証明用電子証明書",
        "PKI 5.3: by analogy with the signing one",
        Grade.ASSUMED,
    )
    TEST_SIGN_CARD = _policy(
        "0.20", "test sign, card", "署名用(試験)", "PKI 1.7: TEST card read-out", Grade.RELIED_ON
    )
    TEST_AUTH_CARD = _policy(
        "2.30", "test auth, card", "利用者証明用(試験)", "PKI 1.7: even/odd pattern", Grade.DEDUCED
    )
    TEST_SIGN_PHONE = _policy(
        "0.40", "test sign, phone", "移動端末署名用(試験)", "PKI 1.7, 5.3: pattern", Grade.ASSUMED
    )
    TEST_AUTH_PHONE = _policy(
        "2.50", "test auth, phone", "移動端末利用者証明用(試験)", "PKI 1.7, 5.3", Grade.ASSUMED
    )

    @property
    def dotted(self) -> str:
        """The dotted numbers."""
        return self.value.dotted


def _attribute(tail: int, label: str, japanese: str) -> ObjectIdentifier:
    source = Source("PKI 1.3: hnakamur (real card), TEST; order of EE-s*", Grade.RELIED_ON)
    return ObjectIdentifier(f"{ARC_PERSONAL_DATA}.{tail}", label, japanese, source)


@unique
class PersonalData(Enum):
    """The otherName types of a signing certificate, in the order cards carry them.

    One public test file has ADDRESS and SUBSTITUTED_ADDRESS the other way round; every card
    reading says as here (PKI profile section 8, item 1).
    """

    NAME = _attribute(1, "commonName", "氏名")
    BIRTH_DATE = _attribute(4, "dateOfBirth", "生年月日")
    GENDER = _attribute(3, "gender", "性別")
    ADDRESS = _attribute(5, "address", "住所")
    SUBSTITUTED_NAME = _attribute(
        2, "substituteCharacterOfCommonName", "氏名代替文字の使用位置情報"
    )
    SUBSTITUTED_ADDRESS = _attribute(
        6, "substituteCharacterOfAddress", "住所代替文字の使用位置情報"
    )

    @property
    def dotted(self) -> str:
        """The dotted numbers."""
        return self.value.dotted


# Names (RFC 5280 appendix A.1)
COUNTRY = "2.5.4.6"
ORGANIZATION = "2.5.4.10"
ORGANIZATIONAL_UNIT = "2.5.4.11"
LOCALITY = "2.5.4.7"
COMMON_NAME = "2.5.4.3"

# Algorithms (RFC 8017 appendix C)
RSA_ENCRYPTION = "1.2.840.113549.1.1.1"
SHA256_WITH_RSA = "1.2.840.113549.1.1.11"

# Extensions (RFC 5280 sections 4.2.1, 4.2.2 and 5.2)
SUBJECT_KEY_IDENTIFIER = "2.5.29.14"
KEY_USAGE = "2.5.29.15"
SUBJECT_ALT_NAME = "2.5.29.17"
ISSUER_ALT_NAME = "2.5.29.18"
BASIC_CONSTRAINTS = "2.5.29.19"
CRL_NUMBER = "2.5.29.20"
REASON_CODE = "2.5.29.21"
ISSUING_DISTRIBUTION_POINT = "2.5.29.28"
CRL_DISTRIBUTION_POINTS = "2.5.29.31"
CERTIFICATE_POLICIES = "2.5.29.32"
AUTHORITY_KEY_IDENTIFIER = "2.5.29.35"
EXTENDED_KEY_USAGE = "2.5.29.37"
AUTHORITY_INFO_ACCESS = "1.3.6.1.5.5.7.1.1"

# Inside extensions (RFC 5280 sections 4.2.1.4, 4.2.1.12 and 4.2.2.1)
CPS_QUALIFIER = "1.3.6.1.5.5.7.2.1"
CLIENT_AUTH = "1.3.6.1.5.5.7.3.2"
OCSP_ACCESS = "1.3.6.1.5.5.7.48.1"
OCSP_SIGNING = "1.3.6.1.5.5.7.3.9"
