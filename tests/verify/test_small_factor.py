"""A modulus that anybody can divide: every prime below 752, alone and together, and none above."""

import pytest

from jpki.verify.keys import has_small_factor

BOUND = 752
PRIMES = [number for number in range(2, 2000) if all(number % other for other in range(2, number))]
SMALL = [prime for prime in PRIMES if prime < BOUND]
LARGE = [prime for prime in PRIMES if prime > BOUND]
# A prime far above all of them (Robinson 1952).
MERSENNE = 2**1279 - 1


@pytest.mark.parametrize("prime", SMALL)
def test_each_small_prime_is_found_in_a_large_modulus(prime: int) -> None:
    assert has_small_factor(prime * MERSENNE)
    assert has_small_factor(prime * prime * MERSENNE)


def test_small_primes_are_found_together() -> None:
    for one, other in zip(SMALL, reversed(SMALL), strict=True):
        assert has_small_factor(one * other * MERSENNE)


def test_a_modulus_of_larger_primes_is_let_pass() -> None:
    assert not has_small_factor(MERSENNE)
    for one in LARGE:
        assert not has_small_factor(one * MERSENNE)


def test_what_is_no_modulus_is_told_as_one_that_divides() -> None:
    assert has_small_factor(0)
    assert not has_small_factor(1)
