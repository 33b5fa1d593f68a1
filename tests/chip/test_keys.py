"""Keys behind their interface: what the signatures are, checked with the public key."""

import hashlib

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, utils

from cardsim.chip import KeyDataError, RsaKey, SignatureScheme
from tests.support.cards import pkcs8, rsa_key

DIGEST = hashlib.sha256(b"message").digest()


def key() -> RsaKey:
    return RsaKey.load(pkcs8(rsa_key("chip")))


@pytest.mark.parametrize("length", [1, 19, 51, 244, 245])
def test_raw_data_are_padded_as_they_are(length):
    """PKCS#1 block type 1: 00 01 FF...FF 00, then the data and nothing else."""
    data = bytes(range(length))
    public = rsa_key("chip").public_key().public_numbers()

    signature = key().sign(SignatureScheme.PKCS1_RAW, data)

    block = pow(int.from_bytes(signature, "big"), public.e, public.n).to_bytes(256, "big")
    assert block == b"\x00\x01" + b"\xff" * (253 - length) + b"\x00" + data


@pytest.mark.parametrize("length", [0, 246, 256])
def test_raw_data_must_fit_the_block(length):
    """Eleven bytes belong to the padding, and there must be something to sign."""
    with pytest.raises(KeyDataError):
        key().sign(SignatureScheme.PKCS1_RAW, bytes(length))


@pytest.mark.parametrize(
    ("scheme", "pad"),
    [
        (SignatureScheme.PKCS1_SHA256, padding.PKCS1v15()),
        (SignatureScheme.PSS_SHA256, padding.PSS(padding.MGF1(hashes.SHA256()), 32)),
    ],
)
def test_a_digest_is_signed(scheme, pad):
    """The public key verifies the digest, and no other."""
    signature = key().sign(scheme, DIGEST)

    public, prehashed = rsa_key("chip").public_key(), utils.Prehashed(hashes.SHA256())
    public.verify(signature, DIGEST, pad, prehashed)
    with pytest.raises(InvalidSignature):
        public.verify(signature, hashlib.sha256(b"other").digest(), pad, prehashed)


@pytest.mark.parametrize("scheme", [SignatureScheme.PKCS1_SHA256, SignatureScheme.PSS_SHA256])
@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_a_digest_has_32_bytes(scheme, length):
    """Another length is no SHA-256 digest."""
    with pytest.raises(KeyDataError):
        key().sign(scheme, bytes(length))


def test_a_key_of_another_algorithm_is_refused():
    """An RSA key is loaded from an RSA key."""
    other = ec.generate_private_key(ec.SECP384R1()).private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )

    with pytest.raises(KeyDataError, match="not an RSA key"):
        RsaKey.load(other)


def test_a_key_does_not_print_itself():
    """The repr tells the size only."""
    assert repr(key()) == "<RsaKey 2048 bits>"
