"""From a person to the contents of a card: pure functions, no I/O, no clock, no randomness.

Holder, CardKeys     what the issuer knows and what it made for this card
text_contents        券面入力補助AP
common_contents      共通AP
juki_contents        住基AP
licence_contents     マイナ免許証
domain_contents      発行者セキュリティドメイン
"""

from cardsim.mynumber.personalise.common import (
    common_contents,
    domain_contents,
    juki_contents,
)
from cardsim.mynumber.personalise.holder import CardKeys, CardSecrets, Holder
from cardsim.mynumber.personalise.licence import licence_contents
from cardsim.mynumber.personalise.signing import ContentsSigner
from cardsim.mynumber.personalise.text import text_contents

__all__ = [
    "CardKeys",
    "CardSecrets",
    "ContentsSigner",
    "Holder",
    "common_contents",
    "domain_contents",
    "juki_contents",
    "licence_contents",
    "text_contents",
]
