"""Public keys of a path and their signatures: RSA PKCS#1 v1.5 and PSS, DSA, ECDSA.

A key is kept as what the certificate says (algorithm, parameters, bits), for DSA parameters may
be inherited from the issuer (RFC 5280 6.1.4 (f)). Verifying is OpenSSL's, through
`cryptography`; sizes are bounded before it is asked, since whoever makes a key chooses its cost.
Not here: which algorithms and sizes are acceptable (`inputs`).
RFC 3279 2.2 and 2.3, RFC 4055 3 and 5, RFC 5480 2, RFC 5758.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from types import MappingProxyType

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, padding, rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key

from jpki.verify.der import Fields, Node, decode
from jpki.verify.der_rules import Tag
from jpki.verify.errors import MalformedError
from jpki.verify.keys import MAX_RSA_BITS, MAX_RSA_EXPONENT, SignatureProblem, has_small_factor
from jpki.verify.path.rsa_pss import RSA_PSS, PssParameters
from jpki.verify.path.rsa_pss import algorithms as pss_algorithms

RSA = "1.2.840.113549.1.1.1"
DSA = "1.2.840.10040.4.1"
EC = "1.2.840.10045.2.1"
MAX_DSA_BITS = 3072
_MAX_KEY_BYTES = 2048
_NULL = b"\x05\x00"
_DSA_Q_BITS = frozenset({160, 224, 256})

Key = rsa.RSAPublicKey | dsa.DSAPublicKey | ec.EllipticCurvePublicKey


@dataclass(frozen=True, slots=True)
class KeyInfo:
    """A SubjectPublicKeyInfo: algorithm, parameters, key bits.

    Parameters are None when absent or NULL; but of rsaEncryption, which must have NULL (RFC 3279
    2.3.1), they are what they are.
    """

    algorithm: str
    parameters: bytes | None = field(repr=False)
    bits: bytes = field(repr=False)
    der: bytes = field(repr=False, compare=False)

    @classmethod
    def read(cls, node: Node) -> "KeyInfo":
        """Read a SubjectPublicKeyInfo; raise `MalformedError` with the offset."""
        fields = Fields(node, "SubjectPublicKeyInfo")
        identifier = list(fields.take(Tag.SEQUENCE))
        bits = fields.take(Tag.BIT_STRING).whole_bytes()
        fields.end()
        if not 1 <= len(identifier) <= 2:  # noqa: PLR2004 - algorithm, optional parameters
            raise MalformedError("AlgorithmIdentifier without algorithm", node.offset)
        parameters = identifier[1].der if identifier[1:] else None
        algorithm = identifier[0].oid()
        if parameters == _NULL and algorithm != RSA:
            parameters = None
        return cls(algorithm, parameters, bits, node.der)

    def inheriting(self, issuer: "KeyInfo") -> "KeyInfo":
        """Take over the issuer's parameters where this key has none (RFC 5280 6.1.4 (f))."""
        if self.algorithm in {RSA, RSA_PSS}:
            # RSA has none to inherit: absent ones do not restrict a key for PSS (RFC 4055 3.1).
            return self
        if self.parameters is None and self.algorithm == issuer.algorithm:
            return replace(self, parameters=issuer.parameters)
        return self

    @property
    def lacks_parameters(self) -> bool:
        """Whether the key can be used only with parameters from elsewhere."""
        return self.algorithm == DSA and self.parameters is None

    @property
    def key(self) -> Key | None:
        """The key OpenSSL can verify with, None when it cannot or it is too large."""
        return _load(self)

    @property
    def description(self) -> str:
        """The kind and size, for people."""
        key = self.key
        if isinstance(key, ec.EllipticCurvePublicKey):
            return f"EC {key.curve.name}"
        if key is None:
            return f"a key of {self.algorithm} that cannot be used"
        kind = "RSA" if isinstance(key, rsa.RSAPublicKey) else "DSA"
        only = " for PSS alone" if self.algorithm == RSA_PSS else ""
        return f"{kind} {key.key_size} bits{only}"


@dataclass(frozen=True, slots=True)
class SignatureAlgorithm:
    """One signature algorithm: its name, the kind of key, the digest; for PSS with RSA a salt."""

    name: str
    key: str
    digest: hashes.HashAlgorithm
    salt_bytes: int | None = None

    def fits(self, key: KeyInfo) -> bool:
        """Whether a key of this kind makes such signatures."""
        if self.salt_bytes is None or key.algorithm != RSA_PSS:
            return self.key == key.algorithm
        allowed = None if key.parameters is None else PssParameters.parse(key.parameters)
        return allowed is None or allowed.allow(self.digest, self.salt_bytes)


def _identifiers() -> dict[bytes, SignatureAlgorithm]:
    rows = (
        ("300d06092a864886f70d0101050500", "sha1WithRSAEncryption", RSA, hashes.SHA1()),  # noqa: S303
        ("300d06092a864886f70d01010b0500", "sha256WithRSAEncryption", RSA, hashes.SHA256()),
        ("300d06092a864886f70d01010c0500", "sha384WithRSAEncryption", RSA, hashes.SHA384()),
        ("300d06092a864886f70d01010d0500", "sha512WithRSAEncryption", RSA, hashes.SHA512()),
        ("300906072a8648ce380403", "dsa-with-sha1", DSA, hashes.SHA1()),  # noqa: S303
        ("300b0609608648016503040302", "dsa-with-sha256", DSA, hashes.SHA256()),
        ("300a06082a8648ce3d040302", "ecdsa-with-SHA256", EC, hashes.SHA256()),
        ("300a06082a8648ce3d040303", "ecdsa-with-SHA384", EC, hashes.SHA384()),
        ("300a06082a8648ce3d040304", "ecdsa-with-SHA512", EC, hashes.SHA512()),
    )
    found = {
        bytes.fromhex(identifier): SignatureAlgorithm(name, key, digest)
        for identifier, name, key, digest in rows
    }
    return found | {
        bytes.fromhex(identifier): SignatureAlgorithm(name, RSA, digest, digest.digest_size)
        for identifier, name, digest in pss_algorithms()
    }


