"""Algorithms of a path as the caller's rules: RSA-PSS, ECDSA, key sizes and curves.

Certificates, lists and answers here are written by `cryptography`: a whole chain of one kind.
"""

from dataclasses import dataclass
from datetime import timedelta
from functools import cache

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.serialization import Encoding

from jpki.verify import Verdict
from jpki.verify.der import decode
from jpki.verify.errors import MalformedError
from jpki.verify.path import (
    PSS,
    STRONG,
    Algorithms,
    Parameters,
    PathReport,
    PathVerifier,
    TrustAnchor,
    identifiers,
)
from jpki.verify.path.keys import EC, RSA, KeyInfo
from jpki.verify.path.rsa_pss import RSA_PSS, PssParameters
from tests.support import pki
from tests.support.asn1 import NULL, bits, explicit, integer, oid, seq
from tests.support.pki import DAY, NOW
from tests.verify.path.making import FIRST, LAST

SHA256, SHA384, SHA512 = hashes.SHA256(), hashes.SHA384(), hashes.SHA512()
WITH_PSS = Algorithms(identifiers(*STRONG, *PSS))


@dataclass(frozen=True, eq=False)
class Way:
    """How a chain is signed."""

    digest: hashes.HashAlgorithm
    curve: ec.EllipticCurve | None = None
    salt: int | None = None

    @property
    def padding(self) -> padding.AsymmetricPadding | None:
        return None if self.salt is None else padding.PSS(padding.MGF1(self.digest), self.salt)


def key_of(way: Way, label: str):
    if way.curve is None:
        return pki.key(f"algorithms {label}")
    return ec.generate_private_key(way.curve)


@cache
def chain(way: Way) -> tuple[bytes, bytes, bytes, tuple[bytes, ...]]:
    """Give root, issuer, target and both lists."""
    keys = [key_of(way, label) for label in ("root", "issuer", "target")]
    names = [
        x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, label)])
        for label in ("root", "issuer", "target")
    ]

    def certificate(above: int, below: int) -> bytes:
        built = (
            x509.CertificateBuilder()
            .issuer_name(names[above])
            .subject_name(names[below])
            .public_key(keys[below].public_key())
            .serial_number(100 + below)
            .not_valid_before(FIRST)
            .not_valid_after(LAST)
            .add_extension(x509.BasicConstraints(below < 2, None), critical=True)
        )
        signed = built.sign(keys[above], way.digest, rsa_padding=way.padding)
        return signed.public_bytes(Encoding.DER)

    def crl(above: int) -> bytes:
        built = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(names[above])
            .last_update(NOW - timedelta(hours=1))
            .next_update(NOW + DAY)
            .add_extension(x509.CRLNumber(1), critical=False)
        )
        signed = built.sign(keys[above], way.digest, rsa_padding=way.padding)
        return signed.public_bytes(Encoding.DER)

    return certificate(0, 0), certificate(0, 1), certificate(1, 2), (crl(0), crl(1))


def judged(way: Way, algorithms: Algorithms) -> PathReport:
    root, issuer, target, lists = chain(way)
    verifier = PathVerifier.load(
        [TrustAnchor.of(root)],
        certificates=[issuer],
        lists=lists,
        parameters=Parameters(algorithms=algorithms),
    )
    return verifier.check(target, moment=NOW)


@pytest.mark.parametrize(
    "way",
    [
        Way(SHA256, ec.SECP256R1()),
        Way(SHA384, ec.SECP384R1()),
        Way(SHA512, ec.SECP521R1()),
        Way(SHA256),
        Way(SHA512),
    ],
    ids=["P-256", "P-384", "P-521", "RSA", "RSA and SHA-512"],
)
def test_strong_algorithms_are_accepted(way):
    """A whole chain with its lists."""
    assert judged(way, Algorithms()).verdict is Verdict.GOOD


@pytest.mark.parametrize("way", [Way(SHA256, salt=32), Way(SHA384, salt=48), Way(SHA512, salt=64)])
def test_pss_is_accepted_when_the_caller_says_so(way):
    """By default it is refused by name; what is signed verifies all the same."""
    refused = judged(way, Algorithms())

    assert judged(way, WITH_PSS).verdict is Verdict.GOOD
    assert [one.rule.id for one in refused.failures] == ["path.algorithm"] * 2
    assert "RSASSA-PSS-SHA" in refused.failures[0].seen


