"""What can be asked of the register, inside one transaction.

What it is: every query, as methods over one connection; those for lists are in
`jpki.ca.reading_lists`.
What it is not: rules, or changes (`jpki.ca.writing`).
Called by: `jpki.ca.register` (makes them), `jpki.ca.authority`, `jpki.ca.listing`,
`jpki.ca.ocsp`.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from hashlib import sha256
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Row, Select, bindparam, exists, func, select

from jpki.ca import schema
from jpki.ca.errors import RegisterError
from jpki.ca.reading_lists import WHOLE_SCOPE, ReadingLists
from jpki.ca.records import CertificateRecord, GenerationRow, KeyUse, Revocation, Standing
from jpki.profiles.kinds import Kind
from jpki.profiles.municipalities import Municipality
from jpki.profiles.reasons import RevocationReason

__all__ = ["WHOLE_SCOPE", "Reading", "key_digest"]

_T = TypeVar("_T")
_PARAMETERS = 500
_COLUMN_BITS = 64
"""Of a signed BIGINT, in which serial numbers are kept."""

_certificate = schema.certificate.c
_revocation = schema.revocation.c


class Reading(ReadingLists):
    """Questions to the register."""

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
        if serial.bit_length() >= _COLUMN_BITS:
            # Others' serial numbers have up to 20 octets, and nobody here ever gave one out.
            return None
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

    def certificates_of(self, kind: Kind, holders: Iterable[str]) -> list[CertificateRecord]:
        """Give all certificates of these holders, by serial number; no other is looked at."""
        found = [
            _record(row)
            for some in _in_parts(holders)
            # Ordered here: a database might read its way through all serial numbers for it.
            for row in self._connection.execute(_records(kind).where(_certificate.holder.in_(some)))
        ]
        return sorted(found, key=lambda record: record.serial)

    def unfinished(self, kind: Kind) -> list[CertificateRecord]:
        """Give the certificates whose signature is not on record."""
        rows = self._connection.execute(
            _records(kind).where(_certificate.der.is_(None)).order_by(_certificate.serial)
        )
        return [_record(row) for row in rows]

    def unfinished_among(self, kind: Kind, serials: Iterable[int]) -> set[int]:
        """Give those of the serial numbers whose signature is not on record."""
        return {
            serial
            for some in _in_parts(serials)
            for serial in self._connection.scalars(
                select(_certificate.serial).where(
                    _certificate.kind == kind.value,
                    _certificate.serial.in_(some),
                    _certificate.der.is_(None),
                )
            )
        }

    def unsigned(self, kind: Kind, serials: range) -> dict[int, tuple[int, bytes]]:
        """Give what is to be signed of these, by serial number: generation and TBSCertificate."""
        rows = self._connection.execute(
            select(_certificate.serial, _certificate.generation, _certificate.tbs).where(
                _certificate.kind == kind.value,
                _certificate.serial.between(serials.start, serials.stop - 1),
                _certificate.tbs.is_not(None),
            )
        )
        return {serial: (generation, bytes(tbs)) for serial, generation, tbs in rows}

    def ends(self, kind: Kind, serials: Iterable[int]) -> dict[int, datetime]:
        """Give the last second of each of these certificates."""
        return {
            serial: not_after
            for some in _in_parts(serials)
            for serial, not_after in self._connection.execute(
                select(_certificate.serial, _certificate.not_after).where(
                    _certificate.kind == kind.value, _certificate.serial.in_(some)
                )
            )
        }

    def count(self, kind: Kind, serials: range) -> int:
        """Count the finished certificates among these."""
        query = (
            select(func.count())
            .select_from(schema.certificate)
            .where(
                _certificate.kind == kind.value,
                _certificate.serial.between(serials.start, serials.stop - 1),
                _certificate.der.is_not(None),
            )
        )
        return self._connection.scalar(query) or 0

    def has_any(self, kind: Kind, first: int, last: int) -> bool:
        """Whether any of these serial numbers is on record, finished or not."""
        query = select(
            exists().where(
                _certificate.kind == kind.value, _certificate.serial.between(first, last)
            )
        )
        return bool(self._connection.scalar(query))

    def reasons(self, kind: Kind, serials: range) -> dict[RevocationReason, int]:
        """Count the revoked certificates among these, by reason."""
        rows = self._connection.execute(
            select(_revocation.reason, func.count())
            .where(
                _revocation.kind == kind.value,
                _revocation.serial.between(serials.start, serials.stop - 1),
            )
            .group_by(_revocation.reason)
            .order_by(_revocation.reason)
        )
        return {_reason(reason): count for reason, count in rows}

    def next_serial(self, kind: Kind) -> int:
        """Give the serial number that is taken next; raises `RegisterError` without authority."""
        table = schema.authority
        found = self._connection.scalar(
            select(table.c.next_serial).where(table.c.kind == kind.value)
        )
        if found is None:
            raise RegisterError(f"the register has no {kind.value} authority")
        return int(found)

    def successors(self, kind: Kind, serial: int) -> list[CertificateRecord]:
        """Give the certificates that renew one."""
        rows = self._connection.execute(_records(kind).where(_certificate.renews == serial))
        return [_record(row) for row in rows]

    def key_uses(self, public_key: bytes) -> list[KeyUse]:
        """Give every certificate of either kind that has a key, finished or not, by serial."""
        return self.uses_of_keys([public_key]).get(public_key, [])

    def own_certificates(self, kind: Kind, public_key: bytes) -> list[CertificateRecord]:
        """Give the authority's own certificates that have a key, finished or not, by serial."""
        rows = self._connection.execute(
            _records(kind)
            .where(
                _certificate.key_digest == key_digest(public_key),
                _certificate.municipality.is_(None),
            )
            .order_by(_certificate.serial)
        )
        return [_record(row) for row in rows]

    def standings(self, kind: Kind, *, first: int, last: int) -> list[Standing]:
        """Give how the finished certificates from one serial number to another stand."""
        rows = self._connection.execute(
            _NEIGHBOURS, {"of_kind": kind.value, "first": first, "last": last}
        )
        return [_standing(row) for row in rows]

    def standings_of(self, kind: Kind, serials: Sequence[int]) -> list[Standing]:
        """Give how these certificates stand, as far as they are finished."""
        rows = self._connection.execute(_THESE, {"of_kind": kind.value, "serials": serials})
        return [_standing(row) for row in rows]

    def revocations(self, kind: Kind) -> int:
        """Give the number of the revocation recorded last, 0 when there is none."""
        table = schema.authority
        return (
            self._connection.scalar(select(table.c.revocations).where(table.c.kind == kind.value))
            or 0
        )

    def revoked_after(self, kind: Kind, number: int, *, limit: int) -> list[int]:
        """Give at most `limit` serial numbers revoked, or settled, after a number's revocation."""
        return list(
            self._connection.scalars(
                select(_revocation.serial)
                .where(_revocation.kind == kind.value, _revocation.number > number)
                .order_by(_revocation.number)
                .limit(limit)
            )
        )

    def revoked_since(self, kind: Kind, moment: datetime, *, after: int) -> list[datetime]:
        """Give the moments, this one or later, of revocations and final reasons.

        Only of those recorded after a number: others are not looked at.
        """
        rows = self._connection.execute(
            select(_revocation.revoked_at, _revocation.settled_at).where(
                _revocation.kind == kind.value,
                _revocation.number > after,
                (_revocation.revoked_at >= moment) | (_revocation.settled_at >= moment),
            )
        )
        found = (each for row in rows for each in row if each is not None)
        return [each for each in found if each >= moment]

    def uses_of_keys(self, public_keys: Iterable[bytes]) -> dict[bytes, list[KeyUse]]:
        """Give the uses of each of the keys that has any."""
        keys = {key_digest(key): key for key in public_keys}
        found: dict[bytes, list[KeyUse]] = {}
        for some in _in_parts(keys):
            rows = self._connection.execute(
                select(
                    _certificate.key_digest,
                    _certificate.kind,
                    _certificate.serial,
                    _certificate.municipality,
                    _certificate.holder,
                )
                .where(_certificate.key_digest.in_(some))
                .order_by(_certificate.kind, _certificate.serial)
            )
            for digest, kind, *rest in rows:
                found.setdefault(keys[bytes(digest)], []).append(KeyUse(Kind(kind), *rest))
        return found

    def known_municipalities(self, codes: Iterable[str]) -> dict[str, Municipality]:
        """Give those of the municipalities where a certificate was issued, by code."""
        table = schema.municipality
        return {
            row.code: Municipality(**row._mapping)  # noqa: SLF001
            for some in _in_parts(codes)
            for row in self._connection.execute(select(table).where(table.c.code.in_(some)))
        }

    def municipalities(self, kind: Kind) -> list[Municipality]:
        """Give the municipalities where an authority has issued anything, by code."""
        table = schema.municipality
        # One look into an index a place, however many certificates there are.
        seen = exists().where(
            _certificate.kind == kind.value, _certificate.municipality == table.c.code
        )
        rows = self._connection.execute(select(table).where(seen).order_by(table.c.code))
        return [Municipality(**row._mapping) for row in rows]  # noqa: SLF001


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

