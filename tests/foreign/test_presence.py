"""Programs that wait for a card hear of it, over both transports (pyscard)."""

from cardsim.chip import Card
from cardsim.readers.vpcd import Backoff, VpcdClient
from jpki.card.layout import AtrFamily
from tests.support.opensc import OpenSC
from tests.support.pcscd import PrivatePcscd
from tests.support.readers import Reader
from tests.support.watcher import Watcher

ATR = AtrFamily.CONTACT_E0.value.raw.hex()


def test_a_waiting_program_hears_of_insertion_and_removal(empty_reader: Reader, card: Card):
    """Each coming and each going of a card is told once, with its ATR."""
    with Watcher(empty_reader.environment) as watcher:
        empty_reader.insert(card)
        first = watcher.next_event()
        empty_reader.eject()
        second = watcher.next_event()
        empty_reader.insert(card)
        third = watcher.next_event()
        empty_reader.eject()
        fourth = watcher.next_event()

    told = [first, second, third, fourth]
    # What pcscd's log says of it, should the two ever differ; the service keeps none.
    assert told == [f"inserted {ATR}", f"removed {ATR}"] * 2, getattr(empty_reader, "log", "")


def test_the_card_returns_when_pcscd_is_restarted(card: Card):
    """An administrator restarts pcscd; the card is there again without anybody's help."""
    with (
        PrivatePcscd() as pcscd,
        VpcdClient(card, "127.0.0.1", pcscd.port, backoff=Backoff(removed=0.1)) as client,
    ):
        pcscd.wait_card(1)
        pcscd.stop()
        pcscd.start()
        pcscd.wait_card(1)
        client.wait_inserted(20)
        driver = OpenSC(pcscd.environment).opensc_tool("--name")

    assert driver == "jpki\n"
