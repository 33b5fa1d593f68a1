"""The service as pyscard and libpcsclite see it, each program in a process of its own."""

import threading

import pytest
from smartcard import scard

from cardsim.readers.pcsc import PcscService
from cardsim.readers.pcsc.codes import ReaderFlags
from cardsim.readers.pcsc.sessions import Watch
from tests.support.pcsc import READER, wait_until
from tests.support.plain_card import ATR, EchoCard
from tests.support.scard import ScardProgram

PNP = "\\\\?PnP?\\Notification"
SECONDS = 1000
LONG = 20 * SECONDS


def code(result) -> int:
    """Give a return code as pyscard's constants have it."""
    number = result[0] if isinstance(result, list) else result
    return number & 0xFFFFFFFF


def known(constant: int) -> int:
    return constant & 0xFFFFFFFF


@pytest.fixture
def service():
    with PcscService() as running:
        yield running


@pytest.fixture
def slot(service):
    return service.add_reader(READER)


@pytest.fixture
def programs(service):
    """Start programs; end them with the test."""
    started = []

    def start() -> ScardProgram:
        started.append(ScardProgram(service.environment))
        return started[-1]

    yield start
    for program in started:
        program.__exit__(None, None, None)


@pytest.fixture
def program(programs):
    return programs()


@pytest.fixture
def context(program):
    return program.establish()


def status(program, context, reader, known_state, timeout):
    """SCardGetStatusChange for one reader: return code and event state."""
    result = program.call("SCardGetStatusChange", context, timeout, [[reader, known_state]])
    return code(result), result[1][0][1]


def test_readers_are_listed(program, context, service, slot):
    """In the order they were added."""
    service.add_reader("Reader 01 00")

    assert program.call("SCardListReaders", context, []) == [0, [READER, "Reader 01 00"]]


def test_without_readers_there_are_none_available(program, context):
    """SCARD_E_NO_READERS_AVAILABLE."""
    result = program.call("SCardListReaders", context, [])

    assert code(result) == known(scard.SCARD_E_NO_READERS_AVAILABLE)


def test_short_and_extended_commands_reach_the_card(program, context, slot):
    """An echo of four bytes, and one of the longest APDU there is."""
    slot.insert(EchoCard())
    card = program.connect(context, READER)

    short = program.transmit(card, "00a4040c")
    extended = program.transmit(card, "00d6000000ffff" + "a5" * 65_535)

    assert short == (0, "00a4040c9000")
    assert extended == (0, "00d6000000ffff" + "a5" * 65_535 + "9000")


def test_the_status_tells_reader_state_protocol_and_atr(program, context, slot):
    """The library reads them from the published states."""
    slot.insert(EchoCard())
    card = program.connect(context, READER)

    result = program.call("SCardStatus", card)

    state = 1 << 16 | ReaderFlags.PRESENT | ReaderFlags.POWERED | ReaderFlags.NEGOTIABLE
    assert result == [0, READER, state, scard.SCARD_PROTOCOL_T1, list(ATR)]


def test_insertion_and_removal_are_waited_for(program, context, slot):
    """Each ends a wait; the event counter is in the upper half of the state."""
    _, empty = status(program, context, READER, scard.SCARD_STATE_UNAWARE, 0)
    waiting = program.begin("SCardGetStatusChange", context, LONG, [[READER, empty]])
    slot.insert(EchoCard())
    inserted = waiting.result(20)
    waiting = program.begin("SCardGetStatusChange", context, LONG, [[READER, inserted[1][0][1]]])
    slot.eject()
    removed = waiting.result(20)

    assert empty == scard.SCARD_STATE_EMPTY | scard.SCARD_STATE_CHANGED
    assert inserted[1] == [
        [READER, (1 << 16) | scard.SCARD_STATE_PRESENT | scard.SCARD_STATE_CHANGED, list(ATR)]
    ]
    assert removed[1] == [
        [READER, (2 << 16) | scard.SCARD_STATE_EMPTY | scard.SCARD_STATE_CHANGED, []]
    ]


def test_a_change_between_two_waits_is_not_missed(program, context, slot):
    """Out and in again looks the same, but the counter has moved."""
    slot.insert(EchoCard())
    _, present = status(program, context, READER, scard.SCARD_STATE_UNAWARE, 0)

    slot.eject()
    slot.insert(EchoCard())
    result, state = status(program, context, READER, present, LONG)

    assert result == 0
    assert state >> 16 == (present >> 16) + 2


def test_waiting_ends_with_the_time(program, context, slot):
    """SCARD_E_TIMEOUT, and the next wait works."""
    _, empty = status(program, context, READER, scard.SCARD_STATE_UNAWARE, 0)

    timed_out, _ = status(program, context, READER, empty, 20)
    slot.insert(EchoCard())
    then, _ = status(program, context, READER, empty, LONG)

    assert (timed_out, then) == (known(scard.SCARD_E_TIMEOUT), 0)


