"""The reader side: one session class per application, over any connection."""
