"""The entries of a revocation list, one after the other, for the rules about them.

What it is: a walk that keeps nothing, so that a list of millions is linted in the memory it takes.
What it is not: a judge of entries (`jpki.lint.rules`).
Standard: RFC 5280 sections 5.1 and 5.3.
Called by: `jpki.lint.rules`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from jpki import oids
from jpki.verify.der import Fields, Node
from jpki.verify.der_rules import Tag
from jpki.verify.extensions import Extension, read_extensions


@dataclass(frozen=True, slots=True)
class Entry:
    """One revoked certificate, unread."""

    node: Node
    serial: Node
    date: Node
    extensions: Mapping[str, Extension]

    @property
    def reason(self) -> int | None:
        """The CRLReason, None without one."""
        extension = self.extensions.get(oids.REASON_CODE)
        return None if extension is None else extension.decoded().integer(Tag.ENUMERATED)


def entries(revoked: Node) -> Iterator[Entry]:
    """Give the entries; raise `MalformedError` at the first that is none."""
    for node in revoked:
        fields = Fields(node, "revokedCertificate")
        serial, date = fields.take(Tag.INTEGER), fields.take()
        explicit = fields.optional(Tag.SEQUENCE)
        fields.end()
        yield Entry(node, serial, date, {} if explicit is None else read_extensions(explicit))
