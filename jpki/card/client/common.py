"""The 共通AP from the reader's side: the card's serial number, municipality and expiry.

Also its key that signs challenges without any PIN; its public half is on no file of the card.
What its PIN opens is not known. Card reference §3.5, §4.3, §4.7.
Called by the command line. Phone tokens do not have this application.
"""

from typing import ClassVar

from jpki.card.client.errors import FileMissingError, MalformedFileError
from jpki.card.client.presenting import SecretSession
from jpki.card.layout import Ap, CardRecord, CommonEf
from jpki.card.layout.common import CardRecordError
from jpki.iso7816 import MAX_NC_SHORT, MAX_NE_SHORT, SW, CommandApdu

_READ_RECORD = 0xB2
_INTERNAL_AUTHENTICATE = 0x88
_SHORT_ID = 0x80
_FIRST = 0x01
_BY_NUMBER = 0x04
"""P2, low three bits: P1 is a record number."""


class CommonSession(SecretSession):
    """共通AP, selected."""

    ap: ClassVar[Ap] = Ap.COMMON

    def card_record(self) -> CardRecord:
        """Read record 1 of EF 0001 by its short identifier, as public clients do. No PIN."""
        name = "the card record (共通AP EF 0001)"
        self._ensure_selected()
        p2 = CommonEf.CARD_RECORD << 3 | _BY_NUMBER
        answer = self.channel.send(CommandApdu(0x00, _READ_RECORD, _FIRST, p2, ne=MAX_NE_SHORT))
        if answer.status.kind in {SW.FILE_OR_APPLICATION_NOT_FOUND, SW.RECORD_NOT_FOUND}:
            raise FileMissingError(name, answer.status)
        raw = self._require(answer, "READ RECORD", subject=name)
        try:
            return CardRecord.parse(raw)
        except CardRecordError as error:
            raise MalformedFileError(f"{name}: {error}") from error

    def internal_authenticate(self, challenge: bytes) -> bytes:
        """Have EF 0019 sign 1 to 255 bytes (sha256WithRSAEncryption); no PIN, 256 bytes back.

        Raises `FileMissingError` on a card made without that key.
        """
        name = "the authentication key (共通AP EF 0019)"
        if not 1 <= len(challenge) <= MAX_NC_SHORT:
            raise ValueError(f"a challenge has 1 to {MAX_NC_SHORT} bytes")
        self._ensure_selected()
        p2 = _SHORT_ID | CommonEf.INTERNAL_AUTHENTICATION_KEY
        answer = self.channel.send(
            CommandApdu(0x00, _INTERNAL_AUTHENTICATE, 0x00, p2, challenge, ne=MAX_NE_SHORT)
        )
        if answer.status.kind is SW.FILE_OR_APPLICATION_NOT_FOUND:
            raise FileMissingError(name, answer.status)
        return self._require(answer, "INTERNAL AUTHENTICATE", subject=name)
