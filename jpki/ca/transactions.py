"""What can be asked of the register and written to it, inside one transaction.

What it is: every SQL statement of the register, as methods over one connection.
What it is not: rules. Whether something may be issued or revoked is `jpki.ca.authority`'s.
Called by: `jpki.ca.register` (makes them), `jpki.ca.authority`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, Row, Select, func, select

from jpki.ca import schema
from jpki.ca.lists import ListEntry
from jpki.ca.records import CertificateRecord, Revocation
from jpki.profiles.kinds import Kind
from jpki.profiles.municipalities import Municipality
from jpki.profiles.reasons import RevocationReason

WHOLE_SCOPE = ""
"""The scope of the list of everything; other scopes are municipality codes."""

_certificate = schema.certificate.c
_revocation = schema.revocation.c


@dataclass(frozen=True, slots=True)
class GenerationRow:
    """One key of an authority, and the serial number of its self-signed certificate."""

    number: int
    serial: int
    public_key: bytes = field(repr=False)
    key_identifier: bytes


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
    tbs: bytes = field(repr=False)


class Reading:
    """Questions to the register."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def organization(self, kind: Kind) -> str | None:
        """Give the O= an authority was founded with, or None."""
        table = schema.authority
        return self._connection.scalar(
            select(table.c.organization).where(table.c.kind == kind.value)
        )

    def generations(self, kind: Kind) -> list[GenerationRow]:
        """Give an authority's keys, oldest first."""
        table = schema.generation
        rows = self._connection.execute(
            select(table.c.number, table.c.serial, table.c.public_key, table.c.key_identifier)
            .where(table.c.kind == kind.value)
            .order_by(table.c.number)
        )
        return [GenerationRow(*row) for row in rows]

    def certificate(self, kind: Kind, serial: int) -> CertificateRecord | None:
        """Give one certificate with its revocation, or None."""
        row = self._connection.execute(
            _records(kind).where(_certificate.serial == serial)
        ).one_or_none()
        return None if row is None else _record(row)

    def certificates(
        self, kind: Kind, *, holder: str | None, after: int, limit: int
    ) -> list[CertificateRecord]:
        """Give at most `limit` certificates by serial number, from the one after `after`."""
        query = _records(kind).where(_certificate.serial > after)
        if holder is not None:
            query = query.where(_certificate.holder == holder)
        rows = self._connection.execute(query.order_by(_certificate.serial).limit(limit))
        return [_record(row) for row in rows]

    def unfinished(self, kind: Kind) -> list[CertificateRecord]:
        """Give the certificates whose signature is not on record."""
        rows = self._connection.execute(
            _records(kind).where(_certificate.der.is_(None)).order_by(_certificate.serial)
        )
        return [_record(row) for row in rows]

    def successors(self, kind: Kind, serial: int) -> list[CertificateRecord]:
        """Give the certificates that renew one."""
        rows = self._connection.execute(_records(kind).where(_certificate.renews == serial))
        return [_record(row) for row in rows]

    def municipality(self, code: str) -> Municipality | None:
        """Give a municipality as certificates name it, or None when none was issued there."""
        table = schema.municipality
        row = self._connection.execute(select(table).where(table.c.code == code)).one_or_none()
        return None if row is None else Municipality(**row._mapping)  # noqa: SLF001

    def municipalities(self, kind: Kind) -> list[Municipality]:
        """Give the municipalities where an authority has issued anything, by code."""
        table = schema.municipality
        seen = select(_certificate.municipality).where(_certificate.kind == kind.value)
        rows = self._connection.execute(
            select(table).where(table.c.code.in_(seen)).order_by(table.c.code)
        )
        return [Municipality(**row._mapping) for row in rows]  # noqa: SLF001

    def revoked(
        self, kind: Kind, scope: str, *, expired_before: datetime | None
    ) -> list[ListEntry]:
        """Give the entries of a list by serial number.

        Certificates that ended before `expired_before` are left out; None keeps all.
        """
        query = (
            select(_revocation.serial, _revocation.revoked_at, _revocation.reason)
            .where(_revocation.kind == kind.value)
            .order_by(_revocation.serial)
        )
        if scope != WHOLE_SCOPE:
            query = query.where(_revocation.municipality == scope)
        if expired_before is not None:
            query = query.join_from(
                schema.revocation,
                schema.certificate,
                (_certificate.kind == _revocation.kind)
                & (_certificate.serial == _revocation.serial),
            ).where(_certificate.not_after >= expired_before)
        return [
            ListEntry(serial, revoked_at, RevocationReason(reason))
            for serial, revoked_at, reason in self._connection.execute(query)
        ]

    def last_list(self, kind: Kind, scope: str, *, generation: int) -> datetime | None:
        """Give thisUpdate of the latest list of a scope under a key, or None."""
        table = schema.revocation_list
        return self._connection.scalar(
            select(table.c.this_update)
            .where(
                table.c.kind == kind.value,
                table.c.scope == scope,
                table.c.generation == generation,
            )
            .order_by(table.c.number.desc())
            .limit(1)
        )


