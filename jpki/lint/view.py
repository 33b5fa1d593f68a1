"""What one rule sees of an object: the parts it asked for, the names of the environment.

What it is: the reason why a rule's answer depends on those parts alone, so that a linter may
remember that certain octets were clean. Reading the inside of a part happens once a part.
What it is not: a judge.
Called by: `jpki.lint.linter` (makes them), `jpki.lint.rules`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TypeVar, cast

from jpki.lint.entries import Entry, entries
from jpki.lint.subjects import SHAPE, Subject, Target
from jpki.oids import PersonalData
from jpki.people import AttributeFormatError, BirthDate
from jpki.profiles.kinds import Kind
from jpki.profiles.names import DistinguishedName
from jpki.profiles.naming import Naming
from jpki.profiles.validity import japanese_date
from jpki.verify.der import Node, context
from jpki.verify.der_rules import Tag
from jpki.verify.errors import MalformedError
from jpki.verify.extensions import OTHER_NAME, Extension

_Value = TypeVar("_Value")
_LATEST = datetime(9000, 1, 1, tzinfo=UTC)
"""Far enough from the end of the calendar to reckon on from; 99991231235959Z is in use, where
nothing is meant to end (RFC 5280 4.1.2.5)."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """One AttributeTypeAndValue of a Name, with its place."""

    oid: str
    value: Node
    alone: bool
    """Whether it is its RDN's only one."""


@dataclass(frozen=True, slots=True)
class OtherName:
    """One entry of a subjectAltName; `item` is None for a type nobody has described."""

    node: Node
    oid: str
    item: PersonalData | None
    value: Node


@dataclass(frozen=True, slots=True)
class View:
    """The parts one rule looks at. `kind` is the hierarchy the object belongs to."""

    subject: Subject = field(repr=False)
    naming: Naming
    kind: Kind
    looks_at: tuple[str, ...]
    nonce: bytes | None = None
    """What the request of an OCSP response had, when the caller knows."""

    @property
    def target(self) -> Target:
        """What kind of object it is."""
        return self.subject.target

    @property
    def flaw(self) -> MalformedError | None:
        """Why the object could not be read."""
        return self.subject.flaw

    @property
    def shape(self) -> Mapping[str, Extension]:
        """The extensions in their order, by OID."""
        self[SHAPE]
        return self.subject.shape

    def __getitem__(self, part: str) -> Node:
        """Give a part the rule asked for."""
        if part not in self.looks_at:
            raise KeyError(part)
        return self.subject.parts[part]

    def inside(self, oid: str) -> Node:
        """Give the structure inside an extension."""
        node = self[oid]
        return self._once(oid, "inside", node.inside)

    def name(self, part: str) -> tuple[Attribute, ...]:
        """Give the attributes of a Name."""
        node = self[part]
        return self._once(part, "name", lambda: read_name(node))

    def entries(self, part: str) -> tuple[Entry, ...]:
        """Give the entries of a list."""
        node = self[part]
        return self._once(part, "entries", lambda: tuple(entries(node)))

    def times(self, part: str) -> tuple[Node, Node]:
        """Give the two times of a Validity."""
        return two(self[part], "Validity")

    def period(self, part: str) -> tuple[datetime, datetime]:
        """Give from when to when a Validity runs."""
        node = self[part]
        return self._once(part, "period", lambda: _period(node))

    def days(self, part: str) -> tuple[date, date]:
        """Give the first and the last day in Japan of a Validity; very late ones are cut short."""
        begins, ends = self.period(part)
        return japanese_date(min(begins, _LATEST)), japanese_date(min(ends, _LATEST))

    def birth_date(self, oid: str) -> tuple[Node, BirthDate] | None:
        """Give the birth date with its place, None without one of the form certificates carry."""
        return self._once(oid, "birth date", lambda: self._birth_date(oid))

    def _birth_date(self, oid: str) -> tuple[Node, BirthDate] | None:
        found = self.personal(oid, PersonalData.BIRTH_DATE)
        if found is None:
            return None
        try:
            return found[0], BirthDate.parse(found[1])
        except AttributeFormatError:
            return None

    def other_names(self, oid: str) -> tuple[OtherName, ...]:
        """Give the otherNames of a subjectAltName; other forms are left to `san-forms`."""
        return self._once(oid, "others", lambda: _other_names(self.inside(oid)))

    def personal(self, oid: str, item: PersonalData) -> tuple[Node, str] | None:
        """Give the first entry of an item with its text, None without one that is text."""
        return self._once(oid, "texts", lambda: _first_texts(self.other_names(oid))).get(item)

    def _once(self, part: str, what: str, read: Callable[[], _Value]) -> _Value:
        memory = self.subject.memory
        if (part, what) not in memory:
            memory[part, what] = read()
        return cast("_Value", memory[part, what])


def read_name(node: Node) -> tuple[Attribute, ...]:
    """Read a Name into its attributes; raise `MalformedError`."""
    found: list[Attribute] = []
    for rdn in node.expect(Tag.SEQUENCE, "Name"):
        pairs = list(rdn.expect(Tag.SET, "RelativeDistinguishedName"))
        for pair in pairs:
            kind, value = two(pair, "AttributeTypeAndValue")
            found.append(Attribute(kind.oid(), value, len(pairs) == 1))
    return tuple(found)


def two(node: Node, what: str) -> tuple[Node, Node]:
    """Give the two elements of a structure that has no other; raise `MalformedError`."""
    inside = list(node)
    if len(inside) != 2:  # noqa: PLR2004
        raise MalformedError(f"{what}: {len(inside)} elements where 2 belong", node.offset)
    return inside[0], inside[1]


def first(node: Node, what: str) -> Node:
    """Give the first element of a structure; raise `MalformedError` without one."""
    for inside in node:
        return inside
    raise MalformedError(f"{what} is empty", node.offset)


def texts(name: tuple[Attribute, ...]) -> tuple[tuple[str, str], ...]:
    """Give what a name says, string types apart."""
    return tuple((attribute.oid, attribute.value.text()) for attribute in name)


def wanted(name: DistinguishedName) -> tuple[tuple[str, str], ...]:
    """Give what a name of the profile says, in the same form."""
    return tuple((attribute.oid, attribute.value) for attribute in name.attributes)


def moment(node: Node) -> datetime:
    """Read a time of either type, whatever its year."""
    if node.tag == Tag.GENERALIZED_TIME:
        return node.generalized_time()
    return node.time()


def _period(validity: Node) -> tuple[datetime, datetime]:
    begins, ends = two(validity, "Validity")
    return moment(begins), moment(ends)


_ITEMS = {item.dotted: item for item in PersonalData}


def _other_names(names: Node) -> tuple[OtherName, ...]:
    found: list[OtherName] = []
    for name in names.expect(Tag.SEQUENCE, "GeneralNames"):
        if name.tag != OTHER_NAME:
            continue
        kind, wrapped = two(name, "otherName")
        oid = kind.oid()
        value = wrapped.expect(context(0), "otherName").only("otherName value")
        found.append(OtherName(name, oid, _ITEMS.get(oid), value))
    return tuple(found)


def _first_texts(others: tuple[OtherName, ...]) -> dict[PersonalData, tuple[Node, str]]:
    found: dict[PersonalData, tuple[Node, str]] = {}
    for other in others:
        item, value = other.item, other.value
        if item is not None and item not in found and value.tag == Tag.UTF8_STRING:
            found[item] = (value, value.text())
    return found
