"""The authorities' keys in a world: files in `ca/`, or a PKCS#11 token.

What it is: one small interface over both: make the next generation's key, load those there are,
say which generations have one.
What it is not: signing (`jpki.ca`), or where passphrase and PIN come from (`keeping`).
Called by `cardsim.world.authorities`.
"""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric import rsa

from cardsim.world.errors import LockedKeysError, WorldError
from cardsim.world.keeping import (
    CaSecrets,
    Keeping,
    known_passphrase,
    new_passphrase,
)
from jpki.ca import FileKey, SigningKey, SoftwareKey
from jpki.ca.errors import CaError, KeyFileError, KeyTokenMissingError
from jpki.ca.pkcs11_key import Token, TokenUri
from jpki.profiles.kinds import Kind

_ENCRYPTED = b"-----BEGIN ENCRYPTED PRIVATE KEY-----"


class CaKeys(Protocol):
    """Where the keys of both authorities are."""

    def make(self, kind: Kind, number: int, key: rsa.RSAPrivateKey) -> SigningKey:
        """Keep a generation's new key; a token makes its own instead of the one given."""
        ...

    def load(self, kind: Kind) -> Iterator[SigningKey]:
        """Give the keys that are there; a missing one can sign nothing."""
        ...

    def has(self, kind: Kind, number: int) -> bool:
        """Whether a generation's key is there, without opening anything."""
        ...

    def forget(self, kind: Kind, number: int) -> None:
        """Take away the key of a generation that never came to be, if there is one."""
        ...

    def responder(self, kind: Kind) -> SigningKey:
        """Give the key of an authority's OCSP responder, made when it is first asked for."""
        ...

    def abandon(self) -> None:
        """Take away what was made: the founding failed."""
        ...

    def close(self) -> None:
        """Let go of them."""
        ...


class KeysInFiles:
    """PEM files beside the register, PKCS#8, encrypted, 0600."""

    def __init__(self, directory: Path, secrets: CaSecrets, *, new: bool = False) -> None:
        self._directory = directory
        self._secrets = secrets
        self._passphrase = new_passphrase(directory, secrets) if new else None

    def make(self, kind: Kind, number: int, key: rsa.RSAPrivateKey) -> SigningKey:
        """Write a key; encrypted unless the world's others are not."""
        if self._passphrase is None:
            self._passphrase = self._known_for_new()
        software = SoftwareKey(key)
        software.save(self._path(kind, number), passphrase=self._passphrase)
        return software

    def load(self, kind: Kind) -> Iterator[SigningKey]:
        """Load the keys of all generations that are there."""
        for path in sorted(self._directory.glob(f"{kind.value}-g*.key")):
            yield FileKey(path, passphrase=self._known() if _is_encrypted(path) else None)

    def has(self, kind: Kind, number: int) -> bool:
        """Whether the file is there."""
        return self._path(kind, number).exists()

    def forget(self, kind: Kind, number: int) -> None:
        """Remove the file."""
        self._path(kind, number).unlink(missing_ok=True)

    def responder(self, kind: Kind) -> SigningKey:
        """Load it; of several processes that find none, one makes it."""
        path = self._directory / f"{kind.value}-ocsp.key"
        if not path.exists():
            with contextlib.suppress(KeyFileError):
                SoftwareKey.generate().save(path, passphrase=self._known_for_new())
        return FileKey(path, passphrase=self._known() if _is_encrypted(path) else None)

    def abandon(self) -> None:
        """Do nothing: the directory goes as a whole."""

    def close(self) -> None:
        """Do nothing."""

    def _known(self) -> bytes:
        if self._passphrase is None:
            self._passphrase = known_passphrase(self._directory, self._secrets)
        if self._passphrase is None:
            raise LockedKeysError(
                f"the keys in {self._directory} are encrypted: set JPKI_CA_PASSPHRASE, or use"
                " `jpki --passphrase-file FILE …`"
            )
        return self._passphrase

    def _known_for_new(self) -> bytes | None:
        """Give the passphrase the other files have: one key more shall need no other secret."""
        others = list(self._directory.glob("*-g*.key"))
        if others and not any(_is_encrypted(path) for path in others):
            return None
        known = self._known()
        # Whoever mistypes it must not learn that from a key nobody can open.
        for path in others:
            if _is_encrypted(path):
                FileKey(path, passphrase=known)
        return known

    def _path(self, kind: Kind, number: int) -> Path:
        return self._directory / f"{kind.value}-g{number}.key"