class Writing(Reading):
    """Changes to the register; the same transaction can ask."""

    def add_authority(self, kind: Kind, *, organization: str, first_serial: int) -> None:
        """Set up an authority and its counter."""
        self._connection.execute(
            schema.authority.insert().values(
                kind=kind.value, organization=organization, next_serial=first_serial
            )
        )

    def take_serial(self, kind: Kind) -> int:
        """Take the next serial number; it is spent when the transaction is."""
        table = schema.authority
        serial = self._connection.scalar(
            table.update()
            .where(table.c.kind == kind.value)
            .values(next_serial=table.c.next_serial + 1)
            .returning(table.c.next_serial - 1)
        )
        if serial is None:
            raise LookupError(f"there is no {kind.value} authority")
        return int(serial)

    def add_municipality(self, where: Municipality) -> None:
        """Put a municipality on record."""
        self._connection.execute(
            schema.municipality.insert().values(
                code=where.code,
                prefecture=where.prefecture,
                name=where.name,
                prefecture_romaji=where.prefecture_romaji,
                romaji=where.romaji,
            )
        )

    def add_certificate(self, kind: Kind, new: NewCertificate) -> None:
        """Put a certificate on record that is going to be signed."""
        self._connection.execute(
            schema.certificate.insert().values(
                kind=kind.value,
                serial=new.serial,
                generation=new.generation,
                municipality=new.municipality,
                holder=new.holder,
                not_before=new.not_before,
                not_after=new.not_after,
                renews=new.renews,
                tbs=new.tbs,
            )
        )

    def add_generation(self, kind: Kind, row: GenerationRow) -> None:
        """Put a key of an authority on record."""
        self._connection.execute(
            schema.generation.insert().values(
                kind=kind.value,
                number=row.number,
                serial=row.serial,
                public_key=row.public_key,
                key_identifier=row.key_identifier,
            )
        )

    def finish_certificate(self, kind: Kind, serial: int, der: bytes) -> bool:
        """Record the signed certificate; give False when it was finished by somebody else."""
        return (
            self._connection.execute(
                schema.certificate.update()
                .where(
                    _certificate.kind == kind.value,
                    _certificate.serial == serial,
                    _certificate.der.is_(None),
                )
                .values(der=der, tbs=None)
            ).rowcount
            == 1
        )

    def revoke(self, kind: Kind, revocation: Revocation, *, municipality: str | None) -> None:
        """Record a revocation, in place of an earlier one of the same certificate."""
        mine = (_revocation.kind == kind.value) & (_revocation.serial == revocation.serial)
        self._connection.execute(schema.revocation.delete().where(mine))
        self._connection.execute(
            schema.revocation.insert().values(
                kind=kind.value,
                serial=revocation.serial,
                municipality=municipality,
                reason=int(revocation.reason),
                revoked_at=revocation.revoked_at,
                settled_at=revocation.settled_at,
            )
        )

    def number_list(
        self,
        kind: Kind,
        scope: str,
        *,
        generation: int,
        this_update: datetime,
        next_update: datetime,
        entries: Sequence[ListEntry],
    ) -> int:
        """Give a list its number, one more than the scope's last under any key, and record it."""
        table = schema.revocation_list
        last = self._connection.scalar(
            select(func.max(table.c.number)).where(
                table.c.kind == kind.value, table.c.scope == scope
            )
        )
        number = int(last or 0) + 1
        self._connection.execute(
            table.insert().values(
                kind=kind.value,
                scope=scope,
                number=number,
                generation=generation,
                this_update=this_update,
                next_update=next_update,
                entries=len(entries),
            )
        )
        return number


_RECORD_COLUMNS = (
    _certificate.serial,
    _certificate.generation,
    _certificate.municipality,
    _certificate.holder,
    _certificate.not_before,
    _certificate.not_after,
    _certificate.renews,
    _certificate.tbs,
    _certificate.der,
    _revocation.reason,
    _revocation.revoked_at,
    _revocation.settled_at,
)


def _records(kind: Kind) -> Select[tuple[object, ...]]:
    return (
        select(*_RECORD_COLUMNS)
        .outerjoin_from(
            schema.certificate,
            schema.revocation,
            (_certificate.kind == _revocation.kind) & (_certificate.serial == _revocation.serial),
        )
        .where(_certificate.kind == kind.value)
    )


def _record(row: Row[tuple[object, ...]]) -> CertificateRecord:
    revoked = (
        None
        if row.reason is None
        else Revocation(row.serial, RevocationReason(row.reason), row.revoked_at, row.settled_at)
    )
    return CertificateRecord(
        serial=row.serial,
        generation=row.generation,
        municipality=row.municipality,
        holder=row.holder,
        not_before=row.not_before,
        not_after=row.not_after,
        renews=row.renews,
        tbs=row.tbs,
        der=row.der,
        revocation=revoked,
    )
