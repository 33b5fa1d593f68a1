"""Which fault strikes when: a plan counts what fits, and follows what is selected."""

import pytest

from cardsim.faults.kinds import Kind, Request
from cardsim.faults.parsing import parse, parse_all
from cardsim.faults.places import Event, Places
from cardsim.faults.plan import Plan
from jpki.card.layout import Ap, JpkiEf
from tests.support.cards import adult_card

SELECT_JPKI = "00A4040C0AD392F000260100000001"
SELECT_TEXT = "00A4040C0AD3921000310001010408"
VERIFY = "002000800431323334"


def striking(fault, events):
    """Give the numbers, from 1, of the events at which a fault strikes."""
    plan = Plan([parse(fault)])
    return [number for number, event in enumerate(events, 1) if plan.due(event)]


@pytest.mark.parametrize(
    ("count", "numbers"),
    [("", [1]), ("1", [1]), ("2", [3]), ("every", [1, 3, 4]), ("from 2", [3, 4]), ("4", [])],
)
def test_only_what_fits_is_counted(count, numbers):
    """The second VERIFY is the second VERIFY, whatever else came in between."""
    events = [Event(kind) for kind in (Kind.VERIFY, Kind.SELECT, Kind.VERIFY, Kind.VERIFY)]

    assert striking(f"cut before verify {count}", events) == numbers


def test_a_command_is_any_command_but_no_request():
    """Every command to the card counts as `command`; what PC/SC is asked does not."""
    events = [Event(Kind.COMMAND), Event(Request.CONNECT), Event(Kind.SELECT)]

    assert striking("cut before command 2", events) == [3]


def test_a_place_must_fit_as_well():
    """An AP, an EF, or both."""
    events = [
        Event(Kind.VERIFY, Ap.TEXT, 0x18),
        Event(Kind.VERIFY, Ap.JPKI, 0x1B),
        Event(Kind.VERIFY, Ap.JPKI, 0x18),
        Event(Kind.VERIFY),
    ]

    assert striking("cut before verify in jpki every", events) == [2, 3]
    assert striking("cut before verify on 0018 every", events) == [1, 3]
    assert striking("cut before verify on auth-pin every", events) == [3]


def test_faults_count_for_themselves():
    """One fault that struck does not hide an event from another; they strike in their order."""
    plan = Plan(parse_all(["cut before verify 2", "delay 1s at command every"]))

    assert [str(fault) for fault, _ in plan.due(Event(Kind.VERIFY))] == [
        "delay 1s at command every"
    ]
    assert [str(fault) for fault, _ in plan.due(Event(Kind.VERIFY))] == [
        "cut before verify 2",
        "delay 1s at command every",
    ]


def test_what_holds_all_the_time_strikes_at_no_event():
    """A slow card is no event."""
    assert not Plan(parse_all(["slow nfc", "crl stale"]))


@pytest.fixture
def ask():
    """Give a function that sends a command to a card and gives the event it is."""
    card, places = adult_card(), Places()
    card.power_on()

    def ask(command):
        command = bytes.fromhex(command)
        event = places.look(command)
        places.learn(event, card.transmit(command))
        return event

    return ask


def test_selecting_is_followed(ask):
    """By name, by identifier, by short identifier in a read; what failed changes nothing."""
    assert ask("00A4020C020018") == Event(Kind.SELECT, Ap.ISD, 0x18)
    assert ask(SELECT_JPKI) == Event(Kind.SELECT, Ap.JPKI)
    assert ask("00A4020C020018") == Event(Kind.SELECT, Ap.JPKI, JpkiEf.AUTH_PIN)
    assert ask("00A4020C027777") == Event(Kind.SELECT, Ap.JPKI, 0x7777)
    assert ask(VERIFY) == Event(Kind.VERIFY, Ap.JPKI, JpkiEf.AUTH_PIN)
    assert ask("00B08A0004") == Event(Kind.READ_BINARY, Ap.JPKI, JpkiEf.AUTH_CERTIFICATE)
    assert ask("00B0000004") == Event(Kind.READ_BINARY, Ap.JPKI, JpkiEf.AUTH_CERTIFICATE)
    assert ask("00A4040C0AD392F000260100000009") == Event(Kind.SELECT)
    assert ask("0020009B06414243313233") == Event(Kind.VERIFY, Ap.JPKI, JpkiEf.SIGN_PIN)
    assert ask("0084000008") == Event(Kind.GET_CHALLENGE, Ap.JPKI)
    assert ask("00B0000004") == Event(Kind.READ_BINARY, Ap.JPKI, JpkiEf.AUTH_CERTIFICATE)


def test_the_question_for_the_tries_left_is_no_presentation(ask):
    """Clients ask before they present: a fault at the first VERIFY means the first value."""
    ask(SELECT_JPKI)

    assert ask("00200098") == Event(Kind.VERIFY_EMPTY, Ap.JPKI, JpkiEf.AUTH_PIN)
    assert ask("0020009804" + "31323334") == Event(Kind.VERIFY, Ap.JPKI, JpkiEf.AUTH_PIN)


@pytest.mark.parametrize("command", ["", "00", "00A4040C0A00", "00FF0000", "FFCA000000"])
def test_bytes_nobody_knows_are_a_command(ask, command):
    """They count, and mean no place that could be mistaken."""
    assert ask(command).kind is Kind.COMMAND


@pytest.mark.parametrize(
    ("name", "ap"),
    [
        ("D392F0", Ap.JPKI),
        ("D3921000310001010402", Ap.VISUAL),
        ("D392", None),
        ("A000000151", Ap.ISD),
    ],
)
def test_a_name_may_be_given_in_part(name, ap):
    """As the card takes it, when it is clear which is meant."""
    command = bytes.fromhex(f"00A4040C{len(name) // 2:02X}{name}")

    assert Places().look(command) == Event(Kind.SELECT, ap)
