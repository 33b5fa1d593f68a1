"""Everything the virtual card takes for true, with source and grade, in one list.

Called by the documentation and by tests; the layout's own facts come first.
"""

from collections.abc import Iterator

from cardsim.mynumber.applications import APPLICATION_FACTS
from cardsim.mynumber.commands import COMMAND_FACTS
from cardsim.mynumber.dialect import DIALECT_FACTS
from cardsim.mynumber.instruction_facts import instruction_facts
from cardsim.mynumber.personalise.holder import HOLDER_FACTS
from jpki.card.layout import Fact, layout_facts


def card_facts() -> Iterator[Fact]:
    """Give every fact of the layout and of the card's behaviour, in a stable order."""
    yield from layout_facts()
    yield from HOLDER_FACTS
    yield from APPLICATION_FACTS
    yield from DIALECT_FACTS
    yield from COMMAND_FACTS
    yield from instruction_facts()
