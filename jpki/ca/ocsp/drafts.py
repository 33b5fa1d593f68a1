"""What a responder's key may sign: answers that were linted and have no error.

What it is: as `jpki.ca.drafts` for what an authority's key signs. ResponseData is completed with a
signature of zeros and the responder's certificate and held against the rules of `jpki.lint`; an
answer that rules cannot tell from one without an error is not held against them again
(`jpki.lint.answer_shapes`). Errors refuse, warnings and notices pass.
What it is not: a check of what is said: whether a status is the register's, or a nonce the
request's, no rule can know.
Standard: RFC 6960 section 4.2.
Called by: `jpki.ca.ocsp.responder`.
"""

from dataclasses import InitVar, dataclass, field

from jpki.ca.drafts import NO_SIGNATURE, refuse_errors
from jpki.ca.keys import SigningKey
from jpki.ca.ocsp.encoding import response
from jpki.lint import Linter, Target
from jpki.lint.answer_shapes import AnswerShapes
from jpki.lint.subjects import cut
from jpki.profiles.kinds import Kind


class AnswerLinter:
    """The rules for the answers of one responder, with a memory of what was clean."""

    def __init__(self, linter: Linter, kind: Kind) -> None:
        self._linter = linter
        self._kind = kind
        self._shapes = AnswerShapes()

    def check(self, data: bytes, certificate: bytes) -> None:
        """Raise `DraftRefusedError` when a ResponseData with this certificate has an error."""
        if self._shapes.knows(data, certificate):
            return
        subject = cut(Target.OCSP, response(data, NO_SIGNATURE, certificate))
        refuse_errors(self._linter.judge(subject, kind=self._kind))
        self._shapes.note(subject, data, certificate)


@dataclass(frozen=True, slots=True)
class LintedAnswer:
    """A ResponseData without an error; making one raises `DraftRefusedError` otherwise."""

    data: bytes = field(repr=False)
    certificate: bytes = field(repr=False)
    """The responder's, which goes with it."""
    linter: InitVar[AnswerLinter]

    def __post_init__(self, linter: AnswerLinter) -> None:
        linter.check(self.data, self.certificate)


class AnswerKey:
    """A responder's key, behind a door through which only answers that were linted come to it."""

    def __init__(self, key: SigningKey) -> None:
        self._key = key

    def sign(self, draft: LintedAnswer) -> bytes:
        """Give the signature of an answer."""
        if not isinstance(draft, LintedAnswer):
            raise TypeError("only what was linted is signed")
        return self._key.sign(draft.data)
