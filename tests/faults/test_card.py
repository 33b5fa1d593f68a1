"""A card with faults: what the reader gets, what the card has done, what is on the disk."""

import contextlib
import logging
from pathlib import Path

import pytest

from cardsim.faults import FaultyCard, parse_all
from cardsim.mynumber.directory import create_card, open_card
from cardsim.readers.insertable import NoAnswerError
from cardsim.readers.pcsc import ReturnCode
from tests.support.cards import adult_card, adult_image
from tests.support.plain_card import EchoCard

SELECT_JPKI = bytes.fromhex("00A4040C0AD392F000260100000001")
RIGHT = bytes.fromhex("002000980431323334")
WRONG = bytes.fromhex("002000980439393939")
TRIES = bytes.fromhex("00200098")
SUCCESS = bytes.fromhex("9000")
ECHOED = bytes.fromhex("00A400019000")
COMMAND = bytes.fromhex("00A40001")


def echoing(*faults):
    """Give an echo card with these faults, powered, and the card inside."""
    inside = EchoCard()
    card = FaultyCard(lambda _: inside, parse_all(faults))
    card.power_on()
    return card, inside


@pytest.fixture
def on_disk(tmp_path):
    """Give a function that opens a card in files with faults, its JPKI AP selected."""
    create_card(tmp_path / "card", adult_image())

    def open_with(*faults):
        card = FaultyCard(
            lambda around: open_card(tmp_path / "card", around_store=around),
            parse_all(faults),
        )
        card.power_on()
        assert card.transmit(SELECT_JPKI) == SUCCESS
        return card

    return open_with


def tries_on_disk(on_disk):
    """Ask a card opened anew: what it says is what was saved."""
    return on_disk().transmit(TRIES).hex().upper()


def test_a_status_before_a_command_keeps_it_from_the_card():
    """The reader gets the word; the card has heard nothing."""
    card, inside = echoing("status 6581 before select")

    assert card.transmit(COMMAND).hex() == "6581"
    assert card.transmit(COMMAND) == ECHOED
    assert inside.diary == ["power on", "00a40001"]


def test_a_status_after_a_command_hides_what_the_card_has_done():
    """The card carried it out; its answer is lost."""
    card, inside = echoing("status 6F00 after select")

    assert card.transmit(COMMAND).hex() == "6f00"
    assert inside.diary == ["power on", "00a40001"]


@pytest.mark.parametrize(
    ("fault", "answer"),
    [
        ("truncate 5 at select", "00a4000190"),
        ("truncate 0 at select", ""),
        ("truncate 99 at select", "00a400019000"),
        ("flip 0.7 at select", "80a400019000"),
        ("flip -1.0 at select", "00a400019001"),
        ("flip 99.0 at select", "00a400019000"),
        ("flip -7.0 at select", "00a400019000"),
    ],
)
def test_an_answer_is_damaged_on_its_way(fault, answer):
    """Bytes of it are missing or wrong; one that has not the byte meant arrives as it is."""
    card, _ = echoing(fault)

    assert card.transmit(COMMAND).hex() == answer


def test_a_delay_comes_before_the_answer():
    """Time is asked of the function that was handed in, and nothing else changes."""
    slept = []
    card = FaultyCard(
        lambda _: EchoCard(), parse_all(["delay 1.5s at select 2"]), sleep=slept.append
    )
    card.power_on()

    assert [card.transmit(COMMAND) for _ in range(3)] == [ECHOED] * 3
    assert slept == [1.5]


def test_a_slow_card_takes_time_for_every_command():
    """More for a long answer than for a short one."""
    slept = []
    card = FaultyCard(lambda _: EchoCard(), parse_all(["slow nfc-106"]), sleep=slept.append)
    card.power_on()

    card.transmit(COMMAND)
    card.transmit(COMMAND + bytes(100))

    assert len(slept) == 2
    assert 0.03 < slept[0] < slept[1] < 0.1


def test_a_card_without_power_is_mute_until_it_is_reset(on_disk):
    """What was selected and verified is gone with the power."""
    card = on_disk("cut after verify")

    assert card.transmit(RIGHT) == b""
    assert card.transmit(TRIES) == b""
    card.warm_reset()
    assert card.transmit(TRIES).hex().upper() == "6A82"


@pytest.mark.parametrize(
    ("moment", "pin", "tries"),
    [
        ("before", WRONG, "63C3"),
        ("before-save-of", WRONG, "63C3"),
        ("after-save-of", WRONG, "63C2"),
        ("after", WRONG, "63C2"),
        ("before-save-of", RIGHT, "63C3"),
        ("after-save-of", RIGHT, "63C2"),
        ("after", RIGHT, "63C3"),
    ],
)
def test_a_power_cut_in_verify_leaves_on_disk_what_was_saved(on_disk, moment, pin, tries):
    """A try is spent from the moment it is saved, even for the right PIN, and not before."""
    card = on_disk(f"cut {moment} verify")

    assert card.transmit(pin) == b""

    assert tries_on_disk(on_disk) == tries


def test_a_cut_that_waits_for_a_save_is_over_with_its_command(on_disk):
    """A command that saves nothing loses no power, and the next one is not meant."""
    card = on_disk("cut after-save-of command 1")

    assert card.transmit(TRIES).hex().upper() == "63C3"
    assert card.transmit(WRONG).hex().upper() == "63C2"


