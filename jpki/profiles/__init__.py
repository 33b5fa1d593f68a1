"""What a certificate or revocation list of each kind must look like, as data.

What it is: frozen tables that the authorities write by and the verifier judges by, so that both
read the same facts from one place.
What it is not: code that signs, parses or decides; `jpki.ca` and `jpki.verify` do that.
Standard: PKI profile reference sections 1 and 2.
Called by: `jpki.ca`, `jpki.verify`, `cardsim.world`.
"""

from jpki.profiles.certificates import (
    AUTH,
    AUTH_AUTHORITY,
    SIGN,
    SIGN_AUTHORITY,
    AuthorityProfile,
    EndEntityProfile,
    Extension,
    KeyUsage,
    authority_profile,
    end_entity_profile,
)
from jpki.profiles.kinds import Kind
from jpki.profiles.lists import FULL_LIST, PARTITION, ListProfile
from jpki.profiles.municipalities import Municipality, municipalities, municipality
from jpki.profiles.names import Attribute, DistinguishedName, StringType
from jpki.profiles.naming import EMULATOR, FAITHFUL, PRODUCTION, Naming
from jpki.profiles.reasons import RevocationReason

__all__ = [
    "AUTH",
    "AUTH_AUTHORITY",
    "EMULATOR",
    "FAITHFUL",
    "FULL_LIST",
    "PARTITION",
    "PRODUCTION",
    "SIGN",
    "SIGN_AUTHORITY",
    "Attribute",
    "AuthorityProfile",
    "DistinguishedName",
    "EndEntityProfile",
    "Extension",
    "KeyUsage",
    "Kind",
    "ListProfile",
    "Municipality",
    "Naming",
    "RevocationReason",
    "StringType",
    "authority_profile",
    "end_entity_profile",
    "municipalities",
    "municipality",
]
