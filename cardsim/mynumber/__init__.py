"""What makes the chip a My Number card: image, applications, own commands, saving."""

from cardsim.mynumber.assembly import assemble, in_memory_card
from cardsim.mynumber.image import CardImage, Credential
from cardsim.mynumber.memory import MemoryStore

__all__ = ["CardImage", "Credential", "MemoryStore", "assemble", "in_memory_card"]
