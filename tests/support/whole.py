"""A card with every application, for tests; made once per process. Nobody's numbers."""

from dataclasses import replace
from datetime import date
from functools import cache

from cardsim.chip import Card
from cardsim.mynumber import CardImage, in_memory_card
from cardsim.mynumber.personalise import (
    CardSecrets,
    common_contents,
    domain_contents,
    juki_contents,
    licence_contents,
    text_contents,
)
from jpki.ca.cv import CvRole
from jpki.card.layout.licence import LicenceData
from tests.support.faces import HOLDER, authority, card_keys, face_image

TEXT_PIN, JUKI_PIN, LICENCE_PIN = "4821", "7305", "9164"
LICENCE = LicenceData("998877665544", date(2025, 3, 24), date(2030, 3, 17))
WHOLE_HOLDER = replace(
    HOLDER, secrets=CardSecrets(text=TEXT_PIN, juki=JUKI_PIN, licence=LICENCE_PIN)
)


@cache
def whole_image() -> CardImage:
    """Give an adult's card with every application there is."""
    cv = authority()
    signer = cv.signer(CvRole.TEXT_SIGNER, municipality="13221")
    return replace(
        face_image(),
        identifier="test-whole",
        text=text_contents(WHOLE_HOLDER, card_keys(), signer),
        common=common_contents(WHOLE_HOLDER, card_keys()),
        juki=juki_contents(WHOLE_HOLDER),
        licence=licence_contents(WHOLE_HOLDER, LICENCE, signer),
        domain=domain_contents(
            cv.certificate_for(CvRole.MF_INTERMEDIATE), cv.certificate_for(CvRole.MF_CARD)
        ),
        terminal_ca=bytes(cv.certificate_for(CvRole.TERMINAL_CA)),
    )


def whole_card() -> Card:
    """Give a fresh card of that image; defects of ours come out as exceptions."""
    return in_memory_card(whole_image(), raise_unexpected=True)
