"""A client that sends nonsense, too much, or does not read, harms nobody but itself."""

import contextlib
import resource
import socket
import threading

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cardsim.readers.pcsc import Limits, PcscService
from cardsim.readers.pcsc.codes import Command, ReturnCode
from cardsim.readers.pcsc.framing import ProtocolError
from cardsim.readers.pcsc.protocol import (
    CARD_ONLY,
    CONNECT,
    ESTABLISH,
    HEADER,
    READER_STATE,
    REQUESTS,
    TRANSMIT,
    VERSION,
)
from tests.support.pcsc import READER, desk_with_card, parse_states, wait_until
from tests.support.plain_card import EchoCard
from tests.support.wire import Wire, send_while_it_lasts

NOTHING_TO_READ = HEADER.pack(0, Command.GET_READERS_STATE)
STATES_SIZE = 16 * READER_STATE.size


@pytest.fixture
def service():
    with PcscService() as running:
        running.add_reader(READER).insert(EchoCard())
        yield running


@pytest.fixture
def good(service):
    """Give a client that behaves, with a handle on the card."""
    with Behaved(service) as client:
        yield client


class Behaved(Wire):
    """A client that behaves: `works` is whether the service still serves it."""

    def __init__(self, service) -> None:
        super().__init__(service.path)
        self.ask(HEADER.pack(12, Command.VERSION) + VERSION.pack(4, 4, 0), 12)
        established = self.ask(
            HEADER.pack(12, Command.ESTABLISH_CONTEXT) + ESTABLISH.pack(2, 0, 0), 12
        )
        self.context = ESTABLISH.unpack(established)[1]
        body = CONNECT.pack(self.context, READER.encode(), 2, 3, 0, 0, 0)
        connected = self.ask(HEADER.pack(len(body), Command.CONNECT) + body, CONNECT.size)
        self.card = CONNECT.unpack(connected)[4]

    def works(self) -> bool:
        body = TRANSMIT.pack(self.card, 2, 16, 4, 0, 16, 258, 0)
        answer = self.ask(
            HEADER.pack(len(body), Command.TRANSMIT) + body + b"\x00\xa4\x04\x0c",
            TRANSMIT.size + 6,
        )
        return answer[-6:] == b"\x00\xa4\x04\x0c\x90\x00"


@pytest.mark.parametrize(
    "nonsense",
    [
        HEADER.pack(0, 0),
        HEADER.pack(0, 0x18),
        HEADER.pack(0xFFFFFFFF, Command.TRANSMIT),
        HEADER.pack(4, Command.GET_READERS_STATE) + bytes(4),
        HEADER.pack(32, Command.TRANSMIT) + TRANSMIT.pack(1, 2, 16, 0x10000000, 0, 16, 0, 0),
        b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        bytes(1000),
        b"\xff" * 1000,
    ],
    ids=["zero", "unknown", "endless", "too long", "huge APDU", "HTTP", "zeros", "ones"],
)
def test_who_sends_nonsense_is_closed_and_nobody_else(service, good, nonsense):
    """The connection ends; others are served as before."""
    with Wire(service.path) as bad:
        send_while_it_lasts(bad, nonsense)

        assert bad.is_closed()

    assert good.works()


def test_who_hangs_up_within_a_message_is_forgotten(service, good):
    """Half a request is not carried out."""
    with Wire(service.path) as bad:
        bad.send(HEADER.pack(12, Command.VERSION) + b"\x04")

    assert good.works()


def test_who_sends_nothing_harms_nobody(service, good):
    """A client may be silent for as long as it likes."""
    with Wire(service.path), Wire(service.path):
        assert good.works()


def test_who_does_not_read_is_asked_nothing_more(service, good):
    """Its answers are not piled up: it can have the rest when it has read the first."""
    with Wire(service.path) as bad:
        flood = NOTHING_TO_READ * 2000
        flooder = threading.Thread(target=send_while_it_lasts, args=(bad, flood))
        flooder.start()

        assert good.works()
        answers = bad.read(2000 * STATES_SIZE)
        flooder.join()

    assert len(answers) == 2000 * STATES_SIZE
    assert good.works()


def test_who_sends_far_ahead_without_reading_is_closed(service, good):
    """There is a limit to what a client may have waiting."""
    with Wire(service.path) as bad:
        bad.socket.settimeout(10)
        send_while_it_lasts(bad, NOTHING_TO_READ * 1_000_000)

        assert bad.is_closed()

    assert good.works()


def test_many_requests_at_once_are_taken_in_turn_with_others():
    """A client that sends a thousand requests gets them all answered, and others in between."""
    desk, _, _ = desk_with_card()
    greedy, other = desk.program(), desk.program()

    desk.server.receive(greedy.client, NOTHING_TO_READ * 1000)
    first = greedy.client.output

    assert len(first) == STATES_SIZE
    assert greedy.client.decoder.pending == 999 * len(NOTHING_TO_READ)
    assert other.state().name == READER.encode()


