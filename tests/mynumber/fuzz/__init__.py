"""Mutated commands by the million against the full card; nothing may crash and nothing leak."""
