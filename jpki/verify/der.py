"""Strict DER: the one door every certificate, list and CMS message comes through.

`decode` walks all bytes first and refuses whatever is not DER, saying at which offset: longer
lengths than needed, indefinite lengths, bytes left over, a SET OF out of order, nesting too
deep, and what `der_rules` refuses in contents. What comes out is a `Node` with typed getters.
Not here: what the structures mean (certificate, crl, cms_message), BER, encoding.
ITU-T X.690 clauses 8, 10 and 11.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import TypeVar

from jpki.verify.der_rules import (
    CONTENT_RULES,
    TEXT_CODECS,
    Tag,
    check_bit_string,
    check_boolean,
    check_integer,
    read_time,
)
from jpki.verify.errors import DerError, MalformedError

MAX_DEPTH = 24
"""Certificates nest about 10 deep, CMS with its certificate about 14."""
MAX_INTEGER_BYTES = 20
"""For serial numbers and cRLNumbers (RFC 5280 4.1.2.2, 5.2.3), the longest of all; no keys here."""
MAX_OID_BYTES = 64
_CONSTRUCTED = 0x20
_CLASS = 0xC0
_CONTEXT = 0x80
_HIGH_TAG = 0x1F
_LONG_FORM = 0x80
_MAX_LENGTH_BYTES = 4
_SMALLEST_ELEMENT = 2
_UNIVERSAL = frozenset(int(tag) for tag in Tag)
_FIRST_GENERALIZED_YEAR = 2050
_WALKED: set[bytes] = set()
"""Encodings of parts that were found strict DER before."""
_MOST_WALKED = 1024
_LONGEST_WALKED = 256
"""Octets of such a part: more than a Name or an extension mostly has, less than a signature."""


def context(number: int, *, constructed: bool = True) -> int:
    """Give the identifier octet of the context-specific tag [number]."""
    return _CONTEXT | (_CONSTRUCTED if constructed else 0) | number


@dataclass(slots=True)
class Node:
    """One element of a document known to be DER; offsets count from the document's first byte.

    Nobody changes one. It is not frozen, for that makes it four times as dear, and a certificate
    has a hundred.
    """

    document: bytes = field(repr=False)
    tag: int
    offset: int
    start: int
    end: int

    @property
    def der(self) -> bytes:
        """The whole encoding."""
        return self.document[self.offset : self.end]

    @property
    def value(self) -> bytes:
        """The contents octets."""
        return self.document[self.start : self.end]

    def expect(self, tag: int, what: str) -> "Node":
        """Give this node back when it has that tag; raise `MalformedError` otherwise."""
        if self.tag != tag:
            raise MalformedError(f"{what}: tag {self.tag:02X} where {tag:02X} belongs", self.offset)
        return self

    def __iter__(self) -> Iterator["Node"]:
        """Give the elements inside a constructed node, in order."""
        at = self.start if self.tag & _CONSTRUCTED else self.end
        while at < self.end:
            tag, start, end = header(self.document, at, self.end)
            yield Node(self.document, tag, at, start, end)
            at = end

    def only(self, what: str) -> "Node":
        """Give the single element inside (an EXPLICIT tag, a SET with one value)."""
        inside = list(self)
        if len(inside) != 1:
            raise MalformedError(f"{what}: {len(inside)} elements where 1 belongs", self.offset)
        return inside[0]

    def inside(self) -> "Node":
        """Read the contents as DER again: an OCTET STRING that wraps a structure."""
        return _decode_again(self.document, self.start, self.end)

    def integer(self, tag: int = Tag.INTEGER) -> int:
        """Read an INTEGER or ENUMERATED, or one under an IMPLICIT `tag`."""
        self.expect(tag, "INTEGER")
        check_integer(self.document, self.start, self.end)
        if self.end - self.start > MAX_INTEGER_BYTES:
            raise MalformedError(f"INTEGER of {self.end - self.start} bytes", self.offset)
        return int.from_bytes(self.value, "big", signed=True)

    def boolean(self, tag: int = Tag.BOOLEAN) -> bool:
        """Read a BOOLEAN, or one under an IMPLICIT `tag`."""
        self.expect(tag, "BOOLEAN")
        check_boolean(self.document, self.start, self.end)
        return self.document[self.start] != 0

    def oid(self) -> str:
        """Read an OBJECT IDENTIFIER in dotted form."""
        self.expect(Tag.OID, "OBJECT IDENTIFIER")
        if self.end - self.start > MAX_OID_BYTES:
            raise MalformedError(f"OBJECT IDENTIFIER of {self.end - self.start} bytes", self.offset)
        return _dotted(self.value)

    def octets(self, tag: int = Tag.OCTET_STRING) -> bytes:
        """Read an OCTET STRING, or one under an IMPLICIT `tag`."""
        return self.expect(tag, "OCTET STRING").value

    def whole_bytes(self) -> bytes:
        """Read a BIT STRING that must hold whole bytes: a signature or a key."""
        self.expect(Tag.BIT_STRING, "BIT STRING")
        if self.document[self.start]:
            raise MalformedError("BIT STRING: unused bits where whole bytes belong", self.offset)
        return self.value[1:]

    def named_bits(self, tag: int = Tag.BIT_STRING) -> frozenset[int]:
        """Read a BIT STRING of named bits; trailing zero bits are refused (X.690 11.2.2)."""
        self.expect(tag, "BIT STRING")
        check_bit_string(self.document, self.start, self.end)
        unused, bits = self.value[0], self.value[1:]
        if bits and not bits[-1] >> unused & 1:
            raise DerError("BIT STRING of named bits ends with a zero bit", self.offset)
        return frozenset(
            index for index in range(8 * len(bits)) if bits[index // 8] << index % 8 & 0x80
        )

    def text(self) -> str:
        """Read a character string of any of the directory's types."""
        if self.tag not in TEXT_CODECS:
            raise MalformedError(f"tag {self.tag:02X} where text belongs", self.offset)
        return self.value.decode(TEXT_CODECS[self.tag])

    def time(self) -> datetime:
        """Read a Time: UTCTime up to 2049, GeneralizedTime from 2050 (RFC 5280 4.1.2.5)."""
        if self.tag not in {Tag.UTC_TIME, Tag.GENERALIZED_TIME}:
            raise MalformedError(f"tag {self.tag:02X} where a time belongs", self.offset)
        moment = read_time(self.tag, self.document, self.start, self.end)
        if self.tag == Tag.GENERALIZED_TIME and moment.year < _FIRST_GENERALIZED_YEAR:
            raise MalformedError("GeneralizedTime for a date before 2050", self.offset)
        return moment

    def generalized_time(self) -> datetime:
        """Read a GeneralizedTime of any year (RFC 5280 5.3.2 invalidityDate)."""
        self.expect(Tag.GENERALIZED_TIME, "GeneralizedTime")
        return read_time(self.tag, self.document, self.start, self.end)


