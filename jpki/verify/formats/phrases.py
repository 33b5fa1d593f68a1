"""The table of a report's phrases: English as the checks write them, and Japanese.

`{}` stands for what is put in, `{#}` for a number, `{word}` for a word, `{name}` for what has no
semicolon, `{place}` for a GeneralName, `{serial}` for a serial number, `{time}` for a
moment. In Japanese they follow in the same order, or are numbered (`{0}`, `{1}`).
The first pattern that fits is taken. Not here: how it is used (`words`).
"""

from collections.abc import Mapping
from types import MappingProxyType

from jpki.verify.formats.path_phrases import PATH_PHRASES
from jpki.verify.formats.problems import PROBLEMS
from jpki.verify.formats.signed import SIGNED

PHRASES: Mapping[str, str] = MappingProxyType(
    {
        # What is wrong, before the phrases that may hold anything.
        **PROBLEMS,
        **SIGNED,
        **PATH_PHRASES,
        # What is judged.
        "kind": "種別",
        "medium": "媒体",
        "subject": "主体者",
        "serial (発行番号)": "発行番号",
        "valid from": "有効期間の開始",
        "valid to": "有効期間の満了",
        "name (氏名)": "氏名",
        "born (生年月日)": "生年月日",
        "gender (性別)": "性別",
        "address (住所)": "住所",
        "{}, unproven": "{}（未証明）",
        "{}; its policy OID is a guess": "{}（ポリシーOIDは推定）",
        "relying party": "検証者",
        "challenge SHA-256": "チャレンジのSHA-256",
        "content SHA-256": "文書のSHA-256",
        "claimed signing time (自己申告)": "署名時刻（自己申告）",
        "anchor": "トラストアンカー",
        "policies": "ポリシー",
        "proven genuine": "真正と証明",
        "NOT as signed": "署名時と相違",
        "not decided": "判定不能",
        "covered by no signature": "署名の対象外",
        # Encoding and profile.
        "one certificate in strict DER": "厳密なDERの証明書1通",
        "one ContentInfo with SignedData in strict DER": "厳密なDERのContentInfo（SignedData）1件",
        "{#} bytes": "{}バイト",
        "offset {#}: {}": "オフセット{}：{}",
        "{#} bytes left over": "余分な{}バイト",
        "the data ends where an element belongs": "要素があるべき所でデータが終わる",
        "the element needs {#} bytes more": "要素に{}バイト足りない",
        "indefinite length": "不定長",
        "length in a longer form than needed": "必要以上に長い長さ表現",
        "sha256WithRSAEncryption in both places": "内側・外側ともsha256WithRSAEncryption",
        "{} signed, {} outside": "署名対象内は{}、外側は{}",
        "RSA {#} bits, exponent {#}": "RSA {}ビット、指数{}",
        "its algorithm is not rsaEncryption with NULL": (
            "アルゴリズムがrsaEncryption（パラメータNULL）でない"
        ),
        "its modulus has a small factor": "法に小さい素因数がある",
        "RSA {#} bits": "RSA {}ビット",
        "no basicConstraints, no CA key usage, not self-issued": (
            "basicConstraintsなし、認証局の鍵用途なし、自己発行でない"
        ),
        "subject and issuer are the same": "主体者と発行者が同一",
        "basicConstraints present": "basicConstraintsあり",
        "key usage of a CA": "認証局の鍵用途",
        "subject {}": "主体者 {}",
        "only extensions this verifier processes": "この検証器が処理できる拡張のみ",
        "unknown: {}": "未知：{}",
        "{#}, all processed": "{}件、すべて処理済み",
        "only {}, critical": "{}のみ、クリティカル",
        "exactly {}, critical": "ちょうど{}、クリティカル",
        "{}, not critical": "{}（クリティカルでない）",
        "none": "なし",
        "no otherName": "otherNameなし",
        "absent": "なし",
        "{#} points, none by directoryName": "{}件、directoryNameなし",
        "as expected": "期待どおり",
        "subjectAltName, which this kind has not": "この種別にないsubjectAltName",
        "no subjectAltName": "subjectAltNameなし",
        "{word} critical": "{}がクリティカル",
        "氏名, 生年月日, 性別, 住所 and two flag strings that fit": (
            "氏名・生年月日・性別・住所と、対応する2つの代替文字位置情報"
        ),
        "all six, none odd": "6項目すべて、特異値なし",
        "代替文字 used: the text is not the register's": "代替文字あり：住民票の表記ではない",
        "生年月日 (birth date) is not wholly known": "生年月日に不明の部分がある",
        "生年月日 (birth date): a day no calendar has": "生年月日が暦にない日",
        "生年月日 (birth date): the era is not known": "生年月日の元号が不明",
        "生年月日 (birth date) is not of the form EYYYYMMDD": "生年月日がEYYYYMMDD形式でない",
        "生年月日 (birth date): the era is not the date's": "生年月日の元号が日付と合わない",
        "性別 (gender): a code no source lists": "性別：どの資料にもない符号",
        "性別 (gender): code {}, whose meaning sources disagree on": (
            "性別：符号{}（意味は資料により異なる）"
        ),
        "{}: control or format characters, which nobody sees": "{}：見えない制御文字・書式文字",
        "{}: {#} characters outside JIS X 0208 and JIS X 0212": (
            "{}：JIS X 0208・JIS X 0212にない文字が{}字"
        ),
        "an alternative name of unknown type: {}": "未知の種別の別名：{}",
        "性別 (gender) is missing": "性別がない",
        "住所 (address) is missing": "住所がない",
        "性別 (gender) is there twice": "性別が重複",
        "住所 (address) is there twice": "住所が重複",
        "{} is missing": "{}がない",
        "{} is there twice": "{}が重複",
        "a certificate whose subjectAltName is complete": "subjectAltNameの完全な証明書",
        # The CA, times, the steps of path validation.
        "a pinned {} CA of O={}, chosen by key": "信頼済みのO={1}の{0}認証局（鍵で選択）",
        "issuer {}; no CA certificate of this kind is pinned": (
            "発行者 {}；この種別の認証局証明書が指定されていない"
        ),
        "issuer {}; {}": "発行者 {}；{}",
        "issuer {}": "発行者 {}",
        "{}, key {}": "{}、鍵 {}",
        "no pinned CA has this name": "この名前の信頼済み認証局がない",
        "no pinned generation has key {}": "鍵{}の世代の認証局が指定されていない",
        "no authorityKeyIdentifier to choose the CA's generation by": (
            "認証局の世代を選ぶauthorityKeyIdentifierがない"
        ),
        "authorityCertIssuer and serial number are not those of that CA": (
            "authorityCertIssuerと番号がその認証局のものでない"
        ),
        "the CA is not of O={}": "認証局がO={}のものでない",
        "the CA certificate is none of the published ones": "公表された認証局証明書でない",
        "no CA certificate to check with": "検証に使う認証局証明書がない",
        "the CA certificate that issued it, pinned": "発行した認証局の証明書（信頼済みとして指定）",
        "the CA certificate of {}": "{}の認証局証明書",
        "verifies with the CA's key": "認証局の鍵で検証できる",
        "verifies with the issuer's key": "発行者の鍵で検証できる",
        "verified": "検証済み",
        "not the signature of this key over these bytes": "この鍵によるこのデータの署名でない",
        "at or before {time}": "{}以前",
        "at or after {time}": "{}以後",
        "valid at {time}": "{}に有効",
        "{time} to {time}": "{}から{}まで",
        "{}, to {time}": "{}、{}まで",
        "every step of path validation holds for a path of one certificate": (
            "証明書1通の認証パスについて、パス検証の各手順が成り立つ"
        ),
        "{}; the other {#} steps in their rows": "{}；他の{}手順はそれぞれの行に",
        "name constraints: {}": "名前制約：{}",
        "no name outside": "範囲外の名前なし",
        "a path to a trust anchor": "トラストアンカーへの認証パス",
        "{#} certificates under {}": "{1}の下に証明書{0}通",
        "no trust anchor given": "トラストアンカーが指定されていない",
        "a trust anchor": "トラストアンカー",
        "it ends at {}, which is no trust anchor": "{}で終わり、それはトラストアンカーでない",
        "no certificate of {}": "{}の証明書がない",
        "an accepted algorithm, in both places, by a key of accepted size": (
            "許容するアルゴリズム（内外とも）と鍵長"
        ),
        "{}, by {}": "{}、{}による",
        "every name within the subtrees of the issuers above": "すべての名前が上位の制約範囲内",
        "a valid policy, where an issuer or the user requires one": (
            "発行者または利用者が要求する場合、有効なポリシー"
        ),
        "a policy is valid, and none is required here": "有効なポリシーあり（ここでは不要）",
        "no policy is valid, and none is required here": "有効なポリシーなし（ここでは不要）",
        "a policy is valid": "有効なポリシーあり",
        "no policy is valid": "有効なポリシーなし",
        "v3 with basicConstraints, cA TRUE": "v3、basicConstraintsのcAがTRUE",
        "no basicConstraints": "basicConstraintsなし",
        "an issuer above that allows one more CA": "もう1つの認証局を許す上位の発行者",
        "self-issued, not counted": "自己発行のため数えない",
        "{#} more allowed": "あと{}許容",
        "keyCertSign, or no keyUsage": "keyCertSign、またはkeyUsageなし",
        "no mapping from or to anyPolicy": "anyPolicyとのマッピングなし",
        "{#} mappings": "マッピング{}件",
        "a key of accepted kind and size": "許容する種類と長さの鍵",
        "{}, which is too weak": "{}（弱すぎる）",
        "a policy of the user's set, where one is required": (
            "要求される場合、利用者が受け入れるポリシー"
        ),
        "{}, and one is required": "{}、要求あり",
        "whatever it says": "問わない",
        "no extKeyUsage": "extKeyUsageなし",
        "{#} of {#}: {}": "{1}通中{0}通目：{2}",
        "{#} of {#}": "{1}通中{0}通目",
        "an answer within the limits": "上限内での回答",
        "too many {}": "{}が多すぎる",
        # Revocation.
        "shown not to be revoked at {time}": "{}に失効していないことの証明",
        "not on {}": "{}に記載なし",
        "revoked {time}, {}": "{}失効、{}",
        "revoked {time}, {}; {}": "{}失効、{}；{}",
        "no revocation list of this CA": "この認証局の失効リストがない",
        "no revocation list or OCSP answer that covers it": (
            "この証明書を対象とする失効リストもOCSP応答もない"
        ),
        "no revocation list that covers it": "この証明書を対象とする失効リストがない",
        "not asked, since the path is not valid": "認証パスが無効のため照会せず",
        "a path that is valid otherwise": "他の点で有効な認証パス",
        "a usable revocation list (失効リスト)": "使用できる失効リスト",
        "the revocation list (失効リスト) of {}, issued and not stale at {}": (
            "{1}に発行済みで期限内の、{0}の失効リスト"
        ),
        "the revocation list (失効リスト) of {}, complete, understood and fresh at {}, "
        "with its signer's certificate": (
            "{1}に有効で完全な、{0}の失効リストと、その署名者の証明書"
        ),
        "CRL no. {#} {} of {time}": "失効リスト第{}号 {} {}発行",
        "CRL no. {#} {} of {time}: {}": "失効リスト第{}号 {} {}発行：{}",
        "CRL no. {#} {} of {time} names it: {}": "失効リスト第{}号 {} {}発行（記載あり）：{}",
        "CRL {} of {time}: {}": "失効リスト {} {}発行：{}",
        "CRL {} of {time} names it: {}": "失効リスト {} {}発行（記載あり）：{}",
        "CRL {} of {time}": "失効リスト {} {}発行",
        "good in {}": "{}で有効",
        "OCSP answer by key {word} about {serial} of {time}": (
            "鍵{}による、{}についてのOCSP応答 {}発行"
        ),
        "OCSP answer by {} about {serial} of {time}": "{}による、{}についてのOCSP応答 {}発行",
        "OCSP answer {} of {time}": "OCSP応答 {} {}発行",
        "OCSP answer {} of {time}: {}": "OCSP応答 {} {}発行：{}",
        "an OCSP answer of the CA or its responder about this certificate": (
            "認証局またはそのレスポンダーによる、この証明書のOCSP応答"
        ),
        "CRL unreadable": "読めない失効リスト",
        "{}, whole CA": "{}（認証局全体）",
        "stale since {time}": "{}で期限切れ",
        "issued only {time}": "発行は{}",
        "older than {#} days": "{}日より古い",
        "older than {}": "{}より古い",
        "signature: {}": "署名：{}",
        "names the key of another generation of the CA": "別の世代の認証局の鍵を示す",
        "issued under another name": "別の名前で発行",
        "a delta list": "差分リスト",
        "an indirect list": "間接リスト",
        "only for CA certificates": "認証局証明書のみ対象",
        "only for attribute certificates": "属性証明書のみ対象",
        "only for some reasons": "一部の失効理由のみ対象",
        "only for some reasons: {}": "一部の失効理由のみ対象：{}",
        "unknown critical extension {word}": "未知のクリティカル拡張{}",
        "without nextUpdate": "nextUpdateなし",
        "without cRLNumber": "cRLNumberなし",
        "names this serial number of a CA whose name cannot be compared": (
            "比較できない名前の認証局についてこの発行番号を記載"
        ),
        "for another distribution point": "別の配布点のもの",
        # Login.
        "an answer to the challenge of this login": "このログインのチャレンジへの応答",
        "the same challenge": "同じチャレンジ",
        "another challenge": "別のチャレンジ",
        "a challenge given out here and not long past": (
            "ここで発行され期限を過ぎていないチャレンジ"
        ),
        "given out here": "ここで発行",
        "unknown here": "ここでは未知",
        "the first answer to its challenge": "チャレンジへの最初の応答",
        "not answered before": "未応答",
        "answered before": "応答済み",
        "an answer at {} to be in time": "{}の応答が期限内であること",
        "{}, as signed by the card": "カードが署名した{}",
        "the holder's key signed the challenge (RSASSA-PKCS1-v1_5, SHA-256)": (
            "利用者の鍵によるチャレンジへの署名（RSASSA-PKCS1-v1_5、SHA-256）"
        ),
        "no certificate to verify with": "検証に使う証明書がない",
        # Signatures.
        "the holder's key signed it (RSASSA-PKCS1-v1_5, SHA-256)": (
            "利用者の鍵による署名（RSASSA-PKCS1-v1_5、SHA-256）"
        ),
        "one signer and its certificate": "署名者1名とその証明書",
        "the certificate of the signer": "署名者の証明書",
        "by issuer and serial number": "発行者と発行番号による指定",
        "by key identifier": "鍵識別子による指定",
        "contentType id-data and messageDigest": "contentType（id-data）とmessageDigest",
        "the signer's own certificate and algorithms, where attributes name them": (
            "属性が示す場合、署名者自身の証明書とアルゴリズム"
        ),
        "none, or one within the certificate's validity and not after the judging": (
            "なし、または証明書の有効期間内で判定時刻以前"
        ),
        "besides the signature only the signer's and pinned certificates": (
            "署名のほかは署名者と信頼済みの証明書のみ"
        ),
        "nothing else": "他になし",
        # Evidence that was kept.
        "every part as its manifest says": "各部が目録どおり",
        "{#} parts, all as listed": "{}部、すべて目録どおり",
        "a CA certificate the user pins": "利用者が信頼済みとして指定した認証局証明書",
        "pinned by the user": "利用者が指定",
        "as kept in the bundle; nobody pinned them": (
            "証拠ファイルに保存されたもの；信頼済みとして指定されていない"
        ),
        "the CA certificates named, or their fingerprints": (
            "認証局証明書またはそのフィンガープリントの指定"
        ),
        "named by the user": "利用者が指定",
        "none of the bundle's is pinned": "保存されたもののどれも信頼済みとして指定されていない",
        "; {word} under the CA certificates as kept in the bundle, which nobody pinned": (
            "；保存された認証局証明書（信頼済みとして指定されていない）の下では{}"
        ),
        "path": "認証パス",
        "production": "本番環境",
        "policy {word}": "ポリシー {}",
        "kind {} ({word})": "種別 {} ({})",
        "environment {word}": "環境 {}",
        "asked {}": "判定条件 {}",
        "at least {}": "{}、またはより厳しい条件",
        "verdict then": "保存時の判定",
        "kept at": "保存された判定時刻",
        "policy": "ポリシー",
        "policies {}": "ポリシー {}",
        "one of them required": "いずれかが必須",
        "no mapping": "マッピングなし",
        "no anyPolicy": "anyPolicyなし",
        "purposes {}": "用途 {}",
    }
)