@pytest.mark.parametrize(
    ("fault", "code", "heard"),
    [
        ("fail comm-error before select", ReturnCode.COMM_ERROR, 0),
        ("fail comm-data-lost after select", ReturnCode.COMM_DATA_LOST, 1),
        ("remove before select", ReturnCode.REMOVED_CARD, 0),
        ("unplug before select", ReturnCode.READER_UNAVAILABLE, 0),
        ("reset warm before select", ReturnCode.RESET_CARD, 0),
    ],
)
def test_a_lost_way_is_told_by_its_code(fault, code, heard):
    """The program learns what PC/SC calls it; whether the card has heard it, the fault says."""
    card, inside = echoing(fault)

    with pytest.raises(NoAnswerError) as lost:
        card.transmit(COMMAND)

    assert lost.value.code == code
    assert inside.diary.count("00a40001") == heard


def test_a_card_removed_by_nobodys_hand_stays_away():
    """In a reader that cannot be told, the card is mute from then on."""
    card, inside = echoing("remove after select")

    assert card.transmit(COMMAND) == ECHOED
    assert card.transmit(COMMAND) == b""
    assert (card.power_on(), card.warm_reset()) == (b"", b"")
    assert inside.diary == ["power on", "00a40001", "power off"]


@pytest.mark.parametrize("how", ["remove 1.5s", "unplug 1.5s"])
def test_a_card_taken_away_for_a_time_answers_to_reset_after_it(how):
    """Also where nobody's hand puts it back; it comes without power, as from a pocket."""
    moments = iter([10.0, 11.4, 11.5])
    inside = EchoCard()
    card = FaultyCard(
        lambda _: inside, parse_all([f"{how} after select"]), clock=lambda: next(moments)
    )
    atr = card.power_on()
    card.transmit(COMMAND)

    assert card.power_on() == b""
    assert card.transmit(COMMAND) == b""
    assert card.power_on() == atr
    assert card.transmit(COMMAND) == ECHOED


@pytest.mark.parametrize(
    ("how", "resets"), [("warm", ["warm reset"]), ("cold", ["power off", "power on"])]
)
def test_a_reset_after_a_command_is_done_to_the_card(how, resets):
    """The answer arrives; the next command meets a card that was reset."""
    card, inside = echoing(f"reset {how} after select")

    assert card.transmit(COMMAND) == ECHOED
    assert inside.diary[2:] == resets


def test_several_faults_strike_at_one_command():
    """In the order they were given."""
    card, _ = echoing("flip 0.7 at select", "truncate 1 at command")

    assert card.transmit(COMMAND).hex() == "80"


def test_a_card_without_faults_is_the_card():
    """Nothing is changed, nothing is waited for."""
    card = FaultyCard(lambda _: adult_card(), [])
    plain = adult_card()

    assert card.power_on() == plain.power_on()
    for command in (SELECT_JPKI, TRIES, RIGHT, bytes.fromhex("00B08A0004")):
        assert card.transmit(command) == plain.transmit(command)


def test_the_log_has_the_fault_and_no_byte_of_the_command(caplog, on_disk):
    """Which fault struck is worth knowing; a PIN is in the command."""
    caplog.set_level(logging.DEBUG)
    card = on_disk("status 6F00 after verify", "cut after-save-of verify 2")

    card.transmit(RIGHT)
    card.transmit(RIGHT)

    assert [record.getMessage() for record in caplog.records] == [
        "fault: status 6F00 after verify 1",
        "fault: cut after-save-of verify 2",
    ]


@pytest.mark.parametrize(
    ("faults", "command", "struck"),
    [
        (["status 6F00 before verify", "cut after-save-of verify"], WRONG, [0]),
        (["cut after-save-of verify", "status 6F00 before verify"], WRONG, [1]),
        (["remove before verify", "status 6F00 before verify"], WRONG, [0]),
        (["cut after-save-of verify-empty"], TRIES, []),
        (["cut after-save-of verify", "cut before-save-of verify"], WRONG, [1]),
        (["cut before-save-of verify", "status 6F00 after verify"], WRONG, [0]),
        (["cut after verify", "status 6F00 after verify"], WRONG, [0]),
        (["fail comm-error after verify", "delay 1ms at verify"], WRONG, [0]),
        (["truncate 2 at verify", "flip 2.0 at verify"], WRONG, []),
        (["flip 0.0 at verify", "truncate 1 at verify"], WRONG, [0, 1]),
    ],
    ids=lambda value: " + ".join(value) if value and isinstance(value[0], str) else "",
)
def test_the_log_names_the_faults_that_struck_and_no_other(
    caplog, on_disk, faults, command, struck
):
    """One that was due and had no chance did nothing."""
    caplog.set_level(logging.INFO)
    card = on_disk(*faults)

    with contextlib.suppress(NoAnswerError):
        card.transmit(command)

    assert [record.getMessage() for record in caplog.records] == [
        f"fault: {fault}" for fault in map(parse_all(faults).__getitem__, struck)
    ]


def test_the_lock_is_let_go_when_the_power_goes(on_disk, tmp_path: Path):
    """Another process can have the card at once."""
    card = on_disk("cut before-save-of verify")

    card.transmit(RIGHT)

    assert on_disk().transmit(RIGHT) == SUCCESS
