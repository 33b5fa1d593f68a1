"""The entries of a revocation list, read once for all rules about them.

What it is: a small tuple an entry; dates and extensions, of which many entries share a handful,
are read once a value.
What it is not: a judge of entries (`jpki.lint.rules`).
Standard: RFC 5280 sections 5.1 and 5.3.
Called by: `jpki.lint.view`.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from jpki import oids
from jpki.verify.der import Fields, Node
from jpki.verify.der_rules import Tag
from jpki.verify.errors import MalformedError
from jpki.verify.extensions import Extension, read_extensions


class Entry(NamedTuple):
    """One revoked certificate: where it stands, its number and that number's octets, when, why."""

    offset: int
    serial: int
    octets: int
    date: datetime
    reason: int | None
    extensions: Mapping[str, Extension]
    """Their nodes are those of the first entry with the same octets."""


def entries(revoked: Node) -> Iterator[Entry]:
    """Give the entries; raise `MalformedError` at the first that is none."""
    dates: dict[bytes, datetime] = {}
    explained: dict[bytes, tuple[int | None, Mapping[str, Extension]]] = {b"": (None, {})}
    for node in revoked:
        fields = Fields(node, "revokedCertificate")
        serial, date = fields.take(Tag.INTEGER), fields.take()
        explicit = fields.optional(Tag.SEQUENCE)
        fields.end()
        when = date.der
        if when not in dates:
            dates[when] = _moment(date)
        encoded = b"" if explicit is None else explicit.der
        if explicit is not None and encoded not in explained:
            explained[encoded] = _explanation(explicit)
        octets = serial.end - serial.start
        # Any length is kept, for a rule to judge.
        number = int.from_bytes(serial.value, "big", signed=True)
        yield Entry(node.offset, number, octets, dates[when], *explained[encoded])


def _moment(node: Node) -> datetime:
    if node.tag == Tag.GENERALIZED_TIME:
        return node.generalized_time()
    return node.time()


def _explanation(explicit: Node) -> tuple[int | None, Mapping[str, Extension]]:
    found = read_extensions(explicit)
    reason = found.get(oids.REASON_CODE)
    if reason is None:
        return None, found
    code = reason.decoded()
    if code.tag != Tag.ENUMERATED:
        raise MalformedError("reasonCode is no ENUMERATED", code.offset)
    return code.integer(Tag.ENUMERATED), found
