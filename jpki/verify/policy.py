"""What is acceptable, as frozen data: one policy a kind of certificate and environment.

`EMULATOR` accepts what the test authorities of this project issue and is the default; `JLIS_TEST`
the J-LIS test environment; `PRODUCTION` the real service, whose CA certificates the user
supplies and which are recognised by their published fingerprints (none is shipped).
Not here: the checks (`profile_checks`, `path_checks`). Change a value with `dataclasses.replace`.
PKI profile sections 1.1, 1.5, 1.7, 2.1.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum, unique

from jpki import oids
from jpki.profiles.certificates import RSA_BITS, RSA_EXPONENT
from jpki.profiles.kinds import Kind
from jpki.profiles.naming import EMULATOR as EMULATOR_NAMES
from jpki.profiles.naming import FAITHFUL as JLIS_TEST_NAMES
from jpki.profiles.naming import PRODUCTION as PRODUCTION_NAMES
from jpki.profiles.naming import Naming
from jpki.verify.keys import SHA256_WITH_RSA


@unique
class Environment(Enum):
    """Whose certificates are judged."""

    EMULATOR = "emulator"
    JLIS_TEST = "jlis-test"
    PRODUCTION = "production"


@dataclass(frozen=True, slots=True)
class CrlRules:
    """When a revocation list may serve to call a certificate not revoked."""

    max_age: timedelta | None = timedelta(days=7)
    """Age of thisUpdate beyond which nextUpdate does not help. JPKI publishes daily (profile
    2.1, A); the seven days are ours (ASSUMED). None leaves it to nextUpdate alone."""
    require_number: bool = True
    """RFC 5280 5.2.3: every list carries a cRLNumber."""


@dataclass(frozen=True, slots=True)
class Policy:
    """Everything a certificate of one kind must satisfy in one environment."""

    kind: Kind
    environment: Environment
    organization: str
    """O of the CA's name (C=JP, O=...)."""
    policy_oids: frozenset[str]
    """The certificate carries exactly one policy, one of these."""
    key_usage: frozenset[str]
    """Exactly these: the two kinds differ by nonRepudiation."""
    extended_key_usage: frozenset[str]
    """Exactly these; empty means that the extension must be absent."""
    carries_attributes: bool
    """Whether subjectAltName holds the four attributes (基本4情報)."""
    signature_algorithms: frozenset[bytes] = frozenset({SHA256_WITH_RSA})
    rsa_bits: frozenset[int] = frozenset({RSA_BITS})
    rsa_exponents: frozenset[int] = frozenset({RSA_EXPONENT})
    anchor_fingerprints: frozenset[bytes] | None = None
    """SHA-256 of the only CA certificates that may be pinned; None accepts the caller's choice."""
    crl: CrlRules = CrlRules()


@dataclass(frozen=True, slots=True)
class Policies:
    """The two policies of one environment."""

    sign: Policy
    auth: Policy

    def of(self, kind: Kind) -> Policy:
        """Give the policy of one kind."""
        return self.sign if kind is Kind.SIGN else self.auth


_SIGN_ROOTS = frozenset(
    bytes.fromhex(fingerprint)
    for fingerprint in (
        "19645405A1FE14377434BD55957628AC4038557C542403A2243F21C706FC9355",  # 2015
        "79679C33E4CC9319440F1AD120A597FF1844E2EF217063ADB176966FD5E6FBEB",  # 2019
        "D227F6CDE11D35C5252178F106F843D24651944975413B539FA2FB68DBFA365F",  # 2023
    )
)
"""署名用認証局 01 to 03 (profile 1.5, A)."""
_AUTH_ROOTS = frozenset(
    bytes.fromhex(fingerprint)
    for fingerprint in (
        "4DCFC4CA0AAF9FB2A3081B3F0C991C320B3ACC008667A341EEAEC5AF1D58CA7D",  # 2015
        "0D98DE47FC11B7F67126874B7028B6026A803D2638D6EDFE53176953961FADE6",  # 2019
        "64114F29620C24ED2631D46476A040E7EE740D956089C00B036A6A8118C322B5",  # 2023
    )
)
"""利用者証明用認証局 01 to 03 (profile 1.5, A)."""


def _policies(
    environment: Environment,
    naming: Naming,
    roots: dict[Kind, frozenset[bytes]] | None = None,
) -> Policies:
    return Policies(
        sign=Policy(
            kind=Kind.SIGN,
            environment=environment,
            organization=naming.organization,
            policy_oids=frozenset({naming.policy(Kind.SIGN).dotted}),
            key_usage=frozenset({"digitalSignature", "nonRepudiation"}),
            extended_key_usage=frozenset(),
            carries_attributes=True,
            anchor_fingerprints=roots[Kind.SIGN] if roots else None,
        ),
        auth=Policy(
            kind=Kind.AUTH,
            environment=environment,
            organization=naming.organization,
            policy_oids=frozenset({naming.policy(Kind.AUTH).dotted}),
            key_usage=frozenset({"digitalSignature"}),
            extended_key_usage=frozenset({oids.CLIENT_AUTH}),
            carries_attributes=False,
            anchor_fingerprints=roots[Kind.AUTH] if roots else None,
        ),
    )


EMULATOR = _policies(Environment.EMULATOR, EMULATOR_NAMES)
JLIS_TEST = _policies(Environment.JLIS_TEST, JLIS_TEST_NAMES)
PRODUCTION = _policies(
    Environment.PRODUCTION, PRODUCTION_NAMES, {Kind.SIGN: _SIGN_ROOTS, Kind.AUTH: _AUTH_ROOTS}
)


def policies_of(environment: Environment) -> Policies:
    """Give the two policies of an environment."""
    return {
        Environment.EMULATOR: EMULATOR,
        Environment.JLIS_TEST: JLIS_TEST,
        Environment.PRODUCTION: PRODUCTION,
    }[environment]
