"""Signatures made with any signer: a card, or a key in memory.

`Signer` is the seam: whoever holds the key signs a DigestInfo and nothing else is asked of it.
Not here: judging signatures (`jpki.verify`), APDUs (`jpki.card.client`).
"""
