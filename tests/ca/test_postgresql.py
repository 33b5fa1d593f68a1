"""A register in PostgreSQL: its URL, its errors, and a server that goes away."""

import sys
import threading

import psycopg
import pytest

from jpki.ca import Authority, CertificateState, Register
from jpki.ca.errors import RegisterError, RegisterReadOnlyError, RegisterUnreachableError
from jpki.profiles import Kind
from tests.support.postgres import PostgresServer

from .citizens import FOUNDED, NOON, chance, request

DATABASES = ["sqlite", "postgresql"]

SECRET = "s3cret-of-tests"


@pytest.fixture
def url(postgres) -> str:
    """Give the URL of an empty place."""
    return postgres.new_database()


@pytest.fixture
def auth_there(url, keys):
    """Give an authority whose register is in PostgreSQL."""
    with Register.create(url) as register:
        yield Authority.found(register, Kind.AUTH, key=keys[0], moment=FOUNDED)


def test_without_the_driver_the_error_says_what_to_install(url, monkeypatch):
    """The extra is named, quoted as a shell needs it."""
    monkeypatch.setitem(sys.modules, "psycopg", None)

    with pytest.raises(RegisterError, match=r"pip install 'jpki-emu\[postgresql\]'"):
        Register.open(url)


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://u:{SECRET}@/none?host=/nowhere",
        f"postgresql:///none?host=/nowhere&password={SECRET}",
        f"postgresql://u:{SECRET}@[::1/none",
        f"postgresql://u:p@h/none?pass={SECRET}",
    ],
)
@pytest.mark.parametrize("opening", [Register.open, Register.create])
def test_no_error_holds_a_password(url, opening):
    """Neither of a server that is not there nor of a URL that is none."""
    with pytest.raises(RegisterError) as refusal:
        opening(url)
    assert SECRET not in f"{refusal.value!r} {refusal.value.__cause__!r}"


def test_a_server_that_is_not_there_is_unreachable():
    """Nobody can say what its register holds; the error says whom we asked."""
    with pytest.raises(RegisterUnreachableError, match="host=/nowhere"):
        Register.open("postgresql:///register?host=/nowhere")


def test_an_empty_database_is_no_register(url):
    """A mistyped name makes no tables."""
    with pytest.raises(RegisterError, match="not a register"):
        Register.open(url)
    Register.create(url).close()


def test_another_programs_database_is_left_alone(url, postgres):
    """A schema with tables that are not ours is not added to."""
    postgres.execute("CREATE TABLE songs (title TEXT)", url=url)

    with pytest.raises(RegisterError, match="exists"):
        Register.create(url)
    with pytest.raises(RegisterError, match="not a register"):
        Register.open(url)
    tables = "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()"
    assert postgres.execute(tables, url=url) == [(1,)]


def test_a_row_that_is_refused_is_not_told(auth_there):
    """The server's details hold the whole row; ours hold none of it."""
    with pytest.raises(RegisterError) as failure, auth_there.register.writing() as change:
        change._connection.exec_driver_sql(
            "INSERT INTO authority VALUES ('模擬花子', NULL, 1)"  # NULL where none may be
        )
    assert "花子" not in f"{failure.value}{failure.value.__cause__}"


def test_a_register_one_may_only_read_is_read(auth_there, url, postgres):
    """Without the right to change it, it opens for reading, and writing is refused as that."""
    schema = url.rpartition("%3D")[2]
    postgres.execute("DROP ROLE IF EXISTS auditor")
    postgres.execute("CREATE ROLE auditor LOGIN")
    postgres.execute(f"GRANT USAGE ON SCHEMA {schema} TO auditor")
    postgres.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO auditor")

    with Register.open(url.replace("jpki@", "auditor@")) as register:
        with register.reading() as asked:
            assert asked.organization(Kind.AUTH) == "JPKI-EMU"
        with pytest.raises(RegisterReadOnlyError, match="read-only"), register.writing():
            raise AssertionError
    postgres.execute("DROP OWNED BY auditor; DROP ROLE auditor")


def test_a_reader_sees_one_state_from_beginning_to_end(auth_there, holder_key):
    """What is committed meanwhile is not seen, and the writer does not wait for the reader."""
    with auth_there.register.reading() as asked:
        before = asked.certificates(Kind.AUTH, holder=None, after=0, limit=9)
        auth_there.issue(request(holder_key), moment=NOON, randomness=chance)
        after = asked.certificates(Kind.AUTH, holder=None, after=0, limit=9)

    assert before == after


