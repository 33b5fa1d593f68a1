"""Distinguished names as people read them.

Names are compared as bytes everywhere (binary match, profile 3.2); what is made here is only
shown, so control characters are escaped and nothing is normalised.
RFC 5280 4.1.2.4 for the structure, RFC 4514 for the form (in the order of the encoding).
"""

from functools import lru_cache

from jpki.verify.der import Fields, Node, decode
from jpki.verify.der_rules import Tag
from jpki.verify.errors import MalformedError

_LABELS = {
    "2.5.4.3": "CN",
    "2.5.4.6": "C",
    "2.5.4.7": "L",
    "2.5.4.8": "ST",
    "2.5.4.10": "O",
    "2.5.4.11": "OU",
}
_READ: dict[bytes, list[tuple[str, str]]] = {}
"""Names that were read before, by their encoding."""
_MOST_READ = 256
_ESCAPED = frozenset(',+"\\<>;=')


def attributes(name: Node) -> list[tuple[str, str]]:
    """Read a Name into (OID, text) pairs in encoding order; raise `MalformedError`."""
    der = name.der
    found = _READ.get(der)
    if found is None:
        # The names of a CA stand in each of its certificates and lists; errors are not kept.
        found = _attributes(name)
        if len(_READ) >= _MOST_READ:
            _READ.clear()
        _READ[der] = found
    return list(found)


def _attributes(name: Node) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for rdn in name.expect(Tag.SEQUENCE, "Name"):
        pairs = list(rdn.expect(Tag.SET, "RelativeDistinguishedName"))
        if not pairs:
            raise MalformedError("RelativeDistinguishedName without attribute", rdn.offset)
        for pair in pairs:
            fields = Fields(pair, "AttributeTypeAndValue")
            found.append((fields.take().oid(), fields.take().text()))
            fields.end()
    return found


@lru_cache(maxsize=256)
def describe(name: bytes) -> str:
    """Write a DER Name as `C=JP, O=..., OU=...`."""
    parts = (f"{_LABELS.get(oid, oid)}={_escape(text)}" for oid, text in attributes(decode(name)))
    return ", ".join(parts) or "(empty name)"


def values(name: bytes, oid: str) -> tuple[str, ...]:
    """Give the texts of one attribute type, in encoding order."""
    return tuple(text for found, text in attributes(decode(name)) if found == oid)


def printable(text: str) -> str:
    """Escape what a terminal would act upon; keep Japanese, including U+3000."""
    return "".join(
        char if char.isprintable() or char == "\u3000" else f"\\u{ord(char):04x}" for char in text
    )


def _escape(text: str) -> str:
    return "".join(f"\\{char}" if char in _ESCAPED else char for char in printable(text))
