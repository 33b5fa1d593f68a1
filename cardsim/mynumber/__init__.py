"""What makes the chip a My Number card: image, applications, own commands, saving."""

from cardsim.mynumber.assembly import assemble, in_memory_card
from cardsim.mynumber.contents import (
    ApContents,
    CommonContents,
    DomainContents,
    JukiContents,
    LicenceContents,
    TextContents,
    VisualContents,
)
from cardsim.mynumber.directory import (
    create_card,
    load_image,
    load_state,
    open_card,
    open_copy,
)
from cardsim.mynumber.errors import CardExistsError, CardFileError, CardNotFoundError
from cardsim.mynumber.facts import card_facts
from cardsim.mynumber.image import CardImage, Credential
from cardsim.mynumber.memory import MemoryStore

__all__ = [
    "ApContents",
    "CardExistsError",
    "CardFileError",
    "CardImage",
    "CardNotFoundError",
    "CommonContents",
    "Credential",
    "DomainContents",
    "JukiContents",
    "LicenceContents",
    "MemoryStore",
    "TextContents",
    "VisualContents",
    "assemble",
    "card_facts",
    "create_card",
    "in_memory_card",
    "load_image",
    "load_state",
    "open_card",
    "open_copy",
]
