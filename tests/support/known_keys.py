"""RSA keys that need no search: a suite uses thousands, and a search takes as long as many tests.

What it is: in place of `rsa.generate_private_key`, for keys of the profile's size alone. The n-th
key of a process is the same in every run; a process gets none twice, so that no two worlds, cards
or authorities of it share one. Once all are taken, and for other sizes, keys are made as ever.
What it is not: for programs that tests start; they make theirs. So does a child that is forked,
which would get those its parent gets next.

`rsa-keys` says how far behind a number drawn from SHAKE-256 each prime is, in steps of two.
`python -m tests.support.known_keys` searches for them anew. Called by tests/conftest.py.
"""

import itertools
import os
import struct
from hashlib import shake_256
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa

EXPONENT, BITS = 65537, 2048
_FILE = Path(__file__).with_name("rsa-keys")
_KEYS = 1024
_MAKE = rsa.generate_private_key
_PAIR = struct.Struct(">HH")


class KnownKeys:
    """The keys in their order, each given once."""

    def __init__(self) -> None:
        self._left = enumerate(_PAIR.iter_unpack(_FILE.read_bytes()))
        self._process = os.getpid()

    def generate_private_key(
        self, public_exponent: int, key_size: int, backend: Any = None
    ) -> rsa.RSAPrivateKey:
        """Give the next key, as `rsa.generate_private_key` would."""
        if (public_exponent, key_size, os.getpid()) == (EXPONENT, BITS, self._process):
            # One step of `enumerate` is not cut in two by threads.
            for number, (p, q) in itertools.islice(self._left, 1):
                return _key(_start(f"p {number}") + 2 * p, _start(f"q {number}") + 2 * q)
        return _MAKE(public_exponent, key_size, backend)


def _start(label: str) -> int:
    """Give an odd number of half the bits whose two highest are set, as OpenSSL's primes."""
    drawn = int.from_bytes(shake_256(label.encode()).digest(BITS // 16), "big")
    return drawn | 3 << BITS // 2 - 2 | 1


def _key(one: int, other: int) -> rsa.RSAPrivateKey:
    p, q = max(one, other), min(one, other)  # as OpenSSL has them
    private = pow(EXPONENT, -1, (p - 1) * (q - 1))
    return rsa.RSAPrivateNumbers(
        p=p,
        q=q,
        d=private,
        dmp1=private % (p - 1),
        dmq1=private % (q - 1),
        iqmp=rsa.rsa_crt_iqmp(p, q),
        public_numbers=rsa.RSAPublicNumbers(EXPONENT, p * q),
    ).private_key(unsafe_skip_rsa_key_validation=True)


def _distance(label: str) -> int:
    from Crypto.Math.Numbers import Integer
    from Crypto.Math.Primality import COMPOSITE, test_probable_prime

    start = _start(label)
    for step in itertools.count():
        found = start + 2 * step
        if found % EXPONENT != 1 and test_probable_prime(Integer(found)) != COMPOSITE:
            return step
    raise AssertionError


if __name__ == "__main__":
    _FILE.write_bytes(
        b"".join(
            _PAIR.pack(_distance(f"p {number}"), _distance(f"q {number}"))
            for number in range(_KEYS)
        )
    )
