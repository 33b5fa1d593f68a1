"""Sockets as they can be found: gone, closed, somebody else's, speaking something else."""

import os
import socket
import tempfile
from pathlib import Path

import pytest

from cardsim.diagnosis import Outcome, diagnose
from cardsim.diagnosis.facts import Entrance, Talk
from cardsim.diagnosis.looking import doors
from cardsim.diagnosis.looking.doors import look_at_door
from cardsim.readers.pcsc import PcscService
from cardsim.readers.pcsc.protocol import ESTABLISH, VERSION
from tests.diagnosis.machines import this_machine
from tests.diagnosis.scripted import serving
from tests.support.pcscd import PrivatePcscd


@pytest.fixture
def place():
    """Give a directory whose path is short."""
    with tempfile.TemporaryDirectory(prefix="door-") as directory:
        yield Path(directory)


def finding(path, check="service.socket"):
    """Diagnose a program whose variable says so."""
    return diagnose(this_machine(PCSCLITE_CSOCK_NAME=str(path))).finding(check)


def bound(path):
    """Leave a socket there, as a server that crashed does."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as server:
        server.bind(str(path))
    return path


def linked(path):
    """Leave a link there to a socket that is gone."""
    path.symlink_to(path.with_name("gone"))
    return path


def written(path):
    """Leave an ordinary file there."""
    path.write_text("")
    return path


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda path: path, "nothing is there"),
        (linked, "a symbolic link to nothing"),
        (written, "no socket"),
        (bound, "whose server has ended"),
        (lambda path: path.with_name("x" * 100), "107 bytes"),
    ],
    ids=["missing", "dangling", "a file", "dead", "too long"],
)
def test_a_name_that_leads_nowhere_is_told_with_what_is_there(place, make, words):
    """Programs say of each only that there is no service."""
    found = finding(make(place / "comm"))

    assert (found.outcome, words in found.seen) == (Outcome.WRONG, True)
    assert found.advice


def test_an_empty_name_is_no_unset_one():
    """The library takes it for a path."""
    found = finding("", "environment.variable")

    assert (found.outcome, "unset" in found.advice) == (Outcome.WRONG, True)


def test_a_relative_name_is_a_fault_though_it_works_here(place, monkeypatch):
    """Another directory, and there is no service."""
    monkeypatch.chdir(place)
    with PcscService(place / "own" / "comm"):
        diagnosis = diagnose(this_machine(PCSCLITE_CSOCK_NAME="own/comm"))

    assert diagnosis.finding("service.context").outcome is Outcome.OK
    assert diagnosis.finding("environment.variable").outcome is Outcome.WRONG


def test_links_in_a_circle_are_told_as_leading_nowhere(place):
    """They end, as the kernel has it, after forty."""
    (place / "one").symlink_to(place / "two")
    (place / "two").symlink_to(place / "one")

    assert look_at_door(str(place / "one"), None).entrance is Entrance.DANGLING


def test_a_service_that_takes_nobody_is_busy(place, monkeypatch):
    """A stopped program's queue fills up, and then connections wait."""
    monkeypatch.setattr(doors, "_SECONDS", 0.2)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as server:
        server.bind(str(place / "comm"))
        server.listen(0)
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as first:
            first.connect(str(place / "comm"))
            found = look_at_door(str(place / "comm"), None)

    assert found.entrance is Entrance.BUSY


def test_a_silent_service_is_given_up(place, monkeypatch):
    """A program would wait for ever."""
    monkeypatch.setattr(doors, "_SECONDS", 0.2)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as server:
        server.bind(str(place / "comm"))
        server.listen()
        diagnosis = diagnose(this_machine(PCSCLITE_CSOCK_NAME=str(place / "comm")))

    assert diagnosis.finding("service.answer").seen == "it says nothing"
    assert diagnosis.finding("readers.list").outcome is Outcome.UNKNOWN


@pytest.mark.parametrize(
    "said",
    [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"OK", b"\xff" * 12],
    ids=["web", "short", "bytes"],
)
def test_a_server_of_another_protocol_is_no_pcsc_service(said):
    """Agents of ssh and web servers listen at Unix sockets too."""
    with serving([said]) as path:
        found = finding(path, "service.answer")

    assert (found.outcome, "no PC/SC service" in found.seen) == (Outcome.WRONG, True)
    assert "another program serves this path" in found.advice


def test_a_service_that_hangs_up_is_told_so():
    """As pcscd does when polkit forbids the client."""
    with serving([b""]) as path:
        found = finding(path, "service.answer")

    assert (found.outcome, "hung up" in found.seen) == (Outcome.WRONG, True)


def test_a_refused_context_is_told_by_its_name():
    """Its 2.x refuses with a return code what polkit forbids."""
    answers = [VERSION.pack(4, 4, 0), ESTABLISH.pack(2, 0, 0x8010006A)]
    with serving(answers) as path:
        found = finding(path, "service.context")

    assert found.seen == "SCARD_W_SECURITY_VIOLATION (0x8010006a)"
    assert "polkit" in found.advice


def test_pcscd_is_known_by_the_version_it_names():
    """It refuses another client's version and says its own."""
    with PrivatePcscd() as pcscd:
        spoken = look_at_door(str(pcscd.socket_path), (4, 4)).handshake
        refused = look_at_door(str(pcscd.socket_path), (4, 250)).handshake

    assert (spoken.talk, spoken.version_code, spoken.context_code) == (Talk.SPOKEN, 0, 0)
    assert (refused.stated[0], refused.version_code != 0) == (4, True)


def test_our_service_is_named_as_what_answers():
    """By the process that opened the socket."""
    with PcscService() as service:
        door = look_at_door(str(service.path), (4, 6))

    assert door.server.endswith(f"(process {os.getpid()})")
    assert (door.owner, door.private) == (os.geteuid(), True)


def test_nobody_is_knocked_at_without_need():
    """A pcscd would be started by systemd that no program of ours asks for."""
    with serving([]) as path:
        door = look_at_door(str(path), None, knock=False)

    assert (door.entrance, door.handshake) == (Entrance.THERE, None)


def test_a_directory_others_can_enter_is_pointed_out():
    """They could not connect, yet could see and wait for the socket."""
    with PcscService() as service:
        service.path.parent.chmod(0o755)
        found = finding(service.path, "service.owner")

    assert (found.outcome, "chmod 700" in found.advice) == (Outcome.NOTE, True)
