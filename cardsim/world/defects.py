"""What can be wrong with a card that was issued all the same: one small change to its image.

Each defect is what a verifier must notice, and nothing else on the card is touched.
Not here: revocation and dates (the authorities), spent tries (`desk`), other cards (`odd`).
Called by `cardsim.world.catalogue`.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from enum import Enum, unique
from hashlib import sha256

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from cardsim.mynumber import CardImage, Credential
from cardsim.world.keypool import KeyPool, private_der
from jpki.card.layout.text import TextEf
from jpki.card.layout.visual import VisualEf
from jpki.card.layout.visual_files import FrontRecord
from jpki.profiles.validity import end_of_day


@unique
class Defect(Enum):
    """What is wrong with a card."""

    WRONG_KEY = "wrong-key"
    """The private keys are not those of the certificates."""
    TAMPERED_CERTIFICATE = "tampered-certificate"
    """One character of each certificate was changed after it was signed."""
    TAMPERED_FACE = "tampered-face"
    """What 券面入力補助AP says was changed after it was signed."""
    TAMPERED_PHOTO = "tampered-photo"
    """券面事項確認AP shows another person's photo than the one that was signed."""
    COPIED_FACE = "copied-face"
    """券面事項確認AP is a copy: the records name a key that is not on this chip."""
    NEXT_GENERATION = "next-generation"
    """EXPERIMENT: ECDSA P-384 keys and certificates as the next card is to have; its commands
    are not public."""

    @property
    def keys(self) -> int:
        """How many RSA keys it takes of a card with two certificates."""
        return {Defect.WRONG_KEY: 2, Defect.COPIED_FACE: 1}.get(self, 0)

    @property
    def is_of_the_face(self) -> bool:
        """Whether it changes what a phone has not: text, face, or the keys beside them."""
        return self in {Defect.TAMPERED_FACE, Defect.TAMPERED_PHOTO, Defect.COPIED_FACE}


class DefectError(ValueError):
    """The card has not what the defect would change."""


def spoil(image: CardImage, defect: Defect, keys: KeyPool) -> CardImage:
    """Give the card with the defect; raises `DefectError`."""
    if defect is Defect.WRONG_KEY:
        return _with_credentials(
            image, lambda each: Credential(each.certificate, private_der(keys.take()))
        )
    if defect is Defect.TAMPERED_CERTIFICATE:
        return _with_credentials(
            image, lambda each: Credential(_tampered(each.certificate), each.private_key)
        )
    if defect is Defect.TAMPERED_FACE:
        return _tampered_face(image)
    if defect is Defect.TAMPERED_PHOTO:
        return _tampered_photo(image)
    if defect is Defect.COPIED_FACE:
        return _copied_face(image, keys)
    return _next_generation(image)


def _with_credentials(image: CardImage, change: Callable[[Credential], Credential]) -> CardImage:
    return replace(
        image,
        sign=None if image.sign is None else change(image.sign),
        auth=None if image.auth is None else change(image.auth),
    )


def _tampered(certificate: bytes) -> bytes:
    """Change the last character of the subject's CN; the encoding stays as it is."""
    [name] = x509.load_der_x509_certificate(certificate).subject.get_attributes_for_oid(
        NameOID.COMMON_NAME
    )
    text = str(name.value)
    other = text[:-1] + ("1" if text[-1] == "0" else "0")
    return _replaced(certificate, text.encode(), other.encode())


def _tampered_face(image: CardImage) -> CardImage:
    """Make the holder a year older or younger in EF 0002 (DF24 生年月日)."""
    if image.text is None:
        raise DefectError("the card has no 券面入力補助AP")
    old = image.text.files[TextEf.ATTRIBUTES]
    place = old.index(_BIRTH_DATE) + len(_BIRTH_DATE) + _LAST_DIGIT_OF_YEAR
    digit = old[place : place + 1]
    changed = old[:place] + (b"1" if digit == b"0" else b"0") + old[place + 1 :]
    files = {**image.text.files, TextEf.ATTRIBUTES: changed}
    return replace(image, text=replace(image.text, files=files))


_BIRTH_DATE = bytes.fromhex("DF2408")
_LAST_DIGIT_OF_YEAR = 3


def _tampered_photo(image: CardImage) -> CardImage:
    """Put another photo into EF 0002 (DF27); everything else in the file is as it was signed."""
    # Imported here: what draws it takes long to load, and hardly any card wants it.
    from cardsim.mynumber.face.contents import filled
    from cardsim.mynumber.face.photo import draw_photo

    if image.visual is None:
        raise DefectError("the card has no 券面事項確認AP")
    seed = sha256(b"JPKI-EMU another face " + image.record.serial.encode("ascii")).digest()
    front = FrontRecord.parse(image.visual.files[VisualEf.FRONT])
    changed = filled(replace(front, photo=draw_photo(seed)).build())
    files = {**image.visual.files, VisualEf.FRONT: changed}
    return replace(image, visual=replace(image.visual, files=files))


def _copied_face(image: CardImage, keys: KeyPool) -> CardImage:
    """Give the chip another key for internal authentication: that of a card cannot be copied."""
    if image.visual is None:
        raise DefectError("the card has no 券面事項確認AP")
    own = {**image.visual.keys, VisualEf.INTERNAL_KEY: private_der(keys.take())}
    return replace(image, visual=replace(image.visual, keys=own))


def _replaced(whole: bytes, old: bytes, new: bytes) -> bytes:
    if whole.count(old) != 1:
        raise DefectError("what was to be changed is not there exactly once")
    return whole.replace(old, new)


_NEXT_LIFETIME = timedelta(days=3_650)
"""Certificates of the next card are to hold ten years (PKI profile §5.4, B)."""


def _next_generation(image: CardImage) -> CardImage:
    """Put P-384 credentials of an experimental CA onto the card, and that CA's certificate."""
    authority = ec.generate_private_key(ec.SECP384R1())
    vouched = _p384_certificate(image, "CA", authority, authority)
    return replace(
        image,
        sign=_p384_credential(image, "sign", authority),
        auth=_p384_credential(image, "auth", authority),
        sign_ca=vouched,
        auth_ca=vouched,
    )


def _p384_credential(
    image: CardImage, name: str, authority: ec.EllipticCurvePrivateKey
) -> Credential:
    key = ec.generate_private_key(ec.SECP384R1())
    return Credential(
        _p384_certificate(image, name, key, authority),
        key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()),
    )


def _p384_certificate(
    image: CardImage,
    name: str,
    key: ec.EllipticCurvePrivateKey,
    authority: ec.EllipticCurvePrivateKey,
) -> bytes:
    end = end_of_day(image.record.expires)
    return (
        x509.CertificateBuilder()
        .subject_name(_experimental(name))
        .issuer_name(_experimental("CA"))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(end - _NEXT_LIFETIME)
        .not_valid_after(end)
        .add_extension(x509.BasicConstraints(ca=name == "CA", path_length=None), critical=True)
        .sign(authority, hashes.SHA384())
        .public_bytes(Encoding.DER)
    )


def _experimental(name: str) -> x509.Name:
    parts = {
        NameOID.COUNTRY_NAME: "JP",
        NameOID.ORGANIZATION_NAME: "JPKI-EMU",
        NameOID.ORGANIZATIONAL_UNIT_NAME: "EXPERIMENT",
        NameOID.COMMON_NAME: f"next generation {name}",
    }
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in parts.items()])
