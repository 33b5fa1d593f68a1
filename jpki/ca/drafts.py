"""What an authority's key may sign: octets that were linted and have no error.

What it is: two types, each of which can only be made by linting, and the door to a key that takes
nothing else. The octets are completed with a signature of zeros, as long as the real one, and held
against the rules of `jpki.lint` for what they are. Warnings and notices pass. Of a list what is
linted is its header: the entries are the register's, and `IssuingKey.sign_list` is told the digest
of header and entries by who wrote them.
What it is not: the check of a request (`jpki.ca.requests`), which says no in the words of who
asks; a draft that is refused here is a defect of profile or encoder, seen before anybody relies
on it.
Standard: as with boulder's linter and zlint, lint before the signature exists (CA/Browser Forum
Baseline Requirements 4.3.1.2 asks the public authorities for it).
Called by: `jpki.ca.authority`, `jpki.ca.generations`, `jpki.ca.listing`, `jpki.ca.recovery`;
`jpki.ca.ocsp.drafts` does the same for answers.
"""

from collections.abc import Iterable
from dataclasses import InitVar, dataclass, field

from jpki.ca import der
from jpki.ca.certificates import signed
from jpki.ca.errors import DraftRefusedError
from jpki.ca.keys import SigningKey
from jpki.lint import Finding, Linter, Severity, Target, cut_list
from jpki.profiles.certificates import RSA_BITS
from jpki.profiles.kinds import Kind
from jpki.verify.der import first_parts
from jpki.verify.der_rules import Tag
from jpki.verify.errors import MalformedError

NO_SIGNATURE = bytes(RSA_BITS // 8)
"""Stands for the signature while a draft is linted."""
_FIELDS_BEFORE_ENTRIES = 5
"""version, signature, issuer, thisUpdate, nextUpdate: ours always have all five."""


@dataclass(frozen=True, slots=True)
class LintedCertificate:
    """A TBSCertificate without an error; making one raises `DraftRefusedError` otherwise."""

    tbs: bytes = field(repr=False)
    linter: InitVar[Linter]
    target: InitVar[Target]
    kind: InitVar[Kind]

    def __post_init__(self, linter: Linter, target: Target, kind: Kind) -> None:
        refuse_errors(linter.lint(signed(self.tbs, NO_SIGNATURE), target, kind=kind))


@dataclass(frozen=True, slots=True)
class LintedList:
    """A TBSCertList whose header and extensions have no error.

    The entries are left out of what is linted: a list of millions costs what an empty one does.
    """

    header: bytes = field(repr=False)
    """The TBSCertList, DER, with or without its entries."""
    linter: InitVar[Linter]
    kind: InitVar[Kind]

    def __post_init__(self, linter: Linter, kind: Kind) -> None:
        document = signed(_without_entries(self.header), NO_SIGNATURE)
        refuse_errors(linter.judge(cut_list(document), kind=kind))


class IssuingKey:
    """A generation's key, behind a door through which only what was linted comes to it."""

    def __init__(self, key: SigningKey) -> None:
        self._key = key
        self.public_key = key.public_key
        """SubjectPublicKeyInfo, DER."""

    def sign(self, draft: LintedCertificate) -> bytes:
        """Give the signature of a certificate."""
        if not isinstance(draft, LintedCertificate):
            raise TypeError("only what was linted is signed")
        return self._key.sign(draft.tbs)

    def sign_list(self, draft: LintedList, digest: bytes) -> bytes:
        """Give the signature of a list with this header by its SHA-256."""
        if not isinstance(draft, LintedList):
            raise TypeError("only what was linted is signed")
        return self._key.sign_digest(digest)


def holder_target(kind: Kind) -> Target:
    """Give what a holder's certificate of a kind is held against."""
    return Target.SIGN if kind is Kind.SIGN else Target.AUTH


def refuse_errors(findings: Iterable[Finding]) -> None:
    """Raise `DraftRefusedError` when there is an error among the findings."""
    errors = tuple(one for one in findings if one.rule.severity is Severity.ERROR)
    if errors:
        raise DraftRefusedError(errors)


def _without_entries(tbs: bytes) -> bytes:
    """Cut revokedCertificates out of a TBSCertList without looking into it."""
    try:
        parts = first_parts(tbs, _FIELDS_BEFORE_ENTRIES + 1)
        if parts[-1].tag == Tag.SEQUENCE:
            parts[-1:] = first_parts(tbs, _FIELDS_BEFORE_ENTRIES + 2)[_FIELDS_BEFORE_ENTRIES + 1 :]
    except MalformedError:
        # Not a list of ours: the linter says what is wrong with it.
        return tbs
    rest = tbs[parts[-1].end :]
    return der.sequence(*(part.der for part in parts), rest)
