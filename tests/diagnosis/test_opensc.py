"""OpenSC told to leave our card or its reader out, and OpenSC that is not there."""

import os

import pytest

from cardsim.diagnosis import Outcome, diagnose
from cardsim.diagnosis.looking.opensc import look_at_opensc
from cardsim.readers.pcsc import PcscService
from tests.diagnosis.machines import this_machine
from tests.support.cards import adult_card

READER = "A reader 00 00"


@pytest.fixture
def service():
    """Give our service with a card in a reader."""
    with PcscService() as running:
        running.add_reader(READER).insert(adult_card())
        yield running


@pytest.fixture
def configured(service, tmp_path):
    """Give a function that diagnoses with this in OpenSC's configuration."""

    def configured(text, **variables):
        path = tmp_path / "opensc.conf"
        path.write_text(f"app default {{\n{text}\n}}\n")
        return diagnose(this_machine(OPENSC_CONF=str(path), **service.environment, **variables))

    return configured


def test_a_list_of_drivers_without_jpki_is_the_fault(configured):
    """OpenSC itself no longer knows the card, and says only that it knows it not."""
    diagnosis = configured("card_drivers = cardos, openpgp;")

    wrong = {each.id: each for each in diagnosis.wrong}
    assert set(wrong) == {"opensc.configuration", "opensc.card"}
    assert "card_drivers = cardos, openpgp" in wrong["opensc.configuration"].seen
    assert "add jpki or internal" in wrong["opensc.configuration"].advice


@pytest.mark.parametrize(
    "text",
    ["card_drivers = openpgp, jpki;", "card_drivers = internal;", "# card_drivers = cardos;"],
)
def test_a_list_that_has_jpki_or_is_a_comment_is_no_fault(configured, text):
    """OpenSC agrees."""
    diagnosis = configured(text)

    assert diagnosis.finding("opensc.configuration").outcome is Outcome.OK
    assert diagnosis.finding("opensc.card").seen == "jpki"


def test_a_reader_passed_over_is_the_fault(configured):
    """OpenSC does not list it, and finds no reader."""
    diagnosis = configured('ignored_readers = "SPR 532", "A reader";')

    assert "'A reader'" in diagnosis.finding("opensc.configuration").seen
    assert diagnosis.finding("opensc.card").outcome is Outcome.WRONG


def test_a_forced_driver_is_the_fault(configured):
    """It was set for another card once."""
    diagnosis = configured("", OPENSC_DRIVER="openpgp")

    assert "OPENSC_DRIVER" in diagnosis.finding("opensc.configuration").advice


def test_without_opensc_tool_nothing_is_wrong(service, tmp_path):
    """Whoever speaks to the card itself needs none."""
    diagnosis = diagnose(this_machine(PATH=str(tmp_path), **service.environment))

    assert diagnosis.outcome is Outcome.OK
    assert "install opensc" in diagnosis.finding("opensc.tool").advice


def test_the_module_is_found_for_this_architecture():
    """What a browser is told to load."""
    found = look_at_opensc(this_machine(), None)

    assert [arch for file, arch in found.modules if "opensc-pkcs11" in file] == [found.architecture]
    assert os.uname().machine in found.architecture
