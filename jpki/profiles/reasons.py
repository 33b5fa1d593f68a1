"""Why a JPKI certificate is revoked: the reason codes of the CPS and what they mean there.

What it is not: all of RFC 5280. removeFromCRL (8), privilegeWithdrawn (9) and aACompromise (10)
are not used by the service, and 7 is unassigned.
Standard: RFC 5280 section 5.3.1; both CPSs section 4.9.9 as relayed (PKI profile section 2.1, B).
Called by: `jpki.ca` (writes them), `jpki.verify` (explains them).
"""

from enum import IntEnum, unique


@unique
class RevocationReason(IntEnum):
    """CRLReason values in use, with the service's meaning of each."""

    UNSPECIFIED = 0
    """交付前に破棄: discarded before it was handed over."""
    KEY_COMPROMISE = 1
    """利用者の秘密鍵の危殆化: the holder's private key is compromised."""
    CA_COMPROMISE = 2
    """認証局の秘密鍵の危殆化: the authority's private key is compromised."""
    AFFILIATION_CHANGED = 3
    """記録事項の変更: name, address, birth date or sex changed on the 住民票."""
    SUPERSEDED = 4
    """更新: renewed."""
    CESSATION_OF_OPERATION = 5
    """利用の終了: no longer used; also death, moving abroad, card returned (by elimination)."""
    CERTIFICATE_HOLD = 6
    """一時保留: the key's safety is in doubt. JPKI never releases a hold."""

    @property
    def japanese(self) -> str:
        """What the reason is called to a holder."""
        return _JAPANESE[self]

    @property
    def rfc_name(self) -> str:
        """The identifier in RFC 5280, as OpenSSL and others print it."""
        return _RFC_NAMES[self]

    @classmethod
    def named(cls, name: str) -> "RevocationReason":
        """Give the reason of an RFC 5280 identifier; raises `KeyError` for one not in use."""
        return {reason.rfc_name: reason for reason in cls}[name]


_JAPANESE = {
    RevocationReason.UNSPECIFIED: "交付前に破棄",
    RevocationReason.KEY_COMPROMISE: "利用者の秘密鍵の危殆化",
    RevocationReason.CA_COMPROMISE: "認証局の秘密鍵の危殆化",
    RevocationReason.AFFILIATION_CHANGED: "記録事項の変更",
    RevocationReason.SUPERSEDED: "更新",
    RevocationReason.CESSATION_OF_OPERATION: "利用の終了",
    RevocationReason.CERTIFICATE_HOLD: "一時保留",
}
_RFC_NAMES = {
    RevocationReason.UNSPECIFIED: "unspecified",
    RevocationReason.KEY_COMPROMISE: "keyCompromise",
    RevocationReason.CA_COMPROMISE: "cACompromise",
    RevocationReason.AFFILIATION_CHANGED: "affiliationChanged",
    RevocationReason.SUPERSEDED: "superseded",
    RevocationReason.CESSATION_OF_OPERATION: "cessationOfOperation",
    RevocationReason.CERTIFICATE_HOLD: "certificateHold",
}
