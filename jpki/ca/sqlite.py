"""A register in one SQLite file, the default.

What it is: making the file, opening it, and the transactions. Those that write take the write
lock at their beginning, so two processes never read the same counter, and are on disk when they
end (WAL with synchronous=FULL).
A register that cannot be written to, or whose directory cannot, is read all the same.
What it is not: tables or queries.
Standard: https://sqlite.org/wal.html, https://sqlite.org/pragma.html#pragma_synchronous,
https://sqlite.org/uri.html (mode, immutable).
Called by: `jpki.ca.register`.
"""

import os
import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, OperationalError

from jpki.ca.database import Database
from jpki.ca.errors import RegisterError, RegisterUnreachableError

_LOCK_WAIT_MILLISECONDS = 30_000


def make_file(path: Path) -> Database:
    """Make a file only its owner can read, or find one, for a register to be made in.

    Raises `RegisterError` when it cannot be made.
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
    return _database(path)


def open_file(path: Path) -> Database:
    """Open a file that should hold a register; raises `RegisterError` when there is none."""
    if not path.is_file():
        raise RegisterError(f"there is no register at {path}")
    return _database(path, uri=_read_only_uri(path))


def _database(path: Path, *, uri: str | None = None) -> Database:
    def refusal(error: DBAPIError) -> RegisterError:
        if isinstance(error, OperationalError):
            return RegisterUnreachableError(f"{path} cannot be opened: {error.orig}")
        return RegisterError(f"{path} is not a register: {error.orig}")

    return Database(
        name=str(path),
        engine=_engine(path, uri),
        begin=_begin,
        # The log's mode stays with the file; it is set outside any transaction, as SQLite asks.
        founding=("PRAGMA journal_mode = WAL", "BEGIN IMMEDIATE"),
        failure=_failure,
        refusal=refusal,
        writable=uri is None,
    )


def _engine(path: Path, uri: str | None) -> Engine:
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

    return engine


def _begin(connection: Connection, writes: bool) -> None:  # noqa: FBT001
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _read_only_uri(path: Path) -> str | None:
    """Say how to open a register that cannot be written to; None for one that can."""
    log = path.with_name(f"{path.name}-wal")
    if os.access(path.parent, os.W_OK | os.X_OK):
        return None if os.access(path, os.W_OK) else f"{path.absolute().as_uri()}?mode=ro"
    # Where SQLite can make no log, it reads without one only what it is told stays as it is. A
    # log that is there holds the latest changes, and must be read.
    how = "mode=ro" if log.exists() else "mode=ro&immutable=1"
    return f"{path.absolute().as_uri()}?{how}"


def _failure(error: DBAPIError) -> RegisterError:
    return RegisterError(f"the register's database failed: {error.orig}")
