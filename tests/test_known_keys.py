"""The keys of `tests.support.known_keys` are as good as any, and nobody's twice."""

import os

import pytest
from cryptography.hazmat.primitives.serialization import load_der_private_key

from tests.support.cards import pkcs8
from tests.support.known_keys import BITS, EXPONENT, KnownKeys


def moduli(keys, count):
    made = (keys.generate_private_key(EXPONENT, BITS) for _ in range(count))
    return [key.public_key().public_numbers().n for key in made]


def test_no_process_gets_a_key_twice():
    """Nor another one than the last time, until they are all taken."""
    first, *others = (moduli(KnownKeys(), 1025) for _ in range(2))

    assert len(set(first)) == 1025
    assert {modulus.bit_length() for modulus in first} == {BITS}
    assert [first[:-1]] == [each[:-1] for each in others]
    assert first[-1] != others[0][-1]


@pytest.mark.parametrize("number", [0, 511, 1023])
def test_openssl_finds_nothing_wrong_with_them(number):
    """Its check searches as long as it would for a new key: of a few."""
    keys = KnownKeys()
    moduli(keys, number)

    load_der_private_key(pkcs8(keys.generate_private_key(EXPONENT, BITS)), None)


@pytest.mark.parametrize("asked", [(EXPONENT, 1024), (3, BITS)])
def test_what_is_not_of_the_profile_is_made(asked):
    """As it was asked for."""
    key = KnownKeys().generate_private_key(*asked)

    assert (key.public_key().public_numbers().e, key.key_size) == asked


def test_a_forked_child_gets_no_key_of_its_parent():
    """Its parent goes on to the same ones."""
    keys = KnownKeys()
    got, told = os.pipe()
    child = os.fork()
    if not child:
        os.write(told, b"%x" % moduli(keys, 1)[0])
        os._exit(0)
    os.waitpid(child, 0)
    os.close(told)
    with open(got, "rb") as pipe:  # noqa: PTH123 - a descriptor
        theirs = int(pipe.read(), 16)

    assert theirs not in moduli(keys, 1024)
