"""Faults between program and reader, as pyscard sees them through libpcsclite and our service."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from cardsim.faults import FaultyCard, ServiceHand, gate_for, parse_all
from cardsim.mynumber import MemoryStore
from cardsim.mynumber.applications import build_applications, initial_state
from cardsim.mynumber.assembly import assemble
from cardsim.readers.pcsc import PcscService, ReturnCode
from tests.support.cards import adult_image
from tests.support.pcsc import wait_until
from tests.support.scard import ScardProgram

READER = "JPKI-EMU Reader 00 00"
SELECT_JPKI = "00A4040C0AD392F000260100000001"
VERIFY = "002000980431323334"
TRIES = "00200098"
SIGN = "802A009733" + "3031300D060960864801650304020105000420" + "00" * 32 + "00"
SHARED, T1, LEAVE, RESET = 2, 2, 0, 1
OK = int(ReturnCode.SUCCESS)


@dataclass
class Bench:
    """A program that has connected to a card with faults; `later` is what is to be done later."""

    service: PcscService
    program: ScardProgram
    context: int
    later: list[tuple[float, Callable[[], None]]] = field(default_factory=list)
    card: int = 0

    def connect(self) -> int:
        """Connect; give the return code."""
        code, *rest = self.program.call("SCardConnect", self.context, READER, SHARED, 3)
        self.card = rest[0] if rest else 0
        return unsigned(code)

    def ask(self, command: str) -> tuple[int, str]:
        """Send a command: return code and answer."""
        code, answer = self.program.transmit(self.card, command)
        return unsigned(code), answer

    def call(self, function: str, *arguments: int) -> int:
        """Call a function of the handle; give the return code."""
        result = self.program.call(function, self.card, *arguments)
        return unsigned(result[0] if isinstance(result, list) else result)

    @property
    def readers(self) -> list[str]:
        """The readers the program sees."""
        return self.program.call("SCardListReaders", self.context, [])[1]


def unsigned(code: int) -> int:
    return code & 0xFFFF_FFFF


@contextmanager
def bench_with(*texts: str) -> Iterator[Bench]:
    """Run a service with one card that has these faults, and a program beside it."""
    faults = parse_all(texts)
    later: list[tuple[float, Callable[[], None]]] = []
    image = adult_image()
    service = PcscService(gate=gate_for({READER: faults}))
    slot = service.add_reader(READER)
    hand = ServiceHand(service, READER, later=lambda seconds, call: later.append((seconds, call)))
    store = MemoryStore(initial_state(image))
    slot.insert(
        FaultyCard(
            lambda around: assemble(image, build_applications(image), around(store)),
            faults,
            surroundings=hand,
        )
    )
    with service, ScardProgram(service.environment) as program:
        yield Bench(service, program, program.establish(), later)


@pytest.fixture
def bench() -> Iterator[Callable[..., Bench]]:
    """Give a function that gives a bench whose program has selected the JPKI AP."""
    opened = []

    def start(*texts: str) -> Bench:
        manager = bench_with(*texts)
        found = manager.__enter__()
        opened.append(manager)
        assert found.connect() == OK
        assert found.ask(SELECT_JPKI) == (OK, "9000")
        return found

    yield start
    for manager in opened:
        manager.__exit__(None, None, None)


@pytest.mark.parametrize(
    "code",
    [
        "comm-error",
        "comm-data-lost",
        "timeout",
        "not-transacted",
        "unpowered-card",
        "unresponsive-card",
        "internal-error",
    ],
)
@pytest.mark.parametrize(("moment", "tries"), [("before", "63c3"), ("after", "63c2")])
def test_a_command_fails_with_a_code_of_pcsc(bench, code, moment, tries):
    """Before the card has heard it, or after it has spent the try."""
    found = bench(f"fail {code} {moment} verify")

    failed = found.ask("002000980439393939")

    assert failed == (ReturnCode[code.upper().replace("-", "_")], "")
    assert found.ask(TRIES) == (OK, tries)


@pytest.mark.parametrize(("moment", "tries"), [("before", "63c2"), ("after", "63c1")])
def test_libpcsclite_repeats_a_command_refused_for_sharing(bench, moment, tries):
    """The program never sees it; a card that had done the command does it twice."""
    found = bench(f"fail sharing-violation {moment} verify")

    assert found.ask("002000980439393939") == (OK, tries)


def test_connecting_fails_as_often_as_it_is_said():
    """A sharing violation, and then the card is free."""
    with bench_with("fail sharing-violation before connect") as found:
        assert [found.connect(), found.connect()] == [ReturnCode.SHARING_VIOLATION, OK]


@pytest.mark.parametrize(
    ("request_", "function", "arguments"),
    [
        ("reconnect", "SCardReconnect", (SHARED, 3, LEAVE)),
        ("begin-transaction", "SCardBeginTransaction", ()),
        ("status", "SCardStatus", ()),
        ("get-attrib", "SCardGetAttrib", (0x0009_0303,)),
        ("disconnect", "SCardDisconnect", (LEAVE,)),
    ],
)
def test_each_request_can_fail(bench, request_, function, arguments):
    """The program sees the code, and the next attempt goes through."""
    found = bench(f"fail comm-error before {request_}")

    codes = [found.call(function, *arguments) for _ in range(2)]

    assert codes[0] == ReturnCode.COMM_ERROR
    assert codes[1] in {OK, ReturnCode.INVALID_HANDLE}


def test_the_end_of_a_transaction_can_fail(bench):
    """It is over at the second attempt."""
    found = bench("fail comm-error before end-transaction")
    found.call("SCardBeginTransaction")

    codes = [found.call("SCardEndTransaction", LEAVE) for _ in range(2)]

    assert codes == [ReturnCode.COMM_ERROR, OK]


@pytest.mark.parametrize(("how", "signed"), [("warm", True), ("cold", False)])
def test_a_reset_by_another_program_is_told_until_the_program_reconnects(bench, how, signed):
    """A cold one takes what was proven to the card, and what was selected."""
    found = bench(f"reset {how} before compute-digital-signature")
    found.ask(VERIFY)

    codes = [found.ask(SIGN)[0], found.ask(SIGN)[0]]
    found.call("SCardReconnect", SHARED, 3, LEAVE)
    code, answer = found.ask(SIGN)

    assert codes == [ReturnCode.RESET_CARD] * 2
    assert (code, answer.endswith("9000")) == (OK, signed)


def test_a_reset_after_a_command_is_told_at_the_next(bench):
    """The answer still arrives."""
    found = bench("reset warm after verify")

    assert found.ask(VERIFY) == (OK, "9000")
    assert found.ask(TRIES) == (ReturnCode.RESET_CARD, "")


def test_an_unplugged_reader_is_gone_until_it_is_plugged_in(bench):
    """The command fails, the list of readers is empty; later the card is there, unverified."""
    found = bench("unplug 500ms before verify")

    lost = found.ask(VERIFY), found.ask(TRIES)
    gone = found.readers
    [(seconds, plug_in)] = found.later
    plug_in()

    assert lost == ((ReturnCode.READER_UNAVAILABLE, ""),) * 2
    assert (gone, seconds, found.readers) == ([], 0.5, [READER])
    assert (found.connect(), found.ask(SELECT_JPKI)) == (OK, (OK, "9000"))


def test_whoever_waits_for_an_unplugged_reader_is_told(bench):
    """A program whose transaction was to come next does not wait for ever."""
    found = bench("unplug before verify")
    with ScardProgram(found.service.environment) as other:
        card = other.connect(other.establish(), READER)
        found.call("SCardBeginTransaction")
        waiting = other.begin("SCardBeginTransaction", card)
        wait_until(lambda: queued(found.service), "the other program's request")
        found.ask(VERIFY)
        code = waiting.result(20)

    assert unsigned(code) == ReturnCode.READER_UNAVAILABLE


def queued(service):
    """Whether a request waits for the reader."""
    return any(r.transactions.queue for r in service._server._places.readers)


def test_a_reader_unplugged_after_a_command_has_answered_it(bench):
    """The answer arrives; for good: nobody plugs it in again."""
    found = bench("unplug after verify")

    assert found.ask(VERIFY) == (OK, "9000")
    assert (found.ask(TRIES)[0], found.readers) == (ReturnCode.READER_UNAVAILABLE, [])
    assert found.later == []


def test_a_card_that_is_pulled_is_told_as_removed(bench):
    """At the command it was pulled at, and at every one after it; put back it must be found."""
    found = bench("remove 1s before verify")

    codes = [found.ask(VERIFY)[0], found.ask(TRIES)[0]]
    [(seconds, put_back)] = found.later
    put_back()

    assert (codes, seconds) == ([ReturnCode.REMOVED_CARD] * 2, 1.0)
    assert found.ask(TRIES)[0] == ReturnCode.REMOVED_CARD
    assert (found.connect(), found.ask(SELECT_JPKI)) == (OK, (OK, "9000"))


def test_a_card_is_not_put_where_another_one_is(bench):
    """Somebody was quicker; the card stays out."""
    found = bench("remove 1s before verify")
    found.ask(VERIFY)
    slot = found.service.slot(READER)
    [(_, put_back)] = found.later
    card = FaultyCard(lambda _: assemble_plain(), [])
    slot.insert(card)

    put_back()

    assert slot.eject() is card


def assemble_plain():
    image = adult_image()
    return assemble(image, build_applications(image), MemoryStore(initial_state(image)))


def test_a_card_without_power_answers_after_a_reset(bench):
    """Every command fails until then; what was proven is forgotten."""
    found = bench("cut after verify")

    codes = [found.ask(VERIFY)[0], found.ask(TRIES)[0]]
    reset = found.call("SCardReconnect", SHARED, 3, RESET)

    assert (codes, reset) == ([ReturnCode.NOT_TRANSACTED] * 2, OK)
    assert found.ask(SELECT_JPKI) == (OK, "9000")
    assert found.ask(SIGN) == (OK, "6982")


def test_no_gate_is_made_that_nobody_needs():
    """Without a fault of a request, a service asks nobody."""
    assert gate_for({READER: parse_all(["cut before verify", "slow nfc"])}) is None


def test_another_readers_requests_are_left_alone():
    """Faults belong to one reader."""
    with bench_with("fail sharing-violation before connect") as found:
        other = found.service.add_reader("Another reader 00 00")
        other.insert(assemble_plain())

        assert found.program.connect(found.context, other.name)