class KeysInToken:
    """Keys that are made in a PKCS#11 token and stay there: LABEL-sign-g1 and so on."""

    def __init__(self, uri: TokenUri, secrets: CaSecrets) -> None:
        self._uri = uri
        self._token = Token.open(uri, pin=lambda: _pin(uri, secrets))
        self._made: list[str] = []

    def make(self, kind: Kind, number: int, key: rsa.RSAPrivateKey) -> SigningKey:
        """Make the key in the token; the one given is not used."""
        del key
        label = f"{self._prefix(kind)}{number}"
        made = self._token.generate(label)
        self._made.append(label)
        return made

    def load(self, kind: Kind) -> Iterator[SigningKey]:
        """Give the keys there are; raises `KeyTokenMissingError` when there is none at all."""
        found = list(self._token.keys(self._prefix(kind)))
        if not found:
            raise KeyTokenMissingError(
                f"token {self._uri.token!r} has no key {self._prefix(kind)}…"
            )
        yield from found

    def has(self, kind: Kind, number: int) -> bool:
        """Say yes without asking the token: whoever looks at dates only needs no PIN."""
        del kind, number
        return True

    def forget(self, kind: Kind, number: int) -> None:
        """Destroy it."""
        with contextlib.suppress(KeyTokenMissingError):
            self._token.destroy(f"{self._prefix(kind)}{number}")

    def responder(self, kind: Kind) -> SigningKey:
        """Give the key LABEL-sign-ocsp or LABEL-auth-ocsp."""
        label = f"{self._uri.label}-{kind.value}-ocsp"
        return next(iter(self._token.keys(label)), None) or self._token.generate(label)

    def abandon(self) -> None:
        """Destroy the keys that were made."""
        for label in self._made:
            with contextlib.suppress(CaError):
                self._token.destroy(label)

    def close(self) -> None:
        """Log out."""
        self._token.close()

    def _prefix(self, kind: Kind) -> str:
        return f"{self._uri.label}-{kind.value}-g"


class NoKeys:
    """None at hand: what is public can be read, nothing can be signed."""

    def __init__(self, directory: Path, keeping: Keeping) -> None:
        self._files = None if keeping.keys else KeysInFiles(directory, CaSecrets())

    def make(self, kind: Kind, number: int, key: rsa.RSAPrivateKey) -> SigningKey:
        """Refuse."""
        del kind, number, key
        raise WorldError("opened without keys")

    def load(self, kind: Kind) -> Iterator[SigningKey]:
        """Give none."""
        del kind
        return iter(())

    def has(self, kind: Kind, number: int) -> bool:
        """Whether whoever opens it with keys would have this one."""
        return self._files is None or self._files.has(kind, number)

    def forget(self, kind: Kind, number: int) -> None:
        """Refuse."""
        del kind, number
        raise WorldError("opened without keys")

    def responder(self, kind: Kind) -> SigningKey:
        """Refuse."""
        del kind
        raise WorldError("opened without keys")

    def abandon(self) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Do nothing."""


def new_keys(directory: Path, keeping: Keeping, secrets: CaSecrets) -> CaKeys:
    """Give where the keys of a new world go; raises `WorldError` or a `CaError`."""
    if keeping.keys is None:
        return KeysInFiles(directory, secrets, new=True)
    return KeysInToken(TokenUri.parse(keeping.keys), secrets)


def known_keys(directory: Path, keeping: Keeping, secrets: CaSecrets, *, with_keys: bool) -> CaKeys:
    """Give where the keys of a world are; raises `WorldError` or a `CaError`."""
    if not with_keys:
        return NoKeys(directory, keeping)
    if keeping.keys is None:
        return KeysInFiles(directory, secrets)
    return KeysInToken(TokenUri.parse(keeping.keys), secrets)


def _is_encrypted(path: Path) -> bool:
    try:
        return path.read_bytes().startswith(_ENCRYPTED)
    except OSError:
        return False  # `FileKey` says what is wrong with it.


def _pin(uri: TokenUri, given: CaSecrets) -> str:
    """Give the PIN of a token: the one that was given, else that in its pin-source.

    Raises `LockedKeysError` when there is none.
    """
    if given.pin is not None:
        return given.pin
    if uri.pin_source is None:
        raise LockedKeysError(
            f"token {uri.token!r} needs a PIN: set JPKI_CA_PIN, or name a file in the URI"
            " (pin-source)"
        )
    try:
        return Path(uri.pin_source).read_text(encoding="utf-8").rstrip("\n")
    except (OSError, UnicodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "not text"
        raise LockedKeysError(f"the PIN cannot be read from {uri.pin_source}: {why}") from None
