"""The register of everything issued and revoked: one SQLite database, opened and guarded.

What it is: creation, opening, and the two kinds of transaction. Writing transactions take the
write lock at their beginning, so two processes never read the same counter, and are on disk when
they end (WAL with synchronous=FULL).
A register that cannot be written to, or whose directory cannot, is read all the same.
What it is not: the queries (`jpki.ca.reading`, `jpki.ca.writing`) or rules about them
(`jpki.ca.authority`).
Standard: https://sqlite.org/wal.html, https://sqlite.org/pragma.html#pragma_synchronous,
https://sqlite.org/uri.html (mode, immutable).
Called by: `jpki.ca.authority`, `cardsim.world`.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, select
from sqlalchemy.exc import DatabaseError, OperationalError

from jpki.ca import schema
from jpki.ca.errors import RegisterError, RegisterReadOnlyError, RegisterUnreachableError
from jpki.ca.reading import Reading
from jpki.ca.writing import Writing

_LOCK_WAIT_MILLISECONDS = 30_000
_WRITES = "jpki_writes"


def _engine(path: Path, *, uri: str | None = None) -> Engine:
    """Give the connections to a database; `uri` says how to open it, if not for writing."""
    given: dict[str, Any] = {}
    if uri is not None:
        given["creator"] = lambda: sqlite3.connect(uri, uri=True, check_same_thread=False)
    # Parameters are names, addresses and keys: none of them in an error's text.
    engine = create_engine(URL.create("sqlite", database=str(path)), hide_parameters=True, **given)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: Any) -> None:
        # The driver shall not begin transactions by its own lights: we say when, and which.
        connection.isolation_level = None
        connection.execute(f"PRAGMA busy_timeout = {_LOCK_WAIT_MILLISECONDS}")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get(_WRITES, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _read_only_uri(path: Path) -> str | None:
    """Say how to open a register that cannot be written to; None for one that can."""
    log = path.with_name(f"{path.name}-wal")
    if os.access(path.parent, os.W_OK | os.X_OK):
        return None if os.access(path, os.W_OK) else f"{path.absolute().as_uri()}?mode=ro"
    # Where SQLite can make no log, it reads without one only what it is told stays as it is. A
    # log that is there holds the latest changes, and must be read.
    how = "mode=ro" if log.exists() else "mode=ro&immutable=1"
    return f"{path.absolute().as_uri()}?{how}"


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except DatabaseError as error:
        raise RegisterError(f"the register's database failed: {error.orig}") from error


def _check_empty(engine: Engine, path: Path) -> None:
    with engine.connect() as connection:
        if inspect(connection).get_table_names():
            raise RegisterError(f"{path} exists already")


class Register:
    """A register that is open; close it, or use it in a `with` statement.

    Threads and processes may share one file; each transaction uses a connection of its own.
    """

    def __init__(self, engine: Engine, path: Path, *, writable: bool = True) -> None:
        """Take an engine that is known to hold a register: use `create` or `open`."""
        self._engine = engine
        self._path = path
        self.writable = writable
        """Whether anything can be changed: not on a read-only disk, say."""
        self._writer = engine.execution_options(**{_WRITES: True})

    @classmethod
    def create(cls, path: Path) -> Self:
        """Make a new register in a file only its owner can read: it holds names and addresses.

        Raises `RegisterError` when the file exists and holds anything, or cannot be made.
        """
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                if not os.fstat(descriptor).st_size:
                    os.fchmod(descriptor, 0o600)
            finally:
                os.close(descriptor)
        except OSError as error:
            raise RegisterError(f"{path} cannot be made: {error.strerror}") from error
        engine = _engine(path)
        try:
            _check_empty(engine, path)
            # Outside any transaction, as SQLite asks; the mode stays with the file.
            with closing(sqlite3.connect(path)) as connection:
                connection.execute("PRAGMA journal_mode = WAL")
            with engine.execution_options(**{_WRITES: True}).begin() as tables:
                schema.metadata.create_all(tables)
                tables.execute(schema.register.insert().values(version=schema.SCHEMA_VERSION))
        except (DatabaseError, sqlite3.Error) as error:
            engine.dispose()
            cause = error.orig if isinstance(error, DatabaseError) else error
            raise RegisterError(f"{path} is not a register: {cause}") from error
        except RegisterError:
            engine.dispose()
            raise
        return cls(engine, path)

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open a register; where nothing can be written, for reading.

        Raises `RegisterError`, and leaves the file as it is, when there is none, when it is
        something else, or when its version is not ours; `RegisterUnreachableError` when nobody
        can say what it is.
        """
        if not path.is_file():
            raise RegisterError(f"there is no register at {path}")
        uri = _read_only_uri(path)
        engine = _engine(path, uri=uri)
        try:
            with engine.connect() as connection:
                known = inspect(connection).has_table(schema.register.name)
                versions = (
                    connection.scalars(select(schema.register.c.version)).all() if known else []
                )
        except OperationalError as error:
            engine.dispose()
            raise RegisterUnreachableError(f"{path} cannot be opened: {error.orig}") from error
        except DatabaseError as error:
            engine.dispose()
            raise RegisterError(f"{path} is not a register: {error.orig}") from error
        if versions != [schema.SCHEMA_VERSION]:
            engine.dispose()
            found = ", ".join(map(str, versions)) or "none"
            raise RegisterError(
                f"{path} is not a register of version {schema.SCHEMA_VERSION} (found: {found})"
            )
        return cls(engine, path, writable=uri is None)

    @contextmanager
    def reading(self) -> Iterator[Reading]:
        """Begin a transaction that sees one state of the register from beginning to end.

        Raises `RegisterError` when the database fails.
        """
        with _translated(), self._engine.begin() as connection:
            yield Reading(connection)

    @contextmanager
    def writing(self) -> Iterator[Writing]:
        """Begin a transaction that has the register for itself; on disk when the block ends.

        An exception in the block undoes everything done in it. Raises `RegisterReadOnlyError`, and
        `RegisterError` when the database fails: full, or held by another process for too long.
        """
        if not self.writable:
            raise RegisterReadOnlyError(f"{self._path} is read-only: nothing can be changed")
        with _translated(), self._writer.begin() as connection:
            yield Writing(connection)

    def close(self) -> None:
        """Let go of the file; a second call does nothing."""
        self._engine.dispose()

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
