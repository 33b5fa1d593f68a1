"""Keys and signatures of a path: three kinds, nothing malleable, nothing oversized or weak."""

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from jpki.verify.der import decode
from jpki.verify.keys import SignatureProblem
from jpki.verify.path.inputs import Algorithms, identifiers
from jpki.verify.path.keys import DSA, EC, RSA, KeyInfo, verify
from jpki.verify.path.rsa_pss import RSA_PSS
from tests.support import pki
from tests.support.asn1 import NULL, bits, integer, oid, seq

MESSAGE = b"what is signed"
(ECDSA,) = identifiers("ecdsa-with-SHA256")
(DSA_SHA256,) = identifiers("dsa-with-sha256")
CURVE_KEY = ec.generate_private_key(ec.SECP256R1())
DSA_KEY = dsa.generate_private_key(1024)


def info_of(key) -> KeyInfo:
    public = key.public_key()
    return KeyInfo.read(
        decode(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))
    )


def dsa_info(p: int, q: int, g: int, y: int) -> KeyInfo:
    parameters = seq(integer(p), integer(q), integer(g))
    return KeyInfo.read(decode(seq(seq(oid(DSA), parameters), bits(integer(y)))))


CASES = {
    "RSA": (
        info_of(pki.key("path keys")),
        pki.SHA256_WITH_RSA,
        pki.sign(pki.key("path keys"), MESSAGE),
    ),
    "ECDSA": (info_of(CURVE_KEY), ECDSA, CURVE_KEY.sign(MESSAGE, ec.ECDSA(hashes.SHA256()))),
    "DSA": (info_of(DSA_KEY), DSA_SHA256, DSA_KEY.sign(MESSAGE, hashes.SHA256())),
}


@pytest.mark.parametrize(("key", "algorithm", "signature"), CASES.values(), ids=CASES)
def test_a_signature_is_of_its_key_over_its_bytes(key, algorithm, signature):
    """It verifies, and over anything else it does not."""
    verify(key, algorithm, signature, MESSAGE)

    with pytest.raises(SignatureProblem):
        verify(key, algorithm, signature, MESSAGE + b"!")


@pytest.mark.parametrize("kind", ["ECDSA", "DSA"])
def test_a_signature_has_one_encoding(kind):
    """OpenSSL takes BER and bytes left over; a certificate must not have two fingerprints."""
    key, algorithm, signature = CASES[kind]
    longer = b"\x30\x81" + signature[1:]

    for other in (longer, signature + b"\x00"):
        with pytest.raises(SignatureProblem, match="not DER"):
            verify(key, algorithm, other, MESSAGE)


def test_an_algorithm_of_another_kind_of_key_is_refused():
    """What the certificate says and what the key is must agree."""
    key, _, signature = CASES["RSA"]

    with pytest.raises(SignatureProblem, match="another kind"):
        verify(key, ECDSA, signature, MESSAGE)


def test_an_algorithm_identifier_counts_whole():
    """SHA-256 with RSA needs its NULL (RFC 4055 5), ECDSA must have none (RFC 5758 3.2)."""
    key, _, signature = CASES["RSA"]
    curve, _, other = CASES["ECDSA"]

    with pytest.raises(SignatureProblem, match="does not know"):
        verify(key, seq(oid("1.2.840.113549.1.1.11")), signature, MESSAGE)
    with pytest.raises(SignatureProblem, match="does not know"):
        verify(curve, seq(oid("1.2.840.10045.4.3.2"), NULL), other, MESSAGE)


def test_parameters_are_inherited_from_a_key_of_the_same_kind():
    """RFC 5280 6.1.4 (f); from a key of another kind nothing is."""
    whole = info_of(DSA_KEY)
    bare = KeyInfo(DSA, None, whole.bits, b"")

    assert bare.lacks_parameters
    assert bare.inheriting(whole) == whole
    assert bare.inheriting(CASES["RSA"][0]) == bare
    assert bare.key is None


NUMBERS = DSA_KEY.public_key().public_numbers()
P, Q, G, Y = (
    NUMBERS.parameter_numbers.p,
    NUMBERS.parameter_numbers.q,
    NUMBERS.parameter_numbers.g,
    NUMBERS.y,
)


@pytest.mark.parametrize(
    "key",
    [
        dsa_info(P, Q, 1, Y),
        dsa_info(P, Q, P - 1, Y),
        dsa_info(P, Q, G, 1),
        dsa_info(P, Q, G, P - 1),
        dsa_info(P, Q, G, P),
        dsa_info(P, Q >> 1, G, Y),
        dsa_info(1 << 4000, Q, G, Y),
        dsa_info(0, Q, G, Y),
    ],
)
def test_a_dsa_key_of_the_wrong_group_is_none(key):
    """With such numbers anybody could sign."""
    assert key.key is None
    with pytest.raises(SignatureProblem):
        verify(key, DSA_SHA256, seq(integer(1), integer(1)), MESSAGE)


MODULUS = pki.key("path keys").public_key().public_numbers().n


def rsa_info(modulus: int, *parameters: bytes, kind: str = RSA) -> KeyInfo:
    algorithm = seq(oid(kind), *parameters)
    return KeyInfo.read(decode(seq(algorithm, bits(seq(integer(modulus), integer(65537))))))


@pytest.mark.parametrize(
    "key",
    [
        rsa_info(MODULUS),
        rsa_info(MODULUS).inheriting(rsa_info(MODULUS, NULL)),
        rsa_info(MODULUS, seq()),
        rsa_info(MODULUS - 1, NULL),
        rsa_info(751 * (MODULUS // 751), NULL),
        rsa_info(MODULUS - 1, kind=RSA_PSS),
    ],
)
def test_an_rsa_key_without_null_or_that_anybody_can_divide_is_none(key):
    """RFC 3279 2.3.1 and SP 800-89 5.3.3; beside a key for PSS, which needs no parameters."""
    assert key.key is None
    assert rsa_info(MODULUS, NULL).key is not None
    assert rsa_info(MODULUS, kind=RSA_PSS).key is not None


@pytest.mark.parametrize(
    "key",
    [
        KeyInfo(EC, seq(NULL), b"\x04", b""),
        KeyInfo(EC, None, b"\x04", b""),
        KeyInfo(RSA, None, b"junk", b"junk"),
        KeyInfo(RSA, None, bytes(5000), b""),
        KeyInfo("1.2.3", None, b"", b""),
    ],
)
def test_a_key_that_cannot_be_used_is_described_all_the_same(key):
    """Curves of the signer's own making, junk, and giants are no keys."""
    assert key.key is None
    assert "cannot be used" in key.description
    assert Algorithms().objection(key)


def test_small_keys_are_too_weak_unless_the_caller_says_otherwise():
    """DSA of 1024 bits is not accepted by default."""
    assert "too weak" in str(Algorithms().objection(info_of(DSA_KEY)))
    assert Algorithms(least_bits={DSA: 1024}).objection(info_of(DSA_KEY)) is None