@pytest.mark.parametrize(
    "way", [Way(SHA256, salt=20), Way(SHA256, salt=64), Way(hashes.SHA224(), salt=28)]
)
def test_pss_with_other_parameters_is_not_known(way):
    """A salt as long as the digest, SHA-2 from 256 bits: nothing else."""
    report = judged(way, WITH_PSS)

    assert report.verdict is Verdict.BAD
    assert "does not know" in report.check("path.signature").seen


@pytest.mark.parametrize("curve", [ec.SECP256K1(), ec.BrainpoolP256R1(), ec.SECP224R1()])
def test_only_named_curves_of_the_rules_are_accepted(curve):
    """By default those of NIST from P-256."""
    way = Way(SHA256, curve)
    mine = Algorithms(curves=frozenset({curve.name}), least_bits={EC: 224})

    assert [one.rule.id for one in judged(way, Algorithms()).failures] == [
        "path.algorithm",
        "path.algorithm",
        "path.key",
    ]
    assert judged(way, mine).verdict is Verdict.GOOD


@pytest.mark.parametrize(("least", "verdict"), [(2048, Verdict.GOOD), (3072, Verdict.BAD)])
def test_key_sizes_are_a_rule_of_the_caller(least, verdict):
    """All keys of the path, the target's own included."""
    report = judged(Way(SHA256), Algorithms(least_bits={RSA: least}))

    assert report.verdict is verdict
    assert len(report.failures) == (3 if least > 2048 else 0)


OF_SHA256 = seq(oid("2.16.840.1.101.3.4.2.1"), NULL)
MGF1_SHA256 = seq(oid("1.2.840.113549.1.1.8"), OF_SHA256)
FOR_SHA256 = seq(explicit(0, OF_SHA256), explicit(1, MGF1_SHA256), explicit(2, integer(32)))


def pss_key(parameters: bytes | None = FOR_SHA256) -> KeyInfo:
    numbers = pki.key("algorithms target").public_key().public_numbers()
    key = seq(integer(numbers.n), integer(numbers.e))
    algorithm = seq(oid(RSA_PSS), parameters or b"")
    return KeyInfo.read(decode(seq(algorithm, bits(key))))


def test_a_key_for_pss_alone_is_held_to_the_size_of_rsa():
    """And says so; without parameters it is not restricted and inherits nothing."""
    assert pss_key().description == "RSA 2048 bits for PSS alone"
    assert Algorithms().objection(pss_key()) is None
    assert "too weak" in Algorithms(least_bits={RSA: 3072}).objection(pss_key())
    assert pss_key(None).inheriting(pss_key()).parameters is None


@pytest.mark.parametrize(
    "parameters",
    [
        seq(explicit(2, integer(20))),
        seq(explicit(0, seq(oid("1.3.14.3.2.26"), NULL))),
        seq(explicit(3, integer(1))),
        seq(explicit(2, integer(-1))),
        seq(explicit(0, seq(oid("1.2.840.113549.2.5"), NULL))),
        seq(explicit(1, seq(oid("1.2.3"), OF_SHA256))),
    ],
    ids=["default salt", "default digest", "trailer", "negative", "MD5", "no MGF1"],
)
def test_parameters_that_are_not_der_or_not_known_make_no_key(parameters):
    """DER leaves defaults out."""
    with pytest.raises(MalformedError):
        PssParameters.parse(parameters)

    assert pss_key(parameters).key is None


def test_parameters_without_anything_are_the_defaults():
    """SHA-1, MGF1 with SHA-1, 20 bytes: readable, and of no use to anything accepted here."""
    found = PssParameters.parse(seq())

    assert (found.digest, found.mask_digest, found.salt_bytes) == ("sha1", "sha1", 20)
    assert not found.allow(SHA256, 32)
    assert PssParameters.parse(FOR_SHA256).allow(SHA256, 32)
    assert not PssParameters.parse(FOR_SHA256).allow(SHA384, 48)
