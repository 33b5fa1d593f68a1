"""The two kinds of certificate, which are two separate hierarchies.

What it is not: a policy; `jpki.oids.Policy` and `jpki.profiles.certificates` say what each kind
carries. Never take one kind for the other (PKI profile section 1.5).
"""

from enum import Enum, unique


@unique
class Kind(Enum):
    """Which of the two authorities a certificate comes from."""

    SIGN = "sign"
    """署名用電子証明書: signs documents, carries the four attributes (基本4情報)."""
    AUTH = "auth"
    """利用者証明用電子証明書: logs in, carries no name."""

    @property
    def japanese(self) -> str:
        """The official Japanese name of the end-entity certificate."""
        return {Kind.SIGN: "署名用電子証明書", Kind.AUTH: "利用者証明用電子証明書"}[self]
