"""The table of all rules: what this verifier checks, with the clause behind each.

Ids are stable: programs and tests name them. "profile" is the JPKI profile as publicly known
(docs/references.md says how sure each part is); X.690 is DER; the order is that of the reports.
Called by the modules that judge, and by the documentation, which lists this table.
"""

from jpki.verify.checks import Rule
from jpki.verify.errors import (
    BadEncodingError,
    BadSignatureError,
    ChallengeExpiredError,
    CmsError,
    ContentChangedError,
    ExpiredError,
    NotYetValidError,
    ProfileError,
    ReplayError,
    RevokedError,
    UnknownChallengeError,
    UntrustedIssuerError,
    WrongChallengeError,
    WrongKindError,
    WrongRelyingPartyError,
)

CERT_DER = Rule("cert.der", "X.690 10; RFC 5280 4.1", "strict DER", "DER符号化", BadEncodingError)
CERT_VERSION = Rule("cert.version", "RFC 5280 4.1.2.1", "version", "バージョン", ProfileError)
CERT_ALGORITHM = Rule(
    "cert.algorithm",
    "RFC 5280 4.1.1.2, 4.1.2.3",
    "signature algorithm",
    "署名アルゴリズム",
    ProfileError,
)
CERT_KEY = Rule(
    "cert.key",
    "profile 1.1; RFC 3279 2.3.1; SP 800-89 5.3.3",
    "public key",
    "公開鍵",
    ProfileError,
)
CERT_LEAF = Rule(
    "cert.leaf",
    "RFC 5280 4.2.1.9; profile 3.2",
    "holder's certificate",
    "利用者の証明書",
    ProfileError,
)
CERT_CRITICAL = Rule(
    "cert.critical-extensions",
    "RFC 5280 4.2, 6.1.4 (o)",
    "critical extensions",
    "クリティカル拡張",
    ProfileError,
)
CERT_KIND = Rule(
    "cert.policy",
    "RFC 5280 4.2.1.4; profile 1.1, 1.7",
    "certificate policy",
    "証明書ポリシー",
    WrongKindError,
)
CERT_KEY_USAGE = Rule(
    "cert.key-usage", "RFC 5280 4.2.1.3; profile 1.1", "key usage", "鍵用途", WrongKindError
)
CERT_EXTENDED_KEY_USAGE = Rule(
    "cert.extended-key-usage",
    "RFC 5280 4.2.1.12; profile 1.1",
    "extended key usage",
    "拡張鍵用途",
    WrongKindError,
)
CERT_EXTENSIONS = Rule(
    "cert.extensions",
    "RFC 5280 4.2.1.1, 4.2.1.2, 4.2.2.1; profile 1.1",
    "presence and criticality of the other extensions",
    "その他の拡張領域",
    ProfileError,
)
CERT_ATTRIBUTES = Rule(
    "cert.attributes", "profile 1.3", "four attributes", "基本4情報", ProfileError
)
CERT_ISSUER = Rule(
    "cert.issuer",
    "RFC 5280 4.2.1.1, 6.1.3 (a)(4); profile 1.5",
    "issuing CA",
    "発行認証局",
    UntrustedIssuerError,
)
CERT_SIGNATURE = Rule(
    "cert.signature",
    "RFC 5280 6.1.3 (a)(1)",
    "CA's signature",
    "認証局の署名",
    BadSignatureError,
)
CERT_NOT_BEFORE = Rule(
    "cert.not-before",
    "RFC 5280 6.1.3 (a)(2)",
    "start of validity",
    "有効期間の開始",
    NotYetValidError,
)
CERT_NOT_AFTER = Rule(
    "cert.not-after",
    "RFC 5280 6.1.3 (a)(2); profile 1.8",
    "end of validity",
    "有効期間の満了",
    ExpiredError,
)
CERT_PATH = Rule(
    "cert.path",
    "RFC 5280 6.1.3 (b), (c), 6.1.5",
    "other steps of path validation",
    "認証パスのその他の手順",
    UntrustedIssuerError,
)
CA_VALIDITY = Rule(
    "ca.validity",
    "profile 3.2 step 6",
    "CA's validity",
    "認証局証明書の有効期間",
    UntrustedIssuerError,
)
CERT_SERIAL = Rule(
    "cert.serial",
    "RFC 5280 4.1.2.2; profile 1.1, 1.6",
    "serial number",
    "発行番号",
    ProfileError,
)
CERT_ISSUER_NAMES = Rule(
    "cert.issuer-names",
    "RFC 5280 4.1.2.4, 4.2.1.6, 4.2.1.7; profile 1.1, 1.4",
    "issuer's two names",
    "発行者の名前",
    ProfileError,
)
CERT_PERIOD = Rule(
    "cert.period",
    "RFC 5280 4.1.2.5; profile 1.1, 1.8",
    "length of validity",
    "有効期間の長さ",
    ProfileError,
)
CERT_SUBJECT = Rule(
    "cert.subject", "RFC 5280 4.1.2.6; profile 1.1", "subject's form", "主体者名の形", ProfileError
)
CERT_QUALIFIER = Rule(
    "cert.policy-qualifier",
    "RFC 5280 4.2.1.4; profile 1.1",
    "address of the CPS",
    "運用規程の所在",
    ProfileError,
)
CERT_DISTRIBUTION_POINT = Rule(
    "cert.distribution-point",
    "RFC 5280 4.2.1.13; profile 2.1",
    "CRL distribution point",
    "失効リスト配布点",
    ProfileError,
)
CERT_RESPONDER = Rule(
    "cert.authority-info",
    "RFC 5280 4.2.2.1; profile 1.1, 2.2",
    "address of OCSP",
    "OCSPの所在",
    ProfileError,
)
CERT_AUTHORITY_KEY = Rule(
    "cert.authority-key",
    "RFC 5280 4.2.1.1; profile 1.1",
    "identifier of the CA's key",
    "認証局の鍵識別子",
    ProfileError,
)
CERT_SUBJECT_KEY = Rule(
    "cert.subject-key",
    "RFC 5280 4.2.1.2 (1); profile 1.1",
    "identifier of the holder's key",
    "利用者の鍵識別子",
    ProfileError,
)
CERT_WITHIN_CA = Rule(
    "cert.within-ca",
    "profile 1.5, 1.8, 3.2 step 2",
    "within its CA, with a key of its own",
    "認証局の期間と鍵との関係",
    ProfileError,
)
CERT_REVOCATION = Rule(
    "cert.revocation",
    "RFC 5280 6.1.3 (a)(3), 6.3.3; profile 2.1",
    "revocation",
    "失効",
    RevokedError,
)

