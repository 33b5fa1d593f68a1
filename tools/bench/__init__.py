"""Benchmarks: each figure runs us and the peer side by side in one run and gives a ratio."""
