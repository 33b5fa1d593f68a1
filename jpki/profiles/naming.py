"""Who the authorities say they are: the emulator, the J-LIS test environment, production.

What it is: the names and addresses that differ between environments; everything else of a
profile is common to all three.
What it is not: a permission to issue as the real service. `PRODUCTION` is here so that a
verifier can know it; `may_issue` is false and `jpki.ca` refuses to found an authority on it.
Standard: PKI profile reference sections 1.1, 1.4, 1.7, 2.1, 2.2.
Called by: `jpki.ca`, `jpki.verify` (policies), `cardsim.world`.
"""

from dataclasses import dataclass

from jpki.oids import Policy
from jpki.profiles.kinds import Kind
from jpki.profiles.municipalities import Municipality
from jpki.profiles.names import (
    DistinguishedName,
    common_name,
    country,
    locality,
    organization,
    unit,
)

_UNIT = {Kind.SIGN: "JPKI for digital signature", Kind.AUTH: "JPKI for user authentication"}
_AGENCY = "Japan Agency for Local Authority Information Systems"
_AGENCY_JA = "地方公共団体情報システム機構"
_SERVICE_JA = "公的個人認証サービス"
_PURPOSE_JA = {Kind.SIGN: "署名用", Kind.AUTH: "利用者証明用"}
_LIST_UNIT = "CRL Distribution Points"


@dataclass(frozen=True, slots=True)
class Naming:
    """The names of one environment's two authorities.

    `ocsp_url` is for authentication certificates alone: signing certificates carry no address
    of a responder. Give another with `dataclasses.replace`.
    """

    label: str
    organization: str
    organization_ja: str
    cps_uri: str
    ocsp_url: str
    sign_policy: Policy
    auth_policy: Policy
    may_issue: bool

    def policy(self, kind: Kind) -> Policy:
        """Give the one certificate policy of card certificates of this kind."""
        return self.sign_policy if kind is Kind.SIGN else self.auth_policy

    def authority(self, kind: Kind) -> DistinguishedName:
        """Give the authority's name, the same for all its generations."""
        return DistinguishedName(
            (country(), organization(self.organization), unit(_UNIT[kind]), unit(_AGENCY))
        )

    def authority_ja(self, kind: Kind) -> DistinguishedName:
        """Give the Japanese name, the authority's subjectAltName and everyone's issuerAltName."""
        return DistinguishedName(
            (
                country(),
                organization(self.organization_ja),
                unit(_SERVICE_JA + _PURPOSE_JA[kind]),
                unit(_AGENCY_JA),
            )
        )

    def distribution_point(self, kind: Kind, where: Municipality) -> DistinguishedName:
        """Give the name of the revocation list for certificates issued at a municipality."""
        return DistinguishedName(
            (
                country(),
                organization(self.organization),
                unit(_UNIT[kind]),
                unit(_LIST_UNIT),
                unit(where.prefecture_romaji),
                common_name(f"{where.romaji} CRLDP"),
            )
        )

    def responder(self, kind: Kind) -> DistinguishedName:
        """Give the name of the authority's OCSP responder: ours, nobody has seen a real one."""
        return DistinguishedName((*self.authority(kind).attributes, common_name("OCSP Responder")))

    def subject(self, kind: Kind, where: Municipality, identifier: str) -> DistinguishedName:
        """Give a holder's subject: places and id when signing, the id alone when logging in."""
        places = (locality(where.prefecture_romaji), locality(where.romaji))
        return DistinguishedName(
            (country(), *(places if kind is Kind.SIGN else ()), common_name(identifier))
        )


EMULATOR = Naming(
    label="emulator",
    organization="JPKI-EMU",
    # A reader of Japanese must see it too: （模擬） is "mock". Ours, not a fact.
    organization_ja=f"{_SERVICE_JA}（模擬）",
    # Names under .invalid never resolve (RFC 2606 section 2), so nothing of ours can ever ask
    # the real service.
    cps_uri="http://www.jpki-emu.invalid/cps.html",
    ocsp_url="http://ocspauthnorm.jpki-emu.invalid",
    sign_policy=Policy.TEST_SIGN_CARD,
    auth_policy=Policy.TEST_AUTH_CARD,
    may_issue=True,
)
"""Ours, and the default: no real verifier accepts it."""

FAITHFUL = Naming(
    label="faithful",
    organization="JPKI-TEST",  # PKI profile section 1.7, grade B
    organization_ja=_SERVICE_JA,
    cps_uri="http://www.jpki.go.jp/cps.html",
    ocsp_url="http://ocspauthnorm.jpki-emu.invalid",
    sign_policy=Policy.TEST_SIGN_CARD,
    auth_policy=Policy.TEST_AUTH_CARD,
    may_issue=True,
)
"""The names of the J-LIS test environment, for those who test software against it: ask for it."""

PRODUCTION = Naming(
    label="production",
    organization="JPKI",
    organization_ja=_SERVICE_JA,
    cps_uri="http://www.jpki.go.jp/cps.html",
    ocsp_url="http://ocspauthnorm.jpki.go.jp",
    sign_policy=Policy.SIGN_CARD,
    auth_policy=Policy.AUTH_CARD,
    may_issue=False,
)
"""The real service (PKI profile sections 1.1 and 1.4, grade A). Never issued from here."""
