"""A register of the version before is opened as if it had always been ours.

`data/register-2.sql` is the dump of one, made by the program of that version: two authorities,
three certificates, a hold that was settled, another revocation, a list.
"""

import sqlite3
from pathlib import Path

import pytest

from jpki.ca import Authority, CertificateState, Register
from jpki.ca.errors import RegisterError
from jpki.profiles import Kind, RevocationReason

from .citizens import DAY, NOON

DUMP = Path(__file__).with_name("data") / "register-2.sql"


@pytest.fixture
def older(tmp_path):
    """Give the path of a register of version 2."""
    path = tmp_path / "register.sqlite"
    connection = sqlite3.connect(path)
    connection.executescript(DUMP.read_text())
    connection.close()
    return path


def rows(path, query):
    connection = sqlite3.connect(path)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def test_nothing_is_lost(older):
    """Certificates, revocations with their dates, and the counter."""
    before = rows(older, "SELECT kind, serial, der FROM certificate ORDER BY kind, serial")

    with Register.open(older) as register:
        sign = Authority(register, Kind.SIGN, keys=[])
        held, moved, good = list(sign.certificates())[1:]

    assert rows(older, "SELECT kind, serial, der FROM certificate ORDER BY kind, serial") == before
    assert held.revocation.reason is RevocationReason.KEY_COMPROMISE
    assert (held.revocation.revoked_at, held.revocation.settled_at) == (NOON, NOON + DAY)
    assert moved.revocation.reason is RevocationReason.SUPERSEDED
    assert good.state(NOON) is CertificateState.GOOD
    assert rows(older, "SELECT version FROM register") == [(3,)]


def test_it_goes_on_from_where_it_was(older, keys, holder_key):
    """Numbers are not given twice, and the next revocation has the next number."""
    with Register.open(older) as register:
        sign = Authority(register, Kind.SIGN, keys=[])
        serial = max(record.serial for record in sign.certificates())
        sign.revoke(serial, RevocationReason.SUPERSEDED, moment=NOON + DAY)

    numbers = rows(older, "SELECT number FROM revocation WHERE kind = 'sign' ORDER BY number")
    assert numbers == [(1,), (2,), (3,)]
    assert rows(older, "SELECT revocations FROM authority WHERE kind = 'sign'") == [(3,)]


def test_it_has_the_form_of_a_new_one(older, tmp_path):
    """The same tables, columns and indices."""
    Register.open(older).close()
    Register.create(tmp_path / "new.sqlite").close()
    columns = (
        "SELECT m.name, c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c"
        " WHERE m.type = 'table' ORDER BY 1, 2"
    )
    indices = "SELECT name, sql FROM sqlite_master WHERE type = 'index' ORDER BY name"

    assert rows(older, columns) == rows(tmp_path / "new.sqlite", columns)
    assert rows(older, indices) == rows(tmp_path / "new.sqlite", indices)


def test_what_stops_half_way_leaves_the_old_one(older, monkeypatch):
    """One transaction: whoever comes next begins anew."""
    monkeypatch.setattr("jpki.ca.upgrading.schema.SCHEMA_VERSION", 4)

    with pytest.raises(KeyError):
        Register.open(older)

    assert rows(older, "SELECT version FROM register") == [(2,)]
    assert rows(older, "SELECT count(*) FROM revocation") == [(2,)]


def test_a_version_nobody_knows_is_left_alone(older):
    connection = sqlite3.connect(older)
    connection.execute("UPDATE register SET version = 1")
    connection.commit()
    connection.close()

    with pytest.raises(RegisterError, match="found: 1"):
        Register.open(older)
