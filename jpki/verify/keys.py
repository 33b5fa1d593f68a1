"""Public keys and signatures: what a SubjectPublicKeyInfo holds, and whether a signature is its.

Signatures are verified by OpenSSL through `cryptography`, which rebuilds the PKCS#1 v1.5 block
and compares: nothing is recovered and scanned. A new algorithm is a new row of `ALGORITHMS`.
Not here: which algorithms and sizes are acceptable (`policy`).
RFC 8017 8.2.2, RFC 4055, RFC 3279 2.3; SP 800-89 5.3.3.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import gcd, isqrt, prod
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.serialization import load_der_public_key

from jpki.verify.errors import VerifyError

SHA256_WITH_RSA = bytes.fromhex("300d06092a864886f70d01010b0500")
"""AlgorithmIdentifier of sha256WithRSAEncryption; its NULL is required (RFC 4055 5)."""
RSA_ENCRYPTION = bytes.fromhex("300d06092a864886f70d0101010500")
"""AlgorithmIdentifier of rsaEncryption, which CMS may name instead (RFC 5754 3.2)."""

MAX_RSA_BITS = 8192
MAX_RSA_EXPONENT = (1 << 32) - 1
"""Verification costs time that grows with both, and whoever makes a certificate chooses them."""
_SMALL_PRIMES = prod(
    number
    for number in range(2, 752)
    if all(number % divisor for divisor in range(2, isqrt(number) + 1))
)
_PADDING = padding.PKCS1v15()
_KEYS_KEPT = 8
"""As many as pinned CAs may well have: two kinds, four generations."""
_Found = TypeVar("_Found")


def has_small_factor(modulus: int) -> bool:
    """Whether an RSA modulus is even or has another factor below 752: anybody can divide by it.

    SP 800-89 5.3.3 (e) and (f), to which FIPS 186-5 and the CA/Browser Forum's Baseline
    Requirements 6.1.6 point. That it is no prime's power is not tried.
    """
    return gcd(modulus, _SMALL_PRIMES) != 1


class SignatureProblem(VerifyError):  # noqa: N818 - a finding on its way into a report row
    """A signature that is not of this key over these bytes; the text says why."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A public key: its kind in words, RSA size, exponent and modulus (None for other kinds)."""

    description: str
    rsa_bits: int | None
    rsa_exponent: int | None
    _key: Any = field(repr=False, compare=False)
    rsa_modulus: int | None = field(default=None, repr=False)

    @classmethod
    def load(cls, public_key_info: bytes) -> "PublicKey":
        """Read a SubjectPublicKeyInfo.

        Keys OpenSSL cannot use are described all the same; verifying with them fails.
        """
        try:
            key = load_der_public_key(public_key_info)
        except (ValueError, UnsupportedAlgorithm):
            return cls("a key that cannot be read", None, None, None)
        if isinstance(key, rsa.RSAPublicKey):
            numbers = key.public_numbers()
            bits, exponent = key.key_size, numbers.e
            words = f"RSA {bits} bits, exponent {exponent}"
            return cls(words, bits, exponent, key, numbers.n)
        return cls(type(key).__name__.removeprefix("_"), None, None, key)

    def verify_digest(self, algorithm: bytes, signature: bytes, digest: bytes) -> None:
        """Check a signature over a message given by its digest; raise `SignatureProblem`."""
        self.verify(algorithm, signature, digest, hashed=True)

    def verify(
        self, algorithm: bytes, signature: bytes, message: bytes, *, hashed: bool = False
    ) -> None:
        """Check a signature under an AlgorithmIdentifier; raise `SignatureProblem`.

        `hashed`: the message is given by its digest.
        """
        chosen = ALGORITHMS.get(algorithm)
        if chosen is None:
            raise SignatureProblem("a signature algorithm this verifier does not know")
        bits = self.rsa_bits
        if bits is None:
            raise SignatureProblem("no RSA key to verify with")
        if bits > MAX_RSA_BITS or (self.rsa_exponent or 0) > MAX_RSA_EXPONENT:
            raise SignatureProblem("a key too large to be worth the time")
        if len(signature) != (bits + 7) // 8:
            raise SignatureProblem(f"a signature of {len(signature)} bytes")
        try:
            self._key.verify(
                signature,
                message,
                _PADDING,
                Prehashed(chosen.digest) if hashed else chosen.digest,
            )
        except InvalidSignature:
            raise SignatureProblem("not the signature of this key over these bytes") from None
        except ValueError:
            raise SignatureProblem("bytes this key cannot have signed") from None


@dataclass(frozen=True, slots=True)
class Algorithm:
    """One signature algorithm: its name and digest."""

    name: str
    digest: hashes.HashAlgorithm


ALGORITHMS: Mapping[bytes, Algorithm] = MappingProxyType(
    {
        SHA256_WITH_RSA: Algorithm("sha256WithRSAEncryption", hashes.SHA256()),
    }
)
"""AlgorithmIdentifier (DER, compared byte for byte) to algorithm."""


def algorithm_name(algorithm: bytes) -> str:
    """Name an AlgorithmIdentifier for a report."""
    known = ALGORITHMS.get(algorithm)
    return known.name if known else f"AlgorithmIdentifier {algorithm.hex()}"


class OfKey(Generic[_Found]):
    """What was found out about the last few keys.

    Of key objects: keys that are not the same may compare equal.
    """

    __slots__ = ("_known",)

    def __init__(self) -> None:
        self._known: tuple[tuple[PublicKey, _Found], ...] = ()

    def known(self, key: PublicKey) -> _Found | None:
        """Give what is known of a key, None when nothing is."""
        return next((found for known, found in self._known if known is key), None)

    def get(self, key: PublicKey, find: Callable[[], _Found]) -> _Found:
        """Give what is known of a key, or else `find` it out."""
        for known, found in self._known:
            if known is key:
                return found
        found = find()
        # Made anew and put in place at once: other threads go through it.
        self._known = ((key, found), *self._known[: _KEYS_KEPT - 1])
        return found
