"""Cards for tests: keys made once per process, self-signed certificates, no CA.

All names are invented; the certificates are no profile-exact JPKI certificates.
"""

from datetime import UTC, date, datetime
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from cardsim.chip import Card
from cardsim.mynumber import CardImage, Credential, in_memory_card
from jpki.card.layout import CardRecord

AUTH_PIN = "1234"
SIGN_PIN = "ABC123"
PADDING_OID = x509.ObjectIdentifier("1.2.392.200149.99.1")
"""An extension of filler bytes, to make a certificate of a given length."""


@cache
def rsa_key(name: str) -> rsa.RSAPrivateKey:
    """Give an RSA-2048 key; the same one for the same name in this process."""
    return rsa.generate_private_key(65537, 2048)


def pkcs8(key: rsa.RSAPrivateKey) -> bytes:
    """Give a private key as unencrypted PKCS#8 DER."""
    return key.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


@cache
def certificate(name: str, length: int = 0) -> bytes:
    """Give a self-signed DER certificate for `rsa_key(name)`, of `length` bytes when asked."""
    # From 512 filler bytes on, every length field has its final size.
    filler = 512 + length - len(_certificate(name, 512)) if length else 0
    der = _certificate(name, filler)
    if length and len(der) != length:
        raise ValueError(f"a certificate of {length} bytes came out with {len(der)}")
    return der


def _certificate(name: str, filler: int) -> bytes:
    key = rsa_key(name)
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "JPKI-EMU"),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
        ]
    )
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(4711)
        .not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2031, 1, 1, tzinfo=UTC))
    )
    if filler:
        extension = x509.UnrecognizedExtension(PADDING_OID, b"\0" * filler)
        builder = builder.add_extension(extension, critical=False)
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def credential(name: str, length: int = 0) -> Credential:
    """Give a certificate with its private key."""
    return Credential(certificate(name, length), pkcs8(rsa_key(name)))


@cache
def adult_image() -> CardImage:
    """Give the image of an adult's card; its certificates have the lengths of published traces."""
    return CardImage(
        identifier="test-adult",
        record=CardRecord("400000012719843", "13221", date(2035, 2, 17)),
        sign=credential("sign", 0x06CA + 4),
        auth=credential("auth", 0x061F + 4),
        sign_ca=certificate("sign-ca"),
        auth_ca=certificate("auth-ca"),
        sign_pin=SIGN_PIN,
        auth_pin=AUTH_PIN,
    )


@cache
def child_image() -> CardImage:
    """Give the image of a child's card: no signing certificate, no signature PIN."""
    return CardImage(
        identifier="test-child",
        record=CardRecord("400000099999999", "13221", date(2030, 2, 17)),
        sign=None,
        auth=credential("auth", 0x061F + 4),
        sign_ca=certificate("sign-ca"),
        auth_ca=certificate("auth-ca"),
        sign_pin=None,
        auth_pin=AUTH_PIN,
    )


def adult_card() -> Card:
    """Give a fresh adult's card in memory; defects of ours come out as exceptions."""
    return in_memory_card(adult_image(), raise_unexpected=True)


def child_card() -> Card:
    """Give a fresh child's card in memory; defects of ours come out as exceptions."""
    return in_memory_card(child_image(), raise_unexpected=True)
