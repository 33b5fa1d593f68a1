"""Say when cards come and go (pyscard): one line each, until standard input ends."""

import sys
from typing import ClassVar

from smartcard.CardMonitoring import CardMonitor, CardObserver


class Teller(CardObserver):
    """Prints what the monitor's thread sees."""

    words: ClassVar = ("inserted", "removed")

    def update(self, _observable, actions):
        for word, cards in zip(self.words, actions, strict=True):
            for card in cards:
                say(f"{word} {bytes(card.atr).hex()}")


def say(line):
    """Write a whole line at once: two threads do."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


monitor = CardMonitor()
teller = Teller()
monitor.addObserver(teller)
say("watching")
sys.stdin.read()
monitor.deleteObserver(teller)
