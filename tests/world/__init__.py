"""Tests of worlds: their making, their files, their people and what can be done with them."""
