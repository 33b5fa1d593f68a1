"""The phrases of CMS signatures and of what is on a card's face, in Japanese.

Of the same form as `phrases`, whose table takes these in. Not here: how it is used (`words`).
"""

from collections.abc import Mapping
from types import MappingProxyType

SIGNED: Mapping[str, str] = MappingProxyType(
    {
        # CMS: the message.
        "content type id-data ({word}), content elsewhere": (
            "コンテンツ種別はid-data（{}）、文書は署名の外（デタッチ署名）"
        ),
        "{word}, content elsewhere": "{}、文書は署名の外",
        "{word}, content inside": "{}、文書を署名に内包",
        "version {#}, SHA-256, RSASSA-PKCS1-v1_5": "バージョン{}、SHA-256、RSASSA-PKCS1-v1_5",
        "SignedData version {#}": "SignedDataのバージョンが{}",
        "SignerInfo version that does not fit its identifier": (
            "SignerInfoのバージョンが署名者識別子の形式と合わない"
        ),
        "a digest algorithm besides SHA-256": "SHA-256以外のダイジェストアルゴリズムがある",
        "a signer's digest algorithm that the message does not announce": (
            "署名者のダイジェストアルゴリズムがdigestAlgorithmsにない"
        ),
        "a digest algorithm announced that no signer uses": (
            "どの署名者も使わないダイジェストアルゴリズムがdigestAlgorithmsにある"
        ),
        "a signature algorithm besides RSASSA-PKCS1-v1_5 with SHA-256": (
            "RSASSA-PKCS1-v1_5（SHA-256）以外の署名アルゴリズムがある"
        ),
        "{#} signers": "署名者{}名",
        "a message with one signer": "署名者1名のメッセージ",
        "none of {#} certificates is the signer's": "証明書{}通のどれも署名者のものでない",
        "the signer's certificate": "署名者の証明書",
        "content type {word}": "コンテンツ種別{}",
        # CMS: its attributes.
        "none; the signature covers the content itself": "署名属性なし（文書そのものに署名）",
        "none, and the content may be a set of attributes signed elsewhere": (
            "署名属性なし、文書が他所で署名された属性の集合である可能性がある"
        ),
        "{#} attributes: {}": "署名属性{}件：{}",
        "signed attribute {word} occurs twice": "署名属性{}が重複",
        "an empty set of signed attributes": "署名属性の集合が空",
        "SigningCertificateV2 without certificate": "SigningCertificateV2に証明書の指定がない",
        "ESSCertIDv2 names a digest besides SHA-256": (
            "ESSCertIDv2がSHA-256以外のダイジェストを指定"
        ),
        "IssuerSerial is not one directoryName": "IssuerSerialが1つのdirectoryNameでない",
        "another certificate was signed for": "署名属性が別の証明書を指定",
        "other algorithms were signed for": "署名属性が別のアルゴリズムを指定",
        "neither is there": "どちらもなし",
        "left to the signature": "署名の検証に含まれる",
        # CMS: what it carries besides.
        "{#} certificates that are not pinned": "信頼済みでない証明書{}通",
        "revocation data": "失効情報",
        "unsigned attributes": "非署名属性",
        "the message without them, or those CA certificates pinned": (
            "それらを除いたメッセージ、またはそれらの認証局証明書を信頼済みとして指定すること"
        ),
        # The parts of a card's face.
        "number (個人番号)": "個人番号",
        "four attributes (基本4情報)": "基本4情報",
        "birth date for age checks (生年月日)": "年齢確認用の生年月日",
        "birth date and gender on the front (生年月日・性別)": "表面の生年月日・性別",
        "images of name and address (氏名・住所)": "氏名・住所の画像",
        "photo (顔写真)": "顔写真",
        "image of the number (個人番号画像)": "個人番号の画像",
        "chip of the text, no copy (内部認証)": "ICチップの真正性（券面入力補助、内部認証）",
        "chip of the face, no copy (内部認証)": "ICチップの真正性（券面事項確認、内部認証）",
        "text of the signing certificate's holder (署名用電子証明書との一致)": (
            "券面入力補助の記載と署名用電子証明書の名義の一致"
        ),
        "date of expiry (有効期限, DF29)": "有効期限（DF29）",
        "image of the security code (セキュリティコード, DF2A)": (
            "セキュリティコードの画像（DF2A）"
        ),
        "information about the applications (基本情報)": "各APの基本情報",
        "serial number and municipality (共通AP)": "製造番号と市区町村（共通AP）",
        # Their files.
        "EF {word} was not read": "EF {}を読み出していない",
        "EF {word} and the secret that opens it": ("EF {}と、その読出しに必要な暗証番号等"),
        "EF {word} in the form of the card reference": "カード仕様の形式のEF {}",
        "the {#} bytes of the file": "ファイルの{}バイト全体",
        "tag {word} where {word} is expected": "タグ{1}があるべき所にタグ{0}",
        "something other than filler behind the contents": "内容の後ろに詰め物（FF）以外がある",
        "not the objects that belong here, or not in their order": (
            "データオブジェクトの種類または順序が正しくない"
        ),
        "a body or signature of another length": "本体または署名の長さが正しくない",
        "no RSA-2048 key with exponent 65537": "RSA 2048ビット、指数65537の鍵でない",
        "the modulus is no 2048-bit odd number": "法が2048ビットの奇数でない",
        "the table has another number of offsets": "オフセット表の件数が合わない",
        "the offset of {word} leads elsewhere": "{}のオフセットが別の位置を指す",
        "the file is empty": "ファイルが空",
        "no tag of two bytes": "2バイトのタグでない",
        "no length": "長さがない",
        "a length form cards do not use": "カードの使わない長さ表現",
        "an object longer than what holds it": "データオブジェクトが外側の範囲を超える",
        # Their certificate.
        "a certificate issued by a pinned CA key": "信頼済みのCV認証局鍵が発行した証明書",
        "by {word} for {word}; no CA key is pinned": ("{}が{}に発行；CV認証局鍵が指定されていない"),
        "by {word} for {word}, which is not pinned": "{0}が{1}に発行；{0}は信頼済みでない",
        "said to be by {word} for {word}; that key did not sign it": (
            "{0}が{1}に発行したと称するが、{0}の鍵による署名でない"
        ),
        "by {word} for {word}": "{}が{}に発行",
        "a CV CA key to pin": "信頼済みとして指定するCV認証局鍵",
        "a certificate (EF 0004) that can be read": "読み出せる証明書（EF 0004）",
        "no key to verify with": "検証に使う鍵がない",
        # Their signatures and digests.
        "the signature of the key certified in EF 0004": (
            "EF 0004の証明書で認証された鍵による署名"
        ),
        "not the signature of that key over these bytes": ("その鍵によるこのデータへの署名でない"),
        "the SHA-256 digest in {word}": "{}のSHA-256ダイジェスト",
        "another digest: the contents were changed": "ダイジェストの不一致：内容が変更されている",
        "the same": "一致",
        "one key in all records of the face": "券面事項のすべてのレコードに同一の公開鍵",
        "one key": "同一の公開鍵",
        "records that were signed for different keys": "異なる公開鍵への署名があるレコード",
        "not all records are proven": "一部のレコードの署名を確認できない",
        "all three records, each with a signature that holds": (
            "署名を検証できる3つのレコードすべて"
        ),
        # That the card is no copy.
        "a fresh challenge answered by a key that was signed for this card": (
            "このカードのものとして署名された鍵による、新しいチャレンジへの応答"
        ),
        "no proven key to verify with": "検証に使える、署名を確認した鍵がない",
        "a record with the card's key whose signature holds": (
            "署名を検証できる、カードの公開鍵を含むレコード"
        ),
        "the card was not asked": "カードに内部認証を要求していない",
        "no signature: {}": "署名が得られない：{}",
        # A status word stays without its English name.
        "the card has no {}: SELECT {word} answered {word} ({})": (
            "カードに{}がない：SELECT {}への応答が{}"
        ),
        "the card has no {}: {word} ({})": "カードに{}がない：{}",
        "{} needs the {}, which has not been presented": "{}には{}の提示が必要",
        "{} needs a secret, which has not been presented": "{}には暗証番号等の提示が必要",
        "{} answered {word} ({})": "{}への応答が{}",
        "{} answered {word}": "{}への応答が{}",
        "the card's answer to a fresh challenge": "新しいチャレンジへのカードの応答",
        "a challenge of {#} bytes proves nothing": "{}バイトのチャレンジでは証明にならない",
        "not answered by that key: a copy, or another card": (
            "その鍵による応答でない：複製または別のカード"
        ),
        "answered": "応答あり",
        # Text, face and certificate of one person.
        "the same birth date and gender in text and on the face": (
            "券面入力補助と券面事項確認で同一の生年月日と性別"
        ),
        "signed records that contradict each other": "署名された記載どうしの食い違い",
        "the attributes and the front, each with a signature that holds": (
            "署名を検証できる基本4情報と券面情報"
        ),
        "not both are proven": "双方の確認がそろっていない",
        "name, birth date and gender of the signing certificate": (
            "署名用電子証明書の氏名・生年月日・性別"
        ),
        "another person: other {}": "別人：{}が不一致",
        "birth date (生年月日)": "生年月日",
        "the attributes as signed, and a signing certificate that is good": (
            "署名どおりの基本4情報と、有効な署名用電子証明書"
        ),
        "a name with substitute characters (代替文字) of another length": (
            "代替文字を含む、文字数の異なる氏名"
        ),
        "somebody to compare the names": "人による氏名の照合",
        "the same; another address (住所): one of the two is older": (
            "一致；住所が異なる（どちらかが古い）"
        ),
    }
)