def test_waiting_is_cancelled_by_another_thread(program, context, slot):
    """SCARD_E_CANCELLED for the wait; the context can be used on."""
    _, empty = status(program, context, READER, scard.SCARD_STATE_UNAWARE, 0)
    waiting = program.begin("SCardGetStatusChange", context, LONG, [[READER, empty]], thread=1)

    cancelled = _cancel_until(program, context, waiting)

    assert cancelled == known(scard.SCARD_E_CANCELLED)
    assert program.call("SCardListReaders", context, []) == [0, [READER]]


def test_a_new_reader_is_notified(program, context, service, slot):
    """The reader that stands for plug and play, and then the list."""
    waiting = program.begin("SCardGetStatusChange", context, LONG, [[PNP, 0]])
    _wait_until_watching(service)

    service.add_reader("Reader 01 00")
    result = waiting.result(20)

    assert code(result) == 0
    assert result[1][0][1] & scard.SCARD_STATE_CHANGED
    assert program.call("SCardListReaders", context, []) == [0, [READER, "Reader 01 00"]]


def test_a_pulled_out_reader_is_unknown_to_who_waits(program, context, service, slot):
    """SCARD_STATE_UNKNOWN ends the wait; handles on it are unavailable."""
    slot.insert(EchoCard())
    card = program.connect(context, READER)
    _, present = status(program, context, READER, scard.SCARD_STATE_UNAWARE, 0)
    waiting = program.begin("SCardGetStatusChange", context, LONG, [[READER, present]])
    _wait_until_watching(service)

    service.remove_reader(READER)
    result = waiting.result(20)

    assert result[1][0][1] & scard.SCARD_STATE_UNKNOWN
    unavailable = code(program.call("SCardStatus", card))
    assert unavailable == known(scard.SCARD_E_READER_UNAVAILABLE)
    assert program.call("SCardDisconnect", card, scard.SCARD_LEAVE_CARD) == 0


def test_share_modes_hold_between_processes(programs, slot):
    """Exclusive keeps others out; they see SCARD_STATE_EXCLUSIVE."""
    slot.insert(EchoCard())
    one, two = programs(), programs()
    first, second = one.establish(), two.establish()
    card = one.connect(first, READER, share=scard.SCARD_SHARE_EXCLUSIVE)

    refused = two.call("SCardConnect", second, READER, scard.SCARD_SHARE_SHARED, 3)
    _, state = status(two, second, READER, scard.SCARD_STATE_UNAWARE, 0)
    one.call("SCardDisconnect", card, scard.SCARD_LEAVE_CARD)

    assert code(refused) == known(scard.SCARD_E_SHARING_VIOLATION)
    assert state & scard.SCARD_STATE_EXCLUSIVE
    assert two.connect(second, READER)


def test_a_transaction_blocks_another_process_until_it_ends(service, programs, slot):
    """Its transaction begins, and its command arrives, when the first is done."""
    echo = EchoCard()
    slot.insert(echo)
    one, two, three = programs(), programs(), programs()
    first = one.connect(one.establish(), READER)
    second = two.connect(two.establish(), READER)
    third = three.connect(three.establish(), READER)
    one.call("SCardBeginTransaction", first)
    begin = two.begin("SCardBeginTransaction", second)
    _wait_until_parked(service, 1)
    send = three.begin("SCardTransmit", third, scard.SCARD_PROTOCOL_T1, [0, 0, 0, 3])
    _wait_until_parked(service, 2)

    one.transmit(first, "00000001")
    pending = begin.done(), send.done()
    one.call("SCardEndTransaction", first, scard.SCARD_LEAVE_CARD)
    begun = begin.result(20)
    two.transmit(second, "00000002")
    two.call("SCardEndTransaction", second, scard.SCARD_LEAVE_CARD)
    sent = send.result(20)

    assert pending == (False, False)
    assert (begun, sent) == (0, [0, [0, 0, 0, 3, 0x90, 0]])
    assert echo.diary == ["power on", "00000001", "00000002", "00000003"]


def test_a_transaction_ends_when_its_process_is_killed(service, programs, slot):
    """The card is reset; the next one has to reconnect, then has it."""
    echo = EchoCard()
    slot.insert(echo)
    one, two = programs(), programs()
    first = one.connect(one.establish(), READER)
    second = two.connect(two.establish(), READER)
    one.call("SCardBeginTransaction", first)
    begin = two.begin("SCardBeginTransaction", second)
    _wait_until_parked(service, 1)

    one.kill()
    begun = begin.result(20)
    reconnected = two.call("SCardReconnect", second, scard.SCARD_SHARE_SHARED, 3, 0)

    assert code(begun) == known(scard.SCARD_W_RESET_CARD)
    assert reconnected == [0, scard.SCARD_PROTOCOL_T1]
    assert two.call("SCardBeginTransaction", second) == 0
    assert echo.diary == ["power on", "warm reset"]


def test_two_threads_that_share_a_context_do_not_deadlock(program, context, slot):
    """One holds a transaction while the other asks for one: both get it, one after the other."""
    slot.insert(EchoCard())
    first, second = program.connect(context, READER), program.connect(context, READER)
    program.call("SCardBeginTransaction", first)
    begin = program.begin("SCardBeginTransaction", second, thread=1)
    send = program.begin("SCardTransmit", second, 2, [0, 0, 0, 1], thread=2)

    sent_within = program.transmit(first, "00000000")
    ended = program.call("SCardEndTransaction", first, scard.SCARD_LEAVE_CARD)

    assert (sent_within, ended) == ((0, "000000009000"), 0)
    assert begin.result(20) == 0
    assert send.result(20) == [0, [0, 0, 0, 1, 0x90, 0]]