# Built once: an answer has no time for more.
_STANDINGS = (
    select(
        _certificate.serial,
        _certificate.generation,
        _certificate.not_after,
        _revocation.reason,
        _revocation.revoked_at,
        _revocation.settled_at,
    )
    .outerjoin_from(
        schema.certificate,
        schema.revocation,
        (_certificate.kind == _revocation.kind) & (_certificate.serial == _revocation.serial),
    )
    .where(_certificate.kind == bindparam("of_kind"), _certificate.der.is_not(None))
)
_NEIGHBOURS = _STANDINGS.where(_certificate.serial.between(bindparam("first"), bindparam("last")))
_THESE = _STANDINGS.where(_certificate.serial.in_(bindparam("serials", expanding=True)))


def _standing(row: Any) -> Standing:
    serial, generation, not_after, reason, revoked_at, settled_at = row
    revoked = (
        None if reason is None else Revocation(serial, _reason(reason), revoked_at, settled_at)
    )
    return Standing(serial, generation, not_after, revoked)


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
        else Revocation(row.serial, _reason(row.reason), row.revoked_at, row.settled_at)
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


def _in_parts(values: Iterable[_T]) -> Iterator[list[_T]]:
    """Give the values in parts that a statement takes as parameters."""
    left = iter(values)
    while some := list(islice(left, _PARAMETERS)):
        yield some


def key_digest(public_key: bytes) -> bytes:
    """Give what the register knows a SubjectPublicKeyInfo, DER, by."""
    return sha256(public_key).digest()


def _reason(number: int) -> RevocationReason:
    try:
        return RevocationReason(number)
    except ValueError:
        raise RegisterError(f"the register holds an unknown reason, {number}") from None
