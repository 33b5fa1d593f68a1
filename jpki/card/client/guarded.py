"""What the sessions of 券面入力補助AP and 券面事項確認AP share: BER files, the card's own key.

Files are read by the length their first object states.
Not here: which files there are (each session), what a file means (`jpki.card.layout`), secrets
(`presenting`). Card reference §3.2 to §3.4, §4.5. Subclassed by `TextSession`, `VisualSession`
and `LicenceSession`.
"""

from collections.abc import Callable
from typing import TypeVar

from jpki.card.client import reading
from jpki.card.client.channel import Channel
from jpki.card.client.errors import MalformedAnswerError, MalformedFileError
from jpki.card.client.presenting import SecretSession
from jpki.card.layout import SignatureMode
from jpki.iso7816 import MAX_NE_SHORT, CommandApdu

_PROPRIETARY = 0x80
_COMPUTE_DIGITAL_SIGNATURE = 0x2A
_DEFAULT_KEY = 0x00
_HEADER = 6
"""Enough for a tag of two bytes and a length of up to four."""
_SMALL_FILE = 256
_TAG_GOES_ON = 0x1F
_LONG_FORM = 0x80
_MAX_LENGTH_BYTES = 3

Record = TypeVar("Record")


class GuardedSession(SecretSession):
    """An application whose files are opened by secrets on the card's face, or a PIN."""

    def sign_with_card_key(self, data: bytes) -> bytes:
        """Have the application's own key sign 1 to 245 bytes, padded as they are; no secret.

        Over something fresh this proves that the card is there and no copy of its files.
        """
        self._ensure_selected()
        command = CommandApdu(
            _PROPRIETARY,
            _COMPUTE_DIGITAL_SIGNATURE,
            SignatureMode.RAW,
            _DEFAULT_KEY,
            data,
            ne=MAX_NE_SHORT,
        )
        answer = self.channel.send(command)
        signature = self._require(answer, "COMPUTE DIGITAL SIGNATURE")
        if not signature:
            raise MalformedAnswerError("COMPUTE DIGITAL SIGNATURE gave no signature")
        return signature

    def read_raw(self, ef: int) -> bytes:
        """Read the first object of a file (BER-TLV), without what fills the file up."""
        name = self._name(ef)
        return self._read(
            ef, name, lambda channel: _read_object(channel, name), needs=self._needs(ef)
        )

    def read_physical(self, ef: int) -> bytes:
        """Read a file of at most 256 bytes whole, filler included."""
        return self._read(
            ef,
            self._name(ef),
            lambda channel: reading.read_up_to(channel, _SMALL_FILE),
            needs=self._needs(ef),
        )

    def _parsed(self, ef: int, parse: Callable[[bytes], Record]) -> Record:
        raw = self.read_raw(ef)
        try:
            return parse(raw)
        except ValueError as error:
            raise MalformedFileError(f"{self._name(ef)}: {error}") from error

    def _name(self, ef: int) -> str:
        """Name a file for messages."""
        return f"{self.ap.japanese} EF {ef:04X}"

    def _needs(self, ef: int) -> str | None:  # noqa: ARG002 - what the subclass's table says
        """Name the secrets that open a file, for messages."""
        return None


def _read_object(channel: Channel, name: str) -> bytes:
    """Read the object at the start of the current EF, as long as its length field says."""
    header = reading.read_up_to(channel, _HEADER)
    total = _object_length(header, name)
    if total <= len(header):
        return header[:total]
    body = reading.read_up_to(channel, total - len(header), offset=len(header))
    if len(header) + len(body) < total:
        raise MalformedFileError(f"{name} ends before its contents do")
    return header + body


def _object_length(header: bytes, name: str) -> int:
    """Give the whole length of the object that begins with these bytes."""
    at = 2 if header and header[0] & _TAG_GOES_ON == _TAG_GOES_ON else 1
    if len(header) < _HEADER:
        raise MalformedFileError(f"{name} is too short for anything")
    first = header[at]
    if first < _LONG_FORM:
        return at + 1 + first
    size = first & ~_LONG_FORM
    if not 1 <= size <= _MAX_LENGTH_BYTES:
        raise MalformedFileError(f"{name} has the length form {first:02X}")
    return at + 1 + size + int.from_bytes(header[at + 1 : at + 1 + size], "big")
