"""The 券面事項確認AP's files from a person: drawn, put together, signed by the municipality.

Not here: drawing (`text`, `photo`), which secret opens what (`cardsim.mynumber.visual`), the
keys of the signer (whoever makes the card has them). Card reference §3.3, §3.4.
Called when a card is personalised.
"""

from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Protocol

from cardsim.mynumber.contents import VisualContents
from cardsim.mynumber.face.photo import draw_photo
from cardsim.mynumber.face.text import draw_address, draw_code, draw_name, draw_number
from cardsim.mynumber.personalise.holder import CardKeys, Holder, pkcs8
from jpki.card.layout.visual import UNKNOWN_06_CONTENT, VisualEf
from jpki.card.layout.visual_files import (
    BirthRecord,
    FrontRecord,
    NumberRecord,
    VisualInfo,
)
from jpki.cv import CvCertificate, CvPublicKey, KeyId
from jpki.sources import Grade, Source

INFO_KEY_ID = KeyId("6000024")
"""DF32: which key it names is not known; it is not the one that signs."""
INFO_KEY_ID_SOURCE = Source("card §3.3: MC, on test cards", Grade.MEASURED)
REFERENCE_KEY_ID = KeyId("5900025")
REFERENCE_SOURCE = Source("card §3.3 DF35: MC; the 256 bytes are opaque", Grade.ASSUMED)
_SEED = b"JPKI-EMU face "
_REFERENCE_BLOCKS = 8
"""Of 32 bytes."""

_SHA256_ALGORITHM = bytes.fromhex("300D06096086480165030402010500")
SIZE_SOURCE = Source("card §12: physical sizes are not published", Grade.ASSUMED)
FILE_SIZE_STEP = 256
"""The front's file is filled up with FF to a multiple of this."""


@dataclass(frozen=True, slots=True)
class FaceText:
    """What is printed as name and address."""

    name: str = field(repr=False)
    address: str = field(repr=False)


class FaceSigner(Protocol):
    """The key that signs what is on the face, with its certificate (EF 0004)."""

    @property
    def certificate(self) -> CvCertificate:
        """The certificate of the key."""
        ...

    def sign(self, message: bytes) -> bytes:
        """Sign a message: sha256WithRSAEncryption."""
        ...

    def sign_block(self, block: bytes) -> bytes:
        """Sign up to 245 bytes as they are, padded as PKCS#1 v1.5."""
        ...


def visual_contents(
    holder: Holder,
    keys: CardKeys,
    signer: FaceSigner,
    *,
    face: FaceText | None = None,
) -> VisualContents:
    """Draw, build and sign all files of the application; the same holder gives the same images.

    `face` is for a face that says otherwise than the person's attributes: true characters where
    those have substitutes, a name in use, an address too long for the register.
    """
    text = face or FaceText(holder.person.name.text, holder.person.address.text)
    card_key = CvPublicKey.of(keys.visual.public_key())
    seed = sha256(_SEED + holder.record.serial.encode("ascii")).digest()
    birth = BirthRecord(holder.birth_date_text, card_key)
    number = NumberRecord(draw_number(holder.number), card_key)
    front = FrontRecord(
        birth_date=holder.birth_date_text,
        gender=holder.person.gender.value,
        public_key=card_key,
        name=draw_name(text.name),
        address=draw_address(text.address),
        photo=draw_photo(seed),
        expires=holder.record.expires.strftime("%Y%m%d"),
        code=draw_code(holder.security_code),
    )
    info = VisualInfo(INFO_KEY_ID, holder.record.municipality, REFERENCE_KEY_ID, _opaque(seed))
    face_signature = signer.sign_block(face_block(front.digest))
    return VisualContents(
        files={
            VisualEf.BIRTH_RECORD: replace(birth, signature=signer.sign(birth.signed)).build(),
            VisualEf.FRONT: filled(replace(front, signature=face_signature).build()),
            VisualEf.INFO: info.build(),
            VisualEf.CV_CERTIFICATE: bytes(signer.certificate),
            VisualEf.NUMBER_IMAGE: replace(number, signature=signer.sign(number.signed)).build(),
            VisualEf.UNKNOWN_06: UNKNOWN_06_CONTENT,
        },
        keys={VisualEf.INTERNAL_KEY: pkcs8(keys.visual)},
        secrets={
            VisualEf.BIRTH_DATE: holder.birth_digits,
            VisualEf.NUMBER_A: holder.number_a,
            VisualEf.NUMBER_B: holder.number_b,
        },
    )


def face_block(digest: bytes) -> bytes:
    """Give the DigestInfo DF28 signs: of SHA-256 by its name, but with 96 bytes as digest."""
    octets = bytes((0x04, len(digest))) + digest
    return bytes((0x30, len(_SHA256_ALGORITHM) + len(octets))) + _SHA256_ALGORITHM + octets


def filled(content: bytes) -> bytes:
    """Give the physical file: a little longer than its content."""
    return content.ljust((len(content) // FILE_SIZE_STEP + 1) * FILE_SIZE_STEP, b"\xff")


def _opaque(seed: bytes) -> bytes:
    """Give bytes without a meaning, where a real card has bytes whose meaning nobody knows."""
    blocks = (sha256(b"reference %d" % n + seed).digest() for n in range(_REFERENCE_BLOCKS))
    return b"".join(blocks)
