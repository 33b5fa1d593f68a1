"""The register, and as a file: private, versioned, refused when it is something else."""

import sqlite3

import pytest

from jpki.ca import Authority, Register, make_list
from jpki.ca.errors import RegisterError, RegisterReadOnlyError, RegisterUnreachableError
from jpki.profiles import Kind, RevocationReason

from .citizens import DAY, NOON, chance, request

DATABASES = ["sqlite", "postgresql"]


@pytest.fixture
def path(tmp_path):
    """Give where a database shall be."""
    return tmp_path / "other.sqlite"


def test_it_holds_names_so_only_its_owner_reads_it(path):
    """Mode 0600, also of what SQLite puts beside it."""
    with Register.create(path):
        modes = {file.name: file.stat().st_mode & 0o777 for file in path.parent.iterdir()}

    assert set(modes.values()) == {0o600}


def test_it_can_be_opened_again(register, sign, keys, holder_key, register_at):
    """All that was issued is there."""
    issued = sign.issue(request(holder_key), moment=NOON, randomness=chance)
    register.close()

    with Register.open(register_at) as reopened:
        authority = Authority(reopened, Kind.SIGN, keys=keys)
        assert authority.certificate(issued.serial).der == issued.der


def test_it_is_created_once(register, register_at):
    """An existing register is not begun anew."""
    with pytest.raises(RegisterError, match="exists"):
        Register.create(register_at)
    with register.reading() as asked:
        assert asked.generations(Kind.SIGN) == []


def test_a_missing_register_is_not_made_on_opening(path):
    """A mistyped path leaves no empty database behind."""
    with pytest.raises(RegisterError, match="no register"):
        Register.open(path)
    assert not path.exists()


@pytest.mark.parametrize("opening", [Register.open, Register.create])
def test_another_kind_of_file_is_refused_and_left_alone(path, opening):
    """What is no database is not touched."""
    path.write_bytes(b"notes of somebody, quite long enough" * 100)
    before = path.read_bytes()

    with pytest.raises(RegisterError):
        opening(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("opening", [Register.open, Register.create])
def test_another_programs_database_is_refused_and_left_alone(path, opening):
    """A database with tables that are not ours is not touched."""
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE songs (title TEXT)")
    other.commit()
    other.close()
    before = path.read_bytes()

    with pytest.raises(RegisterError):
        opening(path)
    assert path.read_bytes() == before


def test_a_register_of_another_version_is_refused(path):
    """A later program's register is not written to by this one."""
    Register.create(path).close()
    other = sqlite3.connect(path)
    other.execute("UPDATE register SET version = 999")
    other.commit()
    other.close()

    with pytest.raises(RegisterError, match="999"):
        Register.open(path)


def test_what_is_committed_is_on_disk(path):
    """Write-ahead log, and every commit waits for the disk."""
    with Register.create(path) as register, register.reading() as asked:
        mode = asked._connection.exec_driver_sql("PRAGMA journal_mode").scalar()
        synchronous = asked._connection.exec_driver_sql("PRAGMA synchronous").scalar()

    assert (mode, synchronous) == ("wal", 2)


def test_a_failing_block_undoes_everything(register):
    """Nothing of it is there afterwards."""
    with pytest.raises(ZeroDivisionError):
        _add_and_fail(register)
    with register.reading() as asked:
        assert asked.organization(Kind.SIGN) is None


def _add_and_fail(register):
    with register.writing() as change:
        change.add_authority(Kind.SIGN, organization="JPKI-EMU", first_serial=1)
        raise ZeroDivisionError


def test_a_database_error_shows_no_attribute(register):
    """A name on its way into the database does not come out in an error."""
    with register.writing() as change:
        change.add_authority(Kind.SIGN, organization="模擬花子", first_serial=1)

    with pytest.raises(RegisterError) as failure, register.writing() as change:
        change.add_authority(Kind.SIGN, organization="模擬花子", first_serial=1)
    assert "花子" not in str(failure.value) + str(failure.value.__cause__)


def test_a_moment_without_a_zone_is_refused(sign, holder_key):
    """A naive time would be read in the machine's zone."""
    with pytest.raises(ValueError, match="zone"):
        sign.issue(request(holder_key), moment=NOON.replace(tzinfo=None), randomness=chance)


def test_an_empty_file_is_made_private(path):
    """Whoever made it beforehand did not know what comes into it."""
    path.touch(0o644)
    path.chmod(0o644)

    with Register.create(path):
        assert path.stat().st_mode & 0o777 == 0o600


def test_a_place_where_nothing_can_be_made_is_named(tmp_path):
    """A missing directory, or a directory instead of a file: the error says which path."""
    with pytest.raises(RegisterError, match="missing"):
        Register.create(tmp_path / "missing" / "register.sqlite")
    with pytest.raises(RegisterError, match="cannot be made"):
        Register.create(tmp_path)


@pytest.fixture
def read_only(path, monkeypatch):
    """Give the path of a register that holds one authority, on a disk nothing is written to."""
    with Register.create(path) as made, made.writing() as change:
        change.add_authority(Kind.SIGN, organization="JPKI-EMU", first_serial=1)
    monkeypatch.setattr("jpki.ca.sqlite.os.access", lambda *_: False)
    return path


def test_a_read_only_register_is_read_without_a_trace(read_only):
    """Nothing is put beside it either, which could not be on a disk that takes nothing."""
    with Register.open(read_only) as register, register.reading() as asked:
        found = asked.organization(Kind.SIGN)
        beside = [file.name for file in read_only.parent.iterdir()]

    assert (found, beside) == ("JPKI-EMU", [read_only.name])


def test_writing_to_a_read_only_register_is_refused_as_that(read_only):
    """Not as damage: there is nothing to repair."""
    with (
        Register.open(read_only) as register,
        pytest.raises(RegisterReadOnlyError, match="read-only"),
        register.writing(),
    ):
        raise AssertionError


def test_a_read_only_register_with_a_log_is_read_with_it(path, monkeypatch):
    """The latest changes are in the log alone while somebody has the register open."""
    with Register.create(path) as made:
        with made.writing() as change:
            change.add_authority(Kind.SIGN, organization="JPKI-EMU", first_serial=1)
        monkeypatch.setattr("jpki.ca.sqlite.os.access", lambda *_: False)
        with Register.open(path) as register, register.reading() as asked:
            found = asked.organization(Kind.SIGN)

    assert found == "JPKI-EMU"


def test_a_register_that_cannot_be_opened_is_not_called_something_else(path):
    """What nobody could look into may be a register in good order."""
    Register.create(path).close()
    path.with_name(f"{path.name}-wal").mkdir()

    with pytest.raises(RegisterUnreachableError, match="cannot be opened"):
        Register.open(path)


def test_a_log_that_cannot_be_made_is_a_register_error(path):
    """SQLite's own errors do not come out, whichever of its files is in the way."""
    path.with_name(path.name + "-wal").mkdir()

    with pytest.raises(RegisterError):
        Register.create(path)


def test_an_unknown_reason_in_the_register_is_its_error(sign, holder_key):
    """Written by another hand: neither the record nor a list is made up around it."""
    issued = sign.issue(request(holder_key), moment=NOON, randomness=chance)
    sign.revoke(issued.serial, RevocationReason.SUPERSEDED, moment=NOON)
    with sign.register.writing() as change:
        change._connection.exec_driver_sql("UPDATE revocation SET reason = 99")

    with pytest.raises(RegisterError, match="99"):
        sign.certificate(issued.serial)
    with pytest.raises(RegisterError, match="99"):
        make_list(sign, None, moment=NOON + DAY)
