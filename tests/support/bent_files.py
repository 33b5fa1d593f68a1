"""Files that nobody signed, in which what looks like a signed part stands in many places."""

import tracemalloc
from collections.abc import Callable

from tests.support.asn1 import explicit, octets, seq
from tests.support.pki import SHA256_WITH_RSA

LIST = SHA256_WITH_RSA
ANSWER = explicit(2, octets(bytes(20)))
"""How a signed part of each begins."""


def within_each_other(count: int, contents: bytes, beginning: bytes, each: int = 1) -> bytes:
    """Put so many signed parts round contents, and behind all so many BIT STRINGs."""
    part = octets(contents)
    for _ in range(count):
        part = seq(beginning, part)
    return part + SHA256_WITH_RSA + b"\x03\x82\x01\x01" * each + bytes(257)


def peak_of(doing: Callable[[], object]) -> int:
    """Give how many octets were held at most while something was done, beside those before."""
    tracemalloc.start()
    try:
        doing()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
