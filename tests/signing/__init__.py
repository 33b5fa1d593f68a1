"""Signatures made with a key in memory and with a card, read by programs we did not write."""