def test_a_long_transaction_is_waited_for(service, programs, slot, monkeypatch):
    """Whoever is asked to come again comes again, with no more than a transmit as with a begin."""
    monkeypatch.setattr("cardsim.readers.pcsc.server.PARK_SECONDS", 0.01)
    slot.insert(EchoCard())
    one, two, three = programs(), programs(), programs()
    first = one.connect(one.establish(), READER)
    second = two.connect(two.establish(), READER)
    third = three.connect(three.establish(), READER)
    one.call("SCardBeginTransaction", first)
    begin = two.begin("SCardBeginTransaction", second)
    send = three.begin("SCardTransmit", third, scard.SCARD_PROTOCOL_T1, [0, 0, 0, 3])

    sent_away = threading.Event().wait(0.3), begin.done(), send.done()
    one.call("SCardEndTransaction", first, scard.SCARD_LEAVE_CARD)

    assert sent_away == (False, False, False)
    assert begin.result(20) == 0
    assert two.call("SCardEndTransaction", second, scard.SCARD_LEAVE_CARD) == 0
    assert send.result(20) == [0, [0, 0, 0, 3, 0x90, 0]]


@pytest.mark.parametrize(
    ("disposition", "event"),
    [
        ("SCARD_LEAVE_CARD", scard.SCARD_S_SUCCESS),
        ("SCARD_RESET_CARD", scard.SCARD_W_RESET_CARD),
        ("SCARD_UNPOWER_CARD", scard.SCARD_W_RESET_CARD),
        ("SCARD_EJECT_CARD", scard.SCARD_W_REMOVED_CARD),
    ],
)
def test_another_process_learns_what_became_of_the_card(programs, slot, disposition, event):
    """Its next command is answered with it."""
    slot.insert(EchoCard())
    one, two = programs(), programs()
    first = one.connect(one.establish(), READER)
    second = two.connect(two.establish(), READER)

    one.call("SCardDisconnect", first, getattr(scard, disposition))

    assert two.transmit(second, "00a4040c")[0] & 0xFFFFFFFF == known(event)


def test_a_pulled_card_breaks_the_handle_until_it_is_reconnected(program, context, slot):
    """SCARD_W_REMOVED_CARD, SCARD_E_NO_SMARTCARD, and success with the next card."""
    slot.insert(EchoCard())
    card = program.connect(context, READER)

    slot.eject()
    removed = program.transmit(card, "00a4040c")[0] & 0xFFFFFFFF
    missing = code(program.call("SCardReconnect", card, scard.SCARD_SHARE_SHARED, 3, 0))
    slot.insert(EchoCard())
    again = code(program.call("SCardReconnect", card, scard.SCARD_SHARE_SHARED, 3, 0))

    assert removed == known(scard.SCARD_W_REMOVED_CARD)
    assert (missing, again) == (known(scard.SCARD_E_NO_SMARTCARD), 0)
    assert program.transmit(card, "00a4040c") == (0, "00a4040c9000")


def test_attributes_and_features_are_told(program, context, slot):
    """ATR, name, vendor, and the list of features."""
    slot.insert(EchoCard())
    card = program.connect(context, READER)

    def attribute(number):
        result, value = program.call("SCardGetAttrib", card, number)
        return result, bytes(value)

    assert attribute(scard.SCARD_ATTR_ATR_STRING) == (0, ATR)
    assert attribute(scard.SCARD_ATTR_DEVICE_FRIENDLY_NAME_A) == (0, READER.encode() + b"\0")
    assert attribute(scard.SCARD_ATTR_VENDOR_NAME) == (0, b"JPKI-EMU\0")
    features = program.call("SCardControl", card, scard.SCARD_CTL_CODE(3400), [])
    assert features == [0, [0x12, 4, 0x42, 0x33, 0x00, 0x12]]


def test_a_service_that_ends_is_noticed(program, context, service, slot):
    """Programs that were connected get an error, not a hang."""
    service.stop()

    result = code(program.call("SCardListReaders", context, []))

    assert result != 0


def _cancel_until(program: ScardProgram, context: int, waiting) -> int:
    """Cancel until the wait is over: a cancel that comes before the wait has no effect."""
    while not waiting.done():
        program.call("SCardCancel", context, thread=2)
    return code(waiting.result())


def _wait_until_watching(service: PcscService) -> None:
    """Return when a client waits for a change."""
    clients = service._server._clients
    wait_until(
        lambda: any(client.watch is Watch.YES for client in tuple(clients.values())),
        "a program that waits",
    )


def _wait_until_parked(service: PcscService, number: int) -> None:
    """Return when so many clients wait for a card."""
    clients = service._server._clients
    wait_until(
        lambda: sum(client.parked is not None for client in tuple(clients.values())) == number,
        f"{number} programs that wait for a card",
    )
