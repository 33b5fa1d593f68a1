"""Distinguished names as data: which attribute, in which string type, in which order.

What it is: enough to write a Name byte for byte as the real authorities do, where each RDN holds
exactly one attribute (PKI profile section 1.1, issuer encodings, grade A).
What it is not: a parser or a comparison of names; the verifier compares DER.
Standard: RFC 5280 section 4.1.2.4, X.520.
Called by: `jpki.profiles.naming`, `jpki.ca`.
"""

from dataclasses import dataclass
from enum import Enum, unique

from jpki import oids


@unique
class StringType(Enum):
    """ASN.1 string types of DirectoryString in use here; the value is the universal tag."""

    UTF8 = 0x0C
    PRINTABLE = 0x13


_LETTERS = {
    oids.COUNTRY: "C",
    oids.ORGANIZATION: "O",
    oids.ORGANIZATIONAL_UNIT: "OU",
    oids.LOCALITY: "L",
    oids.COMMON_NAME: "CN",
}


@dataclass(frozen=True, slots=True)
class Attribute:
    """One AttributeTypeAndValue, alone in its RDN."""

    oid: str
    value: str

    @property
    def string_type(self) -> StringType:
        """PrintableString for the country, UTF8String for everything else (grade A)."""
        return StringType.PRINTABLE if self.oid == oids.COUNTRY else StringType.UTF8

    def __str__(self) -> str:
        """Give `OU=JPKI for digital signature`."""
        return f"{_LETTERS.get(self.oid, self.oid)}={self.value}"


@dataclass(frozen=True, slots=True)
class DistinguishedName:
    """A Name: its RDNs in encoded order, one attribute each."""

    attributes: tuple[Attribute, ...]

    def __str__(self) -> str:
        """Give `C=JP, O=JPKI-EMU, …` in encoded order."""
        return ", ".join(str(attribute) for attribute in self.attributes)

    def __add__(self, more: tuple[Attribute, ...]) -> "DistinguishedName":
        """Give this name with RDNs added at its end."""
        return DistinguishedName(self.attributes + more)


def country(value: str = "JP") -> Attribute:
    """Give `C=JP`."""
    return Attribute(oids.COUNTRY, value)


def organization(value: str) -> Attribute:
    """Give an `O=` attribute."""
    return Attribute(oids.ORGANIZATION, value)


def unit(value: str) -> Attribute:
    """Give an `OU=` attribute."""
    return Attribute(oids.ORGANIZATIONAL_UNIT, value)


def locality(value: str) -> Attribute:
    """Give an `L=` attribute."""
    return Attribute(oids.LOCALITY, value)


def common_name(value: str) -> Attribute:
    """Give a `CN=` attribute."""
    return Attribute(oids.COMMON_NAME, value)
