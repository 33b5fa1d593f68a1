"""What is acceptable, as frozen data: one named policy a kind, medium and environment.

The names are `sign-card`, `auth-card`, `sign-phone` and `auth-phone`; `Policies.named` gives one.
A card's policy never takes a phone's certificate, nor the reverse: relying parties ask for each.
What is known of phones is weak (`Policy.basis`), so their policies are meant to be replaced.
`EMULATOR` accepts what the test authorities of this project issue and is the default; `JLIS_TEST`
the J-LIS test environment; `PRODUCTION` the real service, whose CA certificates the user
supplies and which are recognised by their published fingerprints (none is shipped).
Not here: the checks (`profile_checks`, `path_checks`), what of a policy RFC 5280 asks
(`one_step`). Change a value with `dataclasses.replace`.
PKI profile sections 1.1, 1.5, 1.7, 2.1, 5.3.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum, unique

from jpki import oids
from jpki.profiles.certificates import RSA_BITS, RSA_EXPONENT, SERIAL_OCTETS
from jpki.profiles.kinds import Kind
from jpki.profiles.naming import EMULATOR as EMULATOR_NAMES
from jpki.profiles.naming import FAITHFUL as JLIS_TEST_NAMES
from jpki.profiles.naming import PRODUCTION as PRODUCTION_NAMES
from jpki.profiles.naming import Naming
from jpki.profiles.validity import LONGEST_VALIDITY
from jpki.sources import Source
from jpki.verify.keys import SHA256_WITH_RSA


@unique
class Environment(Enum):
    """Whose certificates are judged."""

    EMULATOR = "emulator"
    JLIS_TEST = "jlis-test"
    PRODUCTION = "production"


@unique
class Medium(Enum):
    """What holds the key: each has policies of its own (profile 5.3)."""

    CARD = "card"
    PHONE = "phone"

    @property
    def japanese(self) -> str:
        """What the law calls it."""
        return {Medium.CARD: "個人番号カード", Medium.PHONE: "移動端末設備"}[self]


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
    """Everything a certificate of one kind and medium must satisfy in one environment."""

    kind: Kind
    medium: Medium
    environment: Environment
    basis: Source
    """Where the policy's OID comes from; a guess for every phone."""
    organization: str
    """O of the CA's name (C=JP, O=...)."""
    naming: Naming
    """The names and addresses of the environment, which certificates repeat."""
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
    serial_octets: int = SERIAL_OCTETS
    """The longest serial number (発行番号): a counter's (profile 1.1 and 1.6, A)."""
    longest_validity: timedelta = LONGEST_VALIDITY
    """From the first second to the last."""
    ocsp_url: str | None = None
    """The one responder an authentication certificate may name; None leaves it open."""
    anchor_fingerprints: frozenset[bytes] | None = None
    """SHA-256 of the only CA certificates that may be pinned; None accepts the caller's choice."""
    crl: CrlRules = CrlRules()

    @property
    def name(self) -> str:
        """`sign-card`, for instance: the same in every environment."""
        return f"{self.kind.value}-{self.medium.value}"


@dataclass(frozen=True, slots=True)
class Policies:
    """The four policies of one environment."""

    sign: Policy
    auth: Policy
    sign_phone: Policy
    auth_phone: Policy

    def __iter__(self) -> Iterator[Policy]:
        """Give each."""
        yield from (self.sign, self.auth, self.sign_phone, self.auth_phone)

    def of(self, kind: Kind, medium: Medium = Medium.CARD) -> Policy:
        """Give the policy of one kind and medium."""
        if medium is Medium.PHONE:
            return self.sign_phone if kind is Kind.SIGN else self.auth_phone
        return self.sign if kind is Kind.SIGN else self.auth

    def named(self, name: str) -> Policy:
        """Give the policy of this name; raise `KeyError` for one that is not."""
        return {policy.name: policy for policy in self}[name]


POLICY_NAMES = tuple(f"{kind.value}-{medium.value}" for medium in Medium for kind in Kind)
"""What `Policies.named` takes."""


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


_PHONE_POLICIES = {
    oids.Policy.SIGN_CARD: oids.Policy.SIGN_PHONE,
    oids.Policy.AUTH_CARD: oids.Policy.AUTH_PHONE,
    oids.Policy.TEST_SIGN_CARD: oids.Policy.TEST_SIGN_PHONE,
    oids.Policy.TEST_AUTH_CARD: oids.Policy.TEST_AUTH_PHONE,
}
"""Each card's policy to the phone's of the same kind and environment (guesses: `jpki.oids`)."""


def _policies(
    environment: Environment,
    naming: Naming,
    roots: dict[Kind, frozenset[bytes]] | None = None,
) -> Policies:
    def policy(kind: Kind, medium: Medium) -> Policy:
        card = naming.policy(kind)
        identifier = card if medium is Medium.CARD else _PHONE_POLICIES[card]
        signs = kind is Kind.SIGN
        # Phones: the same two CAs issue (profile 5.3, B); that all but the policy is a card's,
        # the key's kind and size included, nobody public says (U): ASSUMED.
        return Policy(
            kind=kind,
            medium=medium,
            environment=environment,
            basis=identifier.value.source,
            organization=naming.organization,
            naming=naming,
            # Read in real certificates (profile 2.2, A); what test cards name is not published,
            # and the emulator's responder is wherever its user put it.
            ocsp_url=naming.ocsp_url if environment is Environment.PRODUCTION else None,
            policy_oids=frozenset({identifier.dotted}),
            key_usage=frozenset({"digitalSignature", *(("nonRepudiation",) if signs else ())}),
            extended_key_usage=frozenset() if signs else frozenset({oids.CLIENT_AUTH}),
            carries_attributes=signs,
            anchor_fingerprints=roots[kind] if roots else None,
        )

    return Policies(
        sign=policy(Kind.SIGN, Medium.CARD),
        auth=policy(Kind.AUTH, Medium.CARD),
        sign_phone=policy(Kind.SIGN, Medium.PHONE),
        auth_phone=policy(Kind.AUTH, Medium.PHONE),
    )


EMULATOR = _policies(Environment.EMULATOR, EMULATOR_NAMES)
JLIS_TEST = _policies(Environment.JLIS_TEST, JLIS_TEST_NAMES)
PRODUCTION = _policies(
    Environment.PRODUCTION, PRODUCTION_NAMES, {Kind.SIGN: _SIGN_ROOTS, Kind.AUTH: _AUTH_ROOTS}
)


def policies_of(environment: Environment) -> Policies:
    """Give the policies of an environment."""
    return {
        Environment.EMULATOR: EMULATOR,
        Environment.JLIS_TEST: JLIS_TEST,
        Environment.PRODUCTION: PRODUCTION,
    }[environment]
