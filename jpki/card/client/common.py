"""The 共通AP from the reader's side: the card's serial number, municipality and expiry.

Not here: its PIN and its authentication key. Card reference §3.5, §4.3.
Called by the command line. Phone tokens do not have this application.
"""

from typing import ClassVar

from jpki.card.client.application import ApplicationSession
from jpki.card.client.errors import FileMissingError, MalformedFileError
from jpki.card.layout import Ap, CardRecord, CommonEf
from jpki.card.layout.common import CardRecordError
from jpki.iso7816 import MAX_NE_SHORT, SW, CommandApdu

_READ_RECORD = 0xB2
_FIRST = 0x01
_BY_NUMBER = 0x04
"""P2, low three bits: P1 is a record number."""


class CommonSession(ApplicationSession):
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
