"""People and events: what happens to a world's residents drives register, certificates and cards.

    with world.office() as office:
        office.happen(Event(kind=EventKind.DEATH, who="taro"))

`rules` and `table` say what follows from what; `journal` keeps it; `applying` does it.
"""

from cardsim.world.life.conditions import EventRefusedError
from cardsim.world.life.events import Event, EventKind
from cardsim.world.life.journal import Entry, Journal
from cardsim.world.life.residents import Attributes, Resident
from cardsim.world.life.table import TABLE, CardOutcome, Outcome, Row

__all__ = [
    "TABLE",
    "Attributes",
    "CardOutcome",
    "Entry",
    "Event",
    "EventKind",
    "EventRefusedError",
    "Journal",
    "Outcome",
    "Resident",
    "Row",
]
