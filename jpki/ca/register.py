"""The register of everything issued and revoked: one database, opened and guarded.

What it is: creation, opening, and the two kinds of transaction: one that sees one state of the
register, and one that has it for itself and is on disk when it ends.
What it is not: the ways of a database (`jpki.ca.sqlite`, `jpki.ca.postgresql`), the queries
(`jpki.ca.reading`, `jpki.ca.writing`) or rules about them (`jpki.ca.authority`).
Called by: `jpki.ca.authority`, `cardsim.world`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, event, inspect, select
from sqlalchemy.exc import DBAPIError

from jpki.ca import postgresql, schema, sqlite
from jpki.ca.database import WRITES, Database
from jpki.ca.errors import RegisterError, RegisterReadOnlyError
from jpki.ca.reading import Reading
from jpki.ca.upgrading import STEPS, upgrade
from jpki.ca.writing import Writing


class Register:
    """A register that is open; close it, or use it in a `with` statement.

    Threads and processes may share one; each transaction uses a connection of its own.
    """

    def __init__(self, database: Database) -> None:
        """Take a database that is known to hold a register: use `create` or `open`."""
        self._database = database
        self._engine = database.engine
        self.writable = database.writable
        """Whether anything can be changed: not on a read-only disk, say."""
        self._writer = self._engine.execution_options(**{WRITES: True})

        @event.listens_for(self._engine, "begin")
        def begin(connection: Connection) -> None:
            database.begin(connection, connection.get_execution_options().get(WRITES, False))

    @classmethod
    def create(cls, place: Path | str) -> Self:
        """Make a new register: in a file only its owner can read, or in a PostgreSQL database.

        `place` is a path or a `postgresql://` URL. It holds names and addresses.
        Raises `RegisterError` when something is there, or nothing can be made.
        """
        if postgresql.is_url(place):
            database = postgresql.reach(str(place))
        else:
            database = sqlite.make_file(Path(place))
        try:
            if not database.writable:
                raise RegisterReadOnlyError(f"{database.name} is read-only")
            _check_empty(database)
            with database.engine.begin() as tables:
                for statement in database.founding:
                    tables.exec_driver_sql(statement)
                schema.metadata.create_all(tables)
                tables.execute(schema.register.insert().values(version=schema.SCHEMA_VERSION))
        except DBAPIError as error:
            database.engine.dispose()
            raise database.refusal(error) from None
        except RegisterError:
            database.engine.dispose()
            raise
        return cls(database)

    @classmethod
    def open(cls, place: Path | str) -> Self:
        """Open a register, by its path or URL; where nothing can be written, for reading.

        One of an earlier version is brought to ours, if it can be written.

        Raises `RegisterError`, and leaves what is there as it is, when there is none, when it is
        something else, or when its version is not ours; `RegisterUnreachableError` when nobody
        can say what it is.
        """
        if postgresql.is_url(place):
            database = postgresql.reach(str(place))
        else:
            database = sqlite.open_file(Path(place))
        try:
            with database.engine.connect() as connection:
                known = inspect(connection).has_table(schema.register.name)
                versions = (
                    connection.scalars(select(schema.register.c.version)).all() if known else []
                )
        except DBAPIError as error:
            database.engine.dispose()
            raise database.refusal(error) from None
        opened = cls(database)
        if len(versions) == 1 and versions[0] in STEPS and database.writable:
            opened._upgrade()
        elif versions != [schema.SCHEMA_VERSION]:
            database.engine.dispose()
            found = ", ".join(map(str, versions)) or "none"
            raise RegisterError(
                f"{database.name} is not a register of version {schema.SCHEMA_VERSION}"
                f" (found: {found})"
            )
        return opened

    @contextmanager
    def reading(self) -> Iterator[Reading]:
        """Begin a transaction that sees one state of the register from beginning to end.

        Raises `RegisterError` when the database fails, `RegisterUnreachableError` when it is gone.
        """
        with self._translated(), self._engine.begin() as connection:
            yield Reading(connection)

    @contextmanager
    def writing(self) -> Iterator[Writing]:
        """Begin a transaction that has the register for itself; on disk when the block ends.

        An exception in the block undoes everything done in it. Raises `RegisterReadOnlyError`, and
        `RegisterError` when the database fails: full, or held by another process for too long. A
        `RegisterUnreachableError` at the end leaves open whether the block was done or not.
        """
        if not self.writable:
            raise RegisterReadOnlyError(
                f"{self._database.name} is read-only: nothing can be changed"
            )
        with self._translated(), self._writer.begin() as connection:
            yield Writing(connection)

    def _upgrade(self) -> None:
        with self._translated(), self._writer.begin() as connection:
            # Another process may have been quicker.
            version = connection.scalars(select(schema.register.c.version)).one()
            upgrade(connection, version)

    def remove(self) -> None:
        """Take the tables away again, with everything in them: a founding that failed."""
        with self._translated(), self._writer.begin() as connection:
            schema.metadata.drop_all(connection)

    def close(self) -> None:
        """Let go of the database; a second call does nothing."""
        self._engine.dispose()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            # Without the driver's own: its details can hold a whole row, names and addresses.
            raise self._database.failure(error) from None

    def __enter__(self) -> Self:
        """Give the register itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close it."""
        self.close()


def _check_empty(database: Database) -> None:
    with database.engine.connect() as connection:
        if inspect(connection).get_table_names():
            raise RegisterError(f"{database.name} exists already")
