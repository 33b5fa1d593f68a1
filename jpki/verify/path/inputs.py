"""What a path is validated against, as frozen data: anchors, parameters, algorithms, limits.

Everything §6.1.1 of RFC 5280 lists as input and the caller alone may decide; the moment comes
with each question. Change a value with `dataclasses.replace`.
Not here: the path (`building`), judging it (`validation`). RFC 5280 6.1.1, RFC 5937 for
constraints that come with an anchor.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

from jpki.verify.errors import AnchorError, MalformedError
from jpki.verify.path.anchor_limits import AnchorLimits
from jpki.verify.path.certificate import PathCertificate
from jpki.verify.path.extensions import ANY_POLICY, NameConstraints
from jpki.verify.path.keys import DSA, EC, RSA, SIGNATURE_ALGORITHMS, KeyInfo
from jpki.verify.path.names import Name
from jpki.verify.path.ocsp_rules import OcspRules
from jpki.verify.path.rsa_pss import RSA_PSS
from jpki.verify.policy import CrlRules


@dataclass(frozen=True, slots=True)
class TrustAnchor:
    """RFC 5280 6.1.1 (d): a name and a key, taken on trust, and what limits that trust.

    One that is no more than that has no validity: who gives it to a verifier says that it is
    trusted at the moment asked. One from a certificate is trusted for what that says.
    """

    name: Name
    key: KeyInfo
    key_identifier: bytes | None = None
    """Helps to find the anchor by a certificate's authorityKeyIdentifier; proves nothing."""
    constraints: NameConstraints = field(default_factory=NameConstraints)
    """Added to those of the parameters (RFC 5937 3)."""
    path_length: int | None = None
    """The most intermediate certificates below it that are not self-issued (RFC 5937 3)."""
    limits: AnchorLimits = field(default_factory=AnchorLimits)
    """Its period, key usage, purposes and policies."""

    @classmethod
    def of(cls, der: bytes, *, constrained: bool = True) -> "TrustAnchor":
        """Take name and key of a certificate, self-signed or not, and what limits it.

        Not `constrained`, name and key are all that counts (RFC 5280 6.1.1 (d)).
        Raises `AnchorError` for what is no certificate or says that it is no CA.
        """
        try:
            found = PathCertificate.parse(der)
        except MalformedError as error:
            raise AnchorError(f"not a certificate in strict DER: {error}") from error
        basic = found.basic_constraints
        if basic is not None and not basic.ca:
            raise AnchorError(f"{found.subject}: basicConstraints says that it is no CA")
        if found.key.lacks_parameters:
            raise AnchorError(f"{found.subject}: a key without parameters, and no issuer to ask")
        limited = constrained and found.name_constraints is not None
        return cls(
            found.subject,
            found.key,
            found.subject_key_id,
            (found.name_constraints if limited else None) or NameConstraints(),
            basic.path_length if basic and constrained else None,
            AnchorLimits.of(found) if constrained else AnchorLimits(),
        )


PSS = ("RSASSA-PSS-SHA256", "RSASSA-PSS-SHA384", "RSASSA-PSS-SHA512")
"""Not accepted unless asked for: `Algorithms(identifiers(*STRONG, *PSS))`."""
STRONG = (
    "sha256WithRSAEncryption",
    "sha384WithRSAEncryption",
    "sha512WithRSAEncryption",
    "ecdsa-with-SHA256",
    "ecdsa-with-SHA384",
    "ecdsa-with-SHA512",
)


def identifiers(*names: str) -> frozenset[bytes]:
    """Give every AlgorithmIdentifier of these names; raise `KeyError` for one unknown here."""
    known: dict[str, set[bytes]] = {}
    for identifier, one in SIGNATURE_ALGORITHMS.items():
        known.setdefault(one.name, set()).add(identifier)
    return frozenset().union(*(known[name] for name in names))


@dataclass(frozen=True, slots=True)
class Algorithms:
    """Which signatures, sizes and curves count: SHA-2 with RSA from 2048 bits or EC from P-256."""

    signatures: frozenset[bytes] = identifiers(*STRONG)
    least_bits: Mapping[str, int] = field(
        default_factory=lambda: MappingProxyType({RSA: 2048, EC: 256, DSA: 2048})
    )
    """Key algorithm to its smallest size; an algorithm that is not here is not accepted. RSA
    keys for PSS alone are held to the size of RSA."""
    curves: frozenset[str] = frozenset({"secp256r1", "secp384r1", "secp521r1"})
    """Names of the curves accepted (SEC 2): those of NIST (RFC 5480 2.1.1.1)."""

    def objection(self, key: KeyInfo) -> str | None:
        """Say why a key is not acceptable, None when it is."""
        loaded = key.key
        if loaded is None:
            return key.description
        least = self.least_bits.get(RSA if key.algorithm == RSA_PSS else key.algorithm)
        if least is None or loaded.key_size < least:
            return f"{key.description}, which is too weak"
        if isinstance(loaded, EllipticCurvePublicKey) and loaded.curve.name not in self.curves:
            return f"{key.description}, a curve that is not accepted"
        return None


MAX_DEPTH = 24
"""Real paths have three or four certificates, those of bridge CAs up to about ten."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one question may cost; where a limit ends the search, the verdict is "cannot tell"."""

    depth: int = 12
    """Certificates in a path, the target included; at most `MAX_DEPTH`. Proofs of list signers
    inside each other end there too."""
    paths: int = 32
    """Complete paths validated, those of CRL signers included."""
    signatures: int = 512
    """Signatures verified."""
    steps: int = 2000
    """Certificates considered as somebody's issuer, and lists as somebody's list."""
    comparisons: int = 100_000
    """Names held against name constraints and lists, and policies carried down a path."""
    seconds: float = 60.0
    """How long a question may take, where the verifier was given a clock."""

    def __post_init__(self) -> None:
        """Raise `ValueError` for a depth no path is searched to."""
        if self.depth > MAX_DEPTH:
            raise ValueError(f"a depth of {self.depth}, more than {MAX_DEPTH}")


@dataclass(frozen=True, slots=True)
class Parameters:
    """RFC 5280 6.1.1 (c) and (e) to (i), and what this library asks beside."""

    initial_policies: frozenset[str] = frozenset({ANY_POLICY})
    initial_explicit_policy: bool = False
    initial_policy_mapping_inhibit: bool = False
    initial_any_policy_inhibit: bool = False
    initial_constraints: NameConstraints = field(default_factory=NameConstraints)
    """initial-permitted-subtrees and initial-excluded-subtrees."""
    purposes: frozenset[str] = frozenset()
    """Key purposes of which the target must have one; empty asks for none (4.2.1.12)."""
    algorithms: Algorithms = field(default_factory=Algorithms)
    crl: CrlRules = field(default_factory=CrlRules)
    any_crl_signer: bool = False
    """Whether every key that holds the name of a list's issuer under the same anchor may say
    *not revoked* (6.3.3 (f) as it stands); otherwise only those `crl_signers` describes."""
    ocsp: OcspRules = field(default_factory=OcspRules)
    limits: Limits = field(default_factory=Limits)
