"""A register in a PostgreSQL database, for more than one machine or more than one file holds.

What it is: reaching the server by a libpq URL, and the transactions. One that writes locks the
table `register` before it reads anything. That lock excludes every other writer and no reader,
and under READ COMMITTED each later statement sees all that was committed before the lock was
given: the counter, the uses of a key and the entries of a list are never out of date, just as
after SQLite's BEGIN IMMEDIATE. (Under REPEATABLE READ the picture would be taken before the lock
is waited for.) One that reads sees one state from beginning to end: REPEATABLE READ, READ ONLY.
What it is not: tables or queries; nor a keeper of passwords, which libpq takes from PGPASSWORD,
~/.pgpass or a service, and which no message holds.
Standard: PostgreSQL manual 13.2.1, 13.2.2, 13.3.1 (EXCLUSIVE), 34.1.1.2 (URIs), appendix A.
Called by: `jpki.ca.register`.
"""

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError

from jpki.ca.database import Database
from jpki.ca.errors import RegisterError, RegisterReadOnlyError, RegisterUnreachableError

if TYPE_CHECKING:
    import psycopg

SCHEMES = ("postgresql://", "postgres://")
"""What a register's place begins with when it is not a file."""

_LOCK_WAIT_MILLISECONDS = 30_000
_CONNECT_WAIT_SECONDS = 10
_SECRETS = frozenset({"password", "sslpassword"})
_SHOWN = ("user", "host", "port", "dbname", "service")
_UNREACHABLE = ("08", "57P", "53300", "28", "3D000")
"""SQLSTATE: connection lost, server going or coming, too many of us, not let in, no database."""
_READ_ONLY_TRANSACTION = "25006"
_INSUFFICIENT_PRIVILEGE = "42501"

_MAY_WRITE = (
    "SELECT NOT pg_is_in_recovery()"
    " AND (to_regclass('register') IS NULL OR has_table_privilege('register', 'UPDATE'))"
)
# What was committed is on disk (never weaker; a server may have been told to do more).
_ON_DISK = (
    "SELECT set_config('synchronous_commit', 'on', false)"
    " WHERE current_setting('synchronous_commit') = 'off'"
)


def is_url(place: object) -> bool:
    """Whether a register's place is a PostgreSQL URL and no path."""
    return isinstance(place, str) and place.startswith(SCHEMES)


def holds_secret(url: str) -> bool:
    """Whether a URL carries a password; raises `RegisterError` when it is none."""
    return bool(_SECRETS & _parts(url).keys())


def reach(url: str) -> Database:
    """Reach a database; raises `RegisterError` and `RegisterUnreachableError`."""
    parts = _parts(url)
    name = "postgresql:" + (
        " ".join(f"{key}={parts[key]}" for key in _SHOWN if key in parts) or "//"
    )
    engine = _engine(url, parts)
    try:
        with engine.connect() as connection:
            writable = bool(connection.exec_driver_sql(_MAY_WRITE).scalar())
    except DBAPIError as error:
        engine.dispose()
        raise RegisterUnreachableError(f"{name} cannot be reached: {_told(error)}") from None
    return Database(
        name=name,
        engine=engine,
        begin=_begin,
        founding=("BEGIN",),
        failure=_failure,
        refusal=_failure,
        writable=writable,
    )


def _parts(url: str) -> dict[str, Any]:
    driver = _driver()
    try:
        return dict(driver.conninfo.conninfo_to_dict(url))
    except driver.ProgrammingError:
        # The driver would repeat what it could not read, a password perhaps.
        raise RegisterError("the register's URL is none that PostgreSQL understands") from None


def _driver() -> Any:
    try:
        import psycopg
    except ImportError:
        raise RegisterError(
            "a register in PostgreSQL needs psycopg: pip install 'jpki-emu[postgresql]'"
        ) from None
    return psycopg


def _engine(url: str, parts: dict[str, Any]) -> Engine:
    given = {
        "application_name": "jpki-emu",
        "connect_timeout": _CONNECT_WAIT_SECONDS,
        # A peer that vanished without a word holds up the others for two minutes, not two hours.
        "keepalives_idle": 60,
    }
    defaults = {key: value for key, value in given.items() if key not in parts}

    def connect() -> "psycopg.Connection[Any]":
        # The driver shall not begin transactions by its own lights: we say when, and which.
        connection: psycopg.Connection[Any] = _driver().connect(url, autocommit=True, **defaults)
        return connection

    engine = create_engine(
        "postgresql+psycopg://", creator=connect, hide_parameters=True, pool_pre_ping=True
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: Any) -> None:
        connection.execute(f"SET lock_timeout = {_LOCK_WAIT_MILLISECONDS}")
        connection.execute(_ON_DISK)

    return engine


def _begin(connection: Connection, writes: bool) -> None:  # noqa: FBT001
    if not writes:
        connection.exec_driver_sql("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        return
    connection.exec_driver_sql("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE")
    connection.exec_driver_sql("LOCK TABLE register IN EXCLUSIVE MODE")


def _failure(error: DBAPIError) -> RegisterError:
    state = getattr(error.orig, "sqlstate", None)
    if error.connection_invalidated or state is None or state.startswith(_UNREACHABLE):
        return RegisterUnreachableError(f"the register cannot be reached: {_told(error)}")
    if state in {_READ_ONLY_TRANSACTION, _INSUFFICIENT_PRIVILEGE}:
        return RegisterReadOnlyError(f"nothing can be changed: {_told(error)}")
    return RegisterError(f"the register's database failed: {_told(error)}")


def _told(error: DBAPIError) -> str:
    """Give the first line of the server's words; the details below can hold a whole row."""
    said: str | None = getattr(getattr(error.orig, "diag", None), "message_primary", None)
    return said or str(error.orig).partition("\n")[0]