_Part = TypeVar("_Part", Node, Node | None)


class Fields:
    """A cursor over the elements of a SEQUENCE, which must all be used up.

    It looks no further than it is asked to: behind what belongs there anybody may put millions.
    """

    def __init__(self, node: Node, what: str, tag: int = Tag.SEQUENCE) -> None:
        self._node = node.expect(tag, what)
        self._what = what
        self._at = node.start if node.tag & _CONSTRUCTED else node.end

    def take(self, tag: int | None = None) -> Node:
        """Give the next element, of this tag when one is given."""
        document, end = self._node.document, self._node.end
        if self._at == end:
            raise MalformedError(f"{self._what} ends too early", end)
        found, start, after = header(document, self._at, end)
        node = Node(document, found, self._at, start, after)
        self._at = node.end
        return node if tag is None else node.expect(tag, self._what)

    def optional(self, *tags: int) -> Node | None:
        """Give the next element when it has one of these tags."""
        return self.take() if self._next() in tags else None

    def end(self) -> None:
        """Raise `MalformedError` when an element is left over."""
        left = self._next()
        if left is not None:
            raise MalformedError(f"{self._what}: unexpected tag {left:02X}", self._at)

    def _next(self) -> int | None:
        return None if self._at == self._node.end else self._node.document[self._at]


def decode(document: bytes, start: int = 0, end: int | None = None) -> Node:
    """Read exactly one element from `document[start:end]`, all of it strict DER.

    Raises `DerError` with the offset (from the start of `document`) of what is not.
    """
    stop = len(document) if end is None else end
    tag, value, after = header(document, start, stop)
    if after != stop:
        raise DerError(f"{stop - after} bytes left over", after)
    _check(document, start, stop, 0)
    return Node(document, tag, start, value, after)


def outermost(document: bytes) -> Node:
    """Give the one element a document is, of which nothing but its header has been looked at.

    For what is too long to walk before it is known whose it is: `decode` each part before use.
    Raises `DerError` for bytes left over.
    """
    tag, value, after = header(document, 0, len(document))
    if after != len(document):
        raise DerError(f"{len(document) - after} bytes left over", after)
    return Node(document, tag, 0, value, after)


