"""The phrases of what is wrong: encoding, fields, signatures, lists and answers, in Japanese.

Of the same form as `phrases`, whose table takes these in. Not here: how it is used (`words`).
"""

from collections.abc import Mapping
from types import MappingProxyType

PROBLEMS: Mapping[str, str] = MappingProxyType(
    {
        # DER (X.690).
        "BIT STRING of named bits ends with a zero bit": "名前付きBIT STRINGが0のビットで終わる",
        "BIT STRING whose unused bits are not zero": "BIT STRINGの未使用ビットが0でない",
        "BIT STRING with a wrong count of unused bits": "BIT STRINGの未使用ビット数が不正",
        "BIT STRING: unused bits where whole bytes belong": (
            "バイト単位であるべきBIT STRINGに未使用ビットがある"
        ),
        "BOOLEAN is neither 00 nor FF": "BOOLEANが00でもFFでもない",
        "FALSE is the default and must be left out": "既定値のFALSEは省略すべき",
        "a default that must be left out": "省略すべき既定値がある",
        "INTEGER is longer than needed": "INTEGERが必要以上に長い",
        "INTEGER without contents": "INTEGERに内容がない",
        "INTEGER of {#} bytes": "{}バイトのINTEGER",
        "NULL with contents": "NULLに内容がある",
        "OBJECT IDENTIFIER is cut short": "OBJECT IDENTIFIERが途中で切れている",
        "OBJECT IDENTIFIER with a padded arc": "OBJECT IDENTIFIERのアークに余分な詰めがある",
        "OBJECT IDENTIFIER of {#} bytes": "{}バイトのOBJECT IDENTIFIER",
        "SET OF out of order": "SET OFの順序が不正",
        "SET OF with an element twice": "SET OFに同じ要素が2つある",
        "tag numbers above 30 do not occur here": "30を超えるタグ番号は使われない",
        "time not in the form [YY]YYMMDDhhmmssZ": "時刻が[YY]YYMMDDhhmmssZの形式でない",
        "time that does not exist": "存在しない時刻",
        "GeneralizedTime for a date before 2050": "2050年より前の日付のGeneralizedTime",
        "identifier {word} is no type in its DER form": "識別子{}はDERの型でない",
        "length field of {#} bytes": "{}バイトの長さ表現",
        "nested deeper than {#}": "入れ子が{}段より深い",
        "{word} with foreign characters": "{}に使えない文字がある",
        "tag {word} where a time belongs": "時刻があるべき所にタグ{}",
        "tag {word} where text belongs": "文字列があるべき所にタグ{}",
        "tag {word} is no GeneralName": "タグ{}はGeneralNameでない",
        "tag {word} is no CertStatus": "タグ{}はCertStatusでない",
        "list of {word}: tag {word} where {word} belongs": (
            "{0}のリスト：タグ{2}があるべき所にタグ{1}"
        ),
        "{}: tag {word} where {word} belongs": "{0}：タグ{2}があるべき所にタグ{1}",
        "{}: {#} elements where 1 belongs": "{}：1個であるべき要素が{}個",
        "{}: unexpected tag {word}": "{}：予期しないタグ{}",
        "{} ends too early": "{}が途中で終わる",
        # Fields of certificates.
        "{#} bytes, more than a certificate may have": "{}バイト（証明書の上限を超える）",
        "{#} bytes, more than an OCSP answer may have": "{}バイト（OCSP応答の上限を超える）",
        "{#} bytes, more than is accepted": "{}バイト（受入れの上限を超える）",
        "serial number {word} is not positive": "番号{}が正でない",
        "version field {word}": "バージョン欄の値{}",
        "list version field {word}": "失効リストのバージョン欄の値{}",
        "issuer is empty": "発行者が空",
        "a v1 certificate with unique identifiers": "v1の証明書に固有識別子がある",
        "a v{#} certificate with extensions": "v{}の証明書に拡張がある",
        "Extensions without any extension": "Extensionsに拡張がない",
        "extension {word} occurs twice": "拡張{}が重複",
        "KeyUsage without a known bit": "KeyUsageに既知のビットがない",
        "CRLDistributionPoints without a point": "CRLDistributionPointsに配布点がない",
        "CertificatePolicies empty or with one policy twice": (
            "CertificatePoliciesが空、または同じポリシーが2つある"
        ),
        "policyQualifiers without a qualifier": "policyQualifiersに修飾子がない",
        "ExtKeyUsageSyntax without purpose": "ExtKeyUsageSyntaxに用途がない",
        "GeneralNames without a name": "GeneralNamesに名前がない",
        "GeneralSubtrees without a subtree": "GeneralSubtreesに範囲がない",
        "NameConstraints is empty": "NameConstraintsが空",
        "PolicyConstraints is empty": "PolicyConstraintsが空",
        "PolicyMappings without a mapping": "PolicyMappingsに対応がない",
        "ReasonFlags without a reason": "ReasonFlagsに理由がない",
        "DistributionPoint without name and cRLIssuer": "DistributionPointに名前もcRLIssuerもない",
        "cRLIssuer without a directoryName": "cRLIssuerにdirectoryNameがない",
        "authorityCertIssuer and serial number come together": (
            "authorityCertIssuerと番号は対であるべき"
        ),
        "{word} is not one directoryName": "{}が1つのdirectoryNameでない",
        "IssuingDistributionPoint is empty": "IssuingDistributionPointが空",
        "IssuingDistributionPoint with two onlyContains": (
            "IssuingDistributionPointにonlyContainsが2つある"
        ),
        "RelativeDistinguishedName without attribute": "RelativeDistinguishedNameに属性がない",
        "the attribute {word} is no string": "属性{}が文字列でない",
        "the attribute {word} twice in one RelativeDistinguishedName": (
            "1つのRelativeDistinguishedNameに属性{}が2つある"
        ),
        "AlgorithmIdentifier without algorithm": "AlgorithmIdentifierにアルゴリズムがない",
        "a mask generation that is not MGF1": "MGF1でないマスク生成",
        "digest {word}": "ダイジェスト{}",
        "saltLength {word} is negative": "saltLength {}が負",
        "pathLenConstraint {word} is negative": "pathLenConstraint {}が負",
        "SkipCerts {word} is negative": "SkipCerts {}が負",
        "{}: not one 0 or 1 for each character": "{}：1文字に0または1が1つずつでない",
        "{#} names that are no otherName": "otherNameでない名前が{}件",
        # The exact profile.
        "at most {#} octets": "{}オクテット以下",
        "{#} octets": "{}オクテット",
        "to the end of a day in Japan (14:59:59Z), at most {#} days": (
            "日本の日の終わり（14:59:59Z）まで、{}日以内"
        ),
        "{#} days, to the end of a day in Japan": "{}日間、日本の日の終わりまで",
        "not the end of a day in Japan": "日本の日の終わりでない",
        "an end before its start": "満了が開始より前",
        "{word} days": "{}日間",
        "C=JP, L=…, L=…, CN=…, C in PrintableString, the others in UTF8String": (
            "C=JP, L=…, L=…, CN=…（CはPrintableString、他はUTF8String）"
        ),
        "C=JP, CN=…, C in PrintableString, the others in UTF8String": (
            "C=JP, CN=…（CはPrintableString、他はUTF8String）"
        ),
        "no issuerAltName": "issuerAltNameなし",
        "no directoryName": "directoryNameなし",
        "one qualifier, CPS {}": "修飾子1件、CPS {}",
        "one, {}, without reasons and cRLIssuer": "1件、{}、reasons・cRLIssuerなし",
        "one OCSP responder and nothing else": "OCSPレスポンダー1件のみ",
        "one OCSP responder at {word} and nothing else": "OCSPレスポンダー{} 1件のみ",
        "keyIdentifier, issuer, serial number": "keyIdentifier、発行者、番号",
        "keyIdentifier": "keyIdentifier",
        "issuer": "発行者",
        "serial number": "番号",
        "the SHA-1 of the public key": "公開鍵のSHA-1",
        "{word}, of another key": "{}（別の鍵のもの）",
        "empty": "空",
        "those of this kind in their order, critical only key usage and policy": (
            "この種別のものがその順序で、クリティカルは鍵用途とポリシーのみ"
        ),
        "another order": "順序が異なる",
        "{word}, which the profile has not": "プロファイルにない{}",
        "unknown and not critical: {word}": "未知、クリティカルでない：{}",
        "an end not after the CA's, and a key that is no CA's": (
            "認証局の満了以前の満了、認証局のものでない鍵"
        ),
        "the key of a CA": "認証局の鍵",
        "{time}; the CA ends {time}": "{}；認証局の満了は{}",
        # Keys and signatures.
        "a key that cannot be read": "読めない鍵",
        "no RSA key to verify with": "検証に使うRSA鍵がない",
        "bytes this key cannot have signed": "この鍵で署名できないデータ",
        "a key too large to be worth the time": "鍵が大きすぎる",
        "a signature algorithm this verifier does not know": "この検証器の知らない署名アルゴリズム",
        "a signature that is not DER": "DERでない署名",
        "a signature of {#} bytes": "{}バイトの署名",
        "{word} by a key of another kind": "種類の異なる鍵による{}",
        # Lists.
        "CRL unreadable: {}": "読めない失効リスト：{}",
        "unknown critical entry extension {word}": "項目の未知のクリティカル拡張{}",
        "removeFromCRL, which only a delta list may say": "差分リストだけに許されるremoveFromCRL",
        "cRLNumber is critical, which it must not be": "クリティカルであってはならないcRLNumber",
        "deltaCRLIndicator is not critical, which it must be": (
            "クリティカルでなければならないdeltaCRLIndicator"
        ),
        "certificateIssuer in a list that is not indirect": "間接リストでないのにcertificateIssuer",
        "signature algorithm differs inside and outside": "署名アルゴリズムが内外で異なる",
        "a v1 list with extensions": "v1の失効リストに拡張がある",
        "a v1 list with entry extensions": "v1の失効リストの項目に拡張がある",
        "a serial number is listed twice": "同じ番号が2回載っている",
        "revokedCertificates is empty": "revokedCertificatesが空",
        "another list may stand where nobody signs it": (
            "署名されていない部分に別の失効リストが入っている可能性"
        ),
        "another answer may stand where nobody signs it": (
            "署名されていない部分に別のOCSP応答が入っている可能性"
        ),
        "{#} octets beside the entries, more than {#}": (
            "項目以外の部分が{}オクテットで、上限の{}を超える"
        ),
        "CRLReason {word} has no meaning": "CRLReason {}に意味がない",
        "cRLNumber {word} is negative": "cRLNumber {}が負",
        "not issued by the certificate's issuer": "証明書の発行者によるものでない",
        "not issued by the cRLIssuer": "cRLIssuerによるものでない",
        "not an indirect list, as one of a cRLIssuer must be": (
            "cRLIssuerのものに必要な間接リストでない"
        ),
        "only for certificates that are no CA's": "認証局以外の証明書のみ対象",
        "on a list issued only {time}": "{}に初めて発行された失効リストに記載",
        "a delta, of use only on the very list it rests on": (
            "差分リスト（基となる失効リストと合わせてのみ使える）"
        ),
        "a plain revocation list (失効リスト) that names this serial number: "
        "the CA signed one that does or may, and it is not understood": (
            "この番号を載せた通常の失効リスト（認証局が署名し、この番号を載せている、または載せ得る"
            "失効リストが解釈できない）"
        ),
        "revoked, says a source that gives no evidence": "失効（根拠を示さない情報源による）",
        "the CA": "認証局",
        "(empty name)": "（空の名前）",
        "the revocation list (失効リスト) of {} for {place}, complete, understood and fresh at {}, "
        "with its signer's certificate": (
            "{2}に有効で完全な、{0}の{1}についての失効リストと、その署名者の証明書"
        ),
        "{}, whole CA, delta": "{}（認証局全体、差分）",
        "{}, delta": "{}（差分）",
        # OCSP answers.
        "OCSP answer by key {word} about {serial} of {time} names it: {}": (
            "鍵{}による、{}についてのOCSP応答 {}発行（失効と回答）：{}"
        ),
        "OCSP answer by {} about {serial} of {time} names it: {}": (
            "{}による、{}についてのOCSP応答 {}発行（失効と回答）：{}"
        ),
        "OCSP answer by key {word} about {serial} of {time}: {}": (
            "鍵{}による、{}についてのOCSP応答 {}発行：{}"
        ),
        "OCSP answer by {} about {serial} of {time}: {}": (
            "{}による、{}についてのOCSP応答 {}発行：{}"
        ),
        "OCSP answer unreadable": "読めないOCSP応答",
        "OCSP answer not looked at": "調べなかったOCSP応答",
        "OCSP answer error": "OCSPのエラー応答",
        "no answer but an error of the responder, {word}": "回答でなくレスポンダーのエラー「{}」",
        "an OCSP answer about serial number {serial} by {} or its responder, fresh at {time}, "
        "asked for again later": (
            "{1}またはそのレスポンダーによる、番号{0}についての{2}に有効なOCSP応答（後で再照会）"
        ),
        "an OCSP answer about serial number {serial} with the nonce sent, by {} or its responder, "
        "fresh at {time}": (
            "{1}またはそのレスポンダーによる、番号{0}についての送ったノンスを含む{2}に有効なOCSP応答"
        ),
        "an OCSP answer about serial number {serial} by {} or its responder, fresh at {time}": (
            "{1}またはそのレスポンダーによる、番号{0}についての{2}に有効なOCSP応答"
        ),
        "about certificates that expired before {time}, nothing": (
            "{}より前に満了した証明書については何も言わない"
        ),
        "{word} with responseBytes": "responseBytesのある{}",
        "{word} without responseBytes": "responseBytesのない{}",
        "the responder does not know it": "レスポンダーがこの証明書を知らない",
        "says good and unknown": "有効と不明の両方を答えている",
        "true only since {time}": "{}以降についての回答",
        "made only {time}": "作成は{}",
        "another nonce than was sent": "送ったものと異なるノンス",
        "no nonce than was sent": "送ったノンスがない",
        "made before what it says was true": "回答の時点より前に作成",
        "nextUpdate before thisUpdate": "nextUpdateがthisUpdateより前",
        "archiveCutoff after it was made": "archiveCutoffが作成より後",
        "an answer about no certificate": "どの証明書についての応答でもない",
        "ResponseData with a version field": "ResponseDataにバージョン欄がある",
        "OCSPResponseStatus {word}": "OCSPResponseStatus {}",
        "response type {word}, not id-pkix-ocsp-basic": "応答の種類{}（id-pkix-ocsp-basicでない）",
        "a nonce of {#} bytes": "{}バイトのノンス",
        "byKey of {#} bytes, no SHA-1": "{}バイトのbyKey（SHA-1でない）",
        "{#} certificates in one answer": "1つの応答に証明書{}通",
        # Who signed a list or an answer: what is wrong with that one's certificate comes whole.
        "CRL no. {#} {name} of {time}: its signer {name}: {}": (
            "失効リスト第{}号 {} {}発行：署名者{}：{}"
        ),
        "CRL no. {#} {name} of {time}, {}": "失効リスト第{}号 {} {}発行、{}",
        "its signer's key usage lacks cRLSign": "署名者の鍵用途にcRLSignがない",
        "signed by a namesake of the issuer whom nobody on the path certified": (
            "発行者と同名だが、認証パス上の誰も証明していない者による署名"
        ),
        "its signer {}: {}": "署名者{}：{}",
        "signed by the very certificate in question": "判定対象の証明書自身による署名",
        "{}, a curve that is not accepted": "{}（受け入れない曲線）",
        "{} is not accepted": "{}は受け入れない",
        "no certificate of responder key {word}": "鍵{}のレスポンダーの証明書がない",
        "no certificate of responder {}": "レスポンダー{}の証明書がない",
        "no certificate of {} to check it with": "検証に使う{}の証明書がない",
        "its responder {}: {}": "レスポンダー{}：{}",
        "the very certificate in question": "判定対象の証明書自身",
        "without the purpose id-kp-OCSPSigning": "拡張鍵用途にid-kp-OCSPSigningがない",
        "its key usage lacks digitalSignature": "鍵用途にdigitalSignatureがない",
        "not issued by the CA of the certificate in question": (
            "判定対象の証明書の認証局が発行したものでない"
        ),
        "not signed by the key that issued the certificate in question": (
            "判定対象の証明書を発行した鍵による署名でない"
        ),
        "no path to the trust anchor of the certificate in question": (
            "判定対象の証明書のトラストアンカーへの認証パスがない"
        ),
        "its own validity depends on this": "自身の有効性がこれに依存する（循環）",
        "too many signers of lists or answers that need others": (
            "失効リスト・応答の署名者の連鎖が長すぎる"
        ),
        "two reasons: {}": "失効理由が2つ：{}",
        "unknown critical extension {word} of the {}": "{1}に未知のクリティカル拡張{0}",
        "answer": "応答",
        "single answer": "個別の応答",
        "older than {#} day, {}": "{}日と{}より古い",
        "older than {#} days, {}": "{}日と{}より古い",
        # Keys.
        "a key of {} that cannot be used": "使用できない{}の鍵",
        "{word} {#} bits for PSS alone": "{} {}ビット（PSS専用）",
        "DSA {#} bits": "DSA {}ビット",
        "{} in both places": "内側・外側とも{}",
        # Extensions no profile has.
        "nameRelativeToCRLIssuer is empty": "nameRelativeToCRLIssuerが空",
        "PrivateKeyUsagePeriod is empty": "PrivateKeyUsagePeriodが空",
        "Attribute without a value": "Attributeに値がない",
        "list without any {word}": "{}が1つもない",
        # CA certificates that may not be pinned.
        "not a certificate in strict DER: {}": "厳密なDERの証明書でない：{}",
        "not version 3": "v3でない",
        "not self-signed": "自己署名でない",
        "basicConstraints does not say CA": "basicConstraintsのcAがTRUEでない",
        "basicConstraints says that it is no CA": "basicConstraintsのcAがFALSE",
        "key usage lacks keyCertSign or cRLSign": "鍵用途にkeyCertSignまたはcRLSignがない",
        "no subjectKeyIdentifier to choose it by": "選択に使うsubjectKeyIdentifierがない",
        "two signature algorithms": "署名アルゴリズムが内外で異なる",
        "self-signature": "自己署名",
        "the name does not say which of the two CAs": (
            "名前からは署名用・利用者証明用のどちらの認証局か分からない"
        ),
        "a key without parameters, and no issuer to ask": (
            "パラメータのない鍵で、補うべき発行者もない"
        ),
        # Titles of rules for paths and bundles, which the formats do not import; so says a test.
        "path to a trust anchor": "認証パスの構築",
        "cost of the answer": "検証の上限",
        "issuer's signature": "発行者の署名",
        "algorithms and key sizes": "アルゴリズムと鍵長",
        "target's key": "公開鍵",
        "issuer's name": "発行者名の連鎖",
        "name constraints": "名前制約",
        "policies so far": "証明書ポリシーの処理",
        "policy mapping": "ポリシーマッピング",
        "issuer is a CA": "基本制約",
        "path length": "パス長制約",
        "issuer's key signs certificates": "鍵用途",
        "policy the user accepts": "受入れポリシー",
        "parts of the bundle": "証拠ファイルの完全性",
        "whose CA certificates": "認証局証明書の信頼",
        "question the user insists on": "利用者が求める判定の条件",
        # Steps of path validation.
        "{} is in the excluded subtree {}": "{}は除外サブツリー{}の範囲内",
        "{} is in no permitted subtree": "{}はどの許可サブツリーの範囲にもない",
        "self-issued and not the last: not constrained": (
            "末端でない自己発行証明書のため制約の対象外"
        ),
        "v{#}, which cannot say it": "v{}（CAであることを示せない）",
        "one from or to anyPolicy": "anyPolicyとのマッピングあり",
        "no keyUsage": "keyUsageなし",
        "a path of at most {#} certificates": "証明書{}通以内の認証パス",
        "only longer ones": "それより長いもののみ",
        "a higher limit of depth, if such a path is meant": (
            "そのような認証パスを意図する場合、より大きい段数の上限"
        ),
        "fewer certificates and lists to choose from, or higher limits": (
            "候補となる証明書・失効リストを減らすこと、またはより大きい上限"
        ),
        "too many paths": "認証パスの候補が多すぎる",
        "too many signatures": "検証すべき署名が多すぎる",
        "too many certificates and lists considered": "調べる証明書・失効リストが多すぎる",
        "too many names and policies compared": "照合する名前・ポリシーが多すぎる",
        # Challenges.
        "not a login challenge": "ログインのチャレンジでない",
        "a login challenge of the wrong length": "チャレンジの長さが正しくない",
        "a login challenge with an impossible field": "チャレンジにあり得ない値がある",
        # Bundles of kept evidence.
        "{#} bytes, more than {#}": "{}バイト（上限{}バイトを超える）",
        "more than {#} parts": "{}部より多い",
        "not a zip that can be read: {}": "zipとして読めない",
        "{} is no part of a bundle": "{}は証拠ファイルの部品でない",
        "{word} is encrypted or packed in another way": "{}が暗号化されているか、別の方式で圧縮",
        "{word} says to be of {#} bytes, more than {#}": (
            "{}の表示サイズが{}バイト（上限{}を超える）"
        ),
        "{word} unpacks to more than {#} bytes": "{}の展開後のサイズが{}バイトを超える",
        "the parts unpack to more than a bundle may hold": "展開後の合計が上限を超える",
        "{#} bytes of evidence, more than the {#} of a bundle": (
            "証拠が{}バイトで、証拠ファイルの上限の{}を超える"
        ),
        "no {word}.der": "{}.derがない",
        "no manifest.json": "manifest.jsonがない",
        "{word} is no JSON: {}": "{}がJSONでない",
        "{word} is not of the format {}": "{}が形式{}でない",
        "manifest.json: a part that is no object": "manifest.json：オブジェクトでない部品がある",
        "manifest.json lists {word} twice": "manifest.jsonに{}が重複",
        "{word} is not what the manifest says: it was changed": (
            "{}が目録と異なる：変更されている"
        ),
        "{word} is not in the manifest": "{}が目録にない",
        "manifest.json: policy has other fields than those of {}": (
            "manifest.json：policyの項目が{}のものでない"
        ),
        "manifest.json: environment is no text": "manifest.json：environmentが文字列でない",
        "manifest.json: {word} is no list of texts": "manifest.json：{}が文字列のリストでない",
        "manifest.json: {} is no moment": "manifest.json：{}が時刻でない",
        "manifest.json: {word} is no {word}": "manifest.json：{}が{}型でない",
        "manifest.json: no policy {} of {}": "manifest.json：{1}に{0}というポリシーはない",
    }
)