def test_who_is_gone_gets_nothing_more():
    """What a client sent before it went is not carried out after it: no handle outlives it."""
    desk, _, _ = desk_with_card()
    gone, other = desk.program(), desk.program()
    body = CONNECT.pack(gone.context, READER.encode(), 2, 3, 0, 0, 0)
    request = HEADER.pack(len(body), Command.CONNECT) + body
    desk.server.receive(gone.client, request * 3)

    gone.leave()
    gone.client.output.clear()

    assert not desk.server.resume(gone.client)
    assert other.state().sharing == 0


def test_who_sends_much_and_hangs_up_leaves_nothing(service, good):
    """The same over the socket, where the answers cannot be delivered."""
    body = CONNECT.pack(good.context, READER.encode(), 2, 3, 0, 0, 0)
    with Behaved(service) as bad:
        mine = CONNECT.pack(bad.context, *CONNECT.unpack(body)[1:])
        bad.send((HEADER.pack(len(mine), Command.CONNECT) + mine) * 500)

    wait_until(lambda: sharing(good) == 1, "the end of all its handles")
    assert good.works()


def test_a_service_that_is_full_turns_clients_away():
    """The next one is closed; when somebody leaves there is room again."""
    with PcscService(limits=Limits(clients=1)) as service:
        service.add_reader(READER).insert(EchoCard())
        with Behaved(service) as client, Wire(service.path) as one_too_many:
            assert one_too_many.is_closed()
            assert client.works()

        with Behaved(service) as next_one:
            assert next_one.works()


def test_running_out_of_files_is_survived(caplog):
    """When no connection can be accepted the service goes on, and accepts again later."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with PcscService() as service, socket.socket(socket.AF_UNIX) as late:
        service.add_reader(READER).insert(EchoCard())
        with Behaved(service) as client:
            resource.setrlimit(resource.RLIMIT_NOFILE, (1, hard))
            try:
                late.connect(str(service.path))
                # By the second answer the service has been through everything that was ready.
                works = client.works() and client.works()
            finally:
                resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
            late.sendall(NOTHING_TO_READ)
            answer = late.recv(STATES_SIZE, socket.MSG_WAITALL)

    assert works
    assert "cannot accept" in caplog.text
    assert len(answer) == STATES_SIZE


def test_a_defect_of_the_service_closes_the_client_that_met_it(service, good, monkeypatch, caplog):
    """Whatever we overlooked: one client is lost, and the log says why."""
    monkeypatch.setattr(service._server._contexts, "version", None)
    monkeypatch.setitem(service._server._handlers, Command.VERSION, None)
    with Wire(service.path) as unlucky:
        unlucky.send(HEADER.pack(12, Command.VERSION) + bytes(12))

        assert unlucky.is_closed()

    assert good.works()
    assert "defect" in caplog.text


REQUEST_BODIES = st.sampled_from(sorted(REQUESTS.items())).flatmap(
    lambda item: st.binary(
        min_size=item[1].layout.size, max_size=item[1].layout.size + 8 * item[1].trailing
    ).map(lambda body: HEADER.pack(item[1].layout.size, item[0]) + body)
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.one_of(REQUEST_BODIES, st.binary(max_size=60)), max_size=8), st.integers(4, 6))
def test_random_requests_are_answered_or_refused(requests, minor):
    """Well-formed or not: an answer, or the end of that client; the other one notices nothing."""
    desk, _, _ = desk_with_card()
    good, bad = desk.program(), desk.program(minor)
    card = good.card()
    bad.card()

    with contextlib.suppress(ProtocolError):
        desk.server.receive(bad.client, b"".join(requests))
        _read_all(bad)
    bad.leave()

    assert good.reconnect(card) is ReturnCode.SUCCESS
    assert good.transmit(card) is ReturnCode.SUCCESS
    assert good.state().sharing == 1


def test_an_unguessed_handle_is_worth_nothing(service, good):
    """Trying numbers next to somebody's own finds nothing."""
    with Behaved(service) as bad:
        body = CARD_ONLY.pack((good.card + 1) & 0x7FFFFFFF, 0)

        answer = bad.ask(HEADER.pack(len(body), Command.STATUS) + body, CARD_ONLY.size)

    assert CARD_ONLY.unpack(answer)[1] == ReturnCode.INVALID_HANDLE


def sharing(client: Behaved) -> int:
    return parse_states(client.ask(NOTHING_TO_READ, STATES_SIZE))[0].sharing


def _read_all(program) -> None:
    while program.read():
        pass
