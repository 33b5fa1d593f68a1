"""The card operating system, tried with a card of no particular kind."""