def strict(part: _Part) -> _Part:
    """Give a part back, or its absence, when all of it is strict DER; raise `DerError` otherwise.

    For the parts of what is only known by its `outermost` element.
    """
    if part is not None:
        _decode_again(part.document, part.offset, part.end)
    return part


def _decode_again(document: bytes, start: int, end: int) -> Node:
    """Do as `decode`, which need not walk what it walked before.

    Names, algorithms and extensions of a CA stand in each of its certificates and lists, and
    whether they are strict DER depends on their octets alone. Errors are not kept.
    """
    encoding = document[start:end] if end - start <= _LONGEST_WALKED else b""
    if encoding in _WALKED:
        tag, value, after = header(document, start, end)
        return Node(document, tag, start, value, after)
    node = decode(document, start, end)
    if encoding and node.tag & _CONSTRUCTED:
        if len(_WALKED) >= _MOST_WALKED:
            _WALKED.clear()
        _WALKED.add(encoding)
    return node


def first_parts(document: bytes, count: int, *, at: int = 0) -> list[Node]:
    """Give the first elements inside the element at `at`, looking no deeper and no further.

    Only to see who signed what strict reading refused: nothing inside is known to be DER.
    Raises `DerError` when there are no `count` elements.
    """
    _, at, end = header(document, at, len(document))
    parts: list[Node] = []
    for _ in range(count):
        tag, start, after = header(document, at, end)
        parts.append(Node(document, tag, at, start, after))
        at = after
    return parts


def check_set(node: Node) -> None:
    """Refuse a SET OF, IMPLICIT or not, that is out of order or has an element twice.

    The order is DER's (X.690 11.6). Equal elements are not against it, but no set read here
    means anything by them: they would only be a second way to write the same.
    """
    previous = b""
    for element in node:
        if element.der < previous:
            raise DerError("SET OF out of order", element.offset)
        if element.der == previous:
            raise MalformedError("SET OF with an element twice", element.offset)
        previous = element.der


@lru_cache(maxsize=1024)
def _dotted(value: bytes) -> str:
    """Write an OBJECT IDENTIFIER's contents with dots; kept, for certificates share them."""
    arcs: list[int] = []
    arc = 0
    for octet in value:
        arc = arc << 7 | octet & 0x7F
        if not octet & 0x80:
            arcs.append(arc)
            arc = 0
    top = min(arcs[0] // 40, 2)
    return ".".join(str(number) for number in (top, arcs[0] - 40 * top, *arcs[1:]))


def header(raw: bytes | memoryview, at: int, end: int) -> tuple[int, int, int]:
    """Read identifier and length at `at`; give tag, start and end of the contents.

    `end` is where whatever holds the element ends; `raw` need hold no more than these few octets.
    """
    if end - at < _SMALLEST_ELEMENT:
        raise DerError("the data ends where an element belongs", at)
    tag, length, start = raw[at], raw[at + 1], at + 2
    if tag & _HIGH_TAG == _HIGH_TAG:
        raise DerError("tag numbers above 30 do not occur here", at)
    if length >= _LONG_FORM:
        count = length & ~_LONG_FORM
        if not count:
            raise DerError("indefinite length", at + 1)
        if count > _MAX_LENGTH_BYTES or start + count > end:
            raise DerError(f"length field of {count} bytes", at + 1)
        length = int.from_bytes(raw[start : start + count], "big")
        if length < _LONG_FORM or length >> 8 * (count - 1) == 0:
            raise DerError("length in a longer form than needed", at + 1)
        start += count
    if start + length > end:
        raise DerError(f"the element needs {start + length - end} bytes more", at)
    return tag, start, start + length


def _check(raw: bytes, at: int, end: int, depth: int) -> int:
    """Check the element at `at` and everything in it; give the offset behind it."""
    tag, start, stop = header(raw, at, end)
    if not tag & _CLASS and tag not in _UNIVERSAL:
        raise DerError(f"identifier {tag:02X} is no type in its DER form", at)
    if not tag & _CONSTRUCTED:
        rule = CONTENT_RULES.get(tag)
        if rule is not None:
            rule(raw, start, stop)
        return stop
    if depth == MAX_DEPTH:
        raise DerError(f"nested deeper than {MAX_DEPTH}", at)
    previous = b""
    while start < stop:
        after = _check(raw, start, stop, depth + 1)
        if tag == Tag.SET:
            element = raw[start:after]
            if element < previous:
                raise DerError("SET OF out of order", start)
            previous = element
        start = after
    return stop
