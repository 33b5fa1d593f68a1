"""RSA keys made side by side: making them is nearly all of the time a world takes.

`cryptography` lets go of the interpreter while OpenSSL searches for primes, so threads are
enough and every processor core helps.

Not here: what a key is for, and where it is kept. RSA-2048, exponent 65537 (PKI profile §1.1).
Called by `cardsim.world.founding` and `cardsim.world.issuing`.
"""

import os
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Self

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from jpki.ca.errors import KeyFileError
from jpki.profiles.certificates import RSA_BITS, RSA_EXPONENT


class KeyPool:
    """So many keys, begun at once and handed out one by one; a context manager."""

    def __init__(self, count: int) -> None:
        self._executor = ThreadPoolExecutor(
            max_workers=max(1, min(count, os.cpu_count() or 1)), thread_name_prefix="rsa"
        )
        self._waiting: list[Future[rsa.RSAPrivateKey]] = [
            self._executor.submit(generate) for _ in range(count)
        ]

    def take(self) -> rsa.RSAPrivateKey:
        """Give a key nobody else gets; makes one more when all are taken."""
        if not self._waiting:
            return generate()
        return self._waiting.pop(0).result()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._executor.shutdown(wait=True, cancel_futures=True)


def generate() -> rsa.RSAPrivateKey:
    """Make one key from the system's randomness."""
    return rsa.generate_private_key(public_exponent=RSA_EXPONENT, key_size=RSA_BITS)


def load_private(path: Path) -> rsa.RSAPrivateKey:
    """Read a key as `jpki.ca.SoftwareKey.save` wrote it; raises `KeyFileError` or `OSError`."""
    try:
        # Searching for the primes again would take longer than all else that opens a world.
        key = load_pem_private_key(path.read_bytes(), None, unsafe_skip_rsa_key_validation=True)
    except ValueError:
        raise KeyFileError(f"{path} is no private key") from None
    if not isinstance(key, rsa.RSAPrivateKey):
        raise KeyFileError(f"{path} is not an RSA key")
    return key


def public_der(key: rsa.RSAPrivateKey) -> bytes:
    """Give the SubjectPublicKeyInfo, DER."""
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def private_der(key: rsa.RSAPrivateKey) -> bytes:
    """Give the private key as PKCS#8, DER, not encrypted: only for a card's own file."""
    return key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
