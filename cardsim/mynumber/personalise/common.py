"""The contents of 共通AP, 住基AP and the issuer's security domain for one holder.

Card reference §3.5 to §3.7. Called by the world and by tests.
"""

from cardsim.mynumber.contents import CommonContents, DomainContents, JukiContents
from cardsim.mynumber.personalise.holder import CardKeys, Holder, pkcs8
from jpki.card.layout.common import CommonEf
from jpki.card.layout.juki import JukiEf
from jpki.cv import CvCertificate, KeyId

_KEY_REFERENCE = KeyId("6000027")
"""What both EF 0002 name; the value is ours, the form and that they agree is MC's."""


def common_contents(holder: Holder, keys: CardKeys) -> CommonContents:
    """Give what 共通AP holds beside its record EF 0001."""
    return CommonContents(
        files={CommonEf.KEY_ID: bytes(_KEY_REFERENCE)},
        keys={CommonEf.INTERNAL_AUTHENTICATION_KEY: pkcs8(keys.common)},
        secrets={CommonEf.PIN: holder.secrets.juki},
    )


def juki_contents(holder: Holder) -> JukiContents:
    """Give what is public of 住基AP."""
    return JukiContents(
        files={JukiEf.KEY_ID: bytes(_KEY_REFERENCE)}, secrets={JukiEf.PIN: holder.secrets.juki}
    )


def domain_contents(upper: CvCertificate, lower: CvCertificate | None) -> DomainContents:
    """Give the two CV certificates of the MF level; an older card lacks the lower one."""
    return DomainContents(upper.contents, None if lower is None else lower.contents)
