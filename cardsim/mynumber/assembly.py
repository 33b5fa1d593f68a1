"""Applications and a store put together to a card that can be inserted.

Not here: files on disk (`directory`). Called by whoever wants a card.
"""

import secrets
from collections.abc import Callable

from cardsim.chip import Application, Card, CardStore
from cardsim.mynumber.applications import build_applications, initial_state
from cardsim.mynumber.commands import instructions_of
from cardsim.mynumber.dialect import MY_NUMBER
from cardsim.mynumber.image import CardImage
from cardsim.mynumber.memory import MemoryStore


def assemble(
    image: CardImage,
    applications: tuple[Application, ...],
    store: CardStore,
    *,
    random: Callable[[int], bytes] = secrets.token_bytes,
    raise_unexpected: bool = False,
) -> Card:
    """Give a card made from `image`, built into `applications`, whose PINs live in `store`."""
    return Card(
        image.atr.atr,
        applications,
        store,
        dialect=MY_NUMBER,
        instructions=instructions_of(image.token),
        random=random,
        raise_unexpected=raise_unexpected,
    )


def in_memory_card(
    image: CardImage,
    *,
    random: Callable[[int], bytes] = secrets.token_bytes,
    raise_unexpected: bool = False,
) -> Card:
    """Give a fresh card that forgets everything with the process."""
    store = MemoryStore(initial_state(image))
    return assemble(
        image,
        build_applications(image),
        store,
        random=random,
        raise_unexpected=raise_unexpected,
    )
