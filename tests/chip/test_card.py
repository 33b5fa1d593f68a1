"""The card as a reader sees it: power, classes and instructions, defects."""

import pytest

from cardsim.chip import Card, Dialect, NotPoweredError, StoreError
from cardsim.mynumber import MemoryStore
from jpki.iso7816 import SW, StatusWord
from tests.chip.plain import ATR, ROOT, applications, plain_card, send, state, verify


def test_a_card_without_power_is_a_mistake_of_the_caller():
    """There is no answer to give: the reader must power the card first."""
    card = Card(ATR, applications(), MemoryStore(state()))

    with pytest.raises(NotPoweredError):
        card.transmit(b"\x00\xa4\x04\x0c")
    with pytest.raises(NotPoweredError):
        card.warm_reset()


def test_power_gives_the_atr_and_the_first_application():
    """After power-up the application named first is current, without a file."""
    card = Card(ATR, applications(), MemoryStore(state()))

    assert card.power_on() == ATR
    assert (card.session.application.aid, card.session.current_ef) == (ROOT, None)


def test_losing_power_forgets_the_session():
    """Cold reset and power off both leave nothing proven and nothing selected."""
    card = plain_card()
    send(card, verify())

    card.power_off()
    gone = card.session
    card.power_on()

    assert gone is None
    assert (card.session.application.aid, card.session.verified) == (ROOT, set())


def test_a_cold_reset_without_power_off_forgets_the_session():
    """Powering on is a new session, whatever was before."""
    card = plain_card()
    send(card, verify())

    card.power_on()

    assert (card.session.application.aid, card.session.verified) == (ROOT, set())


def test_a_card_must_have_an_application():
    """Something is current after power-up."""
    with pytest.raises(ValueError, match="application"):
        Card(ATR, (), MemoryStore(state()))


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("", "6700"),
        ("00", "6700"),
        ("00A404", "6700"),
        ("00A4040C02AA", "6700"),
        ("00FF0000", "6D00"),
        ("00C0000000", "6D00"),
        ("01A40000", "6881"),
        ("03B0000000", "6881"),
        ("41A40000", "6881"),
        ("7FFF0000", "6881"),
        ("04A40000", "6882"),
        ("08B0000000", "6882"),
        ("0CFF0000", "6882"),
        ("10A40000", "6884"),
        ("18A40000", "6884"),
        ("1FA40000", "6881"),
        ("20A40000", "6E00"),
        ("80A40000", "6E00"),
        ("FFFF0000", "6E00"),
        ("A0A40000", "6E00"),
    ],
)
def test_what_no_instruction_serves_is_refused(command, answer):
    """The class tells channel, chaining, secure messaging; then INS, then 6E00."""
    assert send(plain_card(), command) == answer


@pytest.mark.parametrize(
    ("command", "answer"), [("08A40000", "6882"), ("08B0000000", "69FC"), ("81FF0000", "6881")]
)
def test_a_dialect_may_refuse_classes_its_own_way(command, answer):
    """A word for (CLA, INS) goes before one for the class, and that before ISO's."""
    dialect = Dialect(
        class_refusals={0x08: StatusWord(0x69FC), 0x81: SW.LOGICAL_CHANNEL_UNSUPPORTED},
        instruction_refusals={(0x08, 0xA4): SW.SECURE_MESSAGING_UNSUPPORTED},
    )

    assert send(plain_card(dialect), command) == answer


def broken(length: int) -> bytes:
    raise ZeroDivisionError


def test_a_defect_answers_6f00_and_logs_a_traceback_without_the_data(caplog):
    """The reader learns nothing, the log has the traceback, and the data field is in neither."""
    card = Card(ATR, applications(), MemoryStore(state()), random=broken)
    card.power_on()

    answer = send(card, "0084000008")

    assert answer == "6F00"
    assert "ZeroDivisionError" in caplog.text
    assert "00840000" in caplog.text


def test_a_state_that_cannot_be_saved_is_one_line_in_the_log(caplog):
    """A full disk is no defect of ours: no traceback; the reader gets 6F00 all the same."""

    def full(_):
        raise StoreError("state.json: cannot be written")

    card = Card(ATR, applications(), MemoryStore(state()), random=full)
    card.power_on()

    answer = send(card, "0084000008")

    assert (answer, [record.exc_info for record in caplog.records]) == ("6F00", [None])
    assert "command 00840000 was not carried out" in caplog.text
    assert "state.json: cannot be written" in caplog.text


def test_a_defect_during_verify_does_not_log_the_pin(caplog, monkeypatch):
    """Only the header of the command is written down."""
    card = plain_card()
    card._raise_unexpected = False
    monkeypatch.setattr("cardsim.chip.handlers.present", broken)

    answer = send(card, verify(b"topsecret"))

    assert answer == "6F00"
    assert "topsecret" not in caplog.text
    assert b"topsecret".hex() not in caplog.text.lower()


def test_a_defect_is_raised_under_test():
    """Tests ask for the exception itself."""
    card = Card(ATR, applications(), MemoryStore(state()), random=broken, raise_unexpected=True)
    card.power_on()

    with pytest.raises(ZeroDivisionError):
        send(card, "0084000008")
