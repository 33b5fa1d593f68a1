"""Signing keys in a PKCS#11 token: SoftHSM, or hardware that never gives a key away.

What it is: a token told by a URI, its keys as `SigningKey`s, and the making of new ones inside
it, sensitive and not extractable.
What it is not: an administrator of tokens (`softhsm2-util --init-token`, a vendor's tool), or a
keeper of PINs: one is asked for when the token is opened and kept nowhere. A wrong PIN is tried
once and never again by itself, for tokens count.
Standard: PKCS #11 v2.40 sections 2.1 and 5; RFC 7512 (the URI); RFC 8017 section 8.2.
Called by: `cardsim.world`.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from types import TracebackType
from typing import Any, Self
from urllib.parse import unquote

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa, utils
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from jpki.ca.errors import KeyTokenError, KeyTokenMissingError, KeyTokenPinError
from jpki.digest_info import DigestAlgorithm
from jpki.profiles.certificates import RSA_BITS

_SCHEME = "pkcs11:"
_LABEL = "jpki"
_KNOWN = frozenset({"token", "object", "module-path", "pin-source"})


@dataclass(frozen=True, slots=True)
class TokenUri:
    """Which token, through which module, and where its PIN is read from.

    `label` begins the label of every key of ours, so that several worlds can share a token.
    """

    module: str
    token: str
    label: str = _LABEL
    pin_source: str | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `pkcs11:token=T;object=LABEL?module-path=M&pin-source=FILE` (RFC 7512 section 2.3).

        Raises `KeyTokenError` for anything else, a `pin-value` among it: it would be written down.
        """
        path, _, query = text.removeprefix(_SCHEME).partition("?")
        pairs = [part.partition("=") for part in (*path.split(";"), *query.split("&")) if part]
        values = {name: unquote(value) for name, _, value in pairs}
        if "pin-value" in values:
            raise KeyTokenError("a PIN in the URI would be written down: give a pin-source")
        unknown = sorted(values.keys() - _KNOWN)
        if not text.startswith(_SCHEME) or unknown or len(values) != len(pairs):
            what = f" (not understood: {', '.join(unknown)})" if unknown else ""
            raise KeyTokenError(
                "write pkcs11:token=TOKEN?module-path=MODULE.so&pin-source=FILE" + what
            )
        if not values.get("token") or not values.get("module-path"):
            raise KeyTokenError("a PKCS#11 URI needs token=… and module-path=…")
        return cls(
            module=values["module-path"],
            token=values["token"],
            label=values.get("object") or _LABEL,
            pin_source=(values.get("pin-source") or "").removeprefix("file:") or None,
        )


@dataclass(slots=True)
class _Shared:
    """A session that is logged in. PKCS #11 counts log-ins by process, so there is one a token."""

    session: Any
    alone: threading.Lock = field(default_factory=threading.Lock)
    users: int = 0


_SHARED: dict[tuple[str, str], _Shared] = {}
_OPENING = threading.Lock()


