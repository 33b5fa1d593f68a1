"""A responder of the authentication authority, and a certificate to ask about."""

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from jpki.ca.ocsp import Responder
from tests.ca.citizens import NOON, chance, request
from tests.ca.ocsp.asking import CountingKey


@pytest.fixture(scope="session")
def responder_rsa() -> rsa.RSAPrivateKey:
    """Give a responder's private key."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def responder_key(responder_rsa) -> CountingKey:
    """Give the responder's key, not used so far."""
    return CountingKey(responder_rsa)


@pytest.fixture
def responder(auth, responder_key) -> Responder:
    """Give a responder."""
    return Responder(auth, responder_key)


@pytest.fixture
def issued(auth, holder_key):
    """Issue a certificate."""
    return auth.issue(request(holder_key), moment=NOON, randomness=chance)
