"""Everything that can go wrong in an authority.

    CaError
    ├── RequestRefusedError        a rule of the profile says no; `rule` names it
    ├── DraftRefusedError          what was about to be signed is not to profile; `findings` say why
    ├── UnknownSerialError         the register holds no such certificate
    ├── RevocationRefusedError     this certificate cannot be revoked so
    │   ├── AlreadyRevokedError    it is, and for good
    │   └── AlreadyExpiredError    it has ended by itself
    ├── NoUsableKeyError           no generation can sign this now
    ├── SerialsExhaustedError      the counter has left four octets
    ├── IssuanceAbandonedError     another process took the unfinished row for dead
    ├── NotEntitledError           (`jpki.ca.linking`) who asks may not know
    ├── KeyFileError               a key file is missing, foreign, or open to others
    ├── ListFileError              a file is no revocation list of ours, or damaged
    ├── NotPublishedError          some lists could not take their places; all others are out
    ├── KeyTokenError              a PKCS#11 token failed, or its URI is none
    │   ├── KeyTokenMissingError   the module, the token or a key in it is not there
    │   └── KeyTokenPinError       the token does not let us in
    └── RegisterError              the database is not ours, does not allow this, or failed
        ├── RegisterReadOnlyError  it can be read, and nothing can be written to it
        └── RegisterUnreachableError  it cannot be opened or reached, whatever it holds

Called by: `jpki.ca`; caught by `cardsim.world` and `tools/jpki_cli`.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from jpki.errors import PortableError
from jpki.lint import Finding

_TOLD = 3
"""Lists in one message."""


class CaError(PortableError):
    """The root of everything an authority raises on purpose."""


class RequestRefusedError(CaError):
    """A request breaks a rule of the certificate profile. No serial number was spent."""

    def __init__(self, rule: str, message: str) -> None:
        super().__init__(message)
        self.rule = rule


class DraftRefusedError(CaError):
    """A draft breaks rules of the profile (`jpki.lint`). It was not signed, no number was spent."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        first = findings[0]
        more = f", and {len(findings) - 1} more" if len(findings) > 1 else ""
        super().__init__(
            f"not signed, since it is not to profile: {first.rule.id} ({first.rule.citation}),"
            f" expected {first.expected}; seen {first.seen}{more}"
        )
        self.findings = findings


class UnknownSerialError(CaError):
    """The register holds no certificate of that serial number."""

    def __init__(self, serial: int) -> None:
        super().__init__(f"no certificate has serial number {serial}")
        self.serial = serial


class RevocationRefusedError(CaError):
    """A certificate cannot be revoked, or not for that reason."""

    def __init__(self, serial: int, message: str) -> None:
        super().__init__(message)
        self.serial = serial


class AlreadyRevokedError(RevocationRefusedError):
    """The certificate is revoked and this reason cannot replace the one it has."""

    def __init__(self, serial: int, revoked_at: datetime) -> None:
        super().__init__(serial, f"certificate {serial} is revoked since {revoked_at:%Y-%m-%d}")
        self.revoked_at = revoked_at


class AlreadyExpiredError(RevocationRefusedError):
    """The certificate has ended by itself; there is nothing to revoke."""

    def __init__(self, serial: int, not_after: datetime) -> None:
        super().__init__(serial, f"certificate {serial} ended on {not_after:%Y-%m-%d}")
        self.not_after = not_after


class NoUsableKeyError(CaError):
    """No generation of the authority has a key at hand that may sign this now."""


class SerialsExhaustedError(CaError):
    """The counter has reached the largest serial number of four octets."""


class IssuanceAbandonedError(CaError):
    """A recovery closed the row of a certificate while it was being signed: do not hand it out."""

    def __init__(self, serial: int) -> None:
        super().__init__(f"certificate {serial} was discarded by a recovery while being issued")
        self.serial = serial


class KeyFileError(CaError):
    """A key file cannot be used; the message never holds key or passphrase."""


class ListFileError(CaError):
    """A file is not a revocation list as the authorities write them, or was damaged."""


class NotPublishedError(CaError):
    """Some lists could not take their places: `why`, by path; all others of the run are out."""

    def __init__(self, why: Mapping[Path, str]) -> None:
        reasons = tuple(why.values())
        more = f"; and {len(reasons) - _TOLD} more" if len(reasons) > _TOLD else ""
        super().__init__(f"{'; '.join(reasons[:_TOLD])}{more}; all other lists are out")
        self.why = dict(why)


@contextmanager
def told_with(why: Mapping[Path, str]) -> Iterator[None]:
    """Have an `OSError` also tell of lists that could not take their places before it."""
    try:
        yield
    except OSError as error:
        if not why:
            raise
        reasons = list(why.values())
        told = f"{error.strerror or error}; and before that: {'; '.join(reasons[:_TOLD])}"
        raise OSError(error.errno, told, error.filename) from error


class KeyTokenError(CaError):
    """A token cannot be used as asked; the message never holds a PIN."""


class KeyTokenMissingError(KeyTokenError):
    """The PKCS#11 module, the token, or a key in it is not there."""


class KeyTokenPinError(KeyTokenError):
    """The token refuses the PIN, or lets nobody in any more. It was tried once."""


class RegisterError(CaError):
    """A database is no register of ours, contradicts what is asked, or failed."""


class RegisterReadOnlyError(RegisterError):
    """The register, or the directory it is in, cannot be written to."""


class RegisterUnreachableError(RegisterError):
    """The register cannot be opened or reached: not allowed, locked, or disk or server failed."""
