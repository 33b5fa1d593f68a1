"""What can be asked of the register about revocation lists, inside one transaction.

What it is: the entries of a list as a stream, what the register holds of a scope, and the lists
that were numbered before.
What it is not: the other queries (`jpki.ca.reading`).
Called by: `jpki.ca.reading` (is one), `jpki.ca.numbering`, `jpki.ca.coverage`.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Row,
    and_,
    func,
    select,
    true,
    type_coerce,
)

from jpki.ca import schema
from jpki.ca.entries import RevokedRow
from jpki.ca.records import ListRow, ScopeState
from jpki.profiles.kinds import Kind

WHOLE_SCOPE = ""
"""The scope of the list of everything; other scopes are municipality codes."""

CHUNK = 20_000
"""Rows at a time: what a list of any length takes of memory."""

_revocation = schema.revocation.c
_list = schema.revocation_list.c


class ReadingLists:
    """Questions about lists."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def revoked(
        self, kind: Kind, scope: str, *, expired_before: datetime | None
    ) -> Iterator[Sequence[RevokedRow]]:
        """Give the entries of a list by serial number, in chunks.

        Certificates that ended before `expired_before` are left out; None keeps all. It is one
        statement, so what others revoke meanwhile is in all chunks or in none, on PostgreSQL too.
        """
        query = (
            select(
                _revocation.serial,
                # As the number it is: a list needs no object for each moment.
                type_coerce(_revocation.revoked_at, BigInteger),
                _revocation.reason,
            )
            .where(_of_scope(kind, scope), _not_ended(expired_before))
            .order_by(_revocation.serial)
        )
        # A cursor of the server's where the driver would otherwise fetch all of it.
        with self._connection.execute(query, execution_options={"yield_per": CHUNK}) as rows:
            yield from rows.partitions()

    def revoked_serials(
        self,
        kind: Kind,
        scope: str,
        *,
        expired_before: datetime | None,
        revoked_before: datetime | None,
    ) -> Iterator[Sequence[int]]:
        """Give serial numbers alone, also without what was revoked at a moment or later."""
        query = select(_revocation.serial).where(_of_scope(kind, scope), _not_ended(expired_before))
        if revoked_before is not None:
            query = query.where(_revocation.revoked_at < revoked_before)
        with self._connection.scalars(
            query.order_by(_revocation.serial), execution_options={"yield_per": CHUNK}
        ) as serials:
            yield from serials.partitions()

    def scope_state(self, kind: Kind, scope: str) -> ScopeState:
        """Give what the register holds of a scope.

        To be asked before the entries: should another process revoke in between, a list knows
        more than its state says, which costs a list made anew and nothing else.
        """
        row = self._connection.execute(
            select(func.count(), func.count(_revocation.settled_at)).where(_of_scope(kind, scope))
        ).one()
        return ScopeState(*row)

    def listed(self, kind: Kind, scope: str, *, expired_before: datetime | None) -> int:
        """Give how many entries `revoked` would give."""
        query = select(func.count()).where(_of_scope(kind, scope), _not_ended(expired_before))
        return int(self._connection.scalar(query) or 0)

    def last_list(self, kind: Kind, scope: str, *, generation: int) -> ListRow | None:
        """Give the latest list of a scope under a key, or None."""
        row = self._connection.execute(
            select(schema.revocation_list)
            .where(_list.kind == kind.value, _list.scope == scope, _list.generation == generation)
            .order_by(_list.number.desc())
            .limit(1)
        ).one_or_none()
        return None if row is None else _list_row(row)

    def lists(self, kind: Kind, scope: str) -> list[ListRow]:
        """Give every list of a scope, by number."""
        rows = self._connection.execute(
            select(schema.revocation_list)
            .where(_list.kind == kind.value, _list.scope == scope)
            .order_by(_list.number)
        )
        return [_list_row(row) for row in rows]


def _of_scope(kind: Kind, scope: str) -> ColumnElement[bool]:
    mine = _revocation.kind == kind.value
    return mine if scope == WHOLE_SCOPE else and_(mine, _revocation.municipality == scope)


def _not_ended(expired_before: datetime | None) -> ColumnElement[bool]:
    return true() if expired_before is None else _revocation.not_after >= expired_before


def _list_row(row: Row[tuple[object, ...]]) -> ListRow:
    return ListRow(
        number=row.number,
        generation=row.generation,
        this_update=row.this_update,
        next_update=row.next_update,
        entries=row.entries,
        state=None if row.revoked is None else ScopeState(row.revoked, row.settled),
        sha256=row.entries_sha256,
    )
