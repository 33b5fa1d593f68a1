"""Contents of a card's text and face for tests, and what a relying party collects of them.

Made once per process with shared keys. All people and numbers are invented.
"""

from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric import padding, utils

from cardsim.chip import Card
from cardsim.mynumber import CardImage, in_memory_card
from cardsim.mynumber.contents import TextContents, VisualContents
from cardsim.mynumber.face import visual_contents
from cardsim.mynumber.personalise import CardKeys, Holder, text_contents
from jpki.ca.cv import CvAuthority, CvRole
from jpki.card.layout import CardRecord
from jpki.digest_info import DigestAlgorithm
from jpki.people import FEMALE, BirthDate, Person, SubstitutedText
from jpki.verify.card_face import Answer, CvAnchors, Evidence
from tests.support.cards import adult_image, rsa_key

NOW = datetime(2026, 11, 23, 3, 4, 5, tzinfo=UTC)
RECORD = CardRecord("400000012719843", "13221", date(2035, 2, 17))
NUMBER = "123456789010"
"""Its check digit is wrong."""
NUMBER_B = "02021720352285"
BIRTH_DIGITS = "020217"
CHALLENGE = bytes(range(32))

HOLDER = Holder(
    person=Person(
        SubstitutedText("見本　花子"),
        SubstitutedText("東京都清瀬市架空町１番２号"),
        BirthDate.of(date(1990, 2, 17)),
        FEMALE,
    ),
    number=NUMBER,
    record=RECORD,
    issued=date(2026, 1, 5),
    security_code="2285",
)


@cache
def authority(name: str = "cv") -> CvAuthority:
    """Give a CV authority; one of another name has other keys and the same identifiers."""
    return CvAuthority.found(keys={role: rsa_key(f"{name} {role.name}") for role in CvRole})


@cache
def card_keys() -> CardKeys:
    return CardKeys(**{name: rsa_key(name) for name in ("text", "session", "visual", "common")})


@cache
def text(holder: Holder = HOLDER, name: str = "cv") -> TextContents:
    signer = authority(name).signer(CvRole.TEXT_SIGNER, municipality="13221")
    return text_contents(holder, card_keys(), signer)


@cache
def visual(holder: Holder = HOLDER, name: str = "cv") -> VisualContents:
    signer = authority(name).signer(CvRole.SURFACE_SIGNER, municipality="13221")
    return visual_contents(holder, card_keys(), signer)


@cache
def face_image() -> CardImage:
    """Give an adult's card with text and face."""
    return replace(adult_image(), record=RECORD, text=text(), visual=visual())


def face_card() -> Card:
    """Give a fresh card of that image; defects of ours come out as exceptions."""
    return in_memory_card(face_image(), raise_unexpected=True)


def anchors(name: str = "cv") -> CvAnchors:
    """Give the keys a relying party pins."""
    known = {bytes(key_id): bytes(key) for key_id, key in authority(name).anchors.items()}
    text_ca, surface_ca = (bytes(role.key_id()) for role in (CvRole.TEXT_CA, CvRole.SURFACE_CA))
    return CvAnchors(text={text_ca: known[text_ca]}, visual={surface_ca: known[surface_ca]})


def answered(key: str, challenge: bytes = CHALLENGE) -> Answer:
    """Answer a challenge as the chip does, with one of its keys."""
    signature = rsa_key(key).sign(
        DigestAlgorithm.SHA256.digest_info(sha256(challenge).digest()),
        padding.PKCS1v15(),
        utils.NoDigestInfo(),
    )
    return Answer(challenge, signature)


@cache
def evidence() -> Evidence:
    """Give everything there is to read of a genuine card."""
    return Evidence(
        text=dict(text().files),
        visual=dict(visual().files),
        text_answer=answered("text"),
        visual_answer=answered("visual"),
    )
