"""Distinguished names compared as RFC 5280 7.1 says, not byte for byte.

Each attribute value is brought into one comparable form: string type, letter case and runs of
spaces do not count (RFC 4518 2: map, normalise, prohibit, insignificant space). A value that is
no text, or holds characters RFC 4518 prohibits, is compared by its bytes: never equal by guess.
Not here: names of other forms (`general_names`), names for people (`jpki.verify.names`).
RFC 5280 4.1.2.4 and 7.1. Called by everything in this room.
"""

from dataclasses import dataclass, field
from itertools import groupby
from unicodedata import category, combining, normalize

from jpki.verify.der import Fields, Node, decode
from jpki.verify.der_rules import TEXT_CODECS, Tag
from jpki.verify.errors import MalformedError
from jpki.verify.names import printable

EMAIL_ADDRESS = "1.2.840.113549.1.9.1"
_TO_SPACE = frozenset("\t\n\v\f\r\x85")
_NOTHING = frozenset("\u00ad\u034f\u1806\u180b\u180c\u180d\u200b\ufffc") | frozenset(
    map(chr, range(0xFE00, 0xFE10))
)
"""RFC 4518 2.2, which says so of control characters and their like (Cc, Cf) besides."""
_PROHIBITED = frozenset({"Cn", "Co", "Cs"})
_TEXTS = frozenset(
    {f"2.5.4.{number}" for number in (3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 42, 43, 44, 46, 65)}
    | {EMAIL_ADDRESS, "0.9.2342.19200300.100.1.25"}
)
"""The attributes of RFC 5280 4.1.2.4 and Appendix A.1: all of them are some string."""
_LABELS = {"2.5.4.3": "CN", "2.5.4.6": "C", "2.5.4.7": "L", "2.5.4.10": "O", "2.5.4.11": "OU"}

Attribute = tuple[str, str | bytes]
"""Attribute type, and its value in comparable form: prepared text, or DER for what has none."""


@dataclass(frozen=True, slots=True)
class Name:
    """A Name; equal to another one when RFC 5280 7.1 says they match."""

    rdns: tuple[frozenset[Attribute], ...]
    der: bytes = field(repr=False, compare=False)
    emails: tuple[str, ...] = field(default=(), repr=False, compare=False)
    """The values of emailAddress, as written (RFC 5280 4.1.2.6)."""
    text: str = field(default="", repr=False, compare=False)

    def __str__(self) -> str:
        return self.text

    @property
    def is_empty(self) -> bool:
        """Whether the name has no attribute at all."""
        return not self.rdns

    @classmethod
    def read(cls, node: Node) -> "Name":
        """Read a Name; raise `MalformedError` with the offset."""
        emails: list[str] = []
        shown: list[str] = []
        rdns = [
            _attributes(rdn.expect(Tag.SET, "RelativeDistinguishedName"), emails, shown)
            for rdn in node.expect(Tag.SEQUENCE, "Name")
        ]
        text = ", ".join(shown) or "(empty name)"
        return cls(tuple(rdns), node.der, tuple(emails), text)

    @classmethod
    def parse(cls, der: bytes) -> "Name":
        """Read a DER Name; raise `MalformedError`."""
        return cls.read(decode(der))

    def is_within(self, base: "Name") -> bool | None:
        """Whether this name lies in the subtree under `base` (RFC 5280 4.2.1.10, 7.1).

        None where prohibited characters on both sides leave that undefined (RFC 4518 2.4).
        """
        found = self.rdns[: len(base.rdns)]
        if found == base.rdns:
            return True
        pairs = zip(found, base.rdns, strict=False)
        is_open = len(found) == len(base.rdns) and all(_may_match(*pair) for pair in pairs)
        return None if is_open else False

    def may_be(self, other: "Name") -> bool:
        """Whether it is that name, or prohibited characters leave that undefined."""
        return len(self.rdns) == len(other.rdns) and self.is_within(other) is not False


def relative_to(issuer: Name, rdn: Node, tag: int) -> Name:
    """Give the name one RDN below `issuer` (nameRelativeToCRLIssuer, RFC 5280 4.2.1.13)."""
    shown: list[str] = []
    last = _attributes(rdn.expect(tag, "nameRelativeToCRLIssuer"), [], shown)
    return Name((*issuer.rdns, last), b"", text=", ".join((issuer.text, *shown)))


def prepared(text: str) -> str | None:
    """Give the form of a text that is compared, None when RFC 4518 2.4 prohibits it."""
    mapped = "".join(
        " " if char in _TO_SPACE else char
        for char in text
        if char in _TO_SPACE or not (char in _NOTHING or category(char) in {"Cc", "Cf"})
    )
    folded = _normalised(_normalised(mapped).casefold())
    if any(category(char) in _PROHIBITED or char == "\ufffd" for char in folded):
        return None
    spaced = "".join(" " if category(char) == "Zs" else char for char in folded)
    return " ".join(word for word in spaced.split(" ") if word)


def _normalised(text: str) -> str:
    """Give NFKC, of marks put in order before: `normalize` takes the square of their number."""
    if text.isascii():
        return text
    decomposed = "".join(normalize("NFKD", char) for char in text)
    runs = groupby(decomposed, key=lambda char: combining(char) > 0)
    ordered = "".join("".join(sorted(run, key=combining)) for _, run in runs)
    return normalize("NFKC", ordered)


def _may_match(rdn: frozenset[Attribute], other: frozenset[Attribute]) -> bool:
    """Whether attributes match but for texts that cannot be prepared, which nobody can tell."""
    mine, others = dict(rdn), dict(other)
    return mine.keys() == others.keys() and all(
        value == others[oid] or (_is_undefined(value) and _is_undefined(others[oid]))
        for oid, value in mine.items()
    )


def _is_undefined(value: str | bytes) -> bool:
    return isinstance(value, bytes) and value[0] in TEXT_CODECS


def _attributes(rdn: Node, emails: list[str], shown: list[str]) -> frozenset[Attribute]:
    found: dict[str, str | bytes] = {}
    for pair in rdn:
        fields = Fields(pair, "AttributeTypeAndValue")
        oid, value = fields.take(Tag.OID).oid(), fields.take()
        fields.end()
        if oid in found:
            # X.501 9.3: no two of an RDN are of the same type. As a set, `CN=a + CN=a` would
            # pass for `CN=a`.
            raise MalformedError(
                f"the attribute {oid} twice in one RelativeDistinguishedName", pair.offset
            )
        if oid in _TEXTS and value.tag not in TEXT_CODECS:
            raise MalformedError(f"the attribute {oid} is no string", value.offset)
        text = value.text() if value.tag in TEXT_CODECS else None
        comparable = None if text is None else prepared(text)
        found[oid] = value.der if comparable is None else comparable
        shown.append(f"{_LABELS.get(oid, oid)}={_shown(text, value)}")
        if oid == EMAIL_ADDRESS and text is not None:
            emails.append(text)
    if not found:
        raise MalformedError("RelativeDistinguishedName without attribute", rdn.offset)
    return frozenset(found.items())


def _shown(text: str | None, value: Node) -> str:
    if text is None:
        return f"#{value.der.hex()}"
    return "".join(f"\\{char}" if char in ',+"\\<>;=' else char for char in printable(text))
