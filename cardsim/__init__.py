"""A virtual My Number card: the chip, what makes it a My Number card, the readers, the world."""
