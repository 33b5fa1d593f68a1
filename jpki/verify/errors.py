"""What can go wrong when something is verified, as types.

    VerifyError
    ├── MalformedError              bytes that are no strict DER or not the structure (offset)
    │   └── DerError                breaks a rule of X.690 itself
    ├── AnchorError                 a CA certificate that may not be pinned
    ├── ChallengeStoreError         a challenge could not be stored or read
    └── NotGoodError                raised by `Report.require_good()` (report, check)
        ├── CannotTellError         something needed was missing or unusable (needed)
        └── BadError                a check failed
            ├── BadEncodingError
            ├── UntrustedIssuerError
            ├── BadSignatureError
            ├── WrongKindError      signing certificate where 利用者証明用 was asked, or the reverse
            ├── ProfileError        a field the JPKI profile does not allow
            ├── NotYetValidError    (not_before)
            ├── ExpiredError        (not_after)
            ├── RevokedError        (reason, revoked_at)
            ├── LoginError
            │   ├── UnknownChallengeError
            │   ├── WrongChallengeError
            │   ├── ReplayError
            │   ├── ChallengeExpiredError
            │   └── WrongRelyingPartyError
            ├── CmsError
            │   └── ContentChangedError
            ├── CardFaceError       contents of a card are not as they were signed
            └── EvidenceError       kept evidence is not what was kept

Verifying itself never raises for what was handed in: bad bytes make a bad report. The types
under `NotGoodError` are for callers who prefer an exception to reading the report.
Called by every module of `jpki.verify`.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from jpki.errors import PortableError

if TYPE_CHECKING:
    from jpki.verify.checks import Check
    from jpki.verify.report import Report


class VerifyError(PortableError):
    """The root of everything `jpki.verify` raises on purpose."""


class MalformedError(VerifyError):
    """Bytes that do not have the structure they should have."""

    def __init__(self, problem: str, offset: int) -> None:
        self.problem = problem
        self.offset = offset
        super().__init__(f"offset {offset}: {problem}")


class DerError(MalformedError):
    """Bytes that break a rule of DER itself (X.690 clauses 8, 10 and 11)."""


class AnchorError(VerifyError):
    """A certificate that cannot serve as a pinned CA certificate."""


class ChallengeStoreError(VerifyError):
    """The store of login challenges cannot be read or written."""


class NotGoodError(VerifyError):
    """What was checked is not good; `report` says all, `check` is the row that decided."""

    def __init__(self, report: "Report", check: "Check") -> None:
        self.report = report
        self.check = check
        super().__init__(f"{check.rule.title}: expected {check.expected}; seen {check.seen}")


class CannotTellError(NotGoodError):
    """Nothing proves it bad, and something needed to call it good was missing."""

    @property
    def needed(self) -> tuple[str, ...]:
        """What would have to be supplied to tell, one sentence each."""
        return self.report.needed


class BadError(NotGoodError):
    """At least one check failed."""


class BadEncodingError(BadError):
    """The bytes are no strict DER, or no certificate, list or message."""


class UntrustedIssuerError(BadError):
    """No pinned CA certificate issued it."""


class BadSignatureError(BadError):
    """A signature does not verify."""


class WrongKindError(BadError):
    """The certificate is of another kind or environment than the one asked for."""


class ProfileError(BadError):
    """A field is not as the JPKI profile says."""


class NotYetValidError(BadError):
    """The time of verification lies before notBefore."""

    @property
    def not_before(self) -> datetime | None:
        """The first second of validity, aware UTC."""
        return self.report.not_before


class ExpiredError(BadError):
    """The time of verification lies after notAfter."""

    @property
    def not_after(self) -> datetime | None:
        """The last second of validity, aware UTC."""
        return self.report.not_after


class RevokedError(BadError):
    """The certificate is on a revocation list of its CA (失効)."""

    @property
    def reason(self) -> str | None:
        """The CRLReason by its name in RFC 5280 5.3.1, None when the entry gives none."""
        finding = self.report.revocation
        return finding.reason if finding else None

    @property
    def revoked_at(self) -> datetime | None:
        """The revocation date of the entry, aware UTC."""
        finding = self.report.revocation
        return finding.revoked_at if finding else None


class LoginError(BadError):
    """The answer to a login challenge is not acceptable."""


class UnknownChallengeError(LoginError):
    """Nobody here gave out that challenge."""


class WrongChallengeError(LoginError):
    """The answer belongs to another challenge than the one of this login."""


class ReplayError(LoginError):
    """The challenge was answered before."""


class ChallengeExpiredError(LoginError):
    """The answer came after the challenge's last moment."""


class WrongRelyingPartyError(LoginError):
    """The challenge was signed for another relying party."""


class CmsError(BadError):
    """The CMS structure breaks a rule of RFC 5652 or carries what we refuse."""


class ContentChangedError(CmsError):
    """The content is not the one that was signed."""


class CardFaceError(BadError):
    """What a card's face holds is not what was signed, or its parts contradict each other."""


class EvidenceError(BadError):
    """A bundle of evidence is damaged, was changed, or is none."""
