"""The service as OpenSC sees it: a card of no kind it knows, in one of two readers."""

import pytest

from cardsim.readers.pcsc import PcscService
from tests.support.pcsc import READER
from tests.support.plain_card import EchoCard
from tests.support.processes import run


@pytest.fixture
def environment():
    with PcscService() as service:
        service.add_reader("Empty 01 00")
        service.add_reader(READER).insert(EchoCard())
        yield service.environment


def test_opensc_lists_both_readers(environment):
    """And says which holds a card."""
    listing = run("opensc-tool", "--list-readers", environment=environment).stdout.decode()

    assert [line.split() for line in listing.splitlines()[2:]] == [
        ["0", "No", "Empty", "01", "00"],
        ["1", "Yes", *READER.split()],
    ]


def test_opensc_reads_the_atr(environment):
    """From the reader that has a card, if it is told no other."""
    printed = run("opensc-tool", "--atr", environment=environment).stdout.decode()

    assert printed == "3b:e0:00:ff:81:31:fe:45:14\n"


def test_opensc_sends_apdus(environment):
    """And prints what the card answers, here the command itself."""
    sent = run("opensc-tool", "--send-apdu", "00:A4:04:0C", environment=environment)

    assert sent.stdout.decode().splitlines() == [
        "Sending: 00 A4 04 0C ",
        "Received (SW1=0x90, SW2=0x00):",
        "00 A4 04 0C ....",
    ]
