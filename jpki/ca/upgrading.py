"""A register of an earlier version brought to ours: in one transaction, or not at all.

What it is: the step from each version to the next. Nothing in it is lost, and no program of the
earlier version opens it afterwards.
What it is not: for PostgreSQL, where no register of an earlier version was ever made.
Standard: https://sqlite.org/lang_altertable.html
Called by: `jpki.ca.register`.
"""

from collections.abc import Callable, Mapping

from sqlalchemy import Connection

from jpki.ca import schema


def upgrade(connection: Connection, version: int) -> None:
    """Take every step from a version to ours, within a writing transaction of the caller's."""
    while version != schema.SCHEMA_VERSION:
        STEPS[version](connection)
        version += 1
    connection.execute(schema.register.update().values(version=version))


def _from_2(connection: Connection) -> None:
    """Give revocations numbers, and beside each the end of its certificate."""
    run = connection.exec_driver_sql
    run("ALTER TABLE revocation RENAME TO revocation_2")
    run("DROP INDEX revocation_municipality")
    schema.revocation.create(connection)
    run(
        "INSERT INTO revocation"
        " (kind, serial, municipality, not_after, reason, revoked_at, settled_at, number)"
        " SELECT kind, serial, r.municipality, c.not_after, reason, revoked_at, settled_at,"
        " row_number() OVER (PARTITION BY kind ORDER BY coalesce(settled_at, revoked_at), serial)"
        " FROM revocation_2 r JOIN certificate c USING (kind, serial)"
    )
    run("DROP TABLE revocation_2")
    run("ALTER TABLE authority ADD COLUMN revocations BIGINT NOT NULL DEFAULT 0")
    run(
        "UPDATE authority SET revocations ="
        " (SELECT count(*) FROM revocation WHERE revocation.kind = authority.kind)"
    )
    # NULL there has every list made anew once.
    run("ALTER TABLE revocation_list ADD COLUMN revoked BIGINT")
    run("ALTER TABLE revocation_list ADD COLUMN settled BIGINT")
    run("ALTER TABLE revocation_list ADD COLUMN entries_sha256 BLOB")


STEPS: Mapping[int, Callable[[Connection], None]] = {2: _from_2}
"""What is done to a register of a version, to make it one of the next."""