class Token:
    """A token that is open; close it, or use it in a `with` statement. Threads may share one."""

    def __init__(self, uri: TokenUri, shared: "_Shared") -> None:
        """Take a session that is logged in: use `open`."""
        self.uri = uri
        self._session = shared.session
        self._alone = shared.alone
        self._shared: _Shared | None = shared

    @classmethod
    def open(cls, uri: TokenUri, *, pin: Callable[[], str]) -> Self:
        """Open a token for use and for making keys; `pin` is asked once, when the token is there.

        Raises `KeyTokenMissingError` when module or token is not there, `KeyTokenPinError` when
        the PIN is refused, and `KeyTokenError`.
        """
        pkcs11 = _driver()
        try:
            found = pkcs11.lib(uri.module).get_token(token_label=uri.token)
        except pkcs11.NoSuchToken:
            raise KeyTokenMissingError(f"{uri.module} has no token {uri.token!r}") from None
        except (pkcs11.PKCS11Error, RuntimeError, OSError) as error:
            raise KeyTokenMissingError(
                f"{uri.module} is no PKCS#11 module here: {_told(error)}"
            ) from None
        with _OPENING:
            shared = _SHARED.get((uri.module, uri.token))
            if shared is None:
                with _translated(uri):
                    shared = _Shared(found.open(rw=True, user_pin=pin()))
                _SHARED[uri.module, uri.token] = shared
            shared.users += 1
        return cls(uri, shared)

    def keys(self, prefix: str) -> Iterator["Pkcs11Key"]:
        """Give the RSA keys whose labels begin so, by label."""
        labels = sorted(label for label in self._labels() if label.startswith(prefix))
        return (self.key(label) for label in labels)

    def key(self, label: str) -> "Pkcs11Key":
        """Give the key of that label; raises `KeyTokenMissingError`."""
        pkcs11 = _driver()
        with self._alone, _translated(self.uri):
            try:
                private = self._session.get_key(
                    object_class=pkcs11.ObjectClass.PRIVATE_KEY, label=label
                )
            except pkcs11.NoSuchKey:
                raise KeyTokenMissingError(
                    f"token {self.uri.token!r} has no private key {label!r}"
                ) from None
            except pkcs11.MultipleObjectsReturned:
                raise KeyTokenError(
                    f"token {self.uri.token!r} has several private keys {label!r}"
                ) from None
            attributes = pkcs11.Attribute
            modulus, exponent = (
                int.from_bytes(private[each], "big")
                for each in (attributes.MODULUS, attributes.PUBLIC_EXPONENT)
            )
        if modulus.bit_length() != RSA_BITS:
            raise KeyTokenError(f"key {label!r} is not an RSA key of {RSA_BITS} bits")
        return Pkcs11Key(label, private, rsa.RSAPublicNumbers(exponent, modulus), self._alone)

    def generate(self, label: str) -> "Pkcs11Key":
        """Make a new key in the token that never leaves it; raises `KeyTokenError`."""
        pkcs11 = _driver()
        if label in self._labels():
            raise KeyTokenError(f"token {self.uri.token!r} has a key {label!r} already")
        attribute = pkcs11.Attribute
        with self._alone, _translated(self.uri):
            self._session.generate_keypair(
                pkcs11.KeyType.RSA,
                RSA_BITS,
                id=sha256(label.encode()).digest()[:20],
                label=label,
                store=True,
                capabilities=pkcs11.MechanismFlag.SIGN | pkcs11.MechanismFlag.VERIFY,
                private_template={attribute.SENSITIVE: True, attribute.EXTRACTABLE: False},
            )
        return self.key(label)

    def destroy(self, label: str) -> None:
        """Take a key away for good: one made for a founding that failed."""
        attribute = _driver().Attribute
        with self._alone, _translated(self.uri):
            for found in list(self._session.get_objects({attribute.LABEL: label})):
                found.destroy()

    def close(self) -> None:
        """Log out; a second call does nothing."""
        shared, self._shared = self._shared, None
        if shared is None:
            return
        with _OPENING:
            shared.users -= 1
            if not shared.users:
                del _SHARED[self.uri.module, self.uri.token]
                shared.session.close()

    def __enter__(self) -> Self:
        """Give the token itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close it."""
        self.close()

    def _labels(self) -> list[str]:
        pkcs11 = _driver()
        wanted = {
            pkcs11.Attribute.CLASS: pkcs11.ObjectClass.PRIVATE_KEY,
            pkcs11.Attribute.KEY_TYPE: pkcs11.KeyType.RSA,
        }
        with self._alone, _translated(self.uri):
            return [found[pkcs11.Attribute.LABEL] for found in self._session.get_objects(wanted)]


@dataclass(frozen=True, slots=True)
class Pkcs11Key:
    """One key in a token: a `SigningKey`."""

    label: str
    _private: Any = field(repr=False)
    _numbers: rsa.RSAPublicNumbers = field(repr=False)
    _alone: threading.Lock = field(repr=False)

    @property
    def public_key(self) -> bytes:
        """SubjectPublicKeyInfo, DER."""
        return self._numbers.public_key().public_bytes(
            Encoding.DER, PublicFormat.SubjectPublicKeyInfo
        )

    def sign(self, message: bytes) -> bytes:
        """Sign a message with sha256WithRSAEncryption; give 256 bytes."""
        return self.sign_digest(sha256(message).digest())

    def sign_digest(self, digest: bytes) -> bytes:
        """Sign a SHA-256 digest (RSASSA-PKCS1-v1_5); give 256 bytes.

        Raises `KeyTokenError` when the token fails, or signs as another key than its public one.
        """
        pkcs11 = _driver()
        block = DigestAlgorithm.SHA256.digest_info(digest)
        try:
            # One session, and a session does one thing at a time.
            with self._alone:
                signature: bytes = self._private.sign(block, mechanism=pkcs11.Mechanism.RSA_PKCS)
        except pkcs11.PKCS11Error as error:
            raise KeyTokenError(f"the token does not sign: {_told(error)}") from None
        try:
            self._numbers.public_key().verify(
                signature, digest, padding.PKCS1v15(), utils.Prehashed(hashes.SHA256())
            )
        except InvalidSignature:
            raise KeyTokenError(f"key {self.label!r} does not sign as its public key") from None
        return signature


@contextmanager
def _translated(uri: TokenUri) -> Iterator[None]:
    pkcs11 = _driver()
    try:
        yield
    except (pkcs11.PinIncorrect, pkcs11.PinInvalid, pkcs11.PinLenRange):
        raise KeyTokenPinError(f"token {uri.token!r} refuses the PIN") from None
    except (pkcs11.PinLocked, pkcs11.PinExpired) as error:
        raise KeyTokenPinError(f"token {uri.token!r} lets nobody in: {_told(error)}") from None
    except pkcs11.PKCS11Error as error:
        raise KeyTokenError(f"token {uri.token!r} failed: {_told(error)}") from None


def _driver() -> Any:
    try:
        import pkcs11
    except ImportError:
        raise KeyTokenError(
            "keys in a token need python-pkcs11: pip install 'jpki-emu[pkcs11]'"
        ) from None
    return pkcs11


def _told(error: Exception) -> str:
    """Give the name of what went wrong, as PKCS #11 has it, and what was said of it."""
    said = str(error)
    return f"{type(error).__name__} ({said})" if said else type(error).__name__
