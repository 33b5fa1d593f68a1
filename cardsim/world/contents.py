"""What a world's cards hold beside the JPKI AP: signed by its CV authority, with keys of a batch.

The keys every card needs for itself (internal authentication, session keys) come from one batch
of the world, as chips of one production run have shared keys: four RSA keys a card would take
most of the time it takes to make one. The keys of certificates are never shared.
Kept in `ca/` beside the other keys; a world made before there were any gets them when it first
issues a card.
Not here: what is in a file (`cardsim.mynumber.personalise`).
Called by `cardsim.world.founding` and `cardsim.world.desk`.
"""

from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any, Self

from cardsim.mynumber.face.contents import FaceText, visual_contents
from cardsim.mynumber.personalise import (
    CardKeys,
    CardSecrets,
    Holder,
    common_contents,
    domain_contents,
    juki_contents,
    licence_contents,
    text_contents,
)
from cardsim.world.citizens import Citizen
from cardsim.world.draw import Draw
from cardsim.world.errors import DamagedWorldError
from cardsim.world.keypool import KeyPool, load_private
from jpki.ca import SoftwareKey
from jpki.ca.cv import CvAuthority, CvRole
from jpki.ca.errors import KeyFileError
from jpki.card.layout import CardRecord, TokenKind
from jpki.card.layout.licence import LicenceData

_ROLES = tuple(each.name for each in fields(CardKeys))
_CODE_DIGITS = 4
_LONG_LENGTH_BYTES = 2
"""`82 hh ll` as the outer length of EF 0002 (card reference §3.2)."""

KEYS_OF_A_PRESS = len(CvRole) + len(_ROLES)
"""RSA keys that making one takes."""


@dataclass(frozen=True, slots=True)
class Variant:
    """How a card differs from the usual one.

    `licence` puts a マイナ免許証 on it. `long_form` writes the outer length of 基本4情報 in its
    long form (§3.2), `older` leaves out the lower CV certificate of the MF level (§3.7).
    """

    licence: LicenceData | None = None
    long_form: bool = False
    older: bool = False


@dataclass(frozen=True, slots=True)
class Press:
    """The CV authority and the batch of keys: all that writing a card's other contents takes."""

    authority: CvAuthority
    keys: CardKeys

    @classmethod
    def found(cls, directory: Path, keys: KeyPool) -> Self:
        """Make both, and write them into a directory that has neither."""
        press = cls(
            CvAuthority.found(keys={role: keys.take() for role in CvRole}),
            CardKeys(**{name: keys.take() for name in _ROLES}),
        )
        for name in _ROLES:
            SoftwareKey(getattr(press.keys, name)).save(_path(directory, name))
        press.authority.save(directory)
        return press

    @classmethod
    def open(cls, directory: Path) -> Self:
        """Read both; raises `DamagedWorldError`."""
        try:
            keys = CardKeys(**{name: load_private(_path(directory, name)) for name in _ROLES})
            return cls(CvAuthority.open(directory), keys)
        except (KeyFileError, OSError) as error:
            raise DamagedWorldError(directory, str(error)) from error

    @staticmethod
    def is_in(directory: Path) -> bool:
        """Whether a directory has one, whole: the authority's keys are written last."""
        return all((directory / role.file_name).exists() for role in CvRole)

    def contents(
        self,
        citizen: Citizen,
        record: CardRecord,
        *,
        issued: date,
        token: TokenKind,
        draw: Draw,
        label: str,
        pins: CardSecrets,
        variant: Variant,
    ) -> dict[str, Any]:
        """Give the parts of a `CardImage` for the other applications; a phone has none."""
        if token.is_phone:
            return {}
        place = record.municipality
        holder = Holder(
            person=citizen.person,
            number=citizen.my_number,
            record=record,
            issued=issued,
            security_code=draw.digits(f"{label}/security code", _CODE_DIGITS),
            western_year=citizen.is_foreign,
            secrets=pins,
        )
        face = FaceText(
            citizen.face_name or citizen.person.name.text,
            citizen.face_address or citizen.person.address.text,
        )
        surface = self.authority.signer(CvRole.SURFACE_SIGNER, municipality=place)
        text = self.authority.signer(CvRole.TEXT_SIGNER, municipality=place)
        licence = variant.licence
        length_bytes = _LONG_LENGTH_BYTES if variant.long_form else 0
        lower = None if variant.older else self.authority.certificate_for(CvRole.MF_CARD)
        return {
            "text": text_contents(holder, self.keys, text, length_bytes=length_bytes),
            "visual": visual_contents(holder, self.keys, surface, face=face),
            "common": common_contents(holder, self.keys),
            "juki": juki_contents(holder),
            # The form of the licence's signature is ours; so is who makes it.
            "licence": None if licence is None else licence_contents(holder, licence, text),
            "domain": domain_contents(
                self.authority.certificate_for(CvRole.MF_INTERMEDIATE), lower
            ),
            "terminal_ca": bytes(self.authority.certificate_for(CvRole.TERMINAL_CA)),
        }


def _path(directory: Path, name: str) -> Path:
    return directory / f"card-{name}.key"
