"""The register's tables.

What it is: SQLAlchemy Core declarations, plain enough for SQLite and PostgreSQL alike.
What it is not: queries (`jpki.ca.reading`) or an object-relational mapping.
Called by: `jpki.ca.register`, `jpki.ca.reading`, `jpki.ca.writing`.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    DDL,
    BigInteger,
    CheckConstraint,
    Column,
    Dialect,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    TypeDecorator,
    event,
)

SCHEMA_VERSION = 3


class UtcSeconds(TypeDecorator[datetime]):
    """A moment as whole seconds since 1970, UTC: what a certificate can say, and sortable."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Store seconds; an instant without a zone is refused rather than guessed."""
        del dialect
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return int(value.timestamp())

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        """Give an aware datetime in UTC."""
        del dialect
        return None if value is None else datetime.fromtimestamp(value, UTC)


metadata = MetaData()

register = Table(
    "register",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
)

authority = Table(
    "authority",
    metadata,
    Column("kind", String, primary_key=True),
    Column("organization", String, nullable=False),
    # The one counter that the authority's own certificates draw from too (PKI profile 1.6).
    Column("next_serial", BigInteger, nullable=False),
    # How often a revocation was recorded or changed: numbers `revocation.number`.
    Column("revocations", BigInteger, nullable=False),
)

municipality = Table(
    "municipality",
    metadata,
    # Kept beside the code: a distribution point must never change its name under a certificate.
    Column("code", String, primary_key=True),
    Column("prefecture", String, nullable=False),
    Column("name", String, nullable=False),
    Column("prefecture_romaji", String, nullable=False),
    Column("romaji", String, nullable=False),
)

certificate = Table(
    "certificate",
    metadata,
    Column("kind", String, primary_key=True),
    Column("serial", BigInteger, primary_key=True, autoincrement=False),
    Column("generation", Integer, nullable=False),
    # NULL for the authority's own certificates.
    Column("municipality", String),
    Column("holder", String, nullable=False),
    Column("not_before", UtcSeconds, nullable=False),
    Column("not_after", UtcSeconds, nullable=False),
    Column("renews", BigInteger),
    # SHA-256 of the SubjectPublicKeyInfo: whom a key serves is asked at each issue.
    Column("key_digest", LargeBinary, nullable=False),
    # What is going to be signed, on record before any key sees it; then what was signed.
    Column("tbs", LargeBinary),
    Column("der", LargeBinary),
    CheckConstraint("(tbs IS NULL) <> (der IS NULL)", name="unfinished_or_finished"),
    ForeignKeyConstraint(["kind"], ["authority.kind"]),
    ForeignKeyConstraint(["municipality"], ["municipality.code"]),
    Index("certificate_holder", "kind", "holder", "serial"),
    Index("certificate_municipality", "kind", "municipality"),
    Index("certificate_renews", "kind", "renews"),
    # Of both kinds together.
    Index("certificate_key", "key_digest"),
)
# The rows a recovery looks for are few among millions. As SQL that both databases take: an `Index`
# with `postgresql_where` would load all of PostgreSQL's dialect into programs that need none of it.
event.listen(
    certificate,
    "after_create",
    DDL(  # type: ignore[no-untyped-call]
        "CREATE INDEX certificate_unfinished ON certificate (kind, serial) WHERE der IS NULL"
    ),
)

generation = Table(
    "generation",
    metadata,
    Column("kind", String, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("serial", BigInteger, nullable=False),
    Column("public_key", LargeBinary, nullable=False),
    Column("key_identifier", LargeBinary, nullable=False),
    ForeignKeyConstraint(["kind", "serial"], ["certificate.kind", "certificate.serial"]),
    Index("generation_public_key", "kind", "public_key", unique=True),
)

revocation = Table(
    "revocation",
    metadata,
    Column("kind", String, primary_key=True),
    Column("serial", BigInteger, primary_key=True, autoincrement=False),
    # The certificate's, repeated so that one municipality's list reads only its own rows.
    Column("municipality", String),
    # The certificate's too: what a list names depends on it, and certificates are large rows.
    Column("not_after", UtcSeconds, nullable=False),
    Column("reason", Integer, nullable=False),
    Column("revoked_at", UtcSeconds, nullable=False),
    # When a hold got its final reason; NULL otherwise.
    Column("settled_at", UtcSeconds),
    # In the order of recording, by which others learn what is new. Moments would not do: one
    # transaction may wait while another with a later moment is done, and clocks are set back.
    Column("number", BigInteger, nullable=False),
    ForeignKeyConstraint(["kind", "serial"], ["certificate.kind", "certificate.serial"]),
    # All that one place's list asks, so that no other place's rows are read for it.
    Index(
        "revocation_municipality",
        *("kind", "municipality", "serial", "not_after", "settled_at", "revoked_at", "reason"),
    ),
    Index("revocation_number", "kind", "number", unique=True),
    # Rows lie in the order in which the list of everything names them.
    sqlite_with_rowid=False,
)

revocation_list = Table(
    "revocation_list",
    metadata,
    Column("kind", String, primary_key=True),
    # A municipality's code, or "" for the list of everything.
    Column("scope", String, primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("generation", Integer, nullable=False),
    Column("this_update", UtcSeconds, nullable=False),
    Column("next_update", UtcSeconds, nullable=False),
    Column("entries", BigInteger, nullable=False),
    # What the register held of the scope when the list was made (`jpki.ca.records.ScopeState`),
    # and SHA-256 of revokedCertificates' content. NULL where nobody wrote it down.
    Column("revoked", BigInteger),
    Column("settled", BigInteger),
    Column("entries_sha256", LargeBinary),
    ForeignKeyConstraint(["kind", "generation"], ["generation.kind", "generation.number"]),
)
