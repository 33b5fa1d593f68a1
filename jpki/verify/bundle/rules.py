"""The table of what is checked of kept evidence, before what is in it is judged.

Ids are stable. Not here: judging (`recheck`).
"""

from jpki.verify.checks import Rule
from jpki.verify.errors import EvidenceError, UntrustedIssuerError, WrongKindError

INTEGRITY = Rule(
    "bundle.integrity",
    "this library; SHA-256 of each part",
    "parts of the bundle",
    "証拠ファイルの完全性",
    EvidenceError,
)
ANCHORS = Rule(
    "bundle.anchors",
    "RFC 5280 6.1.1 (d)",
    "whose CA certificates",
    "認証局証明書の信頼",
    UntrustedIssuerError,
)
QUESTION = Rule(
    "bundle.question",
    "RFC 5280 6.1.1",
    "question the user insists on",
    "利用者が求める判定の条件",
    WrongKindError,
)

ALL = (INTEGRITY, ANCHORS, QUESTION)
"""Every rule, in the order of the reports."""
