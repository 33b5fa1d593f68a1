"""The running service: threads, starting and stopping, readers that come and go."""

import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from cardsim.readers.pcsc import AlreadyServedError, PcscService, ReaderNameError
from cardsim.readers.pcsc.codes import Command
from cardsim.readers.pcsc.protocol import HEADER, READER_STATE
from cardsim.readers.slot import Power, Slot
from tests.support.pcsc import parse_states, wait_until
from tests.support.plain_card import ATR, EchoCard
from tests.support.wire import Wire

STATES = HEADER.pack(0, Command.GET_READERS_STATE)
STATES_SIZE = 16 * READER_STATE.size
WAIT = HEADER.pack(0, Command.WAIT_READER_STATE_CHANGE)


def states(service: PcscService) -> list:
    with Wire(service.path) as wire:
        return parse_states(wire.ask(STATES, STATES_SIZE))


def test_a_service_is_found_by_one_variable():
    """PCSCLITE_CSOCK_NAME is all a program needs."""
    with PcscService() as service:
        assert service.environment == {"PCSCLITE_CSOCK_NAME": str(service.path)}
        assert service.path.is_socket()


def test_nothing_is_left_of_a_service():
    """No socket, no directory, no thread."""
    with PcscService() as service:
        path = service.path

    assert not path.parent.exists()
    assert "pcsc service" not in {thread.name for thread in threading.enumerate()}


def test_a_service_that_never_ran_leaves_nothing_either():
    """Its place was made, so it is removed."""
    service = PcscService()

    service.stop()

    assert not service.path.parent.exists()


def test_a_service_runs_once():
    """A stopped one is not started again."""
    with PcscService() as service:
        pass

    with pytest.raises(RuntimeError):
        service.start()


def test_starting_a_running_service_does_not_harm_it():
    """The second start is an error, and the first goes on."""
    with PcscService() as service:
        with pytest.raises(RuntimeError):
            service.start()

        assert states(service) == []


def test_stopping_twice_is_stopping_once():
    """The second call does nothing."""
    service = PcscService()
    service.start()

    service.stop()
    service.stop()

    assert not service.path.exists()


def test_services_side_by_side_do_not_meet():
    """Each has its own readers and its own socket."""
    with PcscService() as one, PcscService() as two:
        one.add_reader("A")
        two.add_reader("B")

        names = [[state.name for state in states(service)] for service in (one, two)]

    assert names == [[b"A"], [b"B"]]


def test_a_second_service_on_one_path_is_refused(tmp_path):
    """With an error, at the start; the first is not disturbed."""
    tmp_path.chmod(0o700)
    with PcscService(tmp_path / "s") as first:
        second = PcscService(tmp_path / "s")
        with pytest.raises(AlreadyServedError):
            second.start()
        second.stop()

        assert states(first) == []


def test_readers_can_be_added_before_and_while_it_runs():
    """Programs see both."""
    service = PcscService()
    service.add_reader("Before")

    with service:
        service.add_reader("While")
        names = service.reader_names

        seen = [state.name for state in states(service)]

    assert names == ("Before", "While")
    assert seen == [b"Before", b"While"]


def test_a_slot_of_the_callers_becomes_a_reader():
    """With the card that is in it."""
    slot = Slot("Mine")
    slot.insert(EchoCard())

    with PcscService() as service:
        given = service.add_reader(slot)
        seen = states(service)

    assert given is slot
    assert [state.atr for state in seen] == [ATR]


def test_a_reader_can_be_removed_while_it_runs():
    """Then it is no reader of the service any more, but its slot lives on."""
    with PcscService() as service:
        slot = service.add_reader("R")
        service.remove_reader("R")
        slot.insert(EchoCard())

        seen = states(service)
        with pytest.raises(KeyError):
            service.slot("R")

    assert seen == []


def test_a_wrong_reader_name_is_an_error_where_it_was_given():
    """Not in the service's thread."""
    with PcscService() as service:
        service.add_reader("R")

        with pytest.raises(ReaderNameError):
            service.add_reader("R")

        assert service.reader_names == ("R",)


def test_a_program_that_waits_is_woken_by_a_card():
    """The slot is used from another thread than the service's."""
    with PcscService() as service, Wire(service.path) as wire:
        slot = service.add_reader("R")
        wire.ask(WAIT, STATES_SIZE)

        slot.insert(EchoCard())

        assert wire.read(8) == bytes(8)


def test_a_card_nobody_uses_loses_its_power():
    """The service does it by itself, after the time given."""
    with PcscService(idle_seconds=0.01) as service:
        slot = service.add_reader("R")
        off = threading.Event()
        slot.subscribe(lambda: off.set() if slot.state.power is Power.OFF else None)

        slot.insert(EchoCard())

        assert off.wait(20)


def test_a_card_is_used_by_one_thread():
    """Programs side by side do not make the card's calls overlap."""
    with PcscService() as service:
        threads = set()
        card = EchoCard()
        card.power_off = lambda: threads.add(threading.get_ident())
        slot = service.add_reader("R")
        slot.insert(card)
        slot.subscribe(lambda: threads.add(threading.get_ident()))
        slot.eject()

    assert threads == {threading.get_ident()}


def test_a_service_in_the_foreground_ends_when_it_is_told():
    """`run()` returns after `stop()` from another thread."""
    service = PcscService()
    runner = threading.Thread(target=service.run)
    runner.start()
    seen = _connect_when_there(service)

    service.stop()
    runner.join(20)

    assert seen == []
    assert not runner.is_alive()
    assert not service.path.parent.exists()


PROGRAM = """
import signal, sys
from cardsim.readers.pcsc import PcscService
service = PcscService()
service.add_reader("R")
signal.signal(signal.SIGTERM, lambda *_: service.stop())
print(service.path, flush=True)
try:
    service.run()
except KeyboardInterrupt:
    sys.exit(130)
"""


@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_a_service_in_the_foreground_is_ended_by_signals(number, status):
    """By a handler that calls `stop()`, and by Ctrl-C; nothing is left."""
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, text=True
    ) as process:
        path = process.stdout.readline().strip()
        _wait_for_socket(path)
        process.send_signal(number)

        ended = process.wait(20)

    assert ended == status
    assert not Path(path).parent.exists()


def test_what_ends_a_service_is_raised_when_it_is_stopped(monkeypatch):
    """A defect in its thread is not lost."""
    service = PcscService()
    service.start()
    loop = service._loop
    monkeypatch.setattr(loop, "_drain_wakeups", lambda: 1 / 0)
    loop.wake()

    with pytest.raises(ZeroDivisionError):
        service.stop()

    assert not service.path.parent.exists()


def test_a_service_can_be_asked_from_its_own_thread():
    """A card or listener that runs within the service does not wait for itself."""
    with PcscService() as service:
        names, done = [], threading.Event()
        card = EchoCard()
        slot = service.add_reader("R")
        service._post(lambda: (names.extend(service.reader_names), slot.insert(card), done.set()))

        assert done.wait(20)
        assert names == ["R"]
        assert [state.atr for state in states(service)] == [ATR]


def _connect_when_there(service: PcscService) -> list:
    _wait_for_socket(str(service.path))
    return states(service)


def _wait_for_socket(path: str) -> None:
    wait_until(Path(path).exists, f"a socket at {path}")


def test_a_service_stopped_before_it_runs_ends_at_once():
    """A signal may come between making a service and running it, and must not be lost."""
    service = PcscService()
    service.stop()

    service.run()

    assert not service.path.parent.exists()