SIGNATURE_ALGORITHMS: Mapping[bytes, SignatureAlgorithm] = MappingProxyType(_identifiers())
"""AlgorithmIdentifier (DER, compared byte for byte: parameters count) to algorithm."""


def signature_name(identifier: bytes) -> str:
    """Name an AlgorithmIdentifier for a report."""
    known = SIGNATURE_ALGORITHMS.get(identifier)
    return known.name if known else f"AlgorithmIdentifier {identifier[:40].hex()}"


def verify(key_info: KeyInfo, identifier: bytes, signature: bytes, message: bytes) -> None:
    """Check a signature; raise `SignatureProblem` when it is not of this key over these bytes."""
    algorithm = SIGNATURE_ALGORITHMS.get(identifier)
    if algorithm is None:
        raise SignatureProblem("a signature algorithm this verifier does not know")
    key = key_info.key
    if key is None:
        raise SignatureProblem(key_info.description)
    if not algorithm.fits(key_info):
        raise SignatureProblem(f"{algorithm.name} by a key of another kind")
    try:
        _verify(key, algorithm, signature, message)
    except InvalidSignature:
        raise SignatureProblem("not the signature of this key over these bytes") from None
    except (ValueError, UnsupportedAlgorithm):
        raise SignatureProblem("bytes this key cannot have signed") from None


def _verify(key: Key, algorithm: SignatureAlgorithm, signature: bytes, message: bytes) -> None:
    if isinstance(key, rsa.RSAPublicKey):
        if len(signature) != (key.key_size + 7) // 8:
            raise SignatureProblem(f"a signature of {len(signature)} bytes")
        key.verify(signature, message, _padding(algorithm), algorithm.digest)
        return
    try:
        decode(signature)
    except MalformedError:
        # OpenSSL would read BER as well: two encodings of one signature.
        raise SignatureProblem("a signature that is not DER") from None
    if isinstance(key, dsa.DSAPublicKey):
        key.verify(signature, message, algorithm.digest)
    else:
        key.verify(signature, message, ec.ECDSA(algorithm.digest))


def _padding(algorithm: SignatureAlgorithm) -> padding.AsymmetricPadding:
    if algorithm.salt_bytes is None:
        return padding.PKCS1v15()
    return padding.PSS(padding.MGF1(algorithm.digest), algorithm.salt_bytes)


@lru_cache(maxsize=1024)
def _load(info: KeyInfo) -> Key | None:
    if len(info.bits) > _MAX_KEY_BYTES:
        return None
    readers = {RSA: _rsa, RSA_PSS: _rsa_pss, DSA: _dsa, EC: _ec}
    reader = readers.get(info.algorithm)
    try:
        return reader(info) if reader else None
    except (ValueError, UnsupportedAlgorithm, MalformedError):
        return None


def _rsa(info: KeyInfo) -> rsa.RSAPublicKey | None:
    if info.parameters != _NULL:
        return None
    key = load_der_public_key(info.der)
    return _sound(key) if isinstance(key, rsa.RSAPublicKey) else None


def _rsa_pss(info: KeyInfo) -> rsa.RSAPublicKey | None:
    # Read here, since what a loader does about the parameters is its own affair.
    if info.parameters is not None:
        PssParameters.parse(info.parameters)
    modulus, exponent = map(_unsigned, decode(info.bits).expect(Tag.SEQUENCE, "RSAPublicKey"))
    if modulus.bit_length() > MAX_RSA_BITS or exponent > MAX_RSA_EXPONENT:
        return None
    return _sound(rsa.RSAPublicNumbers(exponent, modulus).public_key())


def _sound(key: rsa.RSAPublicKey) -> rsa.RSAPublicKey | None:
    """Give a key that is neither too large nor one that anybody can divide."""
    numbers = key.public_numbers()
    small = key.key_size <= MAX_RSA_BITS and numbers.e <= MAX_RSA_EXPONENT
    return key if small and not has_small_factor(numbers.n) else None


def _dsa(info: KeyInfo) -> dsa.DSAPublicKey | None:
    if info.parameters is None:
        return None
    p, q, g = (
        _unsigned(node) for node in decode(info.parameters).expect(Tag.SEQUENCE, "Dss-Parms")
    )
    y = _unsigned(decode(info.bits))
    if p.bit_length() > MAX_DSA_BITS or q.bit_length() not in _DSA_Q_BITS:
        return None
    # Of any other order (FIPS 186-4 A.2.2, SP 800-89 5.3.1), signatures can be made by anybody.
    if not all(1 < number < p and pow(number, q, p) == 1 for number in (g, y)):
        return None
    return dsa.DSAPublicNumbers(y, dsa.DSAParameterNumbers(p, q, g)).public_key()


def _ec(info: KeyInfo) -> ec.EllipticCurvePublicKey | None:
    # Named curves only (RFC 5480 2.1.1): with other parameters the curve would be the signer's.
    if info.parameters is None or info.parameters[0] != Tag.OID:
        return None
    key = load_der_public_key(info.der)
    return key if isinstance(key, ec.EllipticCurvePublicKey) else None


def _unsigned(node: Node) -> int:
    node.expect(Tag.INTEGER, "INTEGER")
    return int.from_bytes(node.value, "big", signed=True)
