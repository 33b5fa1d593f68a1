"""Secure messaging without integrity: what travels is encrypted, and nothing is authenticated.

One key, one counter. Command n (from 1) and its answer use the IV E(n), the counter as sixteen
bytes encrypted with the key; the plaintext is padded with 80 00... Anything wrong in the shape
of a message destroys the channel, for both sides then disagree on the counter.
Not here: how the key was agreed on, which instructions may travel so (the card kind).
ISO/IEC 7816-4:2020 clauses 10.2 and 10.5 (data objects 86, 96; padding); card reference §4.7.
Kept in the `Session`, and thrown away with it.
"""

from dataclasses import dataclass, field

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from jpki.iso7816 import Tlv, TlvError

TAG_CRYPTOGRAM = 0x86
TAG_EXPECTED_LENGTH = 0x96
KEY_LENGTH = 16
_BLOCK = 16
_PADDING_INDICATOR = b"\x01"
_PADDING = b"\x80"
_EXPECTED_LENGTH_SIZE = 3


class SecureMessageError(ValueError):
    """A data field that is no secured one under this key and counter."""


@dataclass(slots=True)
class SecureChannel:
    """One side's half; `counter` is that of the next command."""

    key: bytes = field(repr=False)
    counter: int = 1
    broken: bool = False

    def __post_init__(self) -> None:
        if len(self.key) != KEY_LENGTH:
            raise ValueError(f"the key of a channel has {KEY_LENGTH} bytes")

    def encrypt(self, plain: bytes) -> Tlv:
        """Give the data object 86 for `plain` under the present counter."""
        padded = plain + _PADDING
        padded += bytes(-len(padded) % _BLOCK)
        encryptor = self._cipher().encryptor()
        cryptogram = encryptor.update(padded) + encryptor.finalize()
        return Tlv(TAG_CRYPTOGRAM, _PADDING_INDICATOR + cryptogram)

    def decrypt(self, raw: bytes) -> bytes:
        """Read exactly one data object 86 under the present counter; `SecureMessageError`."""
        value = _only(TAG_CRYPTOGRAM, raw)
        indicator, cryptogram = value[:1], value[1:]
        if indicator != _PADDING_INDICATOR or not cryptogram or len(cryptogram) % _BLOCK:
            raise SecureMessageError("no cryptogram of whole blocks behind 01")
        decryptor = self._cipher().decryptor()
        padded = decryptor.update(cryptogram) + decryptor.finalize()
        plain = padded.rstrip(b"\0")
        if not plain.endswith(_PADDING) or len(padded) - len(plain) >= _BLOCK:
            raise SecureMessageError("no padding behind the plaintext")
        return plain[: -len(_PADDING)]

    def _cipher(self) -> Cipher[modes.CBC]:
        # One block of CBC under a zero IV is the cipher itself.
        zero = modes.CBC(bytes(_BLOCK))
        encryptor = Cipher(algorithms.AES(self.key), zero).encryptor()
        vector = encryptor.update(self.counter.to_bytes(_BLOCK, "big")) + encryptor.finalize()
        return Cipher(algorithms.AES(self.key), modes.CBC(vector))


def expected_length(raw: bytes) -> int:
    """Read exactly one data object 96: `00` and two bytes; 0 means as much as there is."""
    value = _only(TAG_EXPECTED_LENGTH, raw)
    if len(value) != _EXPECTED_LENGTH_SIZE or value[0]:
        raise SecureMessageError("an expected length is 00 and two bytes")
    return int.from_bytes(value, "big")


def expected_length_object(length: int) -> Tlv:
    """Give the data object 96 for a length of at most 65535; 0 asks for all."""
    return Tlv(TAG_EXPECTED_LENGTH, length.to_bytes(_EXPECTED_LENGTH_SIZE, "big"))


def _only(tag: int, raw: bytes) -> bytes:
    try:
        return Tlv.unpack(tag, raw)
    except TlvError as error:
        raise SecureMessageError("not the one data object that belongs here") from error
