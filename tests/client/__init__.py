"""Tests of the reader side, against conversations written down rather than our own card."""
