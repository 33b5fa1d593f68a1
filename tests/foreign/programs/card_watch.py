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
                print(word, bytes(card.atr).hex(), flush=True)


monitor = CardMonitor()
teller = Teller()
monitor.addObserver(teller)
print("watching", flush=True)
sys.stdin.read()
monitor.deleteObserver(teller)
