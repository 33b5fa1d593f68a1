"""The hand of the tests at vpcd's reader: what it waits for when it takes a card out.

No pcscd here: its log is played, a line each time somebody waits.
"""

from types import SimpleNamespace

import pytest

from tests.support import pcscd, readers
from tests.support.pcscd import PrivatePcscd

IN = "Card inserted into Virtual PCD 00 00\n"
OUT = "Card Removed From Virtual PCD 00 00\n"


class PlayedPcscd(PrivatePcscd):
    """Has said some lines, and says one of the others whenever there is time."""

    said = ""
    to_say = ()

    @property
    def log(self):
        """What it has said so far."""
        return self.said

    def passes(self, _seconds):
        """Let time pass."""
        self.said += "".join(self.to_say[:1])
        self.to_say = self.to_say[1:]

    def _wait(self, seen, what):
        while not seen():
            assert self.to_say, f"it would wait for {what} for ever"
            self.passes(0)


class Client:
    """Is stopped, and raises what its card raised."""

    def __init__(self, failure=None):
        self.failure = failure

    def stop(self):
        """Pull the card."""
        if self.failure is not None:
            raise self.failure


@pytest.fixture
def reader(monkeypatch):
    """Give a reader at a played pcscd, with a card in it."""
    monkeypatch.setattr(readers, "PrivatePcscd", PlayedPcscd)
    reader = readers.VpcdReader()
    reader._client = Client()
    monkeypatch.setattr(pcscd, "time", SimpleNamespace(sleep=reader._pcscd.passes), raising=False)
    yield reader
    reader._pcscd._end()


@pytest.mark.parametrize(
    ("said", "to_say"),
    [
        pytest.param(IN, [OUT], id="as ever"),
        pytest.param(IN + OUT + IN, [OUT], id="put back and seen"),
        pytest.param(IN + OUT, [IN, OUT], id="put back, and seen in this moment"),
        pytest.param(IN + OUT, [], id="pulled for good"),
        pytest.param(IN + OUT + IN + OUT, [IN, OUT], id="put back twice"),
        pytest.param("", [], id="never seen"),
    ],
)
def test_a_card_is_out_when_pcscd_has_seen_all_go_that_it_saw_come(reader, said, to_say):
    """A line that came later would count for the next card."""
    reader._pcscd.said, reader._pcscd.to_say = said, to_say

    reader.eject()

    assert (reader._pcscd.log, reader._pcscd.to_say) == (said + "".join(to_say), [])


def test_a_card_that_failed_is_waited_for_too_and_taken_out_once(reader):
    """What it raised comes out; the reader is empty afterwards."""
    reader._pcscd.said, reader._pcscd.to_say = IN, [OUT]
    reader._client = Client(ValueError("the card failed"))

    with pytest.raises(ValueError, match="the card failed"):
        reader.eject()
    reader.eject()

    assert reader._pcscd.log == IN + OUT
