"""The `jpki` command: one thin file per command; the logic lives in `jpki` and `cardsim`."""
