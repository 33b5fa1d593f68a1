"""Card-verifiable certificates (CV証明書): what signs the contents of a card outside the JPKI AP.

Built, parsed strictly and verified; also the two things they are made of, key identifiers and
RSA public keys as cards write them.
Not here: private keys (`jpki.ca.cv`), which file holds which certificate (`jpki.card.layout`),
X.509. Card reference §3.6.
Called by `jpki.ca.cv`, `jpki.verify`, the card's layout and the virtual card.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from jpki.errors import PortableError
from jpki.iso7816.tlv import Tlv, TlvError
from jpki.sources import Grade, Source

CV_SOURCE = Source("card §3.6: MC", Grade.MEASURED)
PADDING_SOURCE = Source(
    "MC: three zeros, and A8 on keys of the MF level, else zero", Grade.MEASURED
)

TAG_CERTIFICATE = 0x7F21
TAG_BODY = 0x5F4E
TAG_SIGNATURE = 0x5F37
TAG_EXPONENT = 0x90
TAG_MODULUS = 0x91

KEY_ID_LENGTH = 16
MODULUS_LENGTH = 256
PUBLIC_KEY_LENGTH = 265
BODY_LENGTH = 2 * KEY_ID_LENGTH + PUBLIC_KEY_LENGTH
CERTIFICATE_LENGTH = 568

_NUMBER_DIGITS = 7
_GROUP_DIGITS = 3
_BETWEEN = b"\x08\x05"
_PAD = b"\0\0\0\0"
_EXPONENT = 65537


class CvError(ValueError):
    """Bytes that are no card-verifiable certificate, key identifier or public key."""


class CvSignatureError(Exception):
    """A signature that the key named for it did not make."""


class CvUnknownIssuerError(PortableError):
    """A certificate names an issuer whose key the verifier does not have: nothing was checked."""

    def __init__(self, issuer: "KeyId") -> None:
        super().__init__(f"the key {issuer} that should have signed this is not known")
        self.issuer = issuer


@dataclass(frozen=True, slots=True, order=True)
class KeyId:
    """鍵ID: 16 bytes that name one key; `6000024` and `001` are what people read.

    Numbers of the production hierarchy begin with 5, those of test cards with 6.
    """

    number: str
    group: str = "001"
    pad: bytes = _PAD

    def __post_init__(self) -> None:
        for text, length in ((self.number, _NUMBER_DIGITS), (self.group, _GROUP_DIGITS)):
            if len(text) != length or not (text.isascii() and text.isdigit()):
                raise CvError("a key identifier is 7 digits and 3 digits")
        if len(self.pad) != len(_PAD):
            raise CvError(f"a key identifier ends in {len(_PAD)} bytes of padding")

    def __bytes__(self) -> bytes:
        return self.number.encode("ascii") + _BETWEEN + self.group.encode("ascii") + self.pad

    def __str__(self) -> str:
        return f"{self.number}/{self.group}"

    @classmethod
    def parse(cls, raw: bytes) -> Self:
        """Read exactly 16 bytes."""
        end = _NUMBER_DIGITS + len(_BETWEEN)
        if len(raw) != KEY_ID_LENGTH or raw[_NUMBER_DIGITS:end] != _BETWEEN:
            raise CvError("a key identifier is 16 bytes with 08 05 behind its number")
        try:
            number = raw[:_NUMBER_DIGITS].decode("ascii")
            group = raw[end : end + _GROUP_DIGITS].decode("ascii")
        except UnicodeDecodeError:
            raise CvError("a key identifier is made of ASCII digits") from None
        return cls(number, group, raw[end + _GROUP_DIGITS :])


@dataclass(frozen=True, slots=True)
class CvPublicKey:
    """An RSA-2048 public key: `90 03 010001`, `91 82 01 00` and the modulus; 265 bytes."""

    modulus: int
    exponent: int = _EXPONENT

    @classmethod
    def of(cls, key: rsa.RSAPublicKey) -> Self:
        """Take the numbers of a public key; `CvError` unless it is RSA-2048 with 65537."""
        numbers = key.public_numbers()
        if key.key_size != MODULUS_LENGTH * 8 or numbers.e != _EXPONENT:
            raise CvError("a card writes RSA-2048 keys with exponent 65537 only")
        return cls(numbers.n, numbers.e)

    def __bytes__(self) -> bytes:
        return Tlv(TAG_EXPONENT, self.exponent.to_bytes(3, "big")) + Tlv(
            TAG_MODULUS, self.modulus.to_bytes(MODULUS_LENGTH, "big")
        )

    @classmethod
    def parse(cls, raw: bytes) -> Self:
        """Read exactly the 265 bytes; `CvError` for any other coding, size or exponent."""
        try:
            objects = Tlv.parse_list(raw)
        except TlvError as error:
            raise CvError(f"no public key: {error}") from error
        if len(raw) != PUBLIC_KEY_LENGTH or [each.tag for each in objects] != [
            TAG_EXPONENT,
            TAG_MODULUS,
        ]:
            raise CvError("a public key is an exponent (90) and a modulus (91), 265 bytes")
        exponent, modulus = (int.from_bytes(each.value, "big") for each in objects)
        if exponent != _EXPONENT or modulus.bit_length() != MODULUS_LENGTH * 8 or not modulus & 1:
            raise CvError("a public key is RSA-2048 with exponent 65537")
        return cls(modulus, exponent)

    @property
    def key(self) -> rsa.RSAPublicKey:
        """The key to verify or encrypt with."""
        return rsa.RSAPublicNumbers(self.exponent, self.modulus).public_key()

    def verify(self, message: bytes, signature: bytes) -> None:
        """Check sha256WithRSAEncryption; raises `CvSignatureError`."""
        try:
            self.key.verify(signature, message, padding.PKCS1v15(), hashes.SHA256())
        except InvalidSignature:
            raise CvSignatureError("the signature is not by this key") from None

    def recover(self, signature: bytes) -> bytes:
        """Give the bytes inside a PKCS#1 v1.5 block (a DigestInfo, say); `CvSignatureError`.

        For signatures over a DigestInfo no library makes; compare the whole of what comes out.
        """
        try:
            return self.key.recover_data_from_signature(signature, padding.PKCS1v15(), None)
        except (InvalidSignature, ValueError):
            raise CvSignatureError("the signature is not by this key") from None


@dataclass(frozen=True, slots=True)
class CvCertificate:
    """One certificate: who says it, of which key, and the signature over the 297-byte body."""

    issuer: KeyId
    """証明者鍵ID."""
    holder: KeyId
    """被証明者鍵ID."""
    public_key: CvPublicKey
    signature: bytes = field(repr=False)

    @property
    def body(self) -> bytes:
        """The 297 bytes that are signed."""
        return cv_body(self.issuer, self.holder, self.public_key)

    @property
    def contents(self) -> bytes:
        """`5F4E` and `5F37` without the template around them, as GET DATA gives them."""
        return Tlv(TAG_BODY, self.body) + Tlv(TAG_SIGNATURE, self.signature)

    def __bytes__(self) -> bytes:
        return Tlv(TAG_CERTIFICATE, self.contents)

    @classmethod
    def parse(cls, raw: bytes) -> Self:
        """Read a certificate in its template (568 bytes) or the template's contents (563)."""
        try:
            if raw[:2] == TAG_CERTIFICATE.to_bytes(2, "big"):
                raw = Tlv.unpack(TAG_CERTIFICATE, raw)
            objects = Tlv.parse_list(raw)
        except TlvError as error:
            raise CvError(f"no card-verifiable certificate: {error}") from error
        if [each.tag for each in objects] != [TAG_BODY, TAG_SIGNATURE]:
            raise CvError("a certificate is a body (5F4E) and a signature (5F37)")
        body, signature = (each.value for each in objects)
        if len(body) != BODY_LENGTH or len(signature) != MODULUS_LENGTH:
            raise CvError(f"the body has {BODY_LENGTH} bytes, the signature {MODULUS_LENGTH}")
        return cls(
            issuer=KeyId.parse(body[:KEY_ID_LENGTH]),
            holder=KeyId.parse(body[KEY_ID_LENGTH : 2 * KEY_ID_LENGTH]),
            public_key=CvPublicKey.parse(body[2 * KEY_ID_LENGTH :]),
            signature=signature,
        )

    def verify(self, key: CvPublicKey) -> None:
        """Check the signature with the issuer's key; raises `CvSignatureError`.

        That the key is the one `issuer` names is for the caller to have looked up.
        """
        key.verify(self.body, self.signature)


def verify_chain(
    chain: Sequence[CvCertificate], anchors: Mapping[KeyId, CvPublicKey]
) -> CvPublicKey:
    """Check certificates from the one an anchor signed downwards; give the last one's key.

    Raises `CvUnknownIssuerError` when the first names no anchor or a later one not the key
    above it, `CvSignatureError` when a signature is wrong, `CvError` for an empty chain.
    """
    if not chain:
        raise CvError("a chain has at least one certificate")
    known = dict(anchors)
    for certificate in chain:
        key = known.get(certificate.issuer)
        if key is None:
            raise CvUnknownIssuerError(certificate.issuer)
        certificate.verify(key)
        known = {certificate.holder: certificate.public_key}
    return chain[-1].public_key


def cv_body(issuer: KeyId, holder: KeyId, public_key: CvPublicKey) -> bytes:
    """Give the 297 bytes a certificate signs."""
    return bytes(issuer) + bytes(holder) + bytes(public_key)
