"""The index of revocation lists: the same answers as from the lists, at any size."""
