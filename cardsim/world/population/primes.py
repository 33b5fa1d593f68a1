"""Keys by the million, cheaply: each the product of two primes out of a small pool.

k primes give k(k-1)/2 RSA keys, all different, each with a private key that can be put together
when it is needed: two thousand primes are enough for a million residents, and take a minute.
Such keys are worthless, on purpose: two moduli that share a prime give it away (gcd), so whoever
has the register has every private key. They are only for residents who do not exist.
What it is not: a source of keys for cards; those are made one by one (`keypool`).
RFC 8017 section 3.1; PKI profile reference section 1.1 (RSA-2048, exponent 65537).
Called by `making`, `batches` and `cardsim.world.life.drawn`.
"""

from collections.abc import Sequence
from math import isqrt
from pathlib import Path
from typing import Self

from cryptography.hazmat.primitives.asymmetric import rsa

from cardsim.world import files
from cardsim.world.errors import DamagedWorldError
from cardsim.world.keypool import KeyPool
from jpki.profiles.certificates import RSA_BITS, RSA_EXPONENT

_MODULUS_OCTETS = RSA_BITS // 8
_PRIME_OCTETS = _MODULUS_OCTETS // 2
_SPKI_BEGINS = bytes.fromhex("30820122300d06092a864886f70d01010105000382010f003082010a0282010100")
_SPKI_ENDS = bytes.fromhex("0203010001")
"""SubjectPublicKeyInfo of RSA-2048 around its modulus, whose first bit is set."""


class PrimePool:
    """The primes, in an order that never changes; key number n is of one pair of them."""

    def __init__(self, primes: Sequence[int]) -> None:
        self._primes = primes

    @classmethod
    def make(cls, keys: int) -> Self:
        """Find primes enough for so many keys, on every core."""
        wanted = 2
        while wanted * (wanted - 1) // 2 < keys:
            wanted += 1
        pairs = (wanted + 1) // 2
        found: list[int] = []
        with KeyPool(pairs) as pool:
            for _ in range(pairs):
                numbers = pool.take().private_numbers()
                found += (numbers.p, numbers.q)
        return cls(found)

    @classmethod
    def read(cls, path: Path, *, keys: int) -> Self:
        """Read a pool; raises `DamagedWorldError` when it has not enough for so many keys."""
        try:
            octets = path.read_bytes()
        except FileNotFoundError:
            raise DamagedWorldError(path, "missing: the residents' keys were made of it") from None
        count = len(octets) // _PRIME_OCTETS
        if len(octets) % _PRIME_OCTETS or count * (count - 1) // 2 < keys:
            raise DamagedWorldError(path, "not the primes of these residents")
        return cls(
            [
                int.from_bytes(octets[at : at + _PRIME_OCTETS], "big")
                for at in range(0, len(octets), _PRIME_OCTETS)
            ]
        )

    def write(self, path: Path) -> None:
        """Write the pool (0600)."""
        files.write_private(
            path, b"".join(prime.to_bytes(_PRIME_OCTETS, "big") for prime in self._primes)
        )

    def public_key(self, number: int) -> bytes:
        """Give key number n: SubjectPublicKeyInfo, DER."""
        p, q = self._pair(number)
        return _SPKI_BEGINS + (p * q).to_bytes(_MODULUS_OCTETS, "big") + _SPKI_ENDS

    def private_key(self, number: int) -> rsa.RSAPrivateKey:
        """Put key number n together."""
        p, q = self._pair(number)
        d = pow(RSA_EXPONENT, -1, (p - 1) * (q - 1))
        return rsa.RSAPrivateNumbers(
            p=p,
            q=q,
            d=d,
            dmp1=rsa.rsa_crt_dmp1(d, p),
            dmq1=rsa.rsa_crt_dmq1(d, q),
            iqmp=rsa.rsa_crt_iqmp(p, q),
            public_numbers=rsa.RSAPublicNumbers(RSA_EXPONENT, p * q),
        ).private_key()

    def _pair(self, number: int) -> tuple[int, int]:
        """Give the n-th pair of (1, 0), (2, 0), (2, 1), (3, 0), … and so on."""
        upper = (1 + isqrt(1 + 8 * number)) // 2
        return self._primes[upper], self._primes[number - upper * (upper - 1) // 2]
