"""What can be changed in the register, inside one transaction that has it for itself.

What it is: every statement that writes, as methods over one connection.
What it is not: rules. Whether something may be issued or revoked is `jpki.ca.authority`'s.
Called by: `jpki.ca.register` (makes them), `jpki.ca.authority`, `jpki.ca.numbering`.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import bindparam, select

from jpki.ca import schema
from jpki.ca.errors import RegisterError, SerialsExhaustedError
from jpki.ca.reading import Reading, key_digest
from jpki.ca.records import GenerationRow, ListRow, NewCertificate, Revocation
from jpki.profiles.certificates import LARGEST_SERIAL
from jpki.profiles.kinds import Kind
from jpki.profiles.municipalities import Municipality

_certificate = schema.certificate.c
_revocation = schema.revocation.c


class Writing(Reading):
    """Changes to the register; the same transaction can ask."""

    def undo(self) -> None:
        """Undo everything done in the transaction, which ends by it."""
        self._connection.rollback()

    def add_authority(self, kind: Kind, *, organization: str, first_serial: int) -> None:
        """Set up an authority and its counter."""
        self._connection.execute(
            schema.authority.insert().values(
                kind=kind.value,
                organization=organization,
                next_serial=first_serial,
                revocations=0,
            )
        )

    def take_serial(self, kind: Kind) -> int:
        """Take the next serial number; it is spent when the transaction is on disk.

        Raises `SerialsExhaustedError` when the counter has left four octets.
        """
        return self.take_serials(kind, 1)[0]

    def take_serials(self, kind: Kind, count: int) -> range:
        """Take so many serial numbers in a row; as `take_serial`."""
        table = schema.authority
        first = self._connection.scalar(
            table.update()
            .where(table.c.kind == kind.value)
            .values(next_serial=table.c.next_serial + count)
            .returning(table.c.next_serial - count)
        )
        if first is None:
            raise RegisterError(f"the register has no {kind.value} authority")
        if first + count - 1 > LARGEST_SERIAL:
            raise SerialsExhaustedError("the counter has left four octets")
        return range(int(first), int(first) + count)

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
        self.add_certificates(kind, [new])

    def add_certificates(self, kind: Kind, batch: Sequence[NewCertificate]) -> None:
        """Put certificates on record that are going to be signed."""
        rows = [
            {
                "kind": kind.value,
                "serial": new.serial,
                "generation": new.generation,
                "municipality": new.municipality,
                "holder": new.holder,
                "not_before": new.not_before,
                "not_after": new.not_after,
                "renews": new.renews,
                "key_digest": key_digest(new.public_key),
                "tbs": new.tbs,
            }
            for new in batch
        ]
        if rows:
            self._connection.execute(schema.certificate.insert(), rows)

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
        return self.finish_certificates(kind, {serial: der}) == {serial}

    def finish_certificates(self, kind: Kind, signed: Mapping[int, bytes]) -> set[int]:
        """Record signed certificates by serial number; give those nobody else had finished."""
        left = self.unfinished_among(kind, signed)
        if left:
            self._connection.execute(
                schema.certificate.update()
                .where(_certificate.kind == kind.value, _certificate.serial == bindparam("number"))
                .values(der=bindparam("signed"), tbs=None),
                [{"number": serial, "signed": signed[serial]} for serial in sorted(left)],
            )
        return left

    def revoke(self, kind: Kind, revocation: Revocation, *, municipality: str | None) -> None:
        """Record a revocation, in place of an earlier one of the same certificate."""
        mine = (_revocation.kind == kind.value) & (_revocation.serial == revocation.serial)
        self._connection.execute(schema.revocation.delete().where(mine))
        self.add_revocations(kind, [(revocation, municipality)])

    def add_revocations(self, kind: Kind, batch: Sequence[tuple[Revocation, str | None]]) -> None:
        """Record revocations of certificates that have none, each with its municipality."""
        if not batch:
            return
        # The authority's row stays locked to the end, so that numbers appear in their order.
        table = schema.authority
        last = self._connection.scalar(
            table.update()
            .where(table.c.kind == kind.value)
            .values(revocations=table.c.revocations + len(batch))
            .returning(table.c.revocations)
        )
        if last is None:
            raise RegisterError(f"the register has no {kind.value} authority")
        rows = [
            {
                "kind": kind.value,
                "serial": revocation.serial,
                "municipality": municipality,
                "reason": int(revocation.reason),
                "revoked_at": revocation.revoked_at,
                "settled_at": revocation.settled_at,
                "number": number,
                "of_kind": kind.value,
                "of_serial": revocation.serial,
            }
            for number, (revocation, municipality) in enumerate(batch, last - len(batch) + 1)
        ]
        self._connection.execute(_ADD_REVOCATION, rows)

    def add_lists(self, kind: Kind, lists: Sequence[tuple[str, ListRow]]) -> None:
        """Record lists that are going to be signed, each with its scope.

        Their numbers follow `last_numbers` of the same transaction, so that none is given twice.
        """
        rows = [
            {
                "kind": kind.value,
                "scope": scope,
                "number": row.number,
                "generation": row.generation,
                "this_update": row.this_update,
                "next_update": row.next_update,
                "entries": row.entries,
                "revoked": None if row.state is None else row.state.revoked,
                "settled": None if row.state is None else row.state.settled,
                "entries_sha256": row.sha256,
            }
            for scope, row in lists
        ]
        if rows:
            self._connection.execute(schema.revocation_list.insert(), rows)


_ADD_REVOCATION = schema.revocation.insert().values(
    # Repeated from the certificate, so that lists leave out what has ended from one table.
    not_after=select(_certificate.not_after)
    .where(_certificate.kind == bindparam("of_kind"), _certificate.serial == bindparam("of_serial"))
    .scalar_subquery()
)