def test_a_writer_waits_and_then_knows_all(auth_there):
    """The second writer's picture of the register is from after the first one's end."""
    register = auth_there.register
    seen = []

    def second() -> None:
        with register.writing() as change:
            seen.append(change.take_serial(Kind.AUTH))

    other = threading.Thread(target=second)
    with register.writing() as change:
        other.start()
        other.join(0.2)
        assert seen == []
        taken = change.take_serial(Kind.AUTH)
    other.join()
    assert seen == [taken + 1]


def test_a_writer_does_not_wait_for_ever(auth_there, url, monkeypatch):
    """Held for too long by another: an error, nothing done, and no word of being unreachable."""
    monkeypatch.setattr("jpki.ca.postgresql._LOCK_WAIT_MILLISECONDS", 50)

    with (
        Register.open(url) as impatient,
        auth_there.register.writing(),
        pytest.raises(RegisterError, match="lock timeout") as refusal,
        impatient.writing(),
    ):
        raise AssertionError
    assert not isinstance(refusal.value, RegisterUnreachableError)


def test_a_lost_connection_is_said_and_made_anew(auth_there, holder_key, postgres):
    """The backend is ended under a transaction: typed error, nothing done; the next one works."""
    taken = []
    with pytest.raises(RegisterUnreachableError):
        _change_while(
            auth_there.register,
            lambda backend: postgres.execute(f"SELECT pg_terminate_backend({backend}, 5000)"),
            taken,
        )

    issued = auth_there.issue(request(holder_key), moment=NOON, randomness=chance)
    assert [issued.serial] == taken


def _change_while(register, happens, taken):
    """Take two serial numbers in one transaction; something happens to its backend between."""
    with register.writing() as change:
        taken.append(change.take_serial(Kind.AUTH))
        happens(change._connection.exec_driver_sql("SELECT pg_backend_pid()").scalar())
        taken.append(change.take_serial(Kind.AUTH))


@pytest.fixture
def own_server():
    """Give a server that nobody else needs."""
    server = PostgresServer()
    yield server
    server.close()


def test_a_server_stopped_at_once_loses_nothing(own_server, keys, holder_key):
    """As a crash, while a key signs: what was handed out stays, the rest is discarded."""

    class StoppingKey:
        public_key = keys[0].public_key

        def sign(self, message: bytes) -> bytes:
            own_server.stop("immediate")
            return keys[0].sign(message)

    url = own_server.new_database()
    with Register.create(url) as register:
        authority = Authority.found(register, Kind.AUTH, key=keys[0], moment=FOUNDED)
        issued = authority.issue(request(holder_key), moment=NOON, randomness=chance)
        stopped = Authority(register, Kind.AUTH, keys=[StoppingKey()])
        with pytest.raises(RegisterUnreachableError):
            stopped.issue(request(holder_key), moment=NOON, randomness=chance)
        own_server.start()

        assert authority.certificate(issued.serial).der == issued.der
        lost = authority.certificate(issued.serial + 1)
        assert lost.state(NOON) is CertificateState.UNFINISHED
        assert authority.recover(moment=NOON) == [lost.serial]
        again = authority.issue(request(holder_key), moment=NOON, randomness=chance)
        assert again.serial == lost.serial + 1


def test_a_backend_that_is_killed_takes_no_row_with_it(own_server, keys, holder_key):
    """Kill -9 of a backend makes the server start over; the register goes on by itself."""
    url = own_server.new_database()
    with Register.create(url) as register:
        authority = Authority.found(register, Kind.AUTH, key=keys[0], moment=FOUNDED)
        issued = authority.issue(request(holder_key), moment=NOON, randomness=chance)
        with pytest.raises(RegisterUnreachableError):
            _change_while(register, own_server.kill_backend, [])
        own_server.wait()
        again = authority.issue(request(holder_key), moment=NOON, randomness=chance)

    assert again.serial == issued.serial + 1


def test_a_password_in_the_url_opens(own_server):
    """It is not shown, and not refused either: where it is written down is the caller's affair."""
    own_server.require_passwords(SECRET)
    url = own_server.url().replace("@/", f":{SECRET}@/")

    Register.create(url).close()
    with pytest.raises(RegisterUnreachableError) as refusal:
        Register.open(url.replace(SECRET, "another"))
    assert "another" not in str(refusal.value)
    with pytest.raises(psycopg.OperationalError):
        own_server.execute("SELECT 1")
