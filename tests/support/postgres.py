"""A PostgreSQL server of the tests' own: on a Unix socket, nowhere else, gone when they end.

What it is: a cluster in a temporary directory, and empty databases in it (a schema each, reached
by a URL of its own). As root, everything of it runs as `postgres`, since PostgreSQL refuses root.
What it is not: tuned for speed: fsync is on as everywhere, so that what a test says of crashes
is said of what users run.
Standard: initdb(1), postgres(1). Called by the fixtures in `tests/ca` and `tests/world`.
"""

import os
import shutil
import signal
import subprocess
import tempfile
from itertools import count
from pathlib import Path
from urllib.parse import quote

import psycopg

from tests.support.processes import Daemon

USER = "jpki"
_SETTINGS = {
    "listen_addresses": "",
    "max_connections": "50",
    "shared_buffers": "32MB",
    # Nothing is ever left waiting for these in a test's seconds.
    "autovacuum": "off",
    "max_wal_size": "512MB",
}
# As runuser(1), but without a process between that could die alone.
_AS_OWNER = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"]
_DIES_WITH_US = "--pdeathsig=QUIT"  # Changing the user has taken the one `Daemon` sets.


class PostgresServer:
    """A running server; `close` stops it and takes its files away."""

    def __init__(self) -> None:
        self._as_owner = _AS_OWNER if os.geteuid() == 0 else []
        # Not below pytest's directory: another user must get in, and a socket's path is short.
        self.directory = Path(tempfile.mkdtemp(prefix="jpki-pg-"))
        if self._as_owner:
            shutil.chown(self.directory, "postgres")
        self._data = self.directory / "data"
        self._log = self.directory / "log"
        self._numbers = count(1)
        how = ["--no-sync", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"]
        self._run("initdb", f"--pgdata={self._data}", f"--username={USER}", *how)
        self.start()

    def start(self) -> None:
        """Start, and wait until connections are taken."""
        settings = [f"--{name}={value}" for name, value in _SETTINGS.items()]
        self._server = Daemon(
            *([*self._as_owner, _DIES_WITH_US] if self._as_owner else []),
            _program("postgres"),
            "-D",
            self._data,
            f"--unix_socket_directories={self.directory}",
            *settings,
            log=self._log,
        )
        self.wait()

    def wait(self) -> None:
        """Return when connections are taken, also again after a backend was killed."""
        self._server.wait_until(self._takes_connections, "take connections")

    def kill_backend(self, process: int) -> None:
        """End one of the server's processes as kill -9 does, and wait until it is noticed."""
        os.kill(process, signal.SIGKILL)
        self._server.wait_until(lambda: "reinitializing" in self._server.said, "notice")

    def require_passwords(self, password: str) -> None:
        """From now on let nobody in without this one."""
        self.execute(f"ALTER ROLE {USER} PASSWORD '{password}'")
        (self._data / "pg_hba.conf").write_text("local all all scram-sha-256\n")
        self._run("pg_ctl", "reload", f"--pgdata={self._data}")

    def stop(self, how: str = "immediate") -> None:
        """Stop; `immediate` is as a crash: nothing is written back, clients are cut off."""
        self._run("pg_ctl", "stop", f"--pgdata={self._data}", f"--mode={how}")
        self._server.stop()

    def close(self) -> None:
        """Stop and remove it."""
        if (self._data / "postmaster.pid").exists():
            self.stop()
        shutil.rmtree(self.directory)

    def url(self, *, schema: str = "public") -> str:
        """Give the URL of a schema."""
        options = quote(f"-csearch_path={schema}")
        return f"postgresql://{USER}@/postgres?host={quote(str(self.directory))}&options={options}"

    def new_database(self) -> str:
        """Make an empty place for a register; give its URL."""
        schema = f"register_{next(self._numbers)}"
        self.execute(f"CREATE SCHEMA {schema}")
        return self.url(schema=schema)

    def execute(self, statement: str, *, url: str | None = None) -> list[tuple[object, ...]]:
        """Run a statement past the program under test; give the rows, if it has any."""
        with psycopg.connect(url or self.url(), autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def _takes_connections(self) -> bool:
        try:
            return self.execute("SELECT 1") == [(1,)]
        except psycopg.OperationalError:
            return False

    def _run(self, name: str, *arguments: str) -> None:
        # As another user it cannot come back to where we are.
        subprocess.run(
            [*self._as_owner, _program(name), *arguments],
            check=True,
            cwd=self.directory,
            stdout=subprocess.DEVNULL,
        )


def _program(name: str) -> Path:
    """Find a program of the newest PostgreSQL here; Debian keeps them off the PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=_version)
    if found:
        return found[-1]
    elsewhere = shutil.which(name)
    if elsewhere is None:
        raise FileNotFoundError(f"{name} of PostgreSQL is missing (Debian: postgresql)")
    return Path(elsewhere)


def _version(path: Path) -> int:
    return int(path.parts[-3])
