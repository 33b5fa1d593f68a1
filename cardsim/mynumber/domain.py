"""The issuer security domain of the chip: what GET DATA answers at the MF level.

Not here: how GET DATA works (the chip). Card reference §3.7. Called by `applications`.
"""

from functools import partial

from cardsim.chip import Application, DataObject, KeyFile
from cardsim.mynumber.image import CardImage
from jpki.card.layout import Ap, AtrFamily, IsdTag, fact
from jpki.card.layout.isd import ISD_KEY_FILE
from jpki.cv import CvCertificate, KeyId
from jpki.iso7816 import Tlv
from jpki.sources import Grade

_ISSUER = KeyId("6000020", pad=b"\0\0\0\xa8")

# GlobalPlatform Card Specification 2.1.1, appendix F.2: card management type and version,
# identification scheme, secure channel protocol 02 option 55.
_CARD_RECOGNITION = Tlv(
    0x66,
    Tlv(
        0x73,
        Tlv(0x06, bytes.fromhex("2A864886FC6B01"))
        + Tlv(0x60, Tlv(0x06, bytes.fromhex("2A864886FC6B02020101")))
        + Tlv(0x63, Tlv(0x06, bytes.fromhex("2A864886FC6B03")))
        + Tlv(0x64, Tlv(0x06, bytes.fromhex("2A864886FC6B040255"))),
    ),
)


def domain_application(image: CardImage) -> Application:
    """Give the application current after power-up."""
    record, domain = image.record, image.domain
    upper = None if domain is None else domain.upper
    values: dict[IsdTag, bytes | None] = {
        IsdTag.ISSUER_ID: bytes(_ISSUER),
        IsdTag.CARD_ID: record.serial.encode("ascii"),
        IsdTag.CARD_RECOGNITION: _CARD_RECOGNITION,
        IsdTag.MUNICIPALITY: record.municipality.encode("ascii"),
        IsdTag.EXPIRY: record.expires.isoformat().replace("-", "").encode("ascii"),
        IsdTag.KEY_ID: bytes(_ISSUER if upper is None else CvCertificate.parse(upper).holder),
        IsdTag.UPPER_CV_CERTIFICATE: upper,
        IsdTag.CV_CERTIFICATE: None if domain is None else domain.lower,
        IsdTag.ATR: None if image.token.is_phone else _contact_atr(image),
    }
    objects = {
        int(tag): DataObject(value, needs_extended=tag.row.needs_extended)
        for tag, value in values.items()
    }
    return Application(Ap.ISD.aid, {ISD_KEY_FILE: KeyFile()}, objects)


def objects_everywhere(image: CardImage) -> dict[int, DataObject]:
    """Give the data objects that answer in the other applications as well."""
    return {int(IsdTag.ATR): DataObject(_contact_atr(image))}


def _contact_atr(image: CardImage) -> bytes:
    family = AtrFamily.CONTACT_E0 if image.atr.is_contactless else image.atr
    return family.atr[1:]


_fact = partial(fact, "ISD GET DATA")


DOMAIN_FACTS = (
    _fact("values without tag, but 0066", "§3.7: silent", Grade.ASSUMED),
    _fact("0042 is a key reference of 16 bytes", "§3.7: MC", Grade.MEASURED),
    _fact("which key 0042 names", "§3.7: silent", Grade.ASSUMED),
    _fact("00F7 names the intermediate that signs 7F21", "§3.7: MC src/mf.rs", Grade.MEASURED),
    _fact("00F8, 7F21: certificates without 7F21 around them", "§3.7: MC", Grade.MEASURED),
    # Longer than 256 bytes, and the like of 00F8, for which 6700 (and no 61xx) was measured.
    _fact("7F21 by a short Le: 6700, as 00F8", "§3.7: silent", Grade.ASSUMED),
    _fact("7F21 missing on older cards: 6A88", "§3.7: MC", Grade.MEASURED),
    _fact(
        "5F51 answers in every application but マイナ免許証", "§3.7: MC src/mf.rs", Grade.MEASURED
    ),
    _fact("5F51 in マイナ免許証: 6A88", "§8: silent", Grade.ASSUMED),
    _fact("5F51 on a phone, which has no contacts: 6A88", "§3.7, §8: silent", Grade.ASSUMED),
    _fact("5F51 on a contactless card: a contact ATR of ours", "§3.7", Grade.ASSUMED),
)
