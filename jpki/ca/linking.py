"""Which certificates are one person's (発行番号の紐付け): from a serial number to the current ones.

What it is: a question to the register, answered to those who may ask it: serial number and
authority in, the person's handle, the neighbours in the row and what is current out.
What it is not: the service's protocol. That there is such a linkage is known; what it takes, what
it gives and to whom is under non-disclosure (PKI profile section 3.5). So who may ask is a guess,
and in one place.
Called by: `jpki_cli`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, unique
from types import MappingProxyType

from jpki.ca.errors import CaError, UnknownSerialError
from jpki.ca.reading import Reading
from jpki.ca.records import CertificateRecord, CertificateState
from jpki.ca.register import Register
from jpki.profiles.kinds import Kind
from jpki.sources import Grade, Source

LINKAGE_SOURCE = Source("PKI 3.5: it exists (B); inputs, outputs and who may ask: U", Grade.ASSUMED)
_PAGE = 500


@unique
class Role(Enum):
    """Who asks."""

    AUTHORITY = "authority"
    """認証局: the authority itself, at its own desk."""
    PLATFORM = "platform"
    """プラットフォーム事業者: a verifier accredited by the minister (大臣認定)."""
    SERVICE = "service"
    """サービスプロバイダー: a relying party behind a platform."""
    NOBODY = "nobody"


MAY_LINK = frozenset({Role.AUTHORITY, Role.PLATFORM})
"""`LINKAGE_SOURCE`: a service asks its platform, which asks J-LIS (3.4)."""


class NotEntitledError(CaError):
    """Whoever asks may not know which certificates are one person's."""

    def __init__(self, role: Role) -> None:
        super().__init__(f"{role.value} may not ask whose a certificate is")
        self.role = role


@dataclass(frozen=True, slots=True)
class Link:
    """One certificate in its person's row; neighbours are of the same kind, None at the ends.

    `by_renewal` tells a successor that renewed it from one that only came next.
    """

    person: str
    predecessor: int | None
    successor: int | None
    by_renewal: bool
    current: Mapping[Kind, int]


def link(register: Register, kind: Kind, serial: int, *, asker: Role, moment: datetime) -> Link:
    """Answer for one certificate at a moment.

    `current` are the newest good certificates, by kind; there may be none. The certificates of one
    person's several cards are in one row. Raises `NotEntitledError`, before anything is looked up,
    and `UnknownSerialError`, also for an authority's own certificate.
    """
    if asker not in MAY_LINK:
        raise NotEntitledError(asker)
    with register.reading() as asked:
        record = asked.certificate(kind, serial)
        if record is None or record.municipality is None:
            raise UnknownSerialError(serial)
        rows = {each: list(_row(asked, each, record.holder)) for each in Kind}
    renewed_by = _renewed_by(rows[kind], serial)
    before, after = _neighbours(rows[kind], record)
    return Link(
        person=record.holder,
        predecessor=record.renews if record.renews is not None else before,
        successor=renewed_by if renewed_by is not None else after,
        by_renewal=renewed_by is not None,
        current=MappingProxyType(
            {each: found for each in Kind if (found := _current(rows[each], moment)) is not None}
        ),
    )


def _row(asked: Reading, kind: Kind, holder: str) -> Iterator[CertificateRecord]:
    after = 0
    while True:
        page = asked.certificates(kind, holder=holder, after=after, limit=_PAGE)
        yield from (each for each in page if each.der is not None and each.municipality is not None)
        if len(page) < _PAGE:
            return
        after = page[-1].serial


def _renewed_by(row: list[CertificateRecord], serial: int) -> int | None:
    return next((each.serial for each in row if each.renews == serial), None)


def _neighbours(
    row: list[CertificateRecord], record: CertificateRecord
) -> tuple[int | None, int | None]:
    """Give what was issued before and after; serial numbers count up (PKI profile 1.6)."""
    before = [each.serial for each in row if each.serial < record.serial]
    after = [each.serial for each in row if each.serial > record.serial]
    return max(before, default=None), min(after, default=None)


def _current(row: list[CertificateRecord], moment: datetime) -> int | None:
    good = [each.serial for each in row if each.state(moment) is CertificateState.GOOD]
    return max(good, default=None)
