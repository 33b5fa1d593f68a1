"""The single answers of an OCSP response, for the rules about them.

What it is not: a judge of answers (`jpki.lint.rules`).
Standard: RFC 6960 section 4.2.1.
Called by: `jpki.lint.rules`.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from jpki.verify.der import Fields, Node, context
from jpki.verify.der_rules import Tag


@dataclass(frozen=True, slots=True)
class SingleAnswer:
    """What is said of one certificate, unread."""

    node: Node
    hash_algorithm: Node
    status: Node
    this_update: Node
    next_update: Node | None
    extensions: Node | None


def single_answers(responses: Node) -> Iterator[SingleAnswer]:
    """Give the answers; raise `MalformedError` at the first that is none."""
    for node in responses:
        fields = Fields(node, "SingleResponse")
        certificate = fields.take(Tag.SEQUENCE)
        algorithm = Fields(certificate, "CertID").take(Tag.SEQUENCE)
        status, this_update = fields.take(), fields.take(Tag.GENERALIZED_TIME)
        explicit = fields.optional(context(0))
        extensions = fields.optional(context(1))
        fields.end()
        yield SingleAnswer(
            node,
            algorithm,
            status,
            this_update,
            None if explicit is None else explicit.only("nextUpdate"),
            None if extensions is None else extensions.only("singleExtensions"),
        )
