"""The table of what is checked of a path, in the order of RFC 5280 6.1.3, 6.1.4 and 6.1.5.

Ids are stable: programs and tests name them. Not here: judging (`validation`, `revocation`).
"""

from jpki.verify.checks import Rule
from jpki.verify.errors import (
    BadEncodingError,
    BadError,
    BadSignatureError,
    ExpiredError,
    NotYetValidError,
    ProfileError,
    RevokedError,
    UntrustedIssuerError,
    WrongKindError,
)

DER = Rule("path.der", "X.690 10; RFC 5280 4.1", "strict DER", "DER符号化", BadEncodingError)
BUILDING = Rule(
    "path.building",
    "RFC 5280 6.1 (a) to (c); RFC 4158",
    "path to a trust anchor",
    "認証パスの構築",
    UntrustedIssuerError,
)
ANCHOR = Rule(
    "path.anchor",
    "RFC 5280 6.1.1 (d); RFC 5937",
    "what the trust anchor is for",
    "トラストアンカーの用途",
    UntrustedIssuerError,
)
BUDGET = Rule("path.budget", "this library", "cost of the answer", "検証の上限", BadError)

# 6.1.3 Basic Certificate Processing
SIGNATURE = Rule(
    "path.signature",
    "RFC 5280 6.1.3 (a)(1)",
    "issuer's signature",
    "発行者の署名",
    BadSignatureError,
)
ALGORITHM = Rule(
    "path.algorithm",
    "RFC 5280 4.1.1.2, 4.1.2.3; policy",
    "algorithms and key sizes",
    "アルゴリズムと鍵長",
    ProfileError,
)
KEY = Rule("path.key", "RFC 5280 4.1.2.7; policy", "target's key", "公開鍵", ProfileError)
NOT_BEFORE = Rule(
    "path.not-before",
    "RFC 5280 6.1.3 (a)(2)",
    "start of validity",
    "有効期間の開始",
    NotYetValidError,
)
NOT_AFTER = Rule(
    "path.not-after", "RFC 5280 6.1.3 (a)(2)", "end of validity", "有効期間の満了", ExpiredError
)
REVOCATION = Rule(
    "path.revocation", "RFC 5280 6.1.3 (a)(3), 6.3.3", "revocation", "失効", RevokedError
)
NAME_CHAINING = Rule(
    "path.name-chaining",
    "RFC 5280 6.1.3 (a)(4), 7.1",
    "issuer's name",
    "発行者名の連鎖",
    UntrustedIssuerError,
)
NAME_CONSTRAINTS = Rule(
    "path.name-constraints",
    "RFC 5280 6.1.3 (b), (c), 4.2.1.10",
    "name constraints",
    "名前制約",
    UntrustedIssuerError,
)
POLICY = Rule(
    "path.policy",
    "RFC 5280 6.1.3 (d) to (f), RFC 9618 5",
    "policies so far",
    "証明書ポリシーの処理",
    UntrustedIssuerError,
)

# 6.1.4 Preparation for Certificate i+1
POLICY_MAPPING = Rule(
    "path.policy-mapping",
    "RFC 5280 6.1.4 (a), (b)",
    "policy mapping",
    "ポリシーマッピング",
    UntrustedIssuerError,
)
BASIC_CONSTRAINTS = Rule(
    "path.basic-constraints",
    "RFC 5280 6.1.4 (k), 4.2.1.9",
    "issuer is a CA",
    "基本制約",
    UntrustedIssuerError,
)
PATH_LENGTH = Rule(
    "path.path-length",
    "RFC 5280 6.1.4 (l), (m)",
    "path length",
    "パス長制約",
    UntrustedIssuerError,
)
KEY_USAGE = Rule(
    "path.key-usage",
    "RFC 5280 6.1.4 (n), 4.2.1.3",
    "issuer's key signs certificates",
    "鍵用途",
    UntrustedIssuerError,
)
CRITICAL = Rule(
    "path.critical-extensions",
    "RFC 5280 6.1.4 (o), 6.1.5 (f)",
    "critical extensions",
    "クリティカル拡張",
    ProfileError,
)

# 6.1.5 Wrap-Up Procedure
USER_POLICY = Rule(
    "path.user-policy",
    "RFC 5280 6.1.5 (g), RFC 9618 5.6",
    "policy the user accepts",
    "受入れポリシー",
    WrongKindError,
)
PURPOSE = Rule(
    "path.purpose", "RFC 5280 4.2.1.12", "extended key usage", "拡張鍵用途", WrongKindError
)

ALL = tuple(value for value in tuple(globals().values()) if isinstance(value, Rule))
"""Every rule, in the order above."""
