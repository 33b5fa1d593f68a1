"""The authority's signing keys, behind one small interface.

What it is: `SigningKey`, which is all an authority asks of a key, and two makers of it: a key in
memory and a key in a PEM file (PKCS#8, mode 0600, encrypted when a passphrase is given).
What it is not: a decision which key signs; nor a place where a private key can be seen: no repr
and no message holds one.
Standard: RFC 8017 section 8.2 (RSASSA-PKCS1-v1_5), RFC 5958 and RFC 7468.
Called by: `jpki.ca.authority`, `cardsim.world`. `jpki.ca.pkcs11_key` is one more `SigningKey`.
"""

import os
import stat
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa, utils

from jpki.ca.errors import KeyFileError
from jpki.profiles.certificates import RSA_BITS, RSA_EXPONENT

# Made once: an OCSP answer is signed in a quarter of a millisecond.
_PADDING = padding.PKCS1v15()
_DIGEST = utils.Prehashed(hashes.SHA256())


class SigningKey(Protocol):
    """One RSA key that signs certificates and revocation lists."""

    @property
    def public_key(self) -> bytes:
        """SubjectPublicKeyInfo, DER."""
        ...

    def sign(self, message: bytes) -> bytes:
        """Sign a message with sha256WithRSAEncryption; give 256 bytes."""
        ...

    def sign_digest(self, digest: bytes) -> bytes:
        """Sign the message that has this SHA-256 digest, as `sign` would sign the message."""
        ...


class SoftwareKey:
    """A key in this process's memory."""

    def __init__(self, private_key: rsa.RSAPrivateKey) -> None:
        self._private_key = private_key
        self._public_key = private_key.public_key()

    @classmethod
    def generate(cls) -> "SoftwareKey":
        """Make a new RSA-2048 key from the system's randomness."""
        return cls(rsa.generate_private_key(public_exponent=RSA_EXPONENT, key_size=RSA_BITS))

    @property
    def public_key(self) -> bytes:
        """SubjectPublicKeyInfo, DER."""
        return self._private_key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )

    def sign(self, message: bytes) -> bytes:
        """Sign a message with sha256WithRSAEncryption; give 256 bytes.

        Raises `KeyFileError` when the signature is wrong, as that of a damaged key is: handed out,
        it could give the key away (Boneh, DeMillo, Lipton 1997). Checking costs 4 % of signing.
        """
        return self.sign_digest(sha256(message).digest())

    def sign_digest(self, digest: bytes) -> bytes:
        """Sign the message that has this SHA-256 digest: a list too long to be held at once.

        Raises `KeyFileError` as `sign` does, and `ValueError` when it is no such digest.
        """
        signature = self._private_key.sign(digest, _PADDING, _DIGEST)
        try:
            self._public_key.verify(signature, digest, _PADDING, _DIGEST)
        except InvalidSignature:
            raise KeyFileError("the key is damaged: it does not sign as its public key") from None
        return signature

    def sign_block(self, block: bytes) -> bytes:
        """Pad a block of up to 245 bytes as it is (PKCS#1 v1.5) and sign it; give 256 bytes.

        For DigestInfos no library makes. Raises `KeyFileError` as `sign` does.
        """
        scheme = padding.PKCS1v15()
        signature = self._private_key.sign(block, scheme, utils.NoDigestInfo())
        try:
            signed = self._private_key.public_key().recover_data_from_signature(
                signature, scheme, None
            )
        except InvalidSignature:
            signed = b""
        if signed != block:
            raise KeyFileError("the key is damaged: it does not sign as its public key")
        return signature

    def save(self, path: Path, *, passphrase: bytes | None = None) -> None:
        """Write the key to a new file only its owner can read.

        Encrypted as PBES2 has it: PBKDF2 with 2,048 rounds of HMAC-SHA-256, AES-256-CBC. So few
        rounds make a start no slower (0.3 ms a key) and are all that a random passphrase needs;
        one that can be guessed is not made good by more.
        Raises `KeyFileError` when the file exists: an authority's key is never overwritten.
        """
        pem = self._private_key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(passphrase)
            if passphrase
            else serialization.NoEncryption(),
        )
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            raise KeyFileError(f"{path} exists; an authority's key is never overwritten") from None
        with os.fdopen(descriptor, "wb") as file:
            file.write(pem)
            file.flush()
            os.fsync(file.fileno())


class FileKey(SoftwareKey):
    """A key read from a PEM file (PKCS#8)."""

    def __init__(self, path: Path, *, passphrase: bytes | None = None) -> None:
        """Read the key.

        Raises `KeyFileError` when the file is missing, open to other users, not a private RSA key
        of the profile's size, or not opened by the passphrase.
        """
        try:
            pem = path.read_bytes()
            mode = path.stat().st_mode
        except OSError as error:
            raise KeyFileError(f"cannot read key file {path}: {error.strerror}") from None
        if stat.S_IMODE(mode) & 0o077:
            raise KeyFileError(f"key file {path} is open to other users; chmod 600 it")
        try:
            # Looking for the primes takes 50 ms a key, at every start. `sign` checks what counts.
            key = serialization.load_pem_private_key(
                pem, passphrase, unsafe_skip_rsa_key_validation=True
            )
        except (ValueError, TypeError):
            raise KeyFileError(f"{path} is no private key, or the passphrase is wrong") from None
        if not isinstance(key, rsa.RSAPrivateKey) or key.key_size != RSA_BITS:
            raise KeyFileError(f"{path} is not an RSA key of {RSA_BITS} bits")
        super().__init__(key)
