"""What makes the chip a My Number card: image, applications, own commands, saving."""

from cardsim.mynumber.assembly import assemble, in_memory_card
from cardsim.mynumber.image import CardImage, Credential

__all__ = ["CardImage", "Credential", "assemble", "in_memory_card"]
