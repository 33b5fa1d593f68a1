"""Readers and cards, behind our service and behind pcscd with vpcd."""

import pytest

from cardsim.diagnosis import Outcome, diagnose
from cardsim.diagnosis.looking.readers import look_at_readers
from cardsim.readers.pcsc import PcscService
from tests.cli.test_read import RecordingCard
from tests.diagnosis.machines import this_machine
from tests.support.cards import adult_card, adult_image
from tests.support.plain_card import EchoCard
from tests.support.readers import ServiceReader, VpcdReader
from tests.support.scard import ScardProgram

READER = "A reader 00 00"
OTHER_ATR = bytes.fromhex("3B80800101")
ABSENT = bytes.fromhex("6A82")


class OtherCard(EchoCard):
    """A card without 公的個人認証AP."""

    def power_on(self):
        return OTHER_ATR

    def transmit(self, command):
        self.diary.append(command.hex())
        return ABSENT


@pytest.fixture
def service():
    """Give our service without readers."""
    with PcscService() as running:
        yield running


def finding(service, check):
    """Diagnose a program that finds this service."""
    return diagnose(this_machine(**service.environment)).finding(check)


@pytest.mark.parametrize("kind", [ServiceReader, VpcdReader])
def test_with_a_card_all_is_well(kind):
    """Whoever carries its commands: our service, or pcscd and vpcd."""
    with kind() as reader:
        reader.insert(adult_card())
        diagnosis = diagnose(this_machine(**reader.environment))

    assert diagnosis.outcome is Outcome.OK, diagnosis.wrong
    assert reader.name in diagnosis.finding("readers.list").seen
    assert adult_image().atr.atr.hex() in diagnosis.finding("card.present").seen
    assert diagnosis.finding("card.application").seen == f"in {reader.name}: 9000"
    assert diagnosis.finding("opensc.card").seen == "jpki"


@pytest.mark.parametrize("kind", [ServiceReader, VpcdReader])
def test_an_empty_reader_is_the_fault(kind):
    """Everything up to the reader is well, and told so."""
    with kind() as reader:
        diagnosis = diagnose(this_machine(**reader.environment))

    assert [each.id for each in diagnosis.wrong] == ["card.present"]
    assert "insert the card" in diagnosis.wrong[0].advice


def test_a_service_without_readers_is_the_fault(service):
    """Our service has those it was given."""
    found = finding(service, "readers.list")

    assert (found.outcome, found.seen) == (Outcome.WRONG, "none")
    assert "jpki card serve" in found.advice


def test_another_card_is_told_from_a_my_number_card(service):
    """By the answer to SELECT of 公的個人認証AP; OpenSC does not know it either."""
    service.add_reader(READER).insert(OtherCard())
    diagnosis = diagnose(this_machine(**service.environment))

    application = diagnosis.finding("card.application")
    assert (application.outcome, f"6A82 in {READER}" in application.seen) == (Outcome.WRONG, True)
    assert diagnosis.finding("opensc.card").outcome is Outcome.WRONG


def test_one_my_number_card_among_others_is_enough(service):
    """Programs choose the reader; this one can be chosen."""
    service.add_reader("Other reader 00 00").insert(OtherCard())
    service.add_reader("Empty reader 01 00")
    service.add_reader(READER).insert(adult_card())

    assert finding(service, "card.application").seen == f"in {READER}: 9000"


def test_a_card_another_program_uses_is_sent_nothing(service):
    """SELECT would take from that program the application it has selected, and its PINs."""
    card = RecordingCard(adult_card())
    service.add_reader(READER).insert(card)
    with ScardProgram(service.environment) as program:
        program.connect(program.establish(), READER)
        before = len(card.commands)
        diagnosis = diagnose(this_machine(**service.environment))

    assert card.commands[before:] == []
    assert diagnosis.finding("card.application").outcome is Outcome.UNKNOWN
    assert diagnosis.outcome is Outcome.UNKNOWN


def test_no_pin_is_sent_and_no_try_spent(service):
    """Neither by us nor by OpenSC at our request."""
    card = RecordingCard(adult_card())
    service.add_reader(READER).insert(card)
    diagnosis = diagnose(this_machine(**service.environment))

    assert diagnosis.outcome is Outcome.OK
    assert card.commands
    assert card.secrets_sent == []


def test_we_ourselves_send_one_select_and_nothing_else(service):
    """And leave the card as it is: it is not reset."""
    card = EchoCard()
    service.add_reader(READER).insert(card)
    look_at_readers(this_machine(**service.environment))

    assert card.diary == ["power on", "00a4040c0ad392f000260100000001"]
