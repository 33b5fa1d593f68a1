"""Cards that are no My Number card: another kind of card, and one that gives no answer to reset.

People put the wrong card, or a broken one, into a reader. Both are in memory: nothing they do
changes them. Not here: My Number cards with something wrong in them (`defects`).
ISO/IEC 7816-3 clause 6 (answer to reset), ISO/IEC 7816-5 (names of applications).
Called by `cardsim.world.world`.
"""

from cardsim.chip import Application, Card, CardState
from cardsim.mynumber import MemoryStore
from cardsim.readers.insertable import InsertableCard
from cardsim.world.cards import CardKind
from jpki.sources import Grade, Source

OTHER_ATR = bytes.fromhex("3B888001000000009181C100D8")
OTHER_ATR_SOURCE = Source("card §1.2: PT, the Japanese driving licence", Grade.RELIED_ON)
OTHER_AID = bytes.fromhex("F04A504B49454D55")
"""F0: a proprietary name that nobody registered (ISO/IEC 7816-4 clause 8.2.1.2); then JPKIEMU."""


class MuteCard:
    """A `cardsim.readers.insertable.InsertableCard` without an answer to reset."""

    def power_on(self) -> bytes:
        """Give nothing."""
        return b""

    def power_off(self) -> None:
        """Do nothing."""

    def warm_reset(self) -> bytes:
        """Give nothing."""
        return b""

    def transmit(self, command: bytes) -> bytes:  # noqa: ARG002 - nothing is heard
        """Give nothing; a reader that saw no answer to reset sends no command."""
        return b""


def odd_card(kind: CardKind) -> InsertableCard:
    """Give a fresh card of a kind that has no image; raises `ValueError` for a My Number card."""
    if kind is CardKind.MUTE:
        return MuteCard()
    if kind is CardKind.OTHER:
        return Card(OTHER_ATR, (Application(OTHER_AID, {}),), MemoryStore(CardState({})))
    raise ValueError("a My Number card is made from its image")
