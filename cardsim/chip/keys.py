"""Private keys of the chip behind one small interface, so that algorithms can be exchanged.

Not here: who may use a key (access rules), which P1 asks for which scheme (the card kind).
RSA: RFC 8017 clauses 8.1 and 8.2; ECDSA: FIPS 186-5 clause 6.4.
A key is loaded once, when the card is built.
"""

from enum import Enum, unique
from typing import Protocol, Self

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils

from cardsim.chip.errors import ChipError

_PKCS1_OVERHEAD = 11
_P384_BYTES = 48


class KeyDataError(ChipError):
    """Data this key cannot sign under this scheme: a wrong length, or a foreign scheme."""


@unique
class SignatureScheme(Enum):
    """What the key does to the bytes it is given; hashing is the caller's."""

    PKCS1_RAW = "PKCS#1 v1.5 block type 1 around the data as they are"
    PKCS1_SHA256 = "PKCS#1 v1.5 around a DigestInfo of the 32-byte SHA-256 digest"
    PSS_SHA256 = "PSS of the 32-byte SHA-256 digest, MGF1 with SHA-256, salt of 32 bytes"


class SigningKey(Protocol):
    """A private key that signs."""

    @property
    def signature_length(self) -> int:
        """The length of every signature, in bytes."""
        ...

    def sign(self, scheme: SignatureScheme, data: bytes) -> bytes:
        """Sign; `KeyDataError` when the data do not fit the scheme."""
        ...


class RsaKey:
    """An RSA private key; the signing is done by `cryptography`."""

    def __init__(self, key: rsa.RSAPrivateKey) -> None:
        self._key = key
        self._length = key.key_size // 8
        self._pkcs1 = padding.PKCS1v15()
        self._pss = padding.PSS(padding.MGF1(hashes.SHA256()), hashes.SHA256.digest_size)
        self._raw = utils.NoDigestInfo()
        self._sha256 = utils.Prehashed(hashes.SHA256())

    @classmethod
    def load(cls, pkcs8: bytes) -> Self:
        """Load an unencrypted PKCS#8 DER private key, as it stands.

        Its numbers are not checked: that would take longer than everything else a card does
        when it is made, and the key comes from whoever made the card.
        """
        key = _load(pkcs8)
        if not isinstance(key, rsa.RSAPrivateKey):
            raise KeyDataError("the private key is not an RSA key")
        return cls(key)

    @property
    def signature_length(self) -> int:
        """The length of the modulus in bytes."""
        return self._length

    def sign(self, scheme: SignatureScheme, data: bytes) -> bytes:
        """Sign `data`: 1 to k - 11 bytes for `PKCS1_RAW`, a 32-byte digest otherwise."""
        if scheme is SignatureScheme.PKCS1_RAW:
            if not 1 <= len(data) <= self._length - _PKCS1_OVERHEAD:
                raise KeyDataError(f"{len(data)} bytes cannot be padded")
            return self._key.sign(data, self._pkcs1, self._raw)
        if len(data) != hashes.SHA256.digest_size:
            raise KeyDataError(f"a SHA-256 digest has 32 bytes, not {len(data)}")
        if scheme is SignatureScheme.PKCS1_SHA256:
            return self._key.sign(data, self._pkcs1, self._sha256)
        return self._key.sign(data, self._pss, self._sha256)

    def __repr__(self) -> str:
        return f"<RsaKey {self._length * 8} bits>"


class EcdsaP384Key:
    """EXPERIMENT: an ECDSA P-384 key, as the next My Number card is announced to have.

    How that card will be asked to sign is not public. Here the data "as they are" are taken for
    the 48-byte SHA-384 digest, and the answer is r and s, 48 bytes each (the plain format of BSI
    TR-03111 clause 5.2.1): of constant length, as every answer of a card so far. All of it is
    ours and will change.
    """

    def __init__(self, key: ec.EllipticCurvePrivateKey) -> None:
        self._key = key

    @classmethod
    def load(cls, pkcs8: bytes) -> Self:
        """Load an unencrypted PKCS#8 DER private key."""
        key = _load(pkcs8)
        if not isinstance(key, ec.EllipticCurvePrivateKey) or key.curve.name != "secp384r1":
            raise KeyDataError("the private key is not a P-384 key")
        return cls(key)

    @property
    def signature_length(self) -> int:
        """Two numbers of 48 bytes."""
        return 2 * _P384_BYTES

    def sign(self, scheme: SignatureScheme, data: bytes) -> bytes:
        """Sign a 48-byte digest under `PKCS1_RAW`, which then means: the data as they are."""
        if scheme is not SignatureScheme.PKCS1_RAW or len(data) != hashes.SHA384.digest_size:
            raise KeyDataError("a P-384 key signs a SHA-384 digest of 48 bytes")
        signature = self._key.sign(data, ec.ECDSA(utils.Prehashed(hashes.SHA384())))
        r, s = utils.decode_dss_signature(signature)
        return r.to_bytes(_P384_BYTES, "big") + s.to_bytes(_P384_BYTES, "big")

    def __repr__(self) -> str:
        return "<EcdsaP384Key>"


def load_key(pkcs8: bytes) -> SigningKey:
    """Load an unencrypted PKCS#8 DER private key of either kind; `KeyDataError` for others."""
    key = _load(pkcs8)
    if isinstance(key, rsa.RSAPrivateKey):
        return RsaKey(key)
    return EcdsaP384Key.load(pkcs8)


def _load(pkcs8: bytes) -> object:
    try:
        return serialization.load_der_private_key(
            pkcs8, password=None, unsafe_skip_rsa_key_validation=True
        )
    except (ValueError, TypeError, UnsupportedAlgorithm):
        # The cause could quote the key.
        raise KeyDataError("not an unencrypted private key in PKCS#8 DER") from None
