"""The table of rules for what is on a card's face (券面), with the section behind each.

"card" is the card's interface as publicly known (docs/references.md). Ids are stable.
Not here: judging (`card_face`). Called by that module and by the documentation.
"""

from jpki.verify.checks import Rule
from jpki.verify.errors import (
    BadSignatureError,
    CardFaceError,
    UntrustedIssuerError,
)

TEXT_ISSUER = Rule(
    "text.certificate",
    "card 3.2, 3.6",
    "certificate of the text's signer",
    "CV証明書（券面入力補助）",
    UntrustedIssuerError,
)
TEXT_SIGNATURE = Rule(
    "text.signature",
    "card 3.2 EF 0003 (DF33)",
    "signature over the digests of the text",
    "署名（券面入力補助）",
    BadSignatureError,
)
TEXT_NUMBER = Rule(
    "text.number",
    "card 3.2 EF 0003 (DF31)",
    "number as signed",
    "個人番号の改ざん検出",
    CardFaceError,
)
TEXT_ATTRIBUTES = Rule(
    "text.attributes",
    "card 3.2 EF 0003 (DF32)",
    "four attributes as signed",
    "基本4情報の改ざん検出",
    CardFaceError,
)
TEXT_KEY = Rule(
    "text.key",
    "card 3.2 EF 0007 (DF52)",
    "signature over the card's key",
    "内部認証用公開鍵の署名",
    BadSignatureError,
)
TEXT_PRESENT = Rule(
    "text.present",
    "card 4.5, 4.7",
    "card holds the text's key",
    "内部認証（券面入力補助）",
    BadSignatureError,
)

VISUAL_ISSUER = Rule(
    "visual.certificate",
    "card 3.3, 3.6",
    "certificate of the face's signer",
    "CV証明書（券面事項確認）",
    UntrustedIssuerError,
)
VISUAL_BIRTH = Rule(
    "visual.birth-date",
    "card 3.3 EF 0001 (DF13)",
    "signature over the birth date",
    "生年月日の署名",
    BadSignatureError,
)
VISUAL_FRONT = Rule(
    "visual.front",
    "card 3.3 EF 0002 (DF28)",
    "signature over the front and the photo",
    "券面情報の署名",
    BadSignatureError,
)
VISUAL_NUMBER = Rule(
    "visual.number",
    "card 3.3 EF 0005 (DF43)",
    "signature over the number's image",
    "個人番号画像の署名",
    BadSignatureError,
)
VISUAL_ONE_KEY = Rule(
    "visual.one-key",
    "card 3.3 (DF12, DF24, DF42)",
    "records of one card",
    "公開鍵の一致",
    CardFaceError,
)
VISUAL_PRESENT = Rule(
    "visual.present",
    "card 4.5, 4.7",
    "card holds the face's key",
    "内部認証（券面事項確認）",
    BadSignatureError,
)
AGREEMENT = Rule(
    "face.agreement",
    "this library",
    "text and face speak of one person",
    "記載事項の一致",
    CardFaceError,
)
HOLDER = Rule(
    "face.holder",
    "this library",
    "text and signing certificate speak of one person",
    "署名用電子証明書との一致",
    CardFaceError,
)

ALL = tuple(value for value in tuple(globals().values()) if isinstance(value, Rule))
"""Every rule, in the order above; the last has a row where a signing certificate was read."""
