"""What goes into the register and comes back: rows as frozen values.

What it is not: database rows; nothing here knows SQL.
Called by: `jpki.ca.reading`, `jpki.ca.writing`, `jpki.ca.authority`, the command line.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, unique

from jpki.profiles.kinds import Kind
from jpki.profiles.reasons import RevocationReason


@unique
class CertificateState(Enum):
    """How a certificate stands at a moment."""

    UNFINISHED = "unfinished"
    """On record, perhaps signed, never handed out; `Authority.recover` settles it."""
    NOT_YET_VALID = "not yet valid"
    GOOD = "good"
    REVOKED = "revoked"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Revocation:
    """Why and since when a certificate is revoked.

    `settled_at` is when a hold was given its final reason; `revoked_at` stays the hold's.
    """

    serial: int
    reason: RevocationReason
    revoked_at: datetime
    settled_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CertificateRecord:
    """One certificate of the register; `der` is None while unfinished.

    `municipality` is the code of the place of issue, None for the authority's own certificates.
    """

    serial: int
    generation: int
    municipality: str | None
    holder: str
    not_before: datetime
    not_after: datetime
    renews: int | None
    tbs: bytes | None = field(repr=False)
    der: bytes | None = field(repr=False)
    revocation: Revocation | None

    def state(self, moment: datetime) -> CertificateState:
        """Give how the certificate stands; revoked wins over expired."""
        if self.der is None:
            return CertificateState.UNFINISHED
        if self.revocation is not None:
            return CertificateState.REVOKED
        if moment < self.not_before:
            return CertificateState.NOT_YET_VALID
        return CertificateState.GOOD if moment <= self.not_after else CertificateState.EXPIRED


@dataclass(frozen=True, slots=True)
class Standing:
    """What an answer about a finished certificate needs, and no more."""

    serial: int
    generation: int
    not_after: datetime
    revocation: Revocation | None


@dataclass(frozen=True, slots=True)
class GenerationRow:
    """One key of an authority, and the serial number of its self-signed certificate."""

    number: int
    serial: int
    public_key: bytes = field(repr=False)
    key_identifier: bytes


@dataclass(frozen=True, slots=True)
class KeyUse:
    """A certificate on record that has a key; `municipality` is None for an authority's own."""

    kind: Kind
    serial: int
    municipality: str | None
    holder: str


@dataclass(frozen=True, slots=True)
class ListRecord:
    """One signed list. `municipality` is the code of its scope, None for everything."""

    kind: Kind
    generation: int
    municipality: str | None
    number: int
    this_update: datetime
    next_update: datetime
    entries: int


@dataclass(frozen=True, slots=True)
class ScopeState:
    """What the register held of a list's scope at a moment: two numbers that only rise.

    Revocations are never undone, and the one change to any is that a hold is settled, once. So
    of two equal states neither knows anything that the other does not.
    """

    revoked: int
    settled: int


@dataclass(frozen=True, slots=True)
class ListRow:
    """A list as the register remembers it; `state` and `sha256` are None where it does not.

    `sha256` is that of revokedCertificates' content.
    """

    number: int
    generation: int
    this_update: datetime
    next_update: datetime
    entries: int
    state: ScopeState | None
    sha256: bytes | None


@dataclass(frozen=True, slots=True)
class NewCertificate:
    """A certificate about to be signed."""

    serial: int
    generation: int
    municipality: str | None
    holder: str
    not_before: datetime
    not_after: datetime
    renews: int | None
    public_key: bytes = field(repr=False)
    tbs: bytes = field(repr=False)
