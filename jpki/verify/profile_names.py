"""The names the profile has, byte for byte: the authority's, a list's, a holder's.

A name is the profile's when writing what was read of it anew gives the same bytes: one attribute
an RDN, C in PrintableString and everything else in UTF8String.
Not here: which names an environment has (`jpki.profiles.naming`), comparing with a pinned CA.
PKI profile sections 1.1, 1.4, 2.1; RFC 5280 4.1.2.4. Called by `exact_checks`.
"""

from functools import lru_cache

from jpki import oids
from jpki.profiles.kinds import Kind
from jpki.profiles.municipalities import Municipality
from jpki.profiles.names import Attribute, DistinguishedName
from jpki.profiles.naming import Naming
from jpki.verify.der import decode
from jpki.verify.der_rules import Tag
from jpki.verify.extensions import DIRECTORY_NAME
from jpki.verify.names import attributes as read_name

_ANY_PLACE = Municipality(code="", prefecture="", name="", prefecture_romaji="…", romaji="…")
"""Any municipality: nobody publishes the whole list of their spellings."""
_LIST_SUFFIX = " CRLDP"
_SUBJECT_TYPES = {
    Kind.SIGN: (oids.COUNTRY, oids.LOCALITY, oids.LOCALITY, oids.COMMON_NAME),
    Kind.AUTH: (oids.COUNTRY, oids.COMMON_NAME),
}
SUBJECT_FORM = {Kind.SIGN: "C=JP, L=…, L=…, CN=…", Kind.AUTH: "C=JP, CN=…"}
_ATTRIBUTE_TYPE = bytes.fromhex("06035504")
"""An OID under 2.5.4 up to its last arc: all the profile's attributes are there."""
_SHORT = 0x80


@lru_cache(maxsize=64)
def encoded(name: DistinguishedName) -> bytes:
    """Write a Name of attributes under 2.5.4 in DER, kept: an environment has a few."""
    return _written(name.attributes)


@lru_cache(maxsize=64)
def alternative_name(name: DistinguishedName) -> bytes:
    """Write the GeneralName that is this directoryName."""
    return _tlv(DIRECTORY_NAME, encoded(name))


def is_subject(name: bytes, kind: Kind) -> bool:
    """Whether a Name is a holder's: C=JP, the two places when signing, an identifier.

    What the identifier consists of is not judged: nobody publishes it (PKI 1.2, D and U).
    """
    found = read_name(decode(name))
    types = tuple(oid for oid, _ in found)
    return (
        types == _SUBJECT_TYPES[kind]
        and found[0][1] == "JP"
        and all(text for _, text in found)
        and _is_plain(name, found)
    )


def is_list_name(name: bytes, naming: Naming, kind: Kind) -> bool:
    """Whether a Name is that of a municipality's list under this authority."""
    wanted = naming.distribution_point(kind, _ANY_PLACE).attributes
    found = read_name(decode(name))
    fixed = [(one.oid, one.value) for one in wanted[:-2]]
    return (
        [oid for oid, _ in found] == [one.oid for one in wanted]
        and found[:-2] == fixed
        and found[-2][1] != ""
        and found[-1][1].endswith(_LIST_SUFFIX)
        and found[-1][1] != _LIST_SUFFIX
        and _is_plain(name, found)
    )


def list_form(naming: Naming, kind: Kind) -> str:
    """Write which form `is_list_name` asks for."""
    return str(naming.distribution_point(kind, _ANY_PLACE))


def _is_plain(name: bytes, found: list[tuple[str, str]]) -> bool:
    """Whether these attributes, written in the profile's string types, are those bytes."""
    return _written(tuple(Attribute(oid, text) for oid, text in found)) == name


def _written(attributes: tuple[Attribute, ...]) -> bytes:
    return _tlv(Tag.SEQUENCE, b"".join(map(_rdn, attributes)))


def _rdn(attribute: Attribute) -> bytes:
    kind = _ATTRIBUTE_TYPE + bytes((int(attribute.oid.rpartition(".")[2]),))
    text = _tlv(attribute.string_type.value, attribute.value.encode())
    return _tlv(Tag.SET, _tlv(Tag.SEQUENCE, kind + text))


def _tlv(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < _SHORT:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, _SHORT | len(length))) + length + content
