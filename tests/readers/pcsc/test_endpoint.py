"""The socket is private, one service's only, and gone when the service is."""

import multiprocessing
import os
import socket
import stat
from pathlib import Path

import pytest

from cardsim.readers.pcsc import AlreadyServedError, NotPrivateError, UnusablePathError
from cardsim.readers.pcsc.endpoint import Endpoint


@pytest.fixture
def private(tmp_path_factory):
    """Give a private directory."""
    directory = tmp_path_factory.mktemp("p")
    directory.chmod(0o700)
    return directory


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def connects(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        return client.connect_ex(str(path)) == 0


def test_a_fresh_place_is_private():
    """The directory is 0700 and the socket 0600: nobody else gets to the card."""
    endpoint = Endpoint()

    with endpoint.open():
        modes = mode(endpoint.path.parent), mode(endpoint.path)

    endpoint.close()
    assert modes == (0o700, 0o600)


def test_each_service_gets_a_place_of_its_own():
    """Two runs side by side never meet."""
    one, two = Endpoint(), Endpoint()

    assert one.path.parent != two.path.parent
    one.close()
    two.close()


def test_nothing_is_left_at_the_end():
    """Socket, lock and the fresh directory are removed; closing twice is fine."""
    endpoint = Endpoint()
    with endpoint.open():
        pass

    endpoint.close()
    endpoint.close()

    assert not endpoint.path.parent.exists()


def test_a_directory_of_the_callers_stays(private):
    """Only what the endpoint made is removed."""
    endpoint = Endpoint(private / "card.sock")
    with endpoint.open():
        pass

    endpoint.close()

    assert list(private.iterdir()) == []


def test_a_missing_directory_is_made_private(private):
    """With its parents, if need be."""
    endpoint = Endpoint(private / "a" / "b" / "card.sock")

    with endpoint.open():
        made = mode(private / "a" / "b")

    endpoint.close()
    assert made == 0o700


@pytest.mark.parametrize("others", [0o710, 0o701, 0o770, 0o777, 0o1777])
def test_a_directory_others_can_enter_is_refused(private, others):
    """The error says what to do; nothing is made."""
    private.chmod(others)

    with pytest.raises(NotPrivateError, match="0700"):
        Endpoint(private / "card.sock").open()

    assert list(private.iterdir()) == []


def test_a_second_service_on_a_path_is_refused_while_the_first_lives(private):
    """And the first goes on."""
    first = Endpoint(private / "card.sock")
    with first.open():
        with pytest.raises(AlreadyServedError, match=r"card\.sock"):
            Endpoint(private / "card.sock").open()

        assert connects(first.path)

    first.close()


def test_a_second_service_that_was_refused_takes_nothing_with_it(private):
    """Closing what was never opened leaves the first one's files alone."""
    first, second = Endpoint(private / "card.sock"), Endpoint(private / "card.sock")
    with first.open():
        with pytest.raises(AlreadyServedError):
            second.open()
        second.close()

        assert connects(first.path)

    first.close()


def test_a_socket_left_by_a_crash_is_replaced(private):
    """A socket file nobody listens on is stale; so is its lock file."""
    path = private / "card.sock"
    with socket.socket(socket.AF_UNIX) as crashed:
        crashed.bind(str(path))
        crashed.listen()
    path.with_name("card.sock.lock").touch()
    endpoint = Endpoint(path)

    with endpoint.open():
        assert connects(path)

    endpoint.close()
    assert list(private.iterdir()) == []


def test_a_socket_somebody_else_serves_is_not_taken(private):
    """A program that knows nothing of our lock has the path: it keeps it."""
    path = private / "card.sock"
    with socket.socket(socket.AF_UNIX) as other:
        other.bind(str(path))
        other.listen()

        with pytest.raises(AlreadyServedError):
            Endpoint(path).open()

        assert connects(path)


def test_what_is_no_socket_is_not_removed(private):
    """A file in the way is an error, not a stale socket."""
    path = private / "card.sock"
    path.write_text("precious")

    with pytest.raises(UnusablePathError):
        Endpoint(path).open()

    assert path.read_text() == "precious"


def test_a_name_too_long_for_a_socket_is_refused(private):
    """107 bytes are the limit of Linux."""
    path = private / ("s" * (108 - len(os.fsencode(private)) - 1))

    with pytest.raises(UnusablePathError, match="107"):
        Endpoint(path).open()


def test_a_fresh_place_is_short_enough_wherever_temporary_files_go(monkeypatch, private):
    """A long TMPDIR is left for /tmp."""
    long = private / ("t" * 100)
    long.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(long))

    endpoint = Endpoint()

    assert endpoint.path.parent.parent == Path("/tmp")
    endpoint.close()
    assert list(long.iterdir()) == []


def test_a_forked_child_does_not_remove_its_parents_socket(private):
    """The socket is the parent's, also when the child ends first."""
    endpoint = Endpoint(private / "card.sock")
    with endpoint.open():
        child = multiprocessing.get_context("fork").Process(target=endpoint.close)
        child.start()
        child.join()

        assert connects(endpoint.path)

    endpoint.close()


def test_somebody_elses_socket_at_our_path_is_not_removed(private):
    """If the file was replaced in the meantime it is no longer ours."""
    path = private / "card.sock"
    endpoint = Endpoint(path)
    with endpoint.open():
        path.unlink()
        with socket.socket(socket.AF_UNIX) as other:
            other.bind(str(path))

    endpoint.close()

    assert path.exists()