LOGIN_CHALLENGE = Rule(
    "login.challenge", "this library", "challenge of this login", "チャレンジ", WrongChallengeError
)
LOGIN_KNOWN = Rule(
    "login.known",
    "this library",
    "challenge given out here",
    "発行済みチャレンジ",
    UnknownChallengeError,
)
LOGIN_ONCE = Rule("login.once", "this library", "challenge unused", "再利用の拒否", ReplayError)
LOGIN_IN_TIME = Rule(
    "login.in-time", "this library", "answered in time", "応答期限", ChallengeExpiredError
)
LOGIN_PARTY = Rule(
    "login.relying-party", "this library", "relying party", "検証者の名前", WrongRelyingPartyError
)
LOGIN_SIGNATURE = Rule(
    "login.signature",
    "RFC 8017 8.2.2; profile 3.2 step 7",
    "holder's signature",
    "利用者の署名",
    BadSignatureError,
)

CMS_DER = Rule("cms.der", "RFC 5652 5; X.690 10", "strict DER", "DER符号化", BadEncodingError)
CMS_DETACHED = Rule("cms.detached", "RFC 5652 5.2", "detached content", "分離署名", CmsError)
CMS_VERSIONS = Rule(
    "cms.versions", "RFC 5652 5.1, 5.3", "versions and algorithms", "バージョン", CmsError
)
CMS_SIGNER = Rule("cms.signer", "RFC 5652 5.3", "signer's certificate", "署名者証明書", CmsError)
CMS_ATTRIBUTES = Rule(
    "cms.signed-attributes", "RFC 5652 5.3, 11", "signed attributes", "署名属性", CmsError
)
CMS_BINDING = Rule(
    "cms.certificate-binding",
    "RFC 5035 5.4; RFC 6211 2",
    "attributes that bind certificate and algorithms",
    "署名者証明書の束縛",
    CmsError,
)
CMS_DIGEST = Rule(
    "cms.content-digest",
    "RFC 5652 5.4, 11.2",
    "content",
    "文書のダイジェスト",
    ContentChangedError,
)
CMS_SIGNATURE = Rule(
    "cms.signature",
    "RFC 5652 5.4, 5.6; RFC 8017 8.2.2",
    "holder's signature",
    "利用者の署名",
    BadSignatureError,
)
CMS_TIME = Rule(
    "cms.signing-time", "RFC 5652 11.3", "claimed signing time", "署名時刻（自己申告）", CmsError
)
CMS_EXTRAS = Rule(
    "cms.nothing-else",
    "RFC 5652 5.1, 5.3",
    "nothing unsigned besides",
    "署名対象外の情報",
    CmsError,
)

ALL = tuple(value for value in tuple(globals().values()) if isinstance(value, Rule))
"""Every rule, in the order above."""
