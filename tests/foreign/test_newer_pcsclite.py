"""libpcsclite of newer Debian releases, protocol 4:5 and what came later, against our service.

Sid's is whatever it is today, so it is tried in `make soak`. What 4:6 says is replayed byte for
byte in `tests/readers/pcsc/test_wire.py`.
"""

import socket
import struct
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from cardsim.chip import Card
from cardsim.readers.pcsc.protocol import MAJOR, NEWEST_MINOR
from tests.foreign.test_presence import ATR
from tests.support.cards import AUTH_PIN, SIGN_PIN
from tests.support.newer_pcsclite import NewerClient, Release
from tests.support.opensc import pkcs11_module
from tests.support.processes import Daemon, run
from tests.support.readers import Reader, ServiceReader
from tests.support.watcher import Watcher

# winscard_msg.h: a header (size, command) and `struct version_struct` (major, minor, rv).
_HEADER_AND_VERSION = struct.Struct("=IIIII")
_CMD_VERSION = 0x11


@pytest.fixture(scope="module")
def empty_service() -> Iterator[ServiceReader]:
    """Start our service."""
    with ServiceReader() as reader:
        yield reader


@pytest.fixture
def service(empty_service: ServiceReader, card: Card) -> Iterator[Reader]:
    """Plug the card in."""
    empty_service.insert(card)
    yield empty_service
    empty_service.eject()


@pytest.fixture(params=[Release.TRIXIE, pytest.param(Release.SID, marks=pytest.mark.soak)])
def newer(request: pytest.FixtureRequest) -> NewerClient:
    """Choose a release's library."""
    return NewerClient.of(request.param)


def stated(newer: NewerClient, log: Path) -> tuple[int, int]:
    """Give the version of the protocol the library begins with."""
    with tempfile.TemporaryDirectory() as short, socket.socket(socket.AF_UNIX) as daemon:
        daemon.bind(f"{short}/socket")
        daemon.listen()
        daemon.settimeout(20)
        client = Daemon(
            *newer.command("opensc-tool", "--list-readers"),
            log=log,
            environment={"PCSCLITE_CSOCK_NAME": f"{short}/socket"},
        )
        connection, _ = daemon.accept()
        with connection:
            said = connection.recv(_HEADER_AND_VERSION.size, socket.MSG_WAITALL)
        client.stop()
    _, command, major, minor, _ = _HEADER_AND_VERSION.unpack(said)
    assert command == _CMD_VERSION
    return major, minor


def test_trixies_library_states_4_5(tmp_path: Path):
    """Else the tests below would prove something about another version."""
    assert stated(NewerClient.of(Release.TRIXIE), tmp_path / "log") == (4, 5)


@pytest.mark.soak
def test_sids_library_states_4_6_or_a_later_version_that_is_spoken_here(tmp_path: Path):
    """A version the service does not know yet is news, and shows here and not in `make test`."""
    version = stated(NewerClient.of(Release.SID), tmp_path / "log")

    assert (4, 6) <= version <= (MAJOR, NEWEST_MINOR)


def test_opensc_knows_the_card_through_it(newer: NewerClient, service: Reader):
    """Listing readers, connecting, and some fifty APDUs."""
    driver = run(*newer.command("opensc-tool", "--name"), environment=service.environment)

    assert driver.stdout == b"jpki\n"


@pytest.mark.parametrize(("slot", "pin"), [("0", AUTH_PIN), ("1", SIGN_PIN)], ids=["auth", "sign"])
def test_a_token_works_through_it(newer: NewerClient, service: Reader, slot: str, pin: str):
    """PINs, signatures, sessions and the wait for slot events of PKCS#11."""
    command = newer.command(
        "pkcs11-tool", "--module", str(pkcs11_module()), "--slot", slot, "--login", "--pin", pin,
        "--test",
    )  # fmt: skip

    report = run(*command, environment=service.environment).stdout.decode()

    assert report.splitlines()[-1] == "No errors"


def test_a_waiting_program_hears_of_cards_through_it(
    newer: NewerClient, empty_service: ServiceReader, card: Card
):
    """Waiting for reader events is the part of the protocol that changed most often."""
    with Watcher(empty_service.environment, newer.command(sys.executable)) as watcher:
        empty_service.insert(card)
        first = watcher.next_event()
        empty_service.eject()
        second = watcher.next_event()

    assert [first, second] == [f"inserted {ATR}", f"removed {ATR}"]
