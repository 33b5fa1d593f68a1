"""Tests, laid out like the packages; clients we did not write are in `foreign`."""
