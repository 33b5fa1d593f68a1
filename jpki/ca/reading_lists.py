"""What can be asked of the register about revocation lists, inside one transaction.

What it is: the entries of a list as a stream, what the register holds of a scope, and the lists
that were numbered before.
What it is not: the other queries (`jpki.ca.reading`).
Called by: `jpki.ca.reading` (is one), `jpki.ca.numbering`, `jpki.ca.coverage`.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Row,
    String,
    Subquery,
    and_,
    func,
    literal,
    select,
    true,
    type_coerce,
    union_all,
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

    def scope_states(self, kind: Kind, scopes: Collection[str]) -> dict[str, ScopeState]:
        """Give what the register holds of each scope.

        To be asked before the entries: should another process revoke in between, a list knows
        more than its state says, which costs a list made anew and nothing else.
        """
        counts = func.count(), func.count(_revocation.settled_at)
        found = self._counted(kind, scopes, true(), *counts)
        return {scope: ScopeState(*found.get(scope, (0, 0))) for scope in scopes}

    def listed(
        self, kind: Kind, scopes: Collection[str], *, expired_before: datetime | None
    ) -> dict[str, int]:
        """Give how many entries `revoked` would give for each scope."""
        found = self._counted(kind, scopes, _not_ended(expired_before), func.count())
        return {scope: found.get(scope, (0,))[0] for scope in scopes}

    def _counted(
        self,
        kind: Kind,
        scopes: Collection[str],
        which: ColumnElement[bool],
        *counts: ColumnElement[int],
    ) -> dict[str, tuple[int, ...]]:
        """Count rows of each scope; a place without any is left out."""
        place, found = _revocation.municipality, {}
        if places := [scope for scope in scopes if scope != WHOLE_SCOPE]:
            rows = self._connection.execute(
                select(place, *counts)
                .where(_revocation.kind == kind.value, place.in_(places), which)
                .group_by(place)
            )
            found = {str(scope): tuple(counted) for scope, *counted in rows}
        if WHOLE_SCOPE in scopes:
            whole = select(*counts).where(_revocation.kind == kind.value, which)
            found[WHOLE_SCOPE] = tuple(self._connection.execute(whole).one())
        return found

    def last_lists(
        self, kind: Kind, scopes: Collection[str], generations: Collection[int]
    ) -> dict[tuple[str, int], ListRow]:
        """Give the latest list of each scope under each key, of those that have one."""
        if not scopes:
            return {}
        asked, key, earlier = _asked(scopes), schema.generation.c, schema.revocation_list.alias()
        # Sought from the end for each: ten years of nights are not read to find the last.
        last = (
            select(earlier.c.number)
            .where(
                earlier.c.kind == kind.value,
                earlier.c.scope == asked.c.scope,
                earlier.c.generation == key.number,
            )
            .order_by(earlier.c.number.desc())
            .limit(1)
            .scalar_subquery()
        )
        rows = self._connection.execute(
            select(schema.revocation_list)
            .select_from(asked.join(schema.generation, true()))
            .join(schema.revocation_list, and_(_list.scope == asked.c.scope, _list.number == last))
            .where(
                _list.kind == kind.value,
                key.kind == kind.value,
                key.number.in_(generations),
            )
        )
        return {(row.scope, row.generation): _list_row(row) for row in rows}

    def last_numbers(self, kind: Kind, scopes: Collection[str]) -> dict[str, int]:
        """Give each scope's highest number under any key, 0 where there is no list."""
        if not scopes:
            return {}
        asked = _asked(scopes)
        highest = (
            select(func.max(_list.number))
            .where(_list.kind == kind.value, _list.scope == asked.c.scope)
            .scalar_subquery()
        )
        rows = self._connection.execute(select(asked.c.scope, highest))
        return {scope: number or 0 for scope, number in rows}

    def last_numbers_by_key(
        self, kind: Kind, generations: Collection[int]
    ) -> dict[tuple[str, int], int]:
        """Give the number of every scope's latest list under each key, of those that have one."""
        whole = select(literal(WHOLE_SCOPE, String).label("scope"))
        every = union_all(whole, select(schema.municipality.c.code)).subquery("every")
        key = schema.generation.c
        # Sought from the end for each, as above.
        last = (
            select(_list.number)
            .where(
                _list.kind == kind.value,
                _list.scope == every.c.scope,
                _list.generation == key.number,
            )
            .order_by(_list.number.desc())
            .limit(1)
            .scalar_subquery()
        )
        rows = self._connection.execute(
            select(every.c.scope, key.number, last)
            .select_from(every.join(schema.generation, true()))
            .where(key.kind == kind.value, key.number.in_(generations))
        )
        return {(place, number): found for place, number, found in rows if found is not None}

    def lists(self, kind: Kind, scope: str) -> list[ListRow]:
        """Give every list of a scope, by number."""
        rows = self._connection.execute(
            select(schema.revocation_list)
            .where(_list.kind == kind.value, _list.scope == scope)
            .order_by(_list.number)
        )
        return [_list_row(row) for row in rows]


def _asked(scopes: Collection[str]) -> Subquery:
    """Give scopes as a table of one column; SQLite takes 500."""
    return union_all(*(select(literal(scope, String).label("scope")) for scope in scopes)).subquery(
        "asked"
    )


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
