"""Phrases of certification paths alone: what their anchors, list signers and limits are told by.

The form is that of `phrases`, which takes these first. Called by `phrases`.
"""

from collections.abc import Mapping
from types import MappingProxyType

PATH_PHRASES: Mapping[str, str] = MappingProxyType(
    {
        # The anchor.
        "what the trust anchor is for": "トラストアンカーの用途",
        "trusted for this at the moment, by what its own certificate says": (
            "その証明書の記載により、この時点でこの用途に信頼できること"
        ),
        "{}: nothing against it": "{}：支障なし",
        "valid only from {time}": "{}から有効",
        "expired {time}": "{}に満了",
        "v3 without basicConstraints, no CA's": "basicConstraintsのないv3で認証局のものでない",
        "key usage without keyCertSign": "keyCertSignのない鍵用途",
        "for other purposes: {}": "別の用途のもの：{}",
        "unknown critical extensions: {}": "未知のクリティカル拡張：{}",
        # What an answer may cost.
        "no answer within {#} seconds": "{}秒以内に判定できない",
        "older than {#} days (max-age)": "{}日より古い（指定の最大日数）",
        "a CertID of an unknown digest": "未知のハッシュ関数によるCertID",
        # What was asked beside the RFC.
        "lists and answers {}": "失効リストと応答は{}",
        "of any age": "経過日数を問わない",
        "at most {#} days old": "{}日以内のもの",
        "lists by any key of their issuer's name": "発行者名を持つどの鍵による失効リストも可",
        "anchors by name and key alone": "トラストアンカーは名前と鍵のみ",
        "manifest.json: max_age_days is no number of days": (
            "manifest.json：max_age_daysが日数でない"
        ),
        # Who signed a list.
        "its signer was certified by nobody on the path, so it may revoke alone": (
            "署名者の証明書を発行した者がパス上になく、失効のみ示せる"
        ),
        "signed by another key of a CA of the issuer's name, so it may revoke alone": (
            "発行者と同名の認証局の別の鍵による署名で、失効のみ示せる"
        ),
    }
)
