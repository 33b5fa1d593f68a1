"""GeneralNames in the form name constraints and distribution points need.

Each name is its kind and a value that can be compared: a `Name` for directoryName, text for
rfc822Name, dNSName and URI, octets for iPAddress, DER for the kinds nothing here looks into.
Not here: constraining names (`constraints`).
RFC 5280 4.2.1.6. Called by `extensions`.
"""

from dataclasses import dataclass, field
from enum import Enum, unique

from jpki.verify.der import Node, context
from jpki.verify.der_rules import Tag
from jpki.verify.errors import DerError, MalformedError
from jpki.verify.path.names import Name
from jpki.verify.path.uris import comparable

_SHOWN = 512
"""More than a place of a list takes; of what is longer the end is kept, where the place is."""


@unique
class Form(Enum):
    """The alternatives of GeneralName, by their names in RFC 5280."""

    OTHER = "otherName"
    RFC822 = "rfc822Name"
    DNS = "dNSName"
    X400 = "x400Address"
    DIRECTORY = "directoryName"
    EDI_PARTY = "ediPartyName"
    URI = "uniformResourceIdentifier"
    IP = "iPAddress"
    REGISTERED = "registeredID"


_FORMS = {
    context(0): Form.OTHER,
    context(1, constructed=False): Form.RFC822,
    context(2, constructed=False): Form.DNS,
    context(3): Form.X400,
    context(4): Form.DIRECTORY,
    context(5): Form.EDI_PARTY,
    context(6, constructed=False): Form.URI,
    context(7, constructed=False): Form.IP,
    context(8, constructed=False): Form.REGISTERED,
}
_TEXT = frozenset({Form.RFC822, Form.DNS, Form.URI})


@dataclass(frozen=True, slots=True)
class GeneralName:
    """One name; equal to another one of the same kind with an equal value."""

    form: Form
    value: Name | str | bytes
    written: str | None = field(default=None, repr=False, compare=False)
    """A text as its document has it; `value` is in the form that is compared."""

    def __str__(self) -> str:
        value = self.value if self.written is None else self.written
        shown = value.hex() if isinstance(value, bytes) else str(value)
        cut = f"…{shown[-_SHOWN:]}" if len(shown) > _SHOWN else shown
        return f"{self.form.value} {cut}"


def general_name(node: Node) -> GeneralName:
    """Read one GeneralName; raise `MalformedError` with the offset."""
    form = _FORMS.get(node.tag)
    if form is None:
        raise MalformedError(f"tag {node.tag:02X} is no GeneralName", node.offset)
    if form is Form.DIRECTORY:
        return GeneralName(form, Name.read(node.only("directoryName")))
    if form in _TEXT:
        try:
            text = node.value.decode("ascii")
        except UnicodeDecodeError as error:
            raise DerError("IA5String with foreign characters", node.start + error.start) from None
        return GeneralName(form, comparable(text) if form is Form.URI else text, text)
    return GeneralName(form, node.value if form is Form.IP else node.der)


def general_names(node: Node, tag: int = Tag.SEQUENCE) -> tuple[GeneralName, ...]:
    """Read GeneralNames, or one under an IMPLICIT `tag`: at least one name."""
    found = tuple(general_name(one) for one in node.expect(tag, "GeneralNames"))
    if not found:
        raise MalformedError("GeneralNames without a name", node.offset)
    return found
